/* SPDX-License-Identifier: BSD-3-Clause */
/* Step from inside, after sa_select: what was UDP or TCP is ESP from here on. */
#pragma once

#include <stdbool.h>
#include <string.h>

#include "burst.h"
#include "bytes.h"
#include "ip_header.h"
#include "path.h"
#include "too_big.h"
#include "wire.h"

static inline unsigned encap_padding(unsigned payload_len)
{
	unsigned over = (payload_len + WIRE_ESP_TRAILER_LEN) % WIRE_ESP_ALIGN;

	return over ? WIRE_ESP_ALIGN - over : 0;
}

/* RFC 4303 §2.4: 1, 2, 3 …, at most 3 of them; what is behind the trailer is the ICV's. */
static inline void encap_trailer(uint8_t *at, unsigned pad_len, uint8_t next)
{
	static const uint8_t padding_octets[] = {1, 2, 3};

	memcpy(at, padding_octets, sizeof(padding_octets));
	at[pad_len] = (uint8_t)pad_len;
	at[pad_len + 1] = next;
}

static inline bool encap_has_room(const struct rte_mbuf *mbuf, unsigned trailer_len)
{
	return rte_pktmbuf_headroom(mbuf) >= WIRE_ESP_HEADER_LEN &&
	       rte_pktmbuf_tailroom(mbuf) >= trailer_len;
}

/* Elsewhere, where there is. False: no buffer. */
bool encap_make_room(struct path *path, struct burst *burst, unsigned i);

/* Puts ESP around the payload, with the SA's next number and room for the ICV (RFC 4303 §2, §3.3;
 * transport mode). What would not fit the outside port, or has no number left, is dropped. */
static inline enum drop_reason encap(struct path *path, struct burst *burst, unsigned i)
{
	struct rte_mbuf *mbuf;
	struct sa_entry *sa = burst->sa[i];
	unsigned link_len = burst_link_len(burst, i);
	unsigned header_len = burst->shape[i].header_len;
	unsigned pad_len = encap_padding(burst_payload_len(burst, i));
	unsigned trailer_len = pad_len + WIRE_ESP_TRAILER_LEN + SA_ICV_LEN;
	unsigned len = burst->shape[i].len + WIRE_ESP_HEADER_LEN + trailer_len;
	uint8_t *frame;

	if (too_big(path, burst, i, WIRE_ESP_HEADER_LEN + trailer_len))
		return DROP_OUT_TOO_BIG;
	if (unlikely(!encap_has_room(burst->mbuf[i], trailer_len)) &&
		!encap_make_room(path, burst, i))
		return DROP_NO_BUFFER;
	/* RFC 4303 §3.3.3: the number never cycles under one key. */
	if (sa->top == UINT32_MAX)
		return DROP_OUT_SEQUENCE_END;
	sa->top++;
	mbuf = burst->mbuf[i];
	frame = burst->ip[i] - link_len;
	encap_trailer(burst->ip[i] + burst->shape[i].len, pad_len, burst->shape[i].protocol);
	burst->ip[i] = ip_header_rewrite(frame, link_len, -WIRE_ESP_HEADER_LEN,
		burst->shape[i].family, header_len, len, WIRE_PROTOCOL_ESP);
	burst->shape[i].len = (uint16_t)len;
	burst->shape[i].protocol = WIRE_PROTOCOL_ESP;
	bytes_store_be32(burst_payload(burst, i), sa->spi);
	bytes_store_be32(burst_payload(burst, i) + WIRE_ESP_SEQUENCE_AT, sa->top);
	/* One segment (parse), and there is room. */
	mbuf->data_off -= WIRE_ESP_HEADER_LEN;
	mbuf->data_len = (uint16_t)(link_len + len);
	mbuf->pkt_len = mbuf->data_len;
	return BURST_KEPT;
}
