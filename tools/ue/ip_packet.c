/* SPDX-License-Identifier: BSD-3-Clause */
/* The outermost shell: what the wire takes and gives. */
#include "ip_packet.h"

#include <errno.h>
#include <string.h>

#include "bytes.h"

#define IPV4_LEN       20
#define IPV6_LEN       40
#define FRAGMENT_LEN   8
#define MORE_FRAGMENTS 0x2000 /* IPv4 */
#define OFFSET_MASK    0x1fff
#define TIME_TO_LIVE   64

uint16_t ip_packet_sum(uint32_t start, const uint8_t *bytes, size_t len)
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

uint16_t ip_packet_pseudo_sum(const struct net_address *source,
	const struct net_address *destination, uint8_t protocol, size_t len)
{
	uint32_t sum = protocol + (uint32_t)len;

	/* What an IPv4 address does not use is zero. */
	sum = ip_packet_sum(sum, source->bytes, sizeof(source->bytes));
	return ip_packet_sum(sum, destination->bytes, sizeof(destination->bytes));
}

bool ip_packet_is_fragment(const struct ip_packet *packet)
{
	return packet->more_fragments || packet->fragment_offset > 0;
}

size_t ip_packet_header_len(const struct ip_packet *packet)
{
	if (packet->source.family == NET_IPV4)
		return IPV4_LEN;
	return IPV6_LEN + (ip_packet_is_fragment(packet) ? FRAGMENT_LEN : 0);
}

static void build_ipv4(const struct ip_packet *packet, uint8_t *out)
{
	out[0] = 0x45;
	out[1] = packet->traffic_class;
	bytes_store_be16(out + 2, (uint16_t)(IPV4_LEN + packet->body_len));
	bytes_store_be16(out + 4, (uint16_t)packet->fragment_id);
	bytes_store_be16(out + 6, (uint16_t)((packet->more_fragments ? MORE_FRAGMENTS : 0) |
					     packet->fragment_offset / 8));
	out[8] = packet->hop_limit ? packet->hop_limit : TIME_TO_LIVE;
	out[9] = packet->protocol;
	memcpy(out + 12, packet->source.bytes, 4);
	memcpy(out + 16, packet->destination.bytes, 4);
	bytes_store_be16(out + 10, (uint16_t)~ip_packet_sum(0, out, IPV4_LEN));
}

static void build_ipv6(const struct ip_packet *packet, uint8_t *out, size_t len)
{
	bytes_store_be32(out, UINT32_C(6) << 28 | (uint32_t)packet->traffic_class << 20);
	bytes_store_be16(out + 4, (uint16_t)(len - IPV6_LEN));
	out[6] = packet->protocol;
	out[7] = packet->hop_limit ? packet->hop_limit : TIME_TO_LIVE;
	memcpy(out + 8, packet->source.bytes, 16);
	memcpy(out + 24, packet->destination.bytes, 16);
	if (!ip_packet_is_fragment(packet))
		return;
	out[6] = IP_PROTOCOL_FRAGMENT;
	out += IPV6_LEN;
	out[0] = packet->protocol;
	bytes_store_be16(out + 2, (uint16_t)(packet->fragment_offset | packet->more_fragments));
	bytes_store_be32(out + 4, packet->fragment_id);
}

size_t ip_packet_build(const struct ip_packet *packet, uint8_t *out, size_t cap)
{
	size_t header = ip_packet_header_len(packet);
	size_t len = header + packet->body_len;

	if (len > cap || len > IP_PACKET_MAX)
		return 0;
	memset(out, 0, header);
	if (packet->source.family == NET_IPV4)
		build_ipv4(packet, out);
	else
		build_ipv6(packet, out, len);
	memcpy(out + header, packet->body, packet->body_len);
	return len;
}

static int parse_ipv4(const uint8_t *bytes, size_t len, struct ip_packet *out)
{
	size_t header = (size_t)(bytes[0] & 0x0f) * 4;
	size_t total = bytes_load_be16(bytes + 2);
	uint16_t fragment = bytes_load_be16(bytes + 6);

	if (header < IPV4_LEN || total < header || total > len)
		return -EINVAL;
	if (ip_packet_sum(0, bytes, header) != 0xffff)
		return -EINVAL;
	out->source.family = out->destination.family = NET_IPV4;
	memcpy(out->source.bytes, bytes + 12, 4);
	memcpy(out->destination.bytes, bytes + 16, 4);
	out->traffic_class = bytes[1];
	out->fragment_id = bytes_load_be16(bytes + 4);
	out->more_fragments = fragment & MORE_FRAGMENTS;
	out->fragment_offset = (uint16_t)((fragment & OFFSET_MASK) * 8);
	out->hop_limit = bytes[8];
	out->protocol = bytes[9];
	out->body = bytes + header;
	out->body_len = total - header;
	return 0;
}

static int parse_ipv6(const uint8_t *bytes, size_t len, struct ip_packet *out)
{
	size_t total = IPV6_LEN + (size_t)bytes_load_be16(bytes + 4);
	uint16_t fragment;

	if (len < IPV6_LEN || total > len)
		return -EINVAL;
	out->source.family = out->destination.family = NET_IPV6;
	memcpy(out->source.bytes, bytes + 8, 16);
	memcpy(out->destination.bytes, bytes + 24, 16);
	out->traffic_class = (uint8_t)(bytes_load_be32(bytes) >> 20);
	out->protocol = bytes[6];
	out->hop_limit = bytes[7];
	out->body = bytes + IPV6_LEN;
	out->body_len = total - IPV6_LEN;
	if (out->protocol != IP_PROTOCOL_FRAGMENT)
		return 0;
	if (out->body_len < FRAGMENT_LEN)
		return -EINVAL;
	fragment = bytes_load_be16(out->body + 2);
	out->protocol = out->body[0];
	out->more_fragments = fragment & 1;
	out->fragment_offset = fragment & 0xfff8;
	out->fragment_id = bytes_load_be32(out->body + 4);
	out->body += FRAGMENT_LEN;
	out->body_len -= FRAGMENT_LEN;
	return 0;
}

int ip_packet_parse(const uint8_t *bytes, size_t len, struct ip_packet *out)
{
	memset(out, 0, sizeof(*out));
	if (len < IPV4_LEN)
		return -EINVAL;
	switch (bytes[0] >> 4) {
	case 4:
		return parse_ipv4(bytes, len, out);
	case 6:
		return parse_ipv6(bytes, len, out);
	default:
		return -EINVAL;
	}
}
