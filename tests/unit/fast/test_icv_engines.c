/* SPDX-License-Identifier: BSD-3-Clause */
/* Our own kernels against IPsec-MB, burst by burst: keys, lengths, content and company at random.
 * Each packet's data ends or begins at a page that nobody may touch.
 *   UNIT_SEED=N            the run that failed, again
 *   ICV_ENGINES_BURSTS=N   longer, or shorter */
#include "icv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "../seed.h"
#include "burst.h"

#define BURSTS       32000 /* two million packets */
#define MIXED_BURSTS 4000
#define LEN_MAX      9000
#define PAGE         4096u
#define ROOM         (3 * PAGE)
#define SA_COUNT     256
#define KEYS         40

static struct icv *own, *library;
static uint8_t *rooms[BURST_MAX];
static struct sa_entry sas[SA_COUNT];
static struct icv_packet packets[2][BURST_MAX];
static uint8_t tags[2][BURST_MAX][SA_ICV_LEN + 4];
static struct random random_numbers;
static uint64_t seed;

static uint32_t below(uint32_t limit)
{
	return random_u32(&random_numbers) % limit;
}

static void key_sas(void)
{
	for (unsigned i = 0; i < SA_COUNT; i++) {
		uint8_t key[SA_KEY_MAX], states[2][SA_HASH_STATE_LEN];

		sas[i].algorithm = i % 2 ? SA_HMAC_MD5_96 : SA_HMAC_SHA_1_96;
		random_fill(&random_numbers, key, sizeof(key));
		icv_key_states(library, sas[i].algorithm, key, states);
		memcpy(sas[i].inner, states[0], sizeof(sas[i].inner));
		memcpy(sas[i].outer, states[1], sizeof(sas[i].outer));
	}
}

static int open_engines(void **state)
{
	(void)state;
	random_numbers = seed_random(&seed);
	if (icv_open(ICV_IPSEC_MB, &library) != 0 || icv_open(ICV_AUTO, &own) != 0)
		return -1;
	key_sas();
	for (unsigned i = 0; i < BURST_MAX; i++) {
		uint8_t *pages =
			mmap(NULL, ROOM + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (pages == MAP_FAILED || mprotect(pages + PAGE, ROOM, PROT_READ | PROT_WRITE) < 0)
			return -1;
		rooms[i] = pages + PAGE;
		random_fill(&random_numbers, rooms[i], ROOM);
	}
	return 0;
}

static int close_engines(void **state)
{
	(void)state;
	for (unsigned i = 0; i < BURST_MAX; i++)
		munmap(rooms[i] - PAGE, ROOM + 2 * PAGE);
	icv_close(own);
	icv_close(library);
	return 0;
}

/* One length for all, of the kinds that a burst may have: where padding needs a block of its own,
 * short, SIP, anything. */
static uint32_t any_len(unsigned kind)
{
	switch (kind) {
	case 0:
		return below(4) * 64 + 52 + below(14);
	case 1:
		return below(130);
	case 2:
		return below(1500);
	default:
		return below(LEN_MAX + 1);
	}
}

static void put(unsigned i, unsigned sa, uint32_t len)
{
	uint8_t *data = rooms[i] + (below(2) ? ROOM - len : 0);

	random_fill(&random_numbers, data, len < 32 ? len : 32);
	for (unsigned e = 0; e < 2; e++) {
		memset(tags[e][i], 0xa5, sizeof(tags[e][i]));
		packets[e][i] = (struct icv_packet){
			.sa = &sas[sa], .data = data, .len = len, .tag = tags[e][i]};
	}
}

static void skip_without_avx512(void)
{
	if (icv_engine(own) != ICV_IPSEC_MB)
		return;
	print_message("# this CPU has no AVX-512: nothing to compare\n");
	skip();
}

static void compare(unsigned count)
{
	icv_compute(own, packets[0], count);
	icv_compute(library, packets[1], count);
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(packets[0][i].done, packets[0][i].len > 0);
		assert_int_equal(packets[1][i].done, packets[1][i].len > 0);
		assert_memory_equal(tags[0][i], tags[1][i], sizeof(tags[0][i]));
	}
}

static void compare_burst(void)
{
	unsigned count = 1 + below(BURST_MAX), kind = below(8), same = any_len(kind % 4);
	unsigned first_sa = below(3); /* 0, 1: one algorithm; 2: both */

	for (unsigned i = 0; i < count; i++) {
		uint32_t len = kind < 4 ? any_len(kind) : same;

		put(i, first_sa < 2 ? below(SA_COUNT / 2) * 2 + first_sa : below(SA_COUNT), len);
	}
	compare(count);
}

/* Nearly full bursts of one algorithm, some packets short and the others of any length up to one
 * that is drawn for the burst: groups of packets end at many different times. */
static void short_and_long_ones(void **state)
{
	(void)state;
	skip_without_avx512();
	for (unsigned round = 0; round < MIXED_BURSTS; round++) {
		unsigned count = BURST_MAX * 3 / 4 + below(BURST_MAX / 4 + 1);
		uint32_t longest = 1 + below(LEN_MAX), shorts = below(10);

		for (unsigned i = 0; i < count; i++)
			put(i, below(SA_COUNT / 2) * 2 + round % 2,
				below(10) < shorts ? 1 + below(120) : 1 + below(longest));
		compare(count);
	}
}

static void own_kernels_against_library(void **state)
{
	const char *given = getenv("ICV_ENGINES_BURSTS");
	unsigned long bursts = given ? strtoul(given, NULL, 0) : BURSTS;

	(void)state;
	skip_without_avx512();
	for (unsigned long i = 0; i < bursts; i++)
		compare_burst();
}

/* A packet as long as IP has them, alone or beside others, which end long before it. */
static void the_longest_one(void **state)
{
	uint8_t *data = malloc(ICV_LEN_MAX);

	(void)state;
	skip_without_avx512();
	assert_non_null(data);
	random_fill(&random_numbers, data, ICV_LEN_MAX);
	for (unsigned count = 1; count <= BURST_MAX; count += 9)
		for (unsigned algorithm = 0; algorithm < 2; algorithm++) {
			unsigned longest = below(count);

			for (unsigned i = 0; i < count; i++)
				put(i, below(SA_COUNT / 2) * 2 + algorithm, 1 + below(1500));
			for (unsigned e = 0; e < 2; e++) {
				packets[e][longest].data = data;
				packets[e][longest].len = ICV_LEN_MAX;
			}
			compare(count);
		}
	free(data);
}

/* As many keys at once as one likes, each as if it were alone; none is written beyond. */
static void keys_at_once(void **state)
{
	(void)state;
	skip_without_avx512();
	for (unsigned count = 1; count <= KEYS; count++) {
		uint8_t keys[KEYS][SA_KEY_MAX], states[KEYS + 1][2][SA_HASH_STATE_LEN];
		enum sa_algorithm algorithm = below(2) ? SA_HMAC_MD5_96 : SA_HMAC_SHA_1_96;
		struct icv_key at_once[KEYS];
		uint8_t alone[2][SA_HASH_STATE_LEN];

		memset(states, 0xa5, sizeof(states));
		for (unsigned i = 0; i < count; i++) {
			random_fill(&random_numbers, keys[i], sizeof(keys[i]));
			at_once[i] = (struct icv_key){keys[i], states[i]};
		}
		icv_keys_states(own, algorithm, at_once, count);
		for (unsigned i = 0; i < count; i++) {
			icv_key_states(library, algorithm, keys[i], alone);
			assert_memory_equal(states[i], alone, sizeof(alone));
		}
		for (unsigned i = 0; i < sizeof(states[count]); i++)
			assert_int_equal(((uint8_t *)states[count])[i], 0xa5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-ESP INT-2 own kernels against library", own_kernels_against_library, NULL, NULL,
			NULL},
		{"P-ESP short and long ones", short_and_long_ones, NULL, NULL, NULL},
		{"P-ESP the longest one", the_longest_one, NULL, NULL, NULL},
		{"P-ESP keys at once", keys_at_once, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, open_engines, close_engines);
}
