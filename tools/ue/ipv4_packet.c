/* SPDX-License-Identifier: BSD-3-Clause */
/* The outermost shell: what the raw socket takes and gives. */
#include "ipv4_packet.h"

#include <errno.h>
#include <string.h>

#include "bytes.h"

#define FRAGMENT_MASK 0x3fff /* more fragments, offset */
#define TIME_TO_LIVE  64

uint16_t ipv4_packet_sum(uint32_t start, const uint8_t *bytes, size_t len)
{
	uint32_t sum = start;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += bytes_load_be16(bytes + i);
	if (i < len)
		sum += (uint32_t)bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

size_t ipv4_packet_build(const struct ipv4_packet *packet, uint8_t *out, size_t cap)
{
	size_t len = IPV4_HEADER_LEN + packet->body_len;

	if (len > cap || len > IPV4_PACKET_MAX)
		return 0;
	memset(out, 0, IPV4_HEADER_LEN);
	out[0] = 0x45;
	bytes_store_be16(out + 2, (uint16_t)len);
	out[8] = TIME_TO_LIVE;
	out[9] = packet->protocol;
	memcpy(out + 12, packet->source.bytes, 4);
	memcpy(out + 16, packet->destination.bytes, 4);
	bytes_store_be16(out + 10, (uint16_t)~ipv4_packet_sum(0, out, IPV4_HEADER_LEN));
	memcpy(out + IPV4_HEADER_LEN, packet->body, packet->body_len);
	return len;
}

int ipv4_packet_parse(const uint8_t *bytes, size_t len, struct ipv4_packet *out)
{
	size_t header, total;

	if (len < IPV4_HEADER_LEN || bytes[0] >> 4 != 4)
		return -EINVAL;
	header = (size_t)(bytes[0] & 0x0f) * 4;
	total = bytes_load_be16(bytes + 2);
	if (header < IPV4_HEADER_LEN || total < header || total > len)
		return -EINVAL;
	if (bytes_load_be16(bytes + 6) & FRAGMENT_MASK)
		return -EINVAL;
	if (ipv4_packet_sum(0, bytes, header) != 0xffff)
		return -EINVAL;
	memset(out, 0, sizeof(*out));
	out->source.family = out->destination.family = NET_IPV4;
	memcpy(out->source.bytes, bytes + 12, 4);
	memcpy(out->destination.bytes, bytes + 16, 4);
	out->protocol = bytes[9];
	out->body = bytes + header;
	out->body_len = total - header;
	return 0;
}
