/* SPDX-License-Identifier: BSD-3-Clause */
/* Around the start of a port with several queues. */
#include "rss.h"

#include <string.h>

#include "log.h"
#include "sa_owner.h"

/* Of the types that say "with ports", none: they would spread one UE over several workers. */
#define ADDRESSES_ONLY                                                               \
	(RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_FRAG_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_OTHER | \
		RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_FRAG_IPV6 | RTE_ETH_RSS_NONFRAG_IPV6_OTHER)
#define KEY_LEN  40 /* of a NIC that does not say */
#define RETA_MAX 4096

void rss_configure(const struct rte_eth_dev_info *info, const char *side, uint16_t queues,
	struct rte_eth_conf *conf)
{
	static uint8_t key[RSS_KEY_MAX]; /* the port remembers where it is */
	uint8_t len = info->hash_key_size ? info->hash_key_size : KEY_LEN;
	uint64_t types = info->flow_type_rss_offloads & ADDRESSES_ONLY;

	if (queues < 2)
		return;
	if (types == 0 || len > RSS_KEY_MAX) {
		log_notice("%s: the port can not spread packets by their addresses: one worker "
			   "hands over to the others",
			side);
		return;
	}
	for (unsigned i = 0; i < RSS_KEY_MAX; i += 2) {
		key[i] = SA_OWNER_KEY >> 8;
		key[i + 1] = SA_OWNER_KEY & 0xff;
	}
	if ((types & RTE_ETH_RSS_IPV4) == 0 || (types & RTE_ETH_RSS_IPV6) == 0)
		log_notice("%s: the port spreads UDP and TCP by their ports only: they come to one "
			   "worker, which hands over to the others",
			side);
	conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	conf->rx_adv_conf.rss_conf =
		(struct rte_eth_rss_conf){.rss_key = key, .rss_key_len = len, .rss_hf = types};
}

void rss_spread(uint16_t port_id, const struct rte_eth_dev_info *info, const char *side,
	uint16_t workers, uint16_t queues)
{
	struct rte_eth_rss_reta_entry64 table[RETA_MAX / RTE_ETH_RETA_GROUP_SIZE];
	int error = -ENOTSUP;

	for (unsigned i = 0; i < info->reta_size && i < RETA_MAX; i++) {
		struct rte_eth_rss_reta_entry64 *group = &table[i / RTE_ETH_RETA_GROUP_SIZE];

		group->mask = UINT64_MAX;
		group->reta[i % RTE_ETH_RETA_GROUP_SIZE] =
			(uint16_t)(i % SA_OWNER_SLOTS % workers % queues);
	}
	if (info->reta_size > 0 && info->reta_size <= RETA_MAX)
		error = rte_eth_dev_rss_reta_update(port_id, table, info->reta_size);
	if (error)
		log_notice("%s: the port keeps its own way to spread packets (%s): workers hand "
			   "over more of them",
			side, strerror(-error));
}
