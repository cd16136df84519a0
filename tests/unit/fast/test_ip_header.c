/* SPDX-License-Identifier: BSD-3-Clause */
#include "ip_header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bytes.h"
#include "random.h"

#define BY         8
#define LINK_MAX   (WIRE_ETHER_LEN + WIRE_TAGS_MAX * WIRE_TAG_LEN)
#define HEADER_MAX 60

/* What is moved, and where to. */
struct shape {
	unsigned link_len, header_len;
	int by;
};

/* The number-th of all that there are for IPv4; the first one is what nearly every packet is. */
static struct shape shape_of(unsigned number)
{
	static const unsigned links[] = {WIRE_ETHER_LEN, WIRE_ETHER_LEN + WIRE_TAG_LEN, LINK_MAX};
	static const unsigned headers[] = {WIRE_IPV4_LEN, 24, HEADER_MAX};

	return (struct shape){.by = number % 2 ? -BY : BY,
		.link_len = links[number / 2 % 3],
		.header_len = headers[number / 6 % 3]};
}

/* Returns the header, moved and changed. */
static const uint8_t *rewrite(const struct shape *shape, const uint8_t *ip, uint8_t family,
	unsigned len, uint8_t protocol)
{
	static uint8_t memory[BY + LINK_MAX + HEADER_MAX + BY];
	uint8_t *frame = memory + BY;

	for (unsigned i = 0; i < shape->link_len; i++)
		frame[i] = (uint8_t)(0xa0 + i);
	memcpy(frame + shape->link_len, ip, shape->header_len);
	assert_ptr_equal(ip_header_rewrite(frame, shape->link_len, shape->by, family,
				 shape->header_len, len, protocol),
		frame + shape->link_len + shape->by);
	frame += shape->by;
	for (unsigned i = 0; i < shape->link_len; i++)
		assert_int_equal(frame[i], 0xa0 + i);
	return frame + shape->link_len;
}

/* RFC 1624: what follows from the change is what a whole sum would give, to the bit. */
static void rewritten_is_set(void **state)
{
	static const uint8_t protocols[] = {
		0, WIRE_PROTOCOL_TCP, WIRE_PROTOCOL_UDP, WIRE_PROTOCOL_ESP, 255};
	uint8_t first[HEADER_MAX], set[HEADER_MAX];

	(void)state;
	for (unsigned len = HEADER_MAX; len <= UINT16_MAX; len++) {
		const struct shape shape = shape_of(len);
		const uint8_t *changed;

		for (unsigned i = 0; i < sizeof(first); i++)
			first[i] = (uint8_t)(len * 131 + i * 29);
		first[0] = (uint8_t)(0x40 | shape.header_len / 4);
		ip_header_set(first, NET_IPV4, shape.header_len, UINT16_MAX - len % 1500,
			protocols[len % sizeof(protocols)]);
		memcpy(set, first, sizeof(first));
		changed = rewrite(&shape, first, NET_IPV4, len, protocols[len / 7 % 5]);
		ip_header_set(set, NET_IPV4, shape.header_len, len, protocols[len / 7 % 5]);
		assert_memory_equal(changed, set, shape.header_len);
		assert_true(ip_header_checksum_ok(changed, shape.header_len));
	}
}

static void wrong_stays_wrong(void **state)
{
	uint8_t ip[HEADER_MAX] = {0};

	(void)state;
	for (unsigned number = 0; number < 18; number++) {
		const struct shape shape = shape_of(number);

		ip[0] = (uint8_t)(0x40 | shape.header_len / 4);
		ip_header_set(ip, NET_IPV4, shape.header_len, 100, WIRE_PROTOCOL_ESP);
		ip[WIRE_IPV4_CHECKSUM_AT] ^= 1;
		assert_false(ip_header_checksum_ok(
			rewrite(&shape, ip, NET_IPV4, 80, WIRE_PROTOCOL_UDP), shape.header_len));
	}
}

static void ipv6_has_no_checksum(void **state)
{
	uint8_t ip[WIRE_IPV6_LEN] = {0x60};

	(void)state;
	ip[WIRE_IPV6_NEXT_AT] = WIRE_PROTOCOL_ESP;
	for (unsigned number = 0; number < 6; number++) {
		struct shape shape = shape_of(number);
		const uint8_t *changed;

		shape.header_len = WIRE_IPV6_LEN;
		changed = rewrite(&shape, ip, NET_IPV6, WIRE_IPV6_LEN + 300, WIRE_PROTOCOL_TCP);
		assert_int_equal(bytes_load_be16(changed + WIRE_IPV6_PAYLOAD_AT), 300);
		assert_int_equal(changed[WIRE_IPV6_NEXT_AT], WIRE_PROTOCOL_TCP);
		assert_memory_equal(changed + WIRE_IPV6_SOURCE_AT, ip + WIRE_IPV6_SOURCE_AT, 32);
	}
}

/* Octets that make carries: mostly 0x00 and 0xff. */
static uint8_t octet(struct random *random)
{
	uint32_t number = random_u32(random);

	return number % 4 == 0 ? (uint8_t)(number >> 8) : number % 4 == 1 ? 0x00 : 0xff;
}

static void both_sums_agree(void **state)
{
	uint64_t seed = 1;
	struct random random = random_seeded(&seed);
	unsigned right = 0;

	(void)state;
	for (unsigned round = 0; round < 1000000; round++) {
		uint8_t ip[WIRE_IPV4_LEN];
		uint32_t change = random_u32(&random);
		bool ok;

		for (unsigned i = 0; i < sizeof(ip); i++)
			ip[i] = octet(&random);
		ip[0] = 0x45;
		ip_header_set(ip, NET_IPV4, WIRE_IPV4_LEN, bytes_load_be16(ip + WIRE_IPV4_TOTAL_AT),
			ip[WIRE_IPV4_PROTOCOL_AT]);
		if (change % 2) /* one octet, by one: what a lost or an invented carry makes */
			ip[1 + change / 4 % (sizeof(ip) - 1)] += change & 2 ? 1 : 0xff;
		ok = ip_header_checksum_ok(ip, sizeof(ip));
		assert_int_equal(ip_header_checksum_ok_20(ip), ok);
		right += ok;
	}
	assert_in_range(right, 1, 999999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-ESP rewritten is set", rewritten_is_set, NULL, NULL, NULL},
		{"wrong stays wrong", wrong_stays_wrong, NULL, NULL, NULL},
		{"both sums agree", both_sums_agree, NULL, NULL, NULL},
		{"IPv6 has no checksum", ipv6_has_no_checksum, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
