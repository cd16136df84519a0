/* SPDX-License-Identifier: BSD-3-Clause */
/* Floods of SM1: bounded, refused under their own names, and nothing stays of them. */
#include "half_open.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pcscf_bench.h"

static struct net_address address(const char *text)
{
	struct net_address out;

	assert_int_equal(net_address_parse(text, strlen(text), &out), 0);
	return out;
}

static void sources_are_counted_apart(void **state)
{
	struct half_open half_open = {.max = 5, .max_per_source = 2};
	const struct net_address a = address("192.0.2.1"), b = address("2001:db8::1"),
				 c = address("2001:db8::ffff:2"), d = address("2001:db8:0:1::1"),
				 e = address("192.0.2.2");

	(void)state;
	for (unsigned round = 0; round < 3; round++) {
		assert_int_equal(half_open_take(&half_open, &a), 0);
		assert_int_equal(half_open_take(&half_open, &a), 0);
		assert_int_equal(half_open_take(&half_open, &a), -EUSERS);
		/* One /64 is one source. */
		assert_int_equal(half_open_take(&half_open, &b), 0);
		assert_int_equal(half_open_take(&half_open, &c), 0);
		assert_int_equal(half_open_take(&half_open, &b), -EUSERS);
		assert_int_equal(half_open_take(&half_open, &d), 0);
		assert_int_equal(half_open_take(&half_open, &e), -ENOSPC);
		half_open_give(&half_open, &c);
		half_open_give(&half_open, &b);
		half_open_give(&half_open, &a);
		half_open_give(&half_open, &a);
		half_open_give(&half_open, &d);
		assert_int_equal(half_open.count, 0);
		assert_null(half_open.sources);
	}
}

/* A challenged attempt of number i, from its own port. */
static void begin(unsigned i, const char *source)
{
	char row[128], client[160];

	snprintf(row, sizeof(row), "Digest username=\"u%u@home.net\",nonce=\"\"", i);
	snprintf(client, sizeof(client),
		"ipsec-3gpp;alg=hmac-sha-1-96;spi-c=%u;spi-s=%u;port-c=%u;port-s=%u", 1000 + 2 * i,
		1001 + 2 * i, 20000 + 2 * i, 20001 + 2 * i);
	bench_ue(
		&(struct bench_register){.source = source, .authorization = row, .client = client});
	if (!bench.forwarded)
		return;
	bench_home_challenges();
	bench_worker(0);
}

static void one_address_gets_its_share(void **state)
{
	(void)state;
	bench_reach_challenge();
	for (unsigned i = 1; i < 20; i++) {
		begin(i, BENCH_UE);
		assert_int_equal(bench.status, 401);
	}
	for (unsigned i = 20; i < 30; i++) {
		begin(i, BENCH_UE);
		assert_int_equal(bench.status, 503);
		bench_assert_has(bench.answer_text, "Retry-After: 10\r\n");
		bench_assert_has(bench.answer_text, "of this address");
	}
	assert_int_equal(pcscf_counters(bench.pcscf)->refused_half_open_source, 10);
	assert_int_equal(pcscf_counters(bench.pcscf)->refused_half_open, 0);
	assert_int_equal(bench_sets(), 20);
	/* Others are not disturbed, nor is who goes on. */
	begin(30, "198.51.100.99");
	assert_int_equal(bench.status, 401);
	bench_wait_ms(240000);
	assert_int_equal(bench_sets(), 0);
	bench_reach_registration();
}

/* Every way out of the half-open state gives its count back: more rounds than there is room. */
static void nothing_stays_counted(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 50; round++) {
		struct bench_register sm7;

		/* refused at home; not acknowledged; failed; given up; succeeded */
		bench_ue(&(struct bench_register){0});
		bench_home(403, "");
		bench_ue(&(struct bench_register){0});
		bench_home_challenges();
		bench_worker(-ENOSPC);
		assert_int_equal(bench.status, 503);
		bench_reach_challenge();
		sm7 = bench_sm7();
		bench_ue(&sm7);
		bench_home(403, "");
		bench_wait_ms(8000);
		bench_reach_challenge();
		bench_wait_ms(240000);
		bench_reach_registration();
		sm7 = bench_sm7();
		sm7.authorization = NULL;
		bench_ue(&sm7);
		bench_home(200, "");
		bench_wait_ms(8000);
		assert_int_equal(bench_sets(), 0);
	}
	assert_int_equal(pcscf_counters(bench.pcscf)->refused_half_open_source, 0);
}

/* A home network that does not answer: the attempts themselves are bounded. */
static void in_all_they_are_bounded(void **state)
{
	struct sip_message *held[5];
	struct sip_reply_to replies[5];

	(void)state;
	bench_close(NULL);
	bench_open_with(5);
	for (unsigned i = 0; i < 6; i++) {
		char source[32];

		snprintf(source, sizeof(source), "198.51.100.%u", 50 + i);
		bench_ue(&(struct bench_register){.source = source});
		if (i == 5)
			break;
		held[i] = bench.forwarded;
		replies[i] = bench.home_reply;
		bench.forwarded = NULL;
	}
	assert_null(bench.forwarded);
	assert_int_equal(bench.status, 503);
	assert_int_equal(pcscf_counters(bench.pcscf)->refused_half_open, 1);
	for (unsigned i = 0; i < 5; i++) {
		bench.forwarded = held[i];
		bench.home_reply = replies[i];
		bench_home(403, "");
	}
	bench_ue(&(struct bench_register){0});
	assert_non_null(bench.forwarded);
}

#define CASE(name, function)                                  \
	{                                                     \
		name, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-TBL sources are counted apart", sources_are_counted_apart, NULL, NULL, NULL},
		CASE("P-TBL one address gets its share", one_address_gets_its_share),
		CASE("P-TBL nothing stays counted", nothing_stays_counted),
		CASE("P-TBL in all they are bounded", in_all_they_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
