/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_stun.h"

#include <string.h>

#define HEADER_LEN         20
#define BINDING_REQUEST    0x0001
#define BINDING_RESPONSE   0x0101
#define XOR_MAPPED_ADDRESS 0x0020
#define MAY_BE_IGNORED     0x8000 /* comprehension-optional attributes: from here on */

static const uint8_t cookie[] = {0x21, 0x12, 0xa4, 0x42};

static unsigned read16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static uint8_t *put16(uint8_t *at, unsigned value)
{
	*at++ = (uint8_t)(value >> 8);
	*at++ = (uint8_t)value;
	return at;
}

bool sip_stun_is(const uint8_t *octets, size_t len)
{
	return len >= HEADER_LEN && octets[0] < 0x40 &&
	       memcmp(octets + 4, cookie, sizeof(cookie)) == 0;
}

/* RFC 8489 §6.3: all attributes lie inside, and none must be understood. */
static bool is_plain(const uint8_t *octets, size_t len)
{
	size_t at = HEADER_LEN;

	if (read16(octets) != BINDING_REQUEST || read16(octets + 2) != len - HEADER_LEN)
		return false;
	while (len - at >= 4) {
		size_t size = (read16(octets + at + 2) + 3u) & ~3u;

		if (read16(octets + at) < MAY_BE_IGNORED || size > len - at - 4)
			return false;
		at += 4 + size;
	}
	return at == len;
}

size_t sip_stun_answer(const uint8_t *octets, size_t len, const struct net_endpoint *source,
	uint8_t out[SIP_STUN_ANSWER_MAX])
{
	bool is_ipv6 = source->address.family == NET_IPV6;
	size_t address_len = is_ipv6 ? 16 : 4;
	uint8_t *at = out;

	if (!sip_stun_is(octets, len) || !is_plain(octets, len))
		return 0;
	at = put16(at, BINDING_RESPONSE);
	at = put16(at, (unsigned)(8 + address_len));
	memcpy(at, octets + 4, HEADER_LEN - 4); /* cookie and transaction */
	at += HEADER_LEN - 4;
	at = put16(at, XOR_MAPPED_ADDRESS);
	at = put16(at, (unsigned)(4 + address_len));
	at = put16(at, is_ipv6 ? 2 : 1);
	at = put16(at, source->port ^ read16(cookie));
	for (size_t i = 0; i < address_len; i++)
		*at++ = source->address.bytes[i] ^ octets[4 + i];
	return (size_t)(at - out);
}
