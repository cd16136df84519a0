/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_stun.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* RFC 5769 §2.2, §2.3: the addresses and the transaction of its sample responses. */
#define TRANSACTION "\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae"
#define COOKIE      "\x21\x12\xa4\x42"

static const uint8_t request[] = "\x00\x01\x00\x00" COOKIE TRANSACTION;

static struct net_endpoint source(const char *address)
{
	struct net_endpoint out = {.port = 32853};

	assert_int_equal(net_address_parse(address, strlen(address), &out.address), 0);
	return out;
}

static void ipv4(void **state)
{
	static const uint8_t expected[] = "\x01\x01\x00\x0c" COOKIE TRANSACTION
					  "\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43";
	struct net_endpoint from = source("192.0.2.1");
	uint8_t out[SIP_STUN_ANSWER_MAX];

	(void)state;
	assert_int_equal(sip_stun_answer(request, 20, &from, out), 32);
	assert_memory_equal(out, expected, 32);
}

static void ipv6(void **state)
{
	static const uint8_t expected[] =
		"\x01\x01\x00\x18" COOKIE TRANSACTION "\x00\x20\x00\x14\x00\x02\xa1\x47"
		"\x01\x13\xa9\xfa\xa5\xd3\xf1\x79\xbc\x25\xf4\xb5\xbe\xd2\xb9\xd9";
	struct net_endpoint from = source("2001:db8:1234:5678:11:2233:4455:6677");
	uint8_t out[SIP_STUN_ANSWER_MAX];

	(void)state;
	assert_int_equal(sip_stun_answer(request, 20, &from, out), 44);
	assert_memory_equal(out, expected, 44);
}

static void what_gets_no_answer(void **state)
{
	static const struct {
		const char *octets;
		size_t len, answer_len;
	} rows[] = {
		{"\x00\x01\x00\x08" COOKIE TRANSACTION "\x80\x22\x00\x03"
		 "abc",
			28, 32}, /* SOFTWARE, padded */
		{"\x00\x01\x00\x04" COOKIE TRANSACTION "\x80\x22\x00\x00", 24, 32},
		{"\x00\x01\x00\x04" COOKIE TRANSACTION "\x80\x22\x00\x01", 24, 0},
		{"\x00\x01\x00\x04" COOKIE TRANSACTION "\x80\x22\xff\xff", 24, 0},
		{"\x00\x01\x00\x02" COOKIE TRANSACTION "\x80\x22", 22, 0},
		{"\x00\x01\x00\x04" COOKIE TRANSACTION, 20, 0},
		{"\x00\x01\x00\x00" COOKIE TRANSACTION "x", 21, 0},
		{"\x00\x01\x00\x08" COOKIE TRANSACTION "\x00\x24\x00\x04"
		 "abcd",
			28, 0},                                 /* has to be understood */
		{"\x00\x11\x00\x00" COOKIE TRANSACTION, 20, 0}, /* indication */
		{"\x01\x01\x00\x00" COOKIE TRANSACTION, 20, 0}, /* response: no loop */
		{"\x00\x01\x00\x00" COOKIE, 8, 0},
		{"\x00\x01\x00\x00\x21\x12\xa4\x43" TRANSACTION, 20, 0},
	};
	struct net_endpoint from = source("192.0.2.1");
	uint8_t out[SIP_STUN_ANSWER_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (sip_stun_answer((const uint8_t *)rows[i].octets, rows[i].len, &from, out) !=
			rows[i].answer_len)
			fail_msg("row %zu", i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"RFC 5769 2.2 XOR-MAPPED-ADDRESS, IPv4", ipv4, NULL, NULL, NULL},
		{"RFC 5769 2.3 XOR-MAPPED-ADDRESS, IPv6", ipv6, NULL, NULL, NULL},
		cmocka_unit_test(what_gets_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
