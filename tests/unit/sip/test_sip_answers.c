/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_answers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "random.h"

#define CHUNK ((size_t)256 * 1024)

static void make_key(uint32_t number, uint8_t *key)
{
	memset(key, 0, SIP_KEYED_HASH_LEN);
	memcpy(key, &number, sizeof(number));
}

/* The answer of this number: its length and octets say which it is. */
static size_t length(uint32_t number)
{
	return 1 + (number * 7919) % 3000;
}

static void keep(struct sip_answers *answers, uint32_t number, uint64_t due_ms)
{
	struct sip_flow flow = {.local.port = (uint16_t)number};
	uint8_t key[SIP_KEYED_HASH_LEN];
	static char octets[3001];

	make_key(number, key);
	memset(octets, (int)(number % 251), length(number));
	assert_int_equal(sip_answers_keep(answers, key, &flow, octets, length(number), due_ms), 0);
}

static bool has(const struct sip_answers *answers, uint32_t number)
{
	uint8_t key[SIP_KEYED_HASH_LEN];
	struct sip_flow flow;
	const void *octets;
	size_t len;

	make_key(number, key);
	if (!sip_answers_find(answers, key, &flow, &octets, &len))
		return false;
	assert_int_equal(len, length(number));
	assert_int_equal(flow.local.port, (uint16_t)number);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(((const uint8_t *)octets)[i], number % 251);
	return true;
}

static void each_until_its_time(void **state)
{
	struct sip_answers *answers;

	(void)state;
	assert_int_equal(sip_answers_create(CHUNK * 64, &answers), 0);
	assert_int_equal(sip_answers_expire(answers, 0), UINT64_MAX);
	for (uint32_t i = 0; i < 2000; i++)
		keep(answers, i, 100 + i / 2);
	assert_int_equal(sip_answers_count(answers), 2000);
	for (uint64_t now = 99; now < 1099; now += 25) {
		assert_int_equal(sip_answers_expire(answers, now), now + 1);
		for (uint32_t i = 0; i < 2000; i++)
			assert_int_equal(has(answers, i), 100 + i / 2 > now);
	}
	assert_int_equal(sip_answers_expire(answers, 1099), UINT64_MAX);
	assert_int_equal(sip_answers_count(answers), 0);
	assert_int_equal(sip_answers_shed(answers), 0);
	sip_answers_destroy(answers);
}

/* The longest answers, and the longest rows of them. */
static void the_oldest_goes_first(void **state)
{
	static char octets[65535];
	struct sip_answers *answers;
	struct sip_flow flow = {.transport = SIP_UDP};
	uint8_t key[SIP_KEYED_HASH_LEN];

	(void)state;
	assert_int_equal(sip_answers_create(1, &answers), 0);
	for (uint32_t i = 0; i < 10; i++) {
		make_key(i, key);
		assert_int_equal(
			sip_answers_keep(answers, key, &flow, octets, sizeof(octets), i), 0);
		assert_in_range(sip_answers_count(answers), 1, 3);
	}
	assert_int_equal(sip_answers_shed(answers) + sip_answers_count(answers), 10);
	sip_answers_destroy(answers);
	assert_int_equal(sip_answers_create(4 * CHUNK, &answers), 0);
	for (uint32_t i = 0; i < 5000; i++) {
		size_t count;

		keep(answers, i, i);
		count = sip_answers_count(answers);
		assert_true(has(answers, i) && has(answers, i + 1 - (uint32_t)count));
		if (count <= i)
			assert_false(has(answers, i - (uint32_t)count));
	}
	assert_in_range(sip_answers_count(answers), 450, 700);
	sip_answers_destroy(answers);
}

/* Against a model that is two numbers: what is there is a range. */
static void any_order_of_calls(void **state)
{
	uint64_t seed = (uint64_t)time(NULL), state_of_random = seed, now = 0;
	struct random random = random_seeded(&state_of_random);
	struct sip_answers *answers;
	uint32_t first = 0, end = 0;

	(void)state;
	assert_int_equal(sip_answers_create(2 * CHUNK, &answers), 0);
	for (unsigned step = 0; step < 20000; step++) {
		uint32_t dice = random_u32(&random) % 100;
		uint64_t shed = sip_answers_shed(answers);

		if (dice < 90) {
			keep(answers, end++, ++now + 200);
			first += (uint32_t)(sip_answers_shed(answers) - shed);
		} else {
			now += dice;
			sip_answers_expire(answers, now);
			first = end - (uint32_t)sip_answers_count(answers);
		}
		if (has(answers, end - 1) != (first < end) ||
			(first > 0 && has(answers, first - 1)) ||
			(first < end && !has(answers, first)) ||
			sip_answers_count(answers) != end - first)
			fail_msg("seed %llu, step %u", (unsigned long long)seed, step);
	}
	sip_answers_destroy(answers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"AKA-5 each answer until its time", each_until_its_time, NULL, NULL, NULL},
		cmocka_unit_test(the_oldest_goes_first),
		cmocka_unit_test(any_order_of_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
