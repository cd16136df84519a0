/* SPDX-License-Identifier: BSD-3-Clause */
/* What lies inside ESP: a UDP header and one SIP message. */
#include "udp_segment.h"

#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "ip_packet.h"

static uint16_t checksum(const struct udp_segment *segment, const uint8_t *bytes, size_t len)
{
	return ip_packet_sum(ip_packet_pseudo_sum(&segment->source.address,
				     &segment->destination.address, IP_PROTOCOL_UDP, len),
		bytes, len);
}

size_t udp_segment_build(const struct udp_segment *segment, uint8_t *out, size_t cap)
{
	size_t len = UDP_HEADER_LEN + segment->payload_len;
	uint16_t sum;

	if (len > cap || len > UINT16_MAX)
		return 0;
	bytes_store_be16(out, segment->source.port);
	bytes_store_be16(out + 2, segment->destination.port);
	bytes_store_be16(out + 4, (uint16_t)len);
	bytes_store_be16(out + 6, 0);
	memcpy(out + UDP_HEADER_LEN, segment->payload, segment->payload_len);
	sum = (uint16_t)~checksum(segment, out, len);
	bytes_store_be16(out + 6, sum ? sum : 0xffff);
	return len;
}

int udp_segment_parse(const uint8_t *bytes, size_t len, struct udp_segment *out)
{
	if (len < UDP_HEADER_LEN || bytes_load_be16(bytes + 4) != len)
		return -EINVAL;
	/* IPv6 knows no UDP without a checksum (RFC 8200 §8.1). */
	if ((bytes_load_be16(bytes + 6) || out->source.address.family == NET_IPV6) &&
		checksum(out, bytes, len) != 0xffff)
		return -EINVAL;
	out->source.port = bytes_load_be16(bytes);
	out->destination.port = bytes_load_be16(bytes + 2);
	out->payload = bytes + UDP_HEADER_LEN;
	out->payload_len = len - UDP_HEADER_LEN;
	return 0;
}
