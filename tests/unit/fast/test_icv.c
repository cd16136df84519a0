/* SPDX-License-Identifier: BSD-3-Clause */
#include "icv.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../seed.h"
#include "../vectors.h"
#include "burst.h"

#define DATA_MAX 256

static struct icv *icv;

static int open_engine(void **state)
{
	const enum icv_engine *engine = *state;
	int error = icv_open(*engine, &icv);

	if (error == -ENOTSUP && *engine == ICV_AVX512)
		icv = NULL; /* this CPU has none: its tests are skipped */
	else if (error)
		return -1;
	return 0;
}

static int close_engine(void **state)
{
	(void)state;
	icv_close(icv);
	return 0;
}

static void key_sa(struct sa_entry *sa, enum sa_algorithm algorithm, const uint8_t *key)
{
	uint8_t states[2][SA_HASH_STATE_LEN];

	icv_key_states(icv, algorithm, key, states);
	sa->algorithm = (uint8_t)algorithm;
	memcpy(sa->inner, states[0], sizeof(sa->inner));
	memcpy(sa->outer, states[1], sizeof(sa->outer));
}

/* A key shorter than IK_ESP is the same key with zeros behind it (RFC 2104 §2). Longer ones, which
 * an SA can not have, are left out. */
static unsigned check_vector(const json_t *vector)
{
	bool md5 = strcmp(vectors_text(vector, "alg"), "HMAC-MD5") == 0;
	enum sa_algorithm algorithm = md5 ? SA_HMAC_MD5_96 : SA_HMAC_SHA_1_96;
	size_t key_len = (size_t)json_integer_value(vectors_get(vector, "key_len"));
	size_t len = (size_t)json_integer_value(vectors_get(vector, "data_len"));
	uint8_t key[SA_KEY_MAX] = {0}, data[DATA_MAX], expected[SA_ICV_LEN], tag[SA_ICV_LEN];
	struct sa_entry sa;
	struct icv_packet packet = {.sa = &sa, .data = data, .len = (uint32_t)len, .tag = tag};

	if (key_len > sa_key_len(algorithm))
		return 0;
	assert_true(len <= sizeof(data));
	vectors_hex(vector, "key", key, key_len);
	vectors_hex(vector, "data", data, len);
	vectors_hex(vector, "digest_96", expected, sizeof(expected));
	key_sa(&sa, algorithm, key);
	icv_compute(icv, &packet, 1);
	assert_true(packet.done);
	assert_memory_equal(tag, expected, sizeof(tag));
	return 1;
}

static void rfc_2202_test_cases(void **state)
{
	json_t *root = vectors_load("hmac-rfc2202.json"), *vector;
	unsigned checked = 0;
	size_t i;

	(void)state;
	if (!icv)
		skip();
	json_array_foreach(vectors_get(root, "cases"), i, vector) checked += check_vector(vector);
	assert_true(checked >= 8);
	json_decref(root);
}

struct sample {
	struct sa_entry sa;
	uint8_t data[1600], alone[SA_ICV_LEN];
	/* Guarded: neither a tag too long nor one too short goes unseen. */
	uint8_t tag[SA_ICV_LEN + 4];
	uint32_t len;
};

static void fill_samples(struct sample *samples, const struct random *random)
{
	for (unsigned i = 0; i < BURST_MAX; i++) {
		uint8_t key[SA_KEY_MAX];
		struct icv_packet packet;

		random_fill(random, key, sizeof(key));
		random_fill(random, samples[i].data, sizeof(samples[i].data));
		key_sa(&samples[i].sa, random_u32(random) & 1 ? SA_HMAC_MD5_96 : SA_HMAC_SHA_1_96,
			key);
		samples[i].len = 1 + random_u32(random) % sizeof(samples[i].data);
		packet = (struct icv_packet){.sa = &samples[i].sa,
			.data = samples[i].data,
			.len = samples[i].len,
			.tag = samples[i].alone};
		icv_compute(icv, &packet, 1);
		assert_true(packet.done);
	}
}

/* Each packet's tag is its own, whatever company it is in. */
static void bursts_of_every_size(void **state)
{
	static struct sample samples[BURST_MAX];
	uint64_t seed;
	struct random random = seed_random(&seed);

	(void)state;
	if (!icv)
		skip();
	fill_samples(samples, &random);
	for (unsigned count = 1; count <= BURST_MAX; count++) {
		struct icv_packet packets[BURST_MAX];

		for (unsigned i = 0; i < count; i++) {
			memset(samples[i].tag, 0xa5, sizeof(samples[i].tag));
			packets[i] = (struct icv_packet){.sa = &samples[i].sa,
				.data = samples[i].data,
				.len = samples[i].len,
				.tag = samples[i].tag};
		}
		icv_compute(icv, packets, count);
		for (unsigned i = 0; i < count; i++) {
			assert_true(packets[i].done);
			assert_memory_equal(samples[i].tag, samples[i].alone, SA_ICV_LEN);
			assert_memory_equal(samples[i].tag + SA_ICV_LEN, "\xa5\xa5\xa5\xa5", 4);
		}
	}
}

/* What the engine refuses must not count as authentic, and must not hold up the others. */
static void refused_packet_is_not_done(void **state)
{
	static const enum sa_algorithm algorithms[] = {SA_HMAC_MD5_96, SA_HMAC_SHA_1_96};

	(void)state;
	if (!icv)
		skip();
	for (unsigned a = 0; a < 2; a++) {
		uint8_t key[SA_KEY_MAX] = {1}, data[64] = {0}, tag[SA_ICV_LEN], again[SA_ICV_LEN];
		struct sa_entry sa;
		struct icv_packet bad = {.sa = &sa, .data = data, .len = 0, .tag = tag};
		struct icv_packet good = {.sa = &sa, .data = data, .len = 64, .tag = again};

		key_sa(&sa, algorithms[a], key);
		bad.done = true;
		icv_compute(icv, &bad, 1);
		assert_false(bad.done);
		icv_compute(icv, &good, 1);
		assert_true(good.done);
	}
}

static void engine_that_runs(void **state)
{
	(void)state;
	if (!icv)
		skip();
	assert_int_equal(icv_engine(icv), ICV_AVX512);
}

int main(void)
{
	static enum icv_engine library = ICV_IPSEC_MB, own = ICV_AVX512;
#define TEST(name, function, engine)                                 \
	{                                                            \
		name, function, open_engine, close_engine, &(engine) \
	}
	const struct CMUnitTest tests[] = {
		TEST("P-ESP RFC 2202, 2403, 2404 test cases, ipsec-mb", rfc_2202_test_cases,
			library),
		TEST("P-ESP RFC 2202, 2403, 2404 test cases, avx512", rfc_2202_test_cases, own),
		TEST("P-ESP bursts of every size, ipsec-mb", bursts_of_every_size, library),
		TEST("P-ESP bursts of every size, avx512", bursts_of_every_size, own),
		TEST("INT-2 refused packet is not done, ipsec-mb", refused_packet_is_not_done,
			library),
		TEST("INT-2 refused packet is not done, avx512", refused_packet_is_not_done, own),
		TEST("engine that runs", engine_that_runs, own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
