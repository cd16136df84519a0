/* SPDX-License-Identifier: BSD-3-Clause */
/* Called where ESP is taken off and put on. */
#include "ip_header.h"

#include <string.h>

#include "bytes.h"
#include "ipv6_chain.h"

/* The ones' complement sum of 16-bit words, folded, in the order of octets that memory has: it does
 * not care which, RFC 1071 §2. header_len is a multiple of 4. */
static uint16_t sum(const uint8_t *ip, unsigned header_len)
{
	uint64_t total = 0;

	for (unsigned i = 0; i < header_len; i += 4) {
		uint32_t words;

		memcpy(&words, ip + i, sizeof(words));
		total += words;
	}
	total = (total & 0xffffffff) + (total >> 32);
	total = (total & 0xffff) + (total >> 16);
	total = (total & 0xffff) + (total >> 16);
	return (uint16_t)((total & 0xffff) + (total >> 16));
}

bool ip_header_checksum_ok(const uint8_t *ip, unsigned header_len)
{
	return sum(ip, header_len) == 0xffff;
}

void ip_header_set_ipv6(uint8_t *ip, unsigned header_len, unsigned len, uint8_t protocol)
{
	bytes_store_be16(ip + WIRE_IPV6_PAYLOAD_AT, (uint16_t)(len - WIRE_IPV6_LEN));
	ip[ipv6_chain_last(ip, header_len)] = protocol;
}

void ip_header_set(uint8_t *ip, uint8_t family, unsigned header_len, unsigned len, uint8_t protocol)
{
	uint16_t checksum;

	if (family == NET_IPV6) {
		ip_header_set_ipv6(ip, header_len, len, protocol);
		return;
	}
	bytes_store_be16(ip + WIRE_IPV4_TOTAL_AT, (uint16_t)len);
	ip[WIRE_IPV4_PROTOCOL_AT] = protocol;
	memset(ip + WIRE_IPV4_CHECKSUM_AT, 0, sizeof(checksum));
	checksum = (uint16_t)~sum(ip, header_len);
	memcpy(ip + WIRE_IPV4_CHECKSUM_AT, &checksum, sizeof(checksum));
}
