/* SPDX-License-Identifier: BSD-3-Clause */
/* Packet by packet up to the hash, all through the engine, packet by packet behind it: what one
 * step has read, the next one has in registers. */
#include "esp_in.h"

#include "decap.h"
#include "first_use.h"
#include "integrity.h"
#include "replay.h"
#include "selectors.h"

#define AHEAD 4 /* packets: what the hash has displaced is fetched before its turn */

static void before_hash(
	struct path *path, struct burst *burst, struct icv_packet *packets, uint8_t tags[][16])
{
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		enum drop_reason reason = replay_check(path, burst, i);

		if (unlikely(reason != BURST_KEPT)) {
			burst_drop(burst, i, reason, path->counters);
			continue;
		}
		integrity_packet(burst, i, &packets[kept]);
		packets[kept].tag = tags[kept];
		burst_keep(burst, i, &kept);
	}
	burst->count = kept;
}

/* All is read before anything moves. */
static enum drop_reason open_packet(
	struct path *path, struct burst *burst, unsigned i, const struct icv_packet *packet)
{
	const uint8_t *payload = burst_payload(burst, i) + WIRE_ESP_HEADER_LEN;
	enum drop_reason reason = integrity_check(packet);
	struct decap esp;

	if (likely(reason == BURST_KEPT))
		reason = replay_move(path, burst, i);
	if (likely(reason == BURST_KEPT))
		reason = decap_check(burst, i, &esp);
	if (likely(reason == BURST_KEPT))
		reason = selectors(burst, i, esp.next, payload,
			burst_payload_len(burst, i) - WIRE_ESP_HEADER_LEN - esp.trailer_len);
	if (likely(reason == BURST_KEPT))
		decap(burst, i, &esp);
	return reason;
}

static void count(struct path *path, struct burst *burst, unsigned i)
{
	struct sa_entry *sa = burst->sa[i];

	sa->packets++;
	sa->octets += burst->shape[i].len;
	if (unlikely(!sa->announced))
		first_use(path, sa);
}

static void behind_hash(struct path *path, struct burst *burst, const struct icv_packet *packets)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		enum drop_reason reason;

		if (i + AHEAD < burst->count) {
			rte_prefetch0(burst->mbuf[i + AHEAD]);
			rte_prefetch0(burst->sa[i + AHEAD]);
			rte_prefetch0((uint8_t *)burst->sa[i + AHEAD] + RTE_CACHE_LINE_SIZE);
		}
		reason = open_packet(path, burst, i, &packets[i]);
		if (likely(reason == BURST_KEPT)) {
			count(path, burst, i);
			burst_keep(burst, i, &kept);
		} else {
			burst_drop(burst, i, reason, path->counters);
		}
	}
	path->counters->esp_in += kept;
	burst->count = kept;
}

void esp_in(struct path *path, struct burst *burst)
{
	struct icv_packet packets[BURST_MAX];
	uint8_t tags[BURST_MAX][16];

	before_hash(path, burst, packets, tags);
	icv_compute(path->icv, packets, burst->count);
	behind_hash(path, burst, packets);
}
