/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static const char *const algorithm_names[] = {
	[SA_HMAC_MD5_96] = "hmac-md5-96",
	[SA_HMAC_SHA_1_96] = "hmac-sha-1-96",
};

size_t sa_key_len(enum sa_algorithm algorithm)
{
	return algorithm == SA_HMAC_MD5_96 ? 16 : 20;
}

const char *sa_algorithm_name(enum sa_algorithm algorithm)
{
	return algorithm_names[algorithm];
}

int sa_algorithm_parse(const char *text, size_t len, enum sa_algorithm *out)
{
	for (unsigned i = 0; i < sizeof(algorithm_names) / sizeof(algorithm_names[0]); i++) {
		if (strlen(algorithm_names[i]) == len &&
			strncasecmp(algorithm_names[i], text, len) == 0) {
			*out = (enum sa_algorithm)i;
			return 0;
		}
	}
	return -EINVAL;
}

const char *sa_parameters_check(const struct sa_parameters *sa)
{
	if (sa->spi < SA_SPI_MIN)
		return "spi is reserved (RFC 4303 §2.1: 0 to 255)";
	if (sa->direction != SA_INBOUND && sa->direction != SA_OUTBOUND)
		return "direction is neither inbound nor outbound";
	if (sa->algorithm != SA_HMAC_MD5_96 && sa->algorithm != SA_HMAC_SHA_1_96)
		return "algorithm is neither hmac-md5-96 nor hmac-sha-1-96";
	if (sa->transports == 0 || (sa->transports & ~(SA_TRANSPORT_TCP | SA_TRANSPORT_UDP)) != 0)
		return "transports are not a set of tcp and udp";
	if (sa->local.family != sa->remote.family)
		return "the two addresses are not of one family";
	if (sa->local.family != NET_IPV4 && sa->local.family != NET_IPV6)
		return "the addresses are neither IPv4 nor IPv6";
	if (sa->port_pairs < 1 || sa->port_pairs > SA_PORT_PAIRS)
		return "there must be one or two port pairs";
	if (sa->direction == SA_OUTBOUND)
		return sa->replay_window == 0 ? NULL : "an outbound SA has no replay window";
	if (sa->replay_window < SA_WINDOW_MIN || sa->replay_window > SA_WINDOW_MAX ||
		sa->replay_window % SA_WINDOW_STEP != 0)
		return "the replay window is not a multiple of 32 from 32 to 1024";
	return NULL;
}
