/* SPDX-License-Identifier: BSD-3-Clause */
/* Which form of an offer the operator's policy accepts. */
#include "sec_agree_policy.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FOUR "ipsec-3gpp;alg=hmac-md5-96;spi-c=1001;spi-s=1002;port-c=7000;port-s=7001"
#define PAIR "ipsec-3gpp;alg=hmac-md5-96;spi=1003;port1=7003;port2=7002"

static void each_policy_with_each_offer(void **state)
{
	static const struct {
		bool no_four, no_pair;
		const char *offer;
		uint32_t spi_s; /* of what is taken; 0: no overlap */
	} cases[] = {
		{false, false, FOUR ", " PAIR, 1002},
		{false, false, PAIR ", " FOUR, 1003},
		{false, true, PAIR ", " FOUR, 1002},
		{false, true, PAIR, 0},
		{true, false, FOUR ", " PAIR, 1003},
		{true, false, FOUR, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct sec_agree_policy policy = {.algorithms = {SA_HMAC_MD5_96},
			.count = 1,
			.no_four = cases[i].no_four,
			.no_pair = cases[i].no_pair};
		struct sip_sec_agree client;
		struct sec_agree_offer taken = {.spi_s = 0};

		assert_int_equal(sip_sec_agree_parse_text(sip_text(cases[i].offer), &client), 0);
		assert_int_equal(sec_agree_policy_choose(&policy, &client, &taken),
			cases[i].spi_s ? 0 : -ENOENT);
		assert_int_equal(taken.spi_s, cases[i].spi_s);
		assert_int_equal(taken.one_pair, cases[i].spi_s == 1003);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-SEC each policy with each offer", each_policy_with_each_offer, NULL, NULL,
			NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
