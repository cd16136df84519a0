/* SPDX-License-Identifier: BSD-3-Clause */
/* The owner of an address pair against DPDK's Toeplitz hash with the same key: what a NIC would
 * say. */
#include "sa_owner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <rte_thash.h>

#include "random.h"

#define ROUNDS    20000
#define KEY_LEN   40
#define SEED      203
#define WORKERS   16
#define RETA_SIZE 512 /* of a NIC with more places than the owner's table */

static uint8_t key[KEY_LEN];

static int make_key(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KEY_LEN; i += 2) {
		key[i] = SA_OWNER_KEY >> 8;
		key[i + 1] = SA_OWNER_KEY & 0xff;
	}
	return 0;
}

/* A pair of random addresses; IPv4 ones leave the rest zero. */
static struct sa_parameters pair(const struct random *random, enum net_family family)
{
	struct sa_parameters sa = {
		.local.family = (uint8_t)family, .remote.family = (uint8_t)family};
	size_t len = family == NET_IPV4 ? 4 : 16;

	random_fill(random, sa.local.bytes, len);
	random_fill(random, sa.remote.bytes, len);
	return sa;
}

/* What a NIC hashes: source, then destination, as host-order words of the network's octets. */
static uint32_t softrss(const struct net_address *source, const struct net_address *target)
{
	unsigned len = source->family == NET_IPV4 ? 4 : 16, words = len / 4;
	uint32_t tuple[8];

	for (unsigned i = 0; i < words; i++) {
		memcpy(&tuple[i], source->bytes + 4 * i, 4);
		memcpy(&tuple[words + i], target->bytes + 4 * i, 4);
	}
	for (unsigned i = 0; i < 2 * words; i++)
		tuple[i] = rte_be_to_cpu_32(tuple[i]);
	return rte_softrss(tuple, 2 * words, key);
}

static void is_what_rss_says(enum net_family family)
{
	uint64_t seed = SEED;
	const struct random random = random_seeded(&seed);

	for (uint32_t workers = 1; workers <= WORKERS; workers++) {
		struct sa_owner owner;

		sa_owner_init(&owner, workers);
		for (unsigned round = 0; round < ROUNDS; round++) {
			struct sa_parameters sa = pair(&random, family);
			uint32_t place = softrss(&sa.remote, &sa.local) % RETA_SIZE;

			assert_int_equal(
				sa_owner_of(&owner, &sa), place % SA_OWNER_SLOTS % workers);
		}
	}
}

static void ipv4_is_what_rss_says(void **state)
{
	(void)state;
	is_what_rss_says(NET_IPV4);
}

static void ipv6_is_what_rss_says(void **state)
{
	(void)state;
	is_what_rss_says(NET_IPV6);
}

static void both_directions_have_one_owner(void **state)
{
	uint64_t seed = SEED;
	const struct random random = random_seeded(&seed);
	struct sa_owner owner;

	(void)state;
	sa_owner_init(&owner, WORKERS);
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct sa_parameters sa = pair(&random, round % 2 ? NET_IPV6 : NET_IPV4), turned;

		turned = sa;
		turned.local = sa.remote;
		turned.remote = sa.local;
		assert_int_equal(sa_owner_of(&owner, &sa), sa_owner_of(&owner, &turned));
		assert_int_equal(softrss(&sa.local, &sa.remote), softrss(&sa.remote, &sa.local));
	}
}

/* As the packet path asks: the two addresses side by side in an IP header. */
static void addresses_in_a_header_come_to_the_same(void **state)
{
	uint64_t seed = SEED;
	const struct random random = random_seeded(&seed);
	struct sa_owner owner;

	(void)state;
	sa_owner_init(&owner, 3);
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct sa_parameters sa = pair(&random, round % 2 ? NET_IPV6 : NET_IPV4);
		unsigned len = round % 2 ? 16 : 4;
		uint8_t header[32];

		memcpy(header, sa.remote.bytes, len);
		memcpy(header + len, sa.local.bytes, len);
		assert_int_equal(sa_owner_worker(&owner, sa_owner_fold(header, 2 * len)),
			sa_owner_of(&owner, &sa));
	}
}

/* UEs of one pool of addresses, one after the other, as they talk to one host. */
static void neighbours_are_spread(void **state)
{
	struct sa_parameters sa = {
		.local = {{203, 0, 113, 9}, NET_IPV4}, .remote = {{10, 0, 0, 0}, NET_IPV4}};
	unsigned count[WORKERS] = {0};
	struct sa_owner owner;

	(void)state;
	sa_owner_init(&owner, WORKERS);
	for (unsigned ue = 0; ue < 4096; ue++) {
		sa.remote.bytes[2] = (uint8_t)(ue >> 8);
		sa.remote.bytes[3] = (uint8_t)ue;
		count[sa_owner_of(&owner, &sa)]++;
	}
	for (unsigned w = 0; w < WORKERS; w++)
		assert_in_range(count[w], 4096 / WORKERS / 2, 4096 / WORKERS * 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"the owner of IPv4 addresses is the queue that RSS chooses", ipv4_is_what_rss_says,
			NULL, NULL, NULL},
		{"the owner of IPv6 addresses is the queue that RSS chooses", ipv6_is_what_rss_says,
			NULL, NULL, NULL},
		{"both directions have one owner", both_directions_have_one_owner, NULL, NULL,
			NULL},
		{"addresses in a header come to the same as those of an SA",
			addresses_in_a_header_come_to_the_same, NULL, NULL, NULL},
		{"UEs of one network are spread over the workers", neighbours_are_spread, NULL,
			NULL, NULL},
	};

	return cmocka_run_group_tests_name("sa_owner", tests, make_key, NULL);
}
