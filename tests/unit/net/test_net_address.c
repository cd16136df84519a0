/* SPDX-License-Identifier: BSD-3-Clause */
#include "net_address.h"

#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/un.h>

#include <cmocka.h>

static int parse(const char *text, struct net_address *out)
{
	return net_address_parse(text, strlen(text), out);
}

static void literals_there_and_back(void **state)
{
	static const struct {
		const char *text, *printed;
		enum net_family family;
	} rows[] = {
		{"198.51.100.23", "198.51.100.23", NET_IPV4},
		{"0.0.0.0", "0.0.0.0", NET_IPV4},
		{"255.255.255.255", "255.255.255.255", NET_IPV4},
		{"2001:DB8:0:0::1", "2001:db8::1", NET_IPV6},
		{"[2001:db8::1]", "2001:db8::1", NET_IPV6},
		{"::", "::", NET_IPV6},
		{"::ffff:192.0.2.1", "::ffff:192.0.2.1", NET_IPV6},
		{"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
			"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NET_IPV6},
	};
	char text[NET_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct net_address address, again;

		memset(&address, 0xff, sizeof(address));
		assert_int_equal(parse(rows[i].text, &address), 0);
		assert_int_equal(address.family, rows[i].family);
		assert_string_equal(net_address_print(&address, text), rows[i].printed);
		assert_int_equal(parse(text, &again), 0);
		assert_true(net_address_equal(&address, &again));
		assert_memory_equal(&address, &again, sizeof(address));
	}
}

static void hostile_literals(void **state)
{
	static const char *const bad[] = {"", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256",
		"1.2.3.-4", "01.2.3.4", "0x1.2.3.4", " 1.2.3.4", "1.2.3.4 ", "1.2.3.4\n",
		"1.2.3.4:5060", "[1.2.3.4]", "[]", "[", "]", "[::1", "::1]", "[[::1]]",
		"[::1]:5060", ":::", "1::2::3", "12345::", "::g", "fe80::1%eth0", "1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9", "localhost", "::1.2.3",
		"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2550",
		"0000000000000000000000000000000000000000000000000000000000000000001.2.3.4"};
	struct net_address address = {.family = 77}, before = address;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parse(bad[i], &address) != -EINVAL)
			fail_msg("accepted \"%s\"", bad[i]);
	assert_int_equal(net_address_parse("1.2.3.4\0", 8, &address), -EINVAL);
	assert_int_equal(net_address_parse("1.2\0.3.4", 8, &address), -EINVAL);
	assert_memory_equal(&address, &before, sizeof(before));
}

static void reads_only_its_length(void **state)
{
	struct net_address address;
	char text[NET_TEXT_MAX];

	(void)state;
	assert_int_equal(net_address_parse("192.0.2.123", 9, &address), 0);
	assert_string_equal(net_address_print(&address, text), "192.0.2.1");
}

static void nothing_prints_as_a_dash(void **state)
{
	struct net_address none = {.family = NET_NONE};
	char text[NET_TEXT_MAX];

	(void)state;
	assert_string_equal(net_address_print(&none, text), "-");
}

static void endpoints(void **state)
{
	struct net_endpoint four = {.port = 5060}, six = {.port = 65535}, other;
	char text[NET_TEXT_MAX];

	(void)state;
	assert_int_equal(parse("192.0.2.1", &four.address), 0);
	assert_int_equal(parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", &six.address), 0);
	assert_string_equal(net_endpoint_print(&four, text), "192.0.2.1:5060");
	assert_string_equal(
		net_endpoint_print(&six, text), "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
	other = four;
	assert_true(net_endpoint_equal(&four, &other));
	other.port++;
	assert_false(net_endpoint_equal(&four, &other));
	other = four;
	other.address.bytes[3] ^= 1;
	assert_false(net_endpoint_equal(&four, &other));
	other = four;
	other.address.family = NET_IPV6;
	assert_false(net_address_equal(&four.address, &other.address));
}

static void to_the_kernel_and_back(void **state)
{
	static const char *const literals[] = {"192.0.2.1", "2001:db8::1"};
	static const size_t lengths[] = {sizeof(struct sockaddr_in), sizeof(struct sockaddr_in6)};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct net_endpoint endpoint = {.port = 5061}, again;
		struct sockaddr_storage storage;

		assert_int_equal(parse(literals[i], &endpoint.address), 0);
		memset(&storage, 0xff, sizeof(storage));
		assert_int_equal(net_endpoint_to_sockaddr(&endpoint, &storage), lengths[i]);
		assert_int_equal(
			net_endpoint_from_sockaddr((const struct sockaddr *)&storage, &again), 0);
		assert_true(net_endpoint_equal(&again, &endpoint));
	}
}

static void the_kernel_s_form(void **state)
{
	struct net_endpoint endpoint = {.port = 0x1234};
	struct sockaddr_storage storage;
	struct sockaddr_in in;

	(void)state;
	assert_int_equal(parse("192.0.2.1", &endpoint.address), 0);
	net_endpoint_to_sockaddr(&endpoint, &storage);
	memcpy(&in, &storage, sizeof(in));
	assert_int_equal(in.sin_family, AF_INET);
	assert_memory_equal(&in.sin_port, "\x12\x34", 2);
	assert_memory_equal(&in.sin_addr, "\xc0\0\2\1", 4);
}

static void other_families(void **state)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	struct net_endpoint endpoint;

	(void)state;
	assert_int_equal(net_endpoint_from_sockaddr((const struct sockaddr *)&local, &endpoint),
		-EAFNOSUPPORT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literals_there_and_back),
		cmocka_unit_test(hostile_literals),
		cmocka_unit_test(reads_only_its_length),
		cmocka_unit_test(nothing_prints_as_a_dash),
		cmocka_unit_test(endpoints),
		cmocka_unit_test(to_the_kernel_and_back),
		cmocka_unit_test(the_kernel_s_form),
		cmocka_unit_test(other_families),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
