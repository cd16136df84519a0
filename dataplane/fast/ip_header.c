/* SPDX-License-Identifier: BSD-3-Clause */
/* Called where ESP is taken off and put on. */
#include "ip_header.h"

#include "bytes.h"

/* The ones' complement sum of big-endian words, folded. */
static uint16_t sum(const uint8_t *ip, unsigned header_len)
{
	uint32_t total = 0;

	for (unsigned i = 0; i < header_len; i += 2)
		total += bytes_load_be16(ip + i);
	total = (total & 0xffff) + (total >> 16);
	return (uint16_t)(total + (total >> 16));
}

bool ip_header_checksum_ok(const uint8_t *ip, unsigned header_len)
{
	return sum(ip, header_len) == 0xffff;
}

void ip_header_set(uint8_t *ip, uint8_t family, unsigned header_len, unsigned len, uint8_t protocol)
{
	if (family == NET_IPV6) {
		bytes_store_be16(ip + WIRE_IPV6_PAYLOAD_AT, (uint16_t)(len - WIRE_IPV6_LEN));
		ip[WIRE_IPV6_NEXT_AT] = protocol;
		return;
	}
	bytes_store_be16(ip + WIRE_IPV4_TOTAL_AT, (uint16_t)len);
	ip[WIRE_IPV4_PROTOCOL_AT] = protocol;
	bytes_store_be16(ip + WIRE_IPV4_CHECKSUM_AT, 0);
	bytes_store_be16(ip + WIRE_IPV4_CHECKSUM_AT, (uint16_t)~sum(ip, header_len));
}
