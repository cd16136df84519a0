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

static void set_ipv6(uint8_t *ip, unsigned header_len, unsigned len, uint8_t protocol)
{
	bytes_store_be16(ip + WIRE_IPV6_PAYLOAD_AT, (uint16_t)(len - WIRE_IPV6_LEN));
	ip[ipv6_chain_last(ip, header_len)] = protocol;
}

void ip_header_set(uint8_t *ip, uint8_t family, unsigned header_len, unsigned len, uint8_t protocol)
{
	uint16_t checksum;

	if (family == NET_IPV6) {
		set_ipv6(ip, header_len, len, protocol);
		return;
	}
	bytes_store_be16(ip + WIRE_IPV4_TOTAL_AT, (uint16_t)len);
	ip[WIRE_IPV4_PROTOCOL_AT] = protocol;
	memset(ip + WIRE_IPV4_CHECKSUM_AT, 0, sizeof(checksum));
	checksum = (uint16_t)~sum(ip, header_len);
	memcpy(ip + WIRE_IPV4_CHECKSUM_AT, &checksum, sizeof(checksum));
}

static void change_ipv4(uint8_t *ip, unsigned len, uint8_t protocol)
{
	uint16_t total, checksum;
	uint32_t was;

	memcpy(&total, ip + WIRE_IPV4_TOTAL_AT, sizeof(total));
	memcpy(&checksum, ip + WIRE_IPV4_CHECKSUM_AT, sizeof(checksum));
	was = total + ip[WIRE_IPV4_PROTOCOL_AT] * 256u;
	total = rte_cpu_to_be_16((uint16_t)len);
	checksum = ip_header_checksum(checksum, was, total + protocol * 256u);
	memcpy(ip + WIRE_IPV4_TOTAL_AT, &total, sizeof(total));
	memcpy(ip + WIRE_IPV4_CHECKSUM_AT, &checksum, sizeof(checksum));
	ip[WIRE_IPV4_PROTOCOL_AT] = protocol;
}

uint8_t *ip_header_rewrite_any(uint8_t *frame, unsigned link_len, int by, uint8_t family,
	unsigned header_len, unsigned len, uint8_t protocol)
{
	uint8_t *ip = frame + by + link_len;

	memmove(frame + by, frame, link_len + header_len);
	if (family == NET_IPV6)
		set_ipv6(ip, header_len, len, protocol);
	else
		change_ipv4(ip, len, protocol);
	return ip;
}
