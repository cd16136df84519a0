/* SPDX-License-Identifier: BSD-3-Clause */
/* From inside, after parse: which packets must be protected, and by which SA? */
#include "sa_select.h"

#include <string.h>

#include "bytes.h"
#include "ip_header.h"
#include "too_big.h"
#include "wire.h"

enum { KEEP = BURST_KEPT, PASS }; /* beside the reasons to drop it */

static int judge(struct path *path, const struct burst *burst, unsigned i)
{
	const uint8_t *ip = burst->ip[i];
	uint8_t family = burst->shape[i].family;

	if (family == NET_NONE || !policy_find(path->policy, family, ip_header_source(ip, family)))
		return PASS;
	/* What hides the ports might leave a protected one. */
	if (burst->shape[i].flags & (BURST_EXTENSION | BURST_FRAGMENT))
		return DROP_IP_EXTENSION;
	if (burst->shape[i].protocol != WIRE_PROTOCOL_UDP &&
		burst->shape[i].protocol != WIRE_PROTOCOL_TCP)
		return PASS;
	if (burst_payload_len(burst, i) < WIRE_PORTS_LEN)
		return DROP_OUT_NO_SA;
	return KEEP;
}

static void settle(struct path *path, struct burst *burst, unsigned i, int verdict, unsigned *kept)
{
	if (unlikely(verdict == PASS) && too_big(path, burst, i, 0))
		verdict = DROP_OUT_TOO_BIG;
	if (likely(verdict == KEEP)) {
		burst_keep(burst, i, kept);
	} else if (verdict == PASS) {
		path->counters->plain_out++;
		burst_pass(burst, i);
	} else {
		burst_drop(burst, i, (enum drop_reason)verdict, path->counters);
	}
}

/* Inlined where family and header_len are constants, too. */
static inline void set_flow(
	struct sa_flow *flow, const uint8_t *ip, uint8_t family, unsigned header_len)
{
	const uint8_t *payload = ip + header_len;

	sa_flow_set_ports(flow,
		(struct sa_port_pair){
			.local = bytes_load_be16(payload), .remote = bytes_load_be16(payload + 2)},
		family);
	ip_header_copy_address(family, flow->local, ip_header_source(ip, family));
	ip_header_copy_address(family, flow->remote, ip_header_target(ip, family));
}

static bool is_protected(
	const struct path *path, const struct burst *burst, unsigned i, uint16_t port)
{
	uint8_t family = burst->shape[i].family;
	const struct policy_rules *rules =
		policy_find(path->policy, family, ip_header_source(burst->ip[i], family));

	return policy_has_port(rules->protected_ports, port);
}

static unsigned transport_of(const struct burst *burst, unsigned i)
{
	return burst->shape[i].protocol == WIRE_PROTOCOL_UDP ? SA_TRANSPORT_UDP : SA_TRANSPORT_TCP;
}

static int judge_sa(const struct path *path, const struct burst *burst, unsigned i, uint16_t port)
{
	if (burst->sa[i]) /* for the other transport only: not in the clear beside it */
		return burst->sa[i]->transports & transport_of(burst, i) ? KEEP : DROP_OUT_NO_SA;
	return is_protected(path, burst, i, port) ? DROP_OUT_NO_SA : PASS;
}

/* Nearly every packet: UDP or TCP behind IPv4 without options, from source. */
static inline bool is_usual(const struct burst *burst, unsigned i, uint64_t source)
{
	const uint64_t kind = burst_kind(burst, i);

	if ((kind != burst_kind_ipv4(WIRE_PROTOCOL_UDP) &&
		    kind != burst_kind_ipv4(WIRE_PROTOCOL_TCP)) ||
		burst->shape[i].len < WIRE_IPV4_LEN + WIRE_PORTS_LEN)
		return false;
	return ip_header_ipv4(burst->ip[i] + WIRE_IPV4_SOURCE_AT) == source;
}

/* Keeps what may need an SA, and what it is called by. */
static void read_flows(struct path *path, struct burst *burst, struct sa_flow *flows)
{
	uint64_t source = IP_HEADER_NO_ADDRESS; /* of a protected host, the last packet's */
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		const uint8_t *ip = burst->ip[i];
		uint8_t family = burst->shape[i].family;
		int verdict;

		if (likely(is_usual(burst, i, source))) {
			set_flow(&flows[kept], ip, NET_IPV4, WIRE_IPV4_LEN);
			burst_keep(burst, i, &kept);
			continue;
		}
		verdict = judge(path, burst, i);
		if (verdict == KEEP) {
			set_flow(&flows[kept], ip, family, burst->shape[i].header_len);
			if (family == NET_IPV4)
				source = ip_header_ipv4(ip + WIRE_IPV4_SOURCE_AT);
		}
		settle(path, burst, i, verdict, &kept);
	}
	burst->count = kept;
}

/* All have an SA for their transport. */
static bool are_all_selected(const struct burst *burst)
{
	for (unsigned i = 0; i < burst->count; i++)
		if (!burst->sa[i] || !(burst->sa[i]->transports & transport_of(burst, i)))
			return false;
	return true;
}

void sa_select(struct path *path, struct burst *burst)
{
	struct sa_flow flows[BURST_MAX];
	unsigned kept = 0;

	read_flows(path, burst, flows);
	sa_table_find_outbound(&path->table, flows, burst->count, burst->sa);
	if (likely(are_all_selected(burst)))
		return;
	for (unsigned i = 0; i < burst->count; i++)
		settle(path, burst, i, judge_sa(path, burst, i, flows[i].ports.local), &kept);
	burst->count = kept;
}
