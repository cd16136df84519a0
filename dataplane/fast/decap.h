/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps from outside, around selectors: what was ESP is UDP or TCP from here on. */
#pragma once

#include <stdbool.h>

#include "burst.h"
#include "ip_header.h"
#include "path.h"
#include "wire.h"

static inline bool decap_next_ok(const struct sa_entry *sa, uint8_t next)
{
	return (next == WIRE_PROTOCOL_UDP && sa->transports & SA_TRANSPORT_UDP) ||
	       (next == WIRE_PROTOCOL_TCP && sa->transports & SA_TRANSPORT_TCP);
}

/* RFC 4303 §2.4: 1, 2, 3 … end: just before the pad length. */
static inline bool decap_padding_ok(const uint8_t *end, unsigned pad_len)
{
	for (unsigned i = 0; i < pad_len; i++)
		if (end[(int)i - (int)pad_len] != (uint8_t)(i + 1))
			return false;
	return true;
}

/* Padding and next header of an authentic packet (RFC 4303 §3.4.4.1): what its trailer says. */
struct decap {
	unsigned trailer_len; /* octets: padding, trailer, ICV */
	uint8_t next;         /* header */
};

static inline enum drop_reason decap_check(
	const struct burst *burst, unsigned i, struct decap *decap)
{
	unsigned len = burst_payload_len(burst, i);
	const uint8_t *trailer = burst_payload(burst, i) + len - SA_ICV_LEN - WIRE_ESP_TRAILER_LEN;
	unsigned pad_len = trailer[0];

	decap->next = trailer[1];
	decap->trailer_len = pad_len + WIRE_ESP_TRAILER_LEN + SA_ICV_LEN;
	if (WIRE_ESP_HEADER_LEN + decap->trailer_len > len || !decap_padding_ok(trailer, pad_len))
		return DROP_ESP_PADDING;
	return decap_next_ok(burst->sa[i], decap->next) ? BURST_KEPT : DROP_ESP_NEXT_HEADER;
}

/* ESP goes: the headers move up to the payload, and the IP header says what is there now. */
static inline void decap(struct burst *burst, unsigned i, const struct decap *decap)
{
	struct rte_mbuf *mbuf = burst->mbuf[i];
	unsigned link_len = burst_link_len(burst, i),
		 gone = WIRE_ESP_HEADER_LEN + decap->trailer_len;
	unsigned len = burst->shape[i].len - gone;
	uint8_t *frame = burst->ip[i] - link_len;

	burst->ip[i] = ip_header_rewrite(frame, link_len, WIRE_ESP_HEADER_LEN,
		burst->shape[i].family, burst->shape[i].header_len, len, decap->next);
	burst->shape[i].len = (uint16_t)len;
	burst->shape[i].protocol = decap->next;
	mbuf->data_off += WIRE_ESP_HEADER_LEN;
	mbuf->data_len = (uint16_t)(link_len + len);
	mbuf->pkt_len = mbuf->data_len; /* one segment: parse */
}
