/* SPDX-License-Identifier: BSD-3-Clause */
#include "cx_identity.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void an_impi_is_a_nai(void **state)
{
	static const char *const good[] = {"001010000000007@ims.mnc001.mcc001.3gppnetwork.org",
		"user1_private@home1.net", "a.b@h-1.x"};
	static const char *const bad[] = {"", "@", "user", "user@", "@home1.net", "user@home",
		"user@home1..net", "user@.net", "user@net.", "us er@home1.net", "user@@home1.net",
		"user@home1.net@x.y", ".user@home1.net", "user.@home1.net", "u..r@home1.net",
		"user@-home.net", "user@home-.net", "user@ho_me.net", "sip:user@home1.net",
		"user@home1.net\n", "us\"er@home1.net"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(cx_identity_is_impi(good[i], strlen(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (cx_identity_is_impi(bad[i], strlen(bad[i])))
			fail_msg("\"%s\" was taken for a NAI", bad[i]);
	assert_false(cx_identity_is_impi("us\0er@home1.net", 15));
}

static void one_public_identity_has_one_spelling(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"sip:user@home1.net", "sip:user@home1.net"},
		{"SIP:User@HOME1.Net:5060;transport=udp?x=y", "sip:User@home1.net"},
		{"sips:u:secret@h.n", "sips:u@h.n"},
		{"sip:%75ser%40x@home1.net", "sip:user%40x@home1.net"},
		{"sip:%7euser@home1.net", "sip:~user@home1.net"},
		{"sip:a@[2001:DB8::1]:5060", "sip:a@[2001:db8::1]"},
		{"tel:+1-555-0100;phone-context=x", "tel:+15550100"},
		{"tel:(555).01", "tel:55501"},
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
			cx_identity_impu(cases[i].in, strlen(cases[i].in), out, sizeof(out)), 0);
		assert_string_equal(out, cases[i].out);
	}
}

static void what_is_no_public_identity_is_refused(void **state)
{
	static const char *const bad[] = {"", "sip:", "sip:@h.n", "sip:h.n", "user@h.n",
		"http://h.n", "sip:u@", "sip:u@h..n", "sip:u@h n", "sip:%4@h.n", "sip:%zz@h.n",
		"sip:u r@h.n", "sip:u@[]", "sip:u@[::1", "sip:u@[::1]x", "sip:u@[g::1]",
		"tel:", "tel:+", "tel:1+2", "tel:abc", "sip:u@h.n>", "sip:<u@h.n"};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (cx_identity_impu(bad[i], strlen(bad[i]), out, sizeof(out)) != -EINVAL)
			fail_msg("\"%s\" was taken for a public identity", bad[i]);
	assert_int_equal(cx_identity_impu("sip:u\0@h.n", 10, out, sizeof(out)), -EINVAL);
}

static void a_long_one_does_not_overrun(void **state)
{
	char out[16];

	(void)state;
	assert_int_equal(cx_identity_impu("sip:user@home1.n", 16, out, 16), -ENOSPC);
	assert_int_equal(cx_identity_impu("sip:user@home1.", 15, out, 16), -EINVAL);
	assert_int_equal(cx_identity_impu("sip:user@home.n", 15, out, 16), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"AKA-1 an IMPI is a NAI", an_impi_is_a_nai, NULL, NULL, NULL},
		cmocka_unit_test(one_public_identity_has_one_spelling),
		cmocka_unit_test(what_is_no_public_identity_is_refused),
		cmocka_unit_test(a_long_one_does_not_overrun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
