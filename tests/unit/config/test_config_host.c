/* SPDX-License-Identifier: BSD-3-Clause */
#include "config_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ADDRESS(last)                         \
	{                                     \
		{203, 0, 113, last}, NET_IPV4 \
	}

/* INT-3: each host has its own protected ports, at all of its addresses. */
static void ports_are_of_their_host(void **state)
{
	static const struct config config = {
		.pcscf = {.address = ADDRESS(9),
			.further = {ADDRESS(10)},
			.further_count = 1,
			.unprotected_port = 5060,
			.server_port = 6100,
			.client_ports = {6101, 6102},
			.client_port_count = 2},
		.dataplane = {.host_count = 1,
			.hosts = {{.addresses = {ADDRESS(20), ADDRESS(21)},
				.address_count = 2,
				.protected_ports = {7000},
				.protected_count = 1,
				.unprotected_ports = {5070},
				.unprotected_count = 1}}},
	};
	static const struct {
		uint8_t last;
		uint16_t port;
		bool is_protected, protects;
	} rows[] = {
		{9, 6100, true, true},
		{10, 6102, true, true},
		{9, 5060, true, false},
		{9, 7000, true, false},
		{20, 7000, true, true},
		{21, 7000, true, true},
		{21, 6100, true, false},
		{20, 5070, true, false},
		{11, 6100, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct net_address address = ADDRESS(rows[i].last);

		assert_int_equal(config_host_is_protected(&config, &address), rows[i].is_protected);
		assert_int_equal(
			config_host_protects(&config, &address, rows[i].port), rows[i].protects);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"INT-3 ports are of their host", ports_are_of_their_host, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
