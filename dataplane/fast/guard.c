/* SPDX-License-Identifier: BSD-3-Clause */
/* From outside, after parse: who may speak to the protected host, and in which form. */
#include "guard.h"

#include "bytes.h"
#include "ip_header.h"
#include "wire.h"

enum { KEEP = BURST_KEPT, PASS }; /* beside the reasons to drop it */

static int judge_plain(
	struct path *path, const struct policy_rules *rules, const struct burst *burst, unsigned i)
{
	unsigned pass =
		burst->shape[i].protocol == WIRE_PROTOCOL_UDP ? POLICY_PASS_UDP : POLICY_PASS_TCP;
	unsigned header_len =
		burst->shape[i].protocol == WIRE_PROTOCOL_UDP ? WIRE_UDP_LEN : WIRE_TCP_LEN;
	uint16_t port;

	if (burst_payload_len(burst, i) < header_len)
		return DROP_TRANSPORT_LENGTH;
	port = bytes_load_be16(burst_payload(burst, i) + 2);
	if (policy_has_port(rules->protected_ports, port))
		return DROP_PLAIN_PROTECTED_PORT;
	if (!policy_has_port(rules->unprotected_ports, port))
		return rules->pass & pass ? PASS : DROP_PLAIN_OTHER_PORT;
	return token_bucket_take(&path->plain_sip, burst->now) ? PASS : DROP_PLAIN_RATE;
}

/* What stays on the link: fe80::/10, ff02::/16 (RFC 4291 §2.5.6, §2.7). */
static bool is_of_the_link(const uint8_t *target)
{
	return (target[0] == 0xfe && (target[1] & 0xc0) == 0x80) ||
	       (target[0] == 0xff && (target[1] & 0x0f) == 0x02);
}

/* Without neighbour discovery (RFC 4861) and group membership (RFC 2710, RFC 3810) there is no
 * host. Both speak to groups, the latter behind a hop-by-hop option, so whatever the destination.
 */
static int judge_icmpv6(const struct policy_rules *rules, const struct burst *burst, unsigned i)
{
	uint8_t type;

	if (rules ? rules->pass & POLICY_PASS_ICMP
		  : is_of_the_link(ip_header_target(burst->ip[i], NET_IPV6)))
		return PASS;
	type = burst_payload_len(burst, i) > 0 ? *burst_payload(burst, i) : 0;
	if ((type >= WIRE_ICMPV6_LISTENER_FIRST && type <= WIRE_ICMPV6_NEIGHBOUR_LAST) ||
		type == WIRE_ICMPV6_LISTENER_REPORT)
		return PASS;
	return rules ? DROP_PLAIN_OTHER_PORT : DROP_OTHER_HOST;
}

static int judge(struct path *path, const struct burst *burst, unsigned i)
{
	const struct policy_rules *rules;
	const uint8_t *ip = burst->ip[i];
	uint8_t family = burst->shape[i].family;
	unsigned pass;

	if (family == NET_NONE)
		return PASS;
	/* INT-2: what the protected host sent can not come from outside. */
	if (policy_find(path->policy, family, ip_header_source(ip, family)))
		return DROP_REFLECTED;
	rules = policy_find(path->policy, family, ip_header_target(ip, family));
	if (family == NET_IPV6 && burst->shape[i].protocol == WIRE_PROTOCOL_ICMPV6)
		return judge_icmpv6(rules, burst, i);
	if (!rules)
		return DROP_OTHER_HOST;
	/* A fragment that is here still was within another one. */
	if (burst->shape[i].flags & (BURST_EXTENSION | BURST_FRAGMENT))
		return DROP_IP_EXTENSION;
	switch (burst->shape[i].protocol) {
	case WIRE_PROTOCOL_ESP:
		return KEEP;
	case WIRE_PROTOCOL_UDP:
	case WIRE_PROTOCOL_TCP:
		return judge_plain(path, rules, burst, i);
	default:
		pass = family == NET_IPV4 && burst->shape[i].protocol == WIRE_PROTOCOL_ICMP
			       ? POLICY_PASS_ICMP
			       : POLICY_PASS_OTHER;
		return rules->pass & pass ? PASS : DROP_PLAIN_OTHER_PORT;
	}
}

/* Nearly every packet: ESP behind IPv4 without options, to target, from no protected host. */
static inline bool is_usual(
	const struct path *path, const struct burst *burst, unsigned i, uint64_t target)
{
	const uint8_t *ip = burst->ip[i];

	return burst_kind(burst, i) == burst_kind_ipv4(WIRE_PROTOCOL_ESP) &&
	       ip_header_ipv4(ip + WIRE_IPV4_TARGET_AT) == target &&
	       policy_is_stranger(path->policy, NET_IPV4, ip + WIRE_IPV4_SOURCE_AT);
}

void guard(struct path *path, struct burst *burst)
{
	uint64_t target = IP_HEADER_NO_ADDRESS; /* of a protected host, the last packet's */
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		int verdict;

		if (likely(is_usual(path, burst, i, target))) {
			burst_keep(burst, i, &kept);
			continue;
		}
		verdict = judge(path, burst, i);
		if (verdict == KEEP) {
			if (burst->shape[i].family == NET_IPV4)
				target = ip_header_ipv4(burst->ip[i] + WIRE_IPV4_TARGET_AT);
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
