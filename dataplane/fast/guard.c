/* SPDX-License-Identifier: BSD-3-Clause */
/* From outside, after parse: who may speak to the protected host, and in which form. */
#include "guard.h"

#include "bytes.h"
#include "ip_header.h"
#include "wire.h"

enum { KEEP = DROP_REASON_COUNT, PASS }; /* beside the reasons to drop it */

static int judge_plain(struct path *path, const struct burst *burst, unsigned i)
{
	unsigned header_len = burst->protocol[i] == WIRE_PROTOCOL_UDP ? WIRE_UDP_LEN : WIRE_TCP_LEN;
	uint16_t port;

	if (burst_payload_len(burst, i) < header_len)
		return DROP_TRANSPORT_LENGTH;
	port = bytes_load_be16(burst_payload(burst, i) + 2);
	if (policy_is_protected_port(path->policy, port))
		return DROP_PLAIN_PROTECTED_PORT;
	if (port != path->policy->unprotected_port)
		return DROP_PLAIN_OTHER_PORT;
	return token_bucket_take(&path->plain_sip, burst->now) ? PASS : DROP_PLAIN_RATE;
}

static int judge(struct path *path, const struct burst *burst, unsigned i)
{
	const uint8_t *ip = burst->ip[i];
	uint8_t family = burst->family[i];

	if (family == NET_NONE)
		return PASS;
	/* INT-2: what the protected host sent can not come from outside. */
	if (policy_is_host(path->policy, family, ip_header_source(ip, family)))
		return DROP_REFLECTED;
	/* Neighbour discovery speaks to groups (RFC 4861), group membership behind a hop-by-hop
	 * option (RFC 3810), so whatever its destination. */
	if (family == NET_IPV6 && burst->protocol[i] == WIRE_PROTOCOL_ICMPV6)
		return PASS;
	if (!policy_is_host(path->policy, family, ip_header_target(ip, family)))
		return DROP_OTHER_HOST;
	/* A fragment that is here still was within another one. */
	if (burst->flags[i] & (BURST_EXTENSION | BURST_FRAGMENT))
		return DROP_IP_EXTENSION;
	switch (burst->protocol[i]) {
	case WIRE_PROTOCOL_ESP:
		return KEEP;
	case WIRE_PROTOCOL_ICMP:
		return family == NET_IPV4 ? PASS : DROP_PLAIN_OTHER_PORT;
	case WIRE_PROTOCOL_UDP:
	case WIRE_PROTOCOL_TCP:
		return judge_plain(path, burst, i);
	default:
		return DROP_PLAIN_OTHER_PORT;
	}
}

void guard(struct path *path, struct burst *burst)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		int verdict = judge(path, burst, i);

		if (verdict == KEEP) {
			burst_keep(burst, i, &kept);
		} else if (verdict == PASS) {
			path->counters->plain_in++;
			burst_pass(burst, i);
		} else {
			burst_drop(burst, i, (enum drop_reason)verdict, path->counters);
		}
	}
	burst->count = kept;
}
