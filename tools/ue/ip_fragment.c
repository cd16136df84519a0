/* SPDX-License-Identifier: BSD-3-Clause */
/* A packet that is longer than the MTU, in pieces. */
#include "ip_fragment.h"

size_t ip_fragment_next(const struct ip_packet *whole, size_t mtu, size_t *offset, uint8_t *out)
{
	struct ip_packet piece = *whole;
	size_t left = whole->body_len - *offset, room;

	piece.fragment_offset = (uint16_t)*offset;
	piece.more_fragments = true;
	room = ip_packet_header_len(&piece);
	room = mtu > room ? (mtu - room) & ~(size_t)7 : 0;
	if (left == 0 || room == 0)
		return 0;
	piece.more_fragments = left > room;
	piece.body = whole->body + *offset;
	piece.body_len = piece.more_fragments ? room : left;
	*offset += piece.body_len;
	return ip_packet_build(&piece, out, mtu);
}
