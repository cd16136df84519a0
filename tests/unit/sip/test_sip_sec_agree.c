/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_sec_agree.h"

#include <errno.h>
#include <stdlib.h>

#include "sip_example.h"
#include "sip_list.h"

#define SAS "spi-c=2718281828;spi-s=3141592653;port-c=40112;port-s=40113"

static struct sip_sec_agree parsed, other;

static void reads_both_forms_and_defaults(void **state)
{
	struct sip_message *message = sip_example_with(
		"Security-Client: ipsec-3gpp;alg=hmac-sha-1-96;ealg=null;prot=esp;mod=trans;" SAS
		" , IPSEC-3GPP ; Alg=HMAC-MD5-96;spi=4294967295;port1=1\r\n"
		"X: y\r\n"
		"security-client: ipsec-3gpp;alg=aes-gmac;ealg=aes-cbc;prot=ah;mod=UDP-enc-tun;"
		"q=0.123;spi=0;port1=1;port2=65535;new=1,tls;q=1.000;spi=x");
	const struct sip_sec_agree_mechanism *list = parsed.list;

	(void)state;
	assert_int_equal(sip_sec_agree_parse(message, SIP_HEADER_SECURITY_CLIENT, &parsed), 0);
	assert_int_equal(parsed.count, 4);
	assert_int_equal(list[0].form, SIP_SEC_AGREE_FOUR);
	assert_int_equal(list[0].spi_c, 2718281828u);
	assert_int_equal(list[0].spi_s, 3141592653u);
	assert_int_equal(list[0].port_c, 40112);
	assert_int_equal(list[0].port_s, 40113);
	assert_int_equal(list[0].q_thousandths, 1000);
	assert_true(list[1].is_ipsec_3gpp);
	sip_example_assert_text(list[1].alg, "HMAC-MD5-96");
	sip_example_assert_text(list[1].ealg, "null");
	sip_example_assert_text(list[1].prot, "esp");
	sip_example_assert_text(list[1].mod, "trans");
	assert_int_equal(list[1].form, SIP_SEC_AGREE_ONE_PAIR);
	assert_int_equal(list[1].spi, 4294967295u);
	assert_int_equal(list[1].port2, 1);
	sip_example_assert_text(list[2].mod, "UDP-enc-tun");
	assert_int_equal(list[2].q_thousandths, 123);
	assert_int_equal(list[2].port2, 65535);
	assert_false(list[3].is_ipsec_3gpp);
	sip_example_assert_text(list[3].name, "tls");
	sip_message_destroy(message);
}

static int parse(const char *value)
{
	static char row[70000];
	struct sip_message *message;
	int result;

	snprintf(row, sizeof(row), "Security-Verify: %s", value);
	message = sip_example_with(row);
	result = sip_sec_agree_parse(message, SIP_HEADER_SECURITY_VERIFY, &parsed);
	sip_message_destroy(message);
	return result;
}

static void refuses(void **state)
{
#define IPSEC "ipsec-3gpp;alg=hmac-md5-96"
	static const char *const bad[] = {"", ",", "ipsec-3gpp", "ipsec-3gpp;" SAS,
		"ipsec-3gpp;alg", "ipsec-3gpp;alg=", ";alg=hmac-md5-96",
		"ipsec 3gpp;alg=hmac-md5-96", IPSEC ";alg=hmac-md5-96", IPSEC ";ALG=null",
		IPSEC ";" SAS ";spi-c=1", IPSEC ";spi-c=4294967296", IPSEC ";spi-c=00000000001",
		IPSEC ";spi-c=-1", IPSEC ";spi-c=0x10", IPSEC ";spi-c=", IPSEC ";spi-c",
		IPSEC ";spi-s=1 2", IPSEC ";port-c=0", IPSEC ";port-c=65536", IPSEC ";port-s=+1",
		IPSEC ";port2=x", IPSEC ";" SAS ";spi=1", IPSEC ";spi=1;port1=2;port-c=3",
		IPSEC ";q=1.1", IPSEC ";q=2", IPSEC ";q=0.1234", IPSEC ";q=.5", IPSEC ";q=a",
		IPSEC ";q", "tls;q=9", "tls;a;a", IPSEC ";", IPSEC ";;x", IPSEC "," IPSEC ";spi=x",
		IPSEC ";ealg=\"a b\""};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parse(bad[i]) != -EINVAL)
			fail_msg("accepted: %s", bad[i]);
	assert_int_equal(parse(IPSEC ";spi-c=0000000001;q=0.;new"), 0);
	assert_int_equal(parsed.list[0].form, SIP_SEC_AGREE_NO_SA);
}

static void fifty_offers_and_too_many(void **state)
{
	static char text[66000];
	size_t len = 0;

	(void)state;
	for (unsigned i = 1; i <= SIP_SEC_AGREE_MAX + 1; i++) {
		len += (size_t)snprintf(
			text + len, sizeof(text) - len, "%s" IPSEC ";" SAS, i > 1 ? "," : "");
		assert_int_equal(parse(text), i <= SIP_SEC_AGREE_MAX ? 0 : -E2BIG);
		if (i == 50)
			assert_int_equal(parsed.count, 50);
	}
	/* 60 KB in one parameter, and in many of them */
	memset(text, 'a', 60000);
	memcpy(text, IPSEC ";x=", strlen(IPSEC ";x="));
	text[60000] = '\0';
	assert_int_equal(parse(text), 0);
	for (len = strlen(IPSEC); len < 60000; len += 2)
		memcpy(text + len, ";a", 2);
	assert_int_equal(parse(text), -EINVAL);
}

static void compares_as_p_chk_wants(void **state)
{
	static const char base[] = IPSEC ";q=0.9;prot=esp;mod=trans;" SAS ",tls;q=0.5;x=1;y";
	static const struct {
		const char *text;
		bool equal;
	} rows[] = {
		{IPSEC ";q=0.9;prot=esp;mod=trans;" SAS ",tls;q=0.5;x=1;y", true},
		{"IPSEC-3GPP ; " SAS ";ALG=HMAC-md5-96;q=0.900 , TLS;y;x=1;q=0.50", true},
		{IPSEC ";q=0.9;ealg=null;spi-c=2718281828;spi-s=3141592653;port-c=040112;"
		       "port-s=40113,tls;q=0.5;y;x=1",
			true},
		{"tls;q=0.5;x=1;y," IPSEC ";q=0.9;" SAS, false}, /* order */
		{IPSEC ";q=0.9;" SAS, false},                    /* one less */
		{IPSEC ";q=0.9;" SAS ",tls;q=0.5;x=1;y,tls", false},
		{IPSEC ";" SAS ",tls;q=0.5;x=1;y", false}, /* q */
		{IPSEC ";q=0.9;" SAS ";new=1,tls;q=0.5;x=1;y", false},
		{IPSEC ";q=0.9;" SAS ",tls;q=0.5;x=2;y", false},
		{IPSEC ";q=0.9;" SAS ",tls;q=0.5;x=1", false},
		{IPSEC ";q=0.9;" SAS ",tls;q=0.5;x=1;y=1", false},
		{IPSEC ";q=0.9;mod=tun;" SAS ",tls;q=0.5;x=1;y", false},
		{IPSEC ";q=0.9;ealg=aes-cbc;" SAS ",tls;q=0.5;x=1;y", false},
		{"ipsec-3gpp;alg=hmac-sha-1-96;q=0.9;" SAS ",tls;q=0.5;x=1;y", false},
		{IPSEC ";q=0.9;spi-c=2718281829;spi-s=3141592653;port-c=40112;port-s=40113,"
		       "tls;q=0.5;x=1;y",
			false},
		{IPSEC ";q=0.9;spi-c=2718281828;spi-s=3141592654;port-c=40112;port-s=40113,"
		       "tls;q=0.5;x=1;y",
			false},
		{IPSEC ";q=0.9;spi-c=2718281828;spi-s=3141592653;port-c=40111;port-s=40113,"
		       "tls;q=0.5;x=1;y",
			false},
		{IPSEC ";q=0.9;spi-c=2718281828;spi-s=3141592653;port-c=40112;port-s=40114,"
		       "tls;q=0.5;x=1;y",
			false},
		{IPSEC ";q=0.9;spi=2718281828;port1=40112,tls;q=0.5;x=1;y", false},
	};

	(void)state;
	assert_int_equal(sip_sec_agree_parse_text(sip_text(base), &parsed), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(sip_sec_agree_parse_text(sip_text(rows[i].text), &other), 0);
		if (sip_sec_agree_equal(&parsed, &other) != rows[i].equal ||
			sip_sec_agree_equal(&other, &parsed) != rows[i].equal)
			fail_msg("row %zu: %s", i, rows[i].text);
	}
}

static void prints_spis_unsigned(void **state)
{
	static const char expected[] =
		"ipsec-3gpp;q=0.9;alg=hmac-sha-1-96;prot=esp;mod=trans;"
		"spi-c=4294967295;spi-s=2147483648;port-c=6101;port-s=6100, "
		"ipsec-3gpp;q=0.025;alg=hmac-md5-96;ealg=aes-cbc;prot=esp;mod=trans;"
		"spi=4294967294;port1=6100;port2=6101, tls";
	char text[sizeof(expected)];

	(void)state;
	assert_int_equal(sip_sec_agree_parse_text(sip_text(expected), &parsed), 0);
	for (size_t size = 0; size < sizeof(text); size++) {
		char *exact = malloc(size + 1); /* ASan sees what goes beyond */

		assert_int_equal(sip_sec_agree_print(&parsed, exact, size), -ENOSPC);
		free(exact);
	}
	assert_int_equal(sip_sec_agree_print(&parsed, text, sizeof(text)), 0);
	assert_string_equal(text, expected);
}

static void absent_is_no_error(void **state)
{
	struct sip_message *message = sip_example_parse(SIP_EXAMPLE);

	(void)state;
	assert_int_equal(sip_sec_agree_parse(message, SIP_HEADER_SECURITY_CLIENT, &parsed), 0);
	assert_int_equal(parsed.count, 0);
	sip_message_destroy(message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-SEC both SA forms, defaults, several rows", reads_both_forms_and_defaults, NULL,
			NULL, NULL},
		{"P-SEC malformed offers are refused", refuses, NULL, NULL, NULL},
		{"P-SEC fifty offers, bounded", fifty_offers_and_too_many, NULL, NULL, NULL},
		{"P-CHK lists are compared by value and order", compares_as_p_chk_wants, NULL, NULL,
			NULL},
		{"P-SPI printed unsigned", prints_spis_unsigned, NULL, NULL, NULL},
		cmocka_unit_test(absent_is_no_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
