/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "icv_engine.h"

static struct sa_parameters good(enum sa_direction direction)
{
	struct sa_parameters sa = {
		.spi = SA_SPI_MIN,
		.direction = (uint8_t)direction,
		.algorithm = SA_HMAC_SHA_1_96,
		.transports = SA_TRANSPORT_TCP | SA_TRANSPORT_UDP,
		.port_pairs = 1,
		.replay_window = direction == SA_INBOUND ? 64 : 0,
		.ports = {{6100, 40112}},
	};

	if (net_address_parse("203.0.113.9", 11, &sa.local) ||
		net_address_parse("198.51.100.23", 13, &sa.remote))
		fail();
	return sa;
}

static void right_ones(void **state)
{
	static const uint16_t windows[] = {32, 64, 96, 992, 1024};
	struct sa_parameters sa = good(SA_OUTBOUND);

	(void)state;
	assert_null(sa_parameters_check(&sa));
	sa = good(SA_INBOUND);
	for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
		sa.replay_window = windows[i];
		assert_null(sa_parameters_check(&sa));
	}
	sa.spi = UINT32_MAX;
	sa.algorithm = SA_HMAC_MD5_96;
	sa.transports = SA_TRANSPORT_UDP;
	sa.port_pairs = 2;
	sa.ports[1] = (struct sa_port_pair){65535, SA_PORT_ANY};
	assert_null(sa_parameters_check(&sa));
	sa.local.family = sa.remote.family = NET_IPV6;
	assert_null(sa_parameters_check(&sa));
}

#define REFUSED(direction, change, words)                  \
	do {                                               \
		struct sa_parameters sa = good(direction); \
		const char *fault;                         \
		change;                                    \
		fault = sa_parameters_check(&sa);          \
		if (!fault)                                \
			fail_msg("accepted: %s", #change); \
		assert_string_equal(fault, words);         \
	} while (0)

static void reserved_spis(void **state)
{
	(void)state;
	REFUSED(SA_INBOUND, sa.spi = 0, "spi is reserved (RFC 4303 §2.1: 0 to 255)");
	REFUSED(SA_OUTBOUND, sa.spi = 255, "spi is reserved (RFC 4303 §2.1: 0 to 255)");
}

static void windows(void **state)
{
	static const char *const words =
		"the replay window is not a multiple of 32 from 32 to 1024";

	(void)state;
	REFUSED(SA_INBOUND, sa.replay_window = 0, words);
	REFUSED(SA_INBOUND, sa.replay_window = 31, words);
	REFUSED(SA_INBOUND, sa.replay_window = 33, words);
	REFUSED(SA_INBOUND, sa.replay_window = 1025, words);
	REFUSED(SA_INBOUND, sa.replay_window = 1056, words);
	REFUSED(SA_OUTBOUND, sa.replay_window = 64, "an outbound SA has no replay window");
}

static void everything_else(void **state)
{
	(void)state;
	REFUSED(SA_INBOUND, sa.direction = 2, "direction is neither inbound nor outbound");
	REFUSED(SA_INBOUND, sa.algorithm = 2, "algorithm is neither hmac-md5-96 nor hmac-sha-1-96");
	REFUSED(SA_INBOUND, sa.transports = 0, "transports are not a set of tcp and udp");
	REFUSED(SA_INBOUND, sa.transports = 5, "transports are not a set of tcp and udp");
	REFUSED(SA_INBOUND, sa.local.family = NET_IPV6, "the two addresses are not of one family");
	REFUSED(SA_INBOUND, sa.local.family = sa.remote.family = NET_NONE,
		"the addresses are neither IPv4 nor IPv6");
	REFUSED(SA_INBOUND, sa.local.family = sa.remote.family = 5,
		"the addresses are neither IPv4 nor IPv6");
	REFUSED(SA_INBOUND, sa.port_pairs = 0, "there must be one or two port pairs");
	REFUSED(SA_INBOUND, sa.port_pairs = 3, "there must be one or two port pairs");
}

static void names(void **state)
{
	enum sa_algorithm algorithm = SA_HMAC_SHA_1_96;

	(void)state;
	assert_int_equal(sa_algorithm_parse("HMAC-MD5-96", 11, &algorithm), 0);
	assert_int_equal(algorithm, SA_HMAC_MD5_96);
	assert_int_equal(sa_algorithm_parse("hmac-sha-1-96;", 13, &algorithm), 0);
	assert_int_equal(algorithm, SA_HMAC_SHA_1_96);
	assert_string_equal(sa_algorithm_name(SA_HMAC_MD5_96), "hmac-md5-96");
	assert_string_equal(sa_algorithm_name(SA_HMAC_SHA_1_96), "hmac-sha-1-96");
	assert_int_equal(sa_algorithm_parse("hmac-sha-1-96", 12, &algorithm), -EINVAL);
	assert_int_equal(sa_algorithm_parse("hmac-sha1-96", 12, &algorithm), -EINVAL);
	assert_int_equal(sa_algorithm_parse("", 0, &algorithm), -EINVAL);
	assert_int_equal(algorithm, SA_HMAC_SHA_1_96);
}

static void key_lengths(void **state)
{
	(void)state;
	assert_int_equal(sa_key_len(SA_HMAC_MD5_96), 16);
	assert_int_equal(sa_key_len(SA_HMAC_SHA_1_96), SA_KEY_MAX);
}

static void engines(void **state)
{
	(void)state;
	assert_string_equal(icv_engine_name(ICV_AUTO), "auto");
	assert_string_equal(icv_engine_name(ICV_IPSEC_MB), "ipsec-mb");
	assert_string_equal(icv_engine_name(ICV_AVX512), "avx512");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-ESP all that makes a SA", right_ones, NULL, NULL, NULL},
		{"P-SPI 0-255 are reserved", reserved_spis, NULL, NULL, NULL},
		{"INT-6 every inbound SA has a window", windows, NULL, NULL, NULL},
		{"each refusal has its words", everything_else, NULL, NULL, NULL},
		{"INT-1 names of the algorithms", names, NULL, NULL, NULL},
		{"names of the engines", engines, NULL, NULL, NULL},
		{"P-KEY lengths of IK_ESP", key_lengths, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
