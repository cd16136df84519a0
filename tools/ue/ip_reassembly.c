/* SPDX-License-Identifier: BSD-3-Clause */
/* Fragments put together again. */
#include "ip_reassembly.h"

#include <errno.h>
#include <string.h>

static bool is_same(const struct ip_packet *a, const struct ip_packet *b)
{
	return a->fragment_id == b->fragment_id && a->protocol == b->protocol &&
	       net_address_equal(&a->source, &b->source) &&
	       net_address_equal(&a->destination, &b->destination);
}

/* The one that fragment belongs to, or one made free for it. */
static struct ip_reassembly_packet *find(
	struct ip_reassembly *reassembly, const struct ip_packet *fragment)
{
	struct ip_reassembly_packet *oldest = &reassembly->packets[0];
	unsigned i;

	for (i = 0; i < IP_REASSEMBLY_PACKETS; i++) {
		struct ip_reassembly_packet *packet = &reassembly->packets[i];

		if (is_same(&packet->first, fragment))
			return packet;
		if (packet->age < oldest->age)
			oldest = packet;
	}
	memset(oldest, 0, sizeof(*oldest));
	oldest->first = *fragment;
	oldest->age = ++reassembly->age;
	return oldest;
}

static int fill(struct ip_reassembly_packet *packet, const struct ip_packet *fragment)
{
	size_t offset = fragment->fragment_offset, end = offset + fragment->body_len, block;

	if (end > sizeof(packet->body) || fragment->body_len == 0 ||
		(fragment->more_fragments && fragment->body_len % 8))
		return -EINVAL;
	if (!fragment->more_fragments && end < packet->reach)
		return -EINVAL;
	if (packet->total > 0 && (!fragment->more_fragments || end > packet->total))
		return -EINVAL;
	for (block = offset / 8; block < (end + 7) / 8; block++) {
		if (packet->have[block / 8] & 1 << block % 8)
			return -EINVAL;
		packet->have[block / 8] |= (uint8_t)(1 << block % 8);
	}
	memcpy(packet->body + offset, fragment->body, fragment->body_len);
	packet->filled += fragment->body_len;
	packet->reach = end > packet->reach ? end : packet->reach;
	if (!fragment->more_fragments)
		packet->total = end;
	return 0;
}

int ip_reassembly_add(
	struct ip_reassembly *reassembly, const struct ip_packet *fragment, struct ip_packet *out)
{
	struct ip_reassembly_packet *packet = find(reassembly, fragment);
	int error = fill(packet, fragment);

	if (!error && packet->filled != packet->total)
		return -EAGAIN;
	*out = packet->first;
	out->fragment_offset = 0;
	out->more_fragments = false;
	out->body = packet->body;
	out->body_len = packet->total;
	packet->first.source.family = NET_NONE;
	packet->age = 0;
	return error;
}
