/* SPDX-License-Identifier: BSD-3-Clause */
#include "guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"
#include "parse.h"

static uint8_t frame[2048];

static void guard_one(size_t len)
{
	fixture_put(frame, len);
	parse(&fx.path, &fx.burst);
	guard(&fx.path, &fx.burst);
}

static size_t tcp(uint16_t port, size_t len)
{
	uint8_t *header = fixture_ipv4(frame, REMOTE, LOCAL, WIRE_PROTOCOL_TCP, len);

	memset(header, 0, 20);
	bytes_store_be16(header + 2, port);
	header[WIRE_TCP_OFFSET_AT] = 0x50;
	return WIRE_ETHER_LEN + WIRE_IPV4_LEN + len;
}

static void arp_and_icmp_pass(void **state)
{
	(void)state;
	memset(frame, 0, 60);
	bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, WIRE_TYPE_ARP);
	guard_one(60);
	fixture_expect(0, 1);
	fixture_free_burst();
	memset(fixture_ipv4(frame, REMOTE, LOCAL, WIRE_PROTOCOL_ICMP, 8), 0, 8);
	guard_one(WIRE_ETHER_LEN + WIRE_IPV4_LEN + 8);
	fixture_expect(0, 1);
	fixture_free_burst();
	memset(frame, 0, 80);
	bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, WIRE_TYPE_IPV6);
	frame[WIRE_ETHER_LEN] = 0x60;
	frame[WIRE_ETHER_LEN + WIRE_IPV6_PAYLOAD_AT + 1] = 8;
	frame[WIRE_ETHER_LEN + WIRE_IPV6_NEXT_AT] = WIRE_PROTOCOL_ICMPV6;
	frame[WIRE_ETHER_LEN + WIRE_IPV6_LEN] = 135; /* to a group: neighbour solicitation */
	guard_one(WIRE_ETHER_LEN + WIRE_IPV6_LEN + 8);
	fixture_expect(0, 1);
	fixture_free_burst();
	assert_int_equal(fx.counters.plain_in, 3);
	frame[WIRE_ETHER_LEN + WIRE_IPV6_LEN] = 128; /* an echo request to whom nobody names … */
	memcpy(frame + WIRE_ETHER_LEN + WIRE_IPV6_TARGET_AT, "\xfe\x80", 2); /* … on the link */
	guard_one(WIRE_ETHER_LEN + WIRE_IPV6_LEN + 8);
	fixture_expect(0, 1);
	fixture_free_burst();
	memcpy(frame + WIRE_ETHER_LEN + WIRE_IPV6_TARGET_AT, "\x20\x01", 2); /* … and elsewhere */
	guard_one(WIRE_ETHER_LEN + WIRE_IPV6_LEN + 8);
	fixture_expect_drop(DROP_OTHER_HOST);
}

static void plain_to_protected_ports_drops(void **state)
{
	static const uint16_t ports[] = {PORT_S, PORT_C};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		guard_one(fixture_udp(frame, REMOTE, 40000, LOCAL, ports[i], 20));
		fixture_expect_drop(DROP_PLAIN_PROTECTED_PORT);
		guard_one(tcp(ports[i], 20));
		fixture_expect_drop(DROP_PLAIN_PROTECTED_PORT);
	}
}

static void plain_to_other_ports_drops(void **state)
{
	static const uint16_t ports[] = {0, 22, 5059, 5061, 4500, PORT_S - 1, PORT_C + 1, 65535};
	static const uint8_t protocols[] = {0, 2, 4, 41, 47, 51, 132, 136, 58, 255};

	(void)state;
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		guard_one(fixture_udp(frame, REMOTE, 40000, LOCAL, ports[i], 20));
		fixture_expect_drop(DROP_PLAIN_OTHER_PORT);
	}
	for (size_t i = 0; i < sizeof(protocols); i++) {
		memset(fixture_ipv4(frame, REMOTE, LOCAL, protocols[i], 40), 0, 40);
		guard_one(WIRE_ETHER_LEN + WIRE_IPV4_LEN + 40);
		fixture_expect_drop(DROP_PLAIN_OTHER_PORT);
	}
}

static void unprotected_sip_passes_within_its_rate(void **state)
{
	(void)state;
	token_bucket_init(&fx.path.plain_sip, 2, 1000, 0);
	fx.burst.now = 0;
	for (unsigned i = 0; i < 2; i++) {
		guard_one(i ? tcp(5060, 20) : fixture_udp(frame, REMOTE, 40000, LOCAL, 5060, 20));
		fixture_expect(0, 1);
		fixture_free_burst();
	}
	guard_one(fixture_udp(frame, REMOTE, 40000, LOCAL, 5060, 20));
	fixture_expect_drop(DROP_PLAIN_RATE);
	/* Others do not pay for it. */
	guard_one(fixture_udp(frame, REMOTE, 40000, LOCAL, PORT_S, 20));
	fixture_expect_drop(DROP_PLAIN_PROTECTED_PORT);
	fx.burst.now = 500;
	guard_one(fixture_udp(frame, REMOTE, 40000, LOCAL, 5060, 20));
	fixture_expect(0, 1);
}

static void too_short_for_ports_drops(void **state)
{
	(void)state;
	for (size_t len = 0; len < 20; len++) {
		guard_one(tcp(5060, len));
		fixture_expect_drop(DROP_TRANSPORT_LENGTH);
		if (len >= WIRE_UDP_LEN)
			continue;
		memset(fixture_ipv4(frame, REMOTE, LOCAL, WIRE_PROTOCOL_UDP, len), 0, len);
		guard_one(WIRE_ETHER_LEN + WIRE_IPV4_LEN + len);
		fixture_expect_drop(DROP_TRANSPORT_LENGTH);
	}
}

static void other_hosts_drop(void **state)
{
	(void)state;
	guard_one(fixture_udp(frame, REMOTE, 40000, OTHER, 5060, 20));
	fixture_expect_drop(DROP_OTHER_HOST);
	guard_one(fixture_udp(frame, REMOTE, 40000, "\xff\xff\xff\xff", 5060, 20));
	fixture_expect_drop(DROP_OTHER_HOST);
	memset(fixture_ipv4(frame, REMOTE, OTHER, WIRE_PROTOCOL_ESP, 64), 0, 64);
	guard_one(WIRE_ETHER_LEN + WIRE_IPV4_LEN + 64);
	fixture_expect_drop(DROP_OTHER_HOST);
}

static void put_esp(const char *source, const char *target)
{
	memset(fixture_ipv4(frame, source, target, WIRE_PROTOCOL_ESP, 64), 0, 64);
	fixture_put(frame, WIRE_ETHER_LEN + WIRE_IPV4_LEN + 64);
}

/* The frame with one octet of its IP header changed, its sum right again. */
static void put_changed(unsigned at, uint8_t octet)
{
	uint8_t *ip = frame + WIRE_ETHER_LEN, before = ip[at];
	unsigned len = bytes_load_be16(ip + WIRE_IPV4_TOTAL_AT);

	ip[at] = octet;
	ip_header_set(ip, NET_IPV4, (ip[0] & 0x0f) * 4u, len, ip[WIRE_IPV4_PROTOCOL_AT]);
	fixture_put(frame, WIRE_ETHER_LEN + len);
	ip[at] = before;
}

/* That the packet before it went to a protected host says nothing of the next one. */
static void each_packet_is_judged_for_itself(void **state)
{
	(void)state;
	put_esp(REMOTE, "\0\0\0\0");
	put_esp(REMOTE, LOCAL);
	put_esp(REMOTE, OTHER);
	put_esp(LOCAL, LOCAL);
	put_esp(REMOTE, LOCAL);
	fixture_put(frame, fixture_udp(frame, REMOTE, 40000, LOCAL, PORT_S, 20));
	memset(fixture_ipv4(frame, REMOTE, LOCAL, WIRE_PROTOCOL_ESP, 64), 0, 64);
	put_changed(WIRE_IPV4_FRAGMENT_AT, WIRE_IPV4_MORE >> 8); /* a fragment */
	put_changed(0, 0x46);                                    /* options */
	parse(&fx.path, &fx.burst);
	guard(&fx.path, &fx.burst);
	assert_int_equal(fx.burst.count, 3);
	assert_int_equal(fx.counters.dropped[DROP_IP_EXTENSION], 1);
	assert_int_equal(fx.counters.dropped[DROP_OTHER_HOST], 2);
	assert_int_equal(fx.counters.dropped[DROP_REFLECTED], 1);
	assert_int_equal(fx.counters.dropped[DROP_PLAIN_PROTECTED_PORT], 1);
	fixture_free_burst();
}

/* INT-2: its source is the protected host itself; whatever it carries, and to whomever. */
static void own_source_is_a_reflection(void **state)
{
	static const uint8_t protocols[] = {
		WIRE_PROTOCOL_ESP, WIRE_PROTOCOL_UDP, WIRE_PROTOCOL_ICMP};

	(void)state;
	for (size_t i = 0; i < sizeof(protocols); i++) {
		memset(fixture_ipv4(frame, LOCAL, i ? LOCAL : REMOTE, protocols[i], 64), 0, 64);
		guard_one(WIRE_ETHER_LEN + WIRE_IPV4_LEN + 64);
		fixture_expect_drop(DROP_REFLECTED);
	}
}

static void ipv6_extensions_to_the_host_drop(void **state)
{
	struct net_address host = {.family = NET_IPV6};
	uint8_t *ip = frame + WIRE_ETHER_LEN;

	(void)state;
	memcpy(host.bytes, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	policy_add_host(&fx.policy, &host, fx.rules);
	memset(frame, 0, sizeof(frame));
	bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, WIRE_TYPE_IPV6);
	ip[0] = 0x60;
	ip[5] = 64;
	ip[WIRE_IPV6_SOURCE_AT] = 0x20;
	memcpy(ip + WIRE_IPV6_TARGET_AT, host.bytes, 16);
	ip[WIRE_IPV6_NEXT_AT] = WIRE_AUTHENTICATION;
	guard_one(WIRE_ETHER_LEN + WIRE_IPV6_LEN + 64);
	fixture_expect_drop(DROP_IP_EXTENSION);
	ip[WIRE_IPV6_NEXT_AT] = WIRE_PROTOCOL_ICMP; /* of the other family: no ICMP here */
	guard_one(WIRE_ETHER_LEN + WIRE_IPV6_LEN + 64);
	fixture_expect_drop(DROP_PLAIN_OTHER_PORT);
	ip[WIRE_IPV6_NEXT_AT] = WIRE_PROTOCOL_ESP;
	guard_one(WIRE_ETHER_LEN + WIRE_IPV6_LEN + 64);
	fixture_expect(1, 0);
}

/* A second host: what is protected at the one is not at the other. */
static struct policy_rules *add_other(unsigned pass)
{
	const struct net_address host = {.bytes = {198, 51, 100, 24}, .family = NET_IPV4};
	struct policy_rules *rules = policy_add_rules(&fx.policy, pass);

	policy_add_host(&fx.policy, &host, rules);
	policy_set_port(rules->protected_ports, 7100);
	policy_set_port(rules->unprotected_ports, 5070);
	return rules;
}

static void each_host_has_its_ports(void **state)
{
	(void)state;
	add_other(0);
	guard_one(fixture_udp(frame, REMOTE, 40000, OTHER, 7100, 20));
	fixture_expect_drop(DROP_PLAIN_PROTECTED_PORT);
	guard_one(fixture_udp(frame, REMOTE, 40000, LOCAL, 7100, 20));
	fixture_expect_drop(DROP_PLAIN_OTHER_PORT);
	guard_one(fixture_udp(frame, REMOTE, 40000, OTHER, PORT_S, 20));
	fixture_expect_drop(DROP_PLAIN_OTHER_PORT);
	guard_one(fixture_udp(frame, REMOTE, 40000, OTHER, 5060, 20));
	fixture_expect_drop(DROP_PLAIN_OTHER_PORT);
	guard_one(fixture_udp(frame, REMOTE, 40000, OTHER, 5070, 20));
	fixture_expect(0, 1);
	fixture_free_burst();
	/* One rate for all. */
	token_bucket_init(&fx.path.plain_sip, 1, 1000, 0);
	guard_one(fixture_udp(frame, REMOTE, 40000, LOCAL, 5060, 20));
	fixture_expect(0, 1);
	fixture_free_burst();
	guard_one(fixture_udp(frame, REMOTE, 40000, OTHER, 5070, 20));
	fixture_expect_drop(DROP_PLAIN_RATE);
	/* Each of them is inside. */
	guard_one(fixture_udp(frame, OTHER, 40000, LOCAL, 5060, 20));
	fixture_expect_drop(DROP_REFLECTED);
}

static void what_else_passes_is_the_hosts(void **state)
{
	static const struct {
		uint8_t protocol;
		unsigned pass;
	} kinds[] = {{WIRE_PROTOCOL_ICMP, POLICY_PASS_ICMP}, {WIRE_PROTOCOL_UDP, POLICY_PASS_UDP},
		{WIRE_PROTOCOL_TCP, POLICY_PASS_TCP}, {132, POLICY_PASS_OTHER},
		{WIRE_PROTOCOL_ICMPV6, POLICY_PASS_OTHER}};
	struct policy_rules *rules = add_other(0);

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		uint8_t *payload = fixture_ipv4(frame, REMOTE, OTHER, kinds[i].protocol, 40);

		memset(payload, 0, 40);
		bytes_store_be16(payload + 2, 22);
		for (unsigned pass = 0; pass < 16; pass++) {
			rules->pass = pass;
			guard_one(WIRE_ETHER_LEN + WIRE_IPV4_LEN + 40);
			if (pass & kinds[i].pass) {
				fixture_expect(0, 1);
				fixture_free_burst();
			} else {
				fixture_expect_drop(DROP_PLAIN_OTHER_PORT);
			}
		}
	}
	/* Never to a protected port. */
	guard_one(fixture_udp(frame, REMOTE, 40000, OTHER, 7100, 20));
	fixture_expect_drop(DROP_PLAIN_PROTECTED_PORT);
}

/* RFC 4861, RFC 2710, RFC 3810: without them nobody finds the host. */
static void neighbour_discovery_always_passes(void **state)
{
	const struct net_address host = {
		.bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}, .family = NET_IPV6};
	uint8_t *ip = frame + WIRE_ETHER_LEN;

	(void)state;
	policy_add_host(&fx.policy, &host, add_other(0));
	memset(frame, 0, sizeof(frame));
	bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, WIRE_TYPE_IPV6);
	ip[0] = 0x60;
	ip[WIRE_IPV6_NEXT_AT] = WIRE_PROTOCOL_ICMPV6;
	memcpy(ip + WIRE_IPV6_TARGET_AT, host.bytes, 16);
	guard_one(WIRE_ETHER_LEN + WIRE_IPV6_LEN);
	fixture_expect_drop(DROP_PLAIN_OTHER_PORT);
	ip[5] = 8;
	for (unsigned type = 0; type < 256; type++) {
		ip[WIRE_IPV6_LEN] = (uint8_t)type;
		guard_one(WIRE_ETHER_LEN + WIRE_IPV6_LEN + 8);
		if ((type >= 130 && type <= 137) || type == 143) {
			fixture_expect(0, 1);
			fixture_free_burst();
		} else {
			fixture_expect_drop(DROP_PLAIN_OTHER_PORT);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, fixture_setup, fixture_teardown, NULL}
		T("INT-3 ARP and ICMP pass", arp_and_icmp_pass),
		T("INT-3 plain to protected ports drops", plain_to_protected_ports_drops),
		T("INT-3 plain to other ports drops", plain_to_other_ports_drops),
		T("P-PORT unprotected SIP passes within its rate",
			unprotected_sip_passes_within_its_rate),
		T("INT-3 too short for ports drops", too_short_for_ports_drops),
		T("INT-3 other hosts drop", other_hosts_drop),
		T("INT-3 each packet is judged for itself", each_packet_is_judged_for_itself),
		T("INT-2 own source is a reflection", own_source_is_a_reflection),
		T("INT-3 IPv6 extensions to the host drop", ipv6_extensions_to_the_host_drop),
		T("P-PORT each host has its ports", each_host_has_its_ports),
		T("P-PORT what else passes is the host's", what_else_passes_is_the_hosts),
		T("INT-3 neighbour discovery always passes", neighbour_discovery_always_passes),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
