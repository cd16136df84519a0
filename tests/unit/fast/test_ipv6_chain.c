/* SPDX-License-Identifier: BSD-3-Clause */
#include "ipv6_chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire.h"

#define NONE 255 /* ends a row of kinds */

static uint8_t packet[4096];

/* Headers of these kinds, units * 8 octets each beyond the first 8, then protocol. Returns their
 * octets, the base header included. */
static unsigned build(const uint8_t *kinds, uint8_t units, uint8_t protocol)
{
	unsigned at = WIRE_IPV6_LEN, next_at = WIRE_IPV6_NEXT_AT;

	memset(packet, 0, sizeof(packet));
	for (; *kinds != NONE; kinds++) {
		packet[next_at] = *kinds;
		next_at = at;
		packet[at + 1] = *kinds == WIRE_FRAGMENT ? 0x5a : units; /* there it is reserved */
		at += *kinds == WIRE_FRAGMENT ? 8u : 8u + units * 8u;
	}
	packet[next_at] = protocol;
	return at;
}

static void carried_chains(void **state)
{
	static const struct {
		uint8_t kinds[9];
		uint8_t repeated; /* headers that every fragment repeats */
	} rows[] = {
		{{NONE}, 0},
		{{WIRE_HOP_BY_HOP, NONE}, 1},
		{{WIRE_DESTINATION, NONE}, 0},
		{{WIRE_ROUTING, NONE}, 1},
		{{WIRE_FRAGMENT, NONE}, 0},
		{{WIRE_HOP_BY_HOP, WIRE_DESTINATION, WIRE_ROUTING, WIRE_FRAGMENT, WIRE_DESTINATION,
			 NONE},
			3},
		{{60, 60, 60, 60, 60, 60, 60, 60, NONE}, 0},
	};
	static const uint8_t protocols[] = {6, 17, 50, 58, 59, 89};

	(void)state;
	for (unsigned row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		for (uint8_t units = 0; units < 3; units++) {
			uint8_t protocol = protocols[row % sizeof(protocols)];
			unsigned len = build(rows[row].kinds, units, protocol);
			struct ipv6_chain chain;

			assert_true(ipv6_chain_walk(packet, len, &chain));
			assert_int_equal(chain.len, len);
			assert_int_equal(chain.protocol, protocol);
			assert_int_equal(packet[ipv6_chain_last(packet, len)], protocol);
			assert_int_equal(chain.hop_len,
				WIRE_IPV6_LEN + rows[row].repeated * (8 + units * 8));
			for (unsigned cut = WIRE_IPV6_LEN; cut < len; cut++)
				assert_false(ipv6_chain_walk(packet, cut, &chain));
		}
	}
}

static void chains_that_are_not_looked_through(void **state)
{
	static const uint8_t rows[][10] = {
		{WIRE_DESTINATION, WIRE_HOP_BY_HOP, NONE}, /* only first, RFC 8200 §4.1 */
		{WIRE_HOP_BY_HOP, WIRE_HOP_BY_HOP, NONE},
		{WIRE_AUTHENTICATION, NONE},
		{WIRE_MOBILITY, NONE},
		{WIRE_HIP, NONE},
		{WIRE_SHIM6, NONE},
		{60, 60, 60, 60, 60, 60, 60, 60, 60, NONE},
	};
	struct ipv6_chain chain;
	unsigned len;

	(void)state;
	for (unsigned row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		len = build(rows[row], 0, WIRE_PROTOCOL_UDP);
		assert_false(ipv6_chain_walk(packet, len + 100, &chain));
	}
	/* A route that goes on from here. */
	len = build((const uint8_t[]){WIRE_ROUTING, NONE}, 0, WIRE_PROTOCOL_UDP);
	packet[WIRE_IPV6_LEN + WIRE_ROUTING_LEFT_AT] = 1;
	assert_false(ipv6_chain_walk(packet, len + 100, &chain));
	/* A header that is longer than its packet. */
	len = build((const uint8_t[]){WIRE_DESTINATION, NONE}, 255, WIRE_PROTOCOL_UDP);
	assert_false(ipv6_chain_walk(packet, len - 1, &chain));
	assert_true(ipv6_chain_walk(packet, len, &chain));
}

static void a_fragment_ends_the_walk(void **state)
{
	static const uint8_t kinds[] = {WIRE_HOP_BY_HOP, WIRE_FRAGMENT, WIRE_DESTINATION, NONE};
	static const uint8_t offsets[][2] = {{0, 1}, {0, 8}, {0, 9}, {0xff, 0xf8}};
	unsigned len = build(kinds, 0, WIRE_PROTOCOL_UDP);
	struct ipv6_chain chain;

	(void)state;
	for (unsigned i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		memcpy(packet + 48 + WIRE_FRAGMENT_AT, offsets[i], 2);
		assert_true(ipv6_chain_walk(packet, len, &chain));
		assert_int_equal(chain.protocol, WIRE_FRAGMENT);
		assert_int_equal(chain.len, 48);
		assert_int_equal(chain.hop_len, 48);
		assert_int_equal(chain.hop_next_at, 40);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, NULL, NULL, NULL}
		T("INT-3 carried chains", carried_chains),
		T("INT-3 chains that are not looked through", chains_that_are_not_looked_through),
		T("INT-3 a fragment ends the walk", a_fragment_ends_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
