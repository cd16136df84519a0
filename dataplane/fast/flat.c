/* SPDX-License-Identifier: BSD-3-Clause */
/* Beside the common way: packets of several segments, and those that leave ESP no room. */
#include "flat.h"

#include <string.h>

#include "buffer.h"

static bool has_room(const struct rte_mbuf *first)
{
	unsigned more = first->pkt_len - first->data_len + FLAT_TAILROOM;

	return RTE_MBUF_DIRECT(first) && rte_pktmbuf_headroom(first) >= FLAT_HEADROOM &&
	       rte_pktmbuf_tailroom(first) >= more;
}

static void append(struct rte_mbuf *to, const struct rte_mbuf *from)
{
	for (; from; from = from->next) {
		memcpy(rte_pktmbuf_mtod_offset(to, uint8_t *, to->data_len),
			rte_pktmbuf_mtod(from, const uint8_t *), from->data_len);
		to->data_len = (uint16_t)(to->data_len + from->data_len);
	}
	to->pkt_len = to->data_len;
}

bool flat_make(struct rte_mempool *large, struct rte_mbuf **mbuf)
{
	struct rte_mbuf *from = *mbuf, *to;

	if (has_room(from)) {
		struct rte_mbuf *rest = from->next;

		from->next = NULL;
		from->nb_segs = 1;
		append(from, rest);
		buffer_give(rest);
		return true;
	}
	to = buffer_take(large);
	if (!to)
		return false;
	append(to, from);
	buffer_give(from);
	*mbuf = to;
	return true;
}

bool flat_shrink(struct rte_mempool *packets, struct rte_mbuf **mbuf)
{
	struct rte_mbuf *from = *mbuf, *to;

	if (from->pool == packets || from->data_len + FLAT_TAILROOM + RTE_PKTMBUF_HEADROOM >
					     rte_pktmbuf_data_room_size(packets))
		return true;
	to = buffer_take(packets);
	if (!to)
		return false;
	append(to, from);
	buffer_give(from);
	*mbuf = to;
	return true;
}
