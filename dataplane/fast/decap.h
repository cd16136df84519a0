/* SPDX-License-Identifier: BSD-3-Clause */
/* Step from outside, after replay_move: what was ESP is UDP or TCP from here on. */
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

static inline void decap_strip(struct burst *burst, unsigned i, unsigned trailer_len, uint8_t next)
{
	struct rte_mbuf *mbuf = burst->mbuf[i];
	unsigned link_len = burst_link_len(burst, i), header_len = burst->ip_header_len[i];

	ip_header_move(
		rte_pktmbuf_mtod(mbuf, uint8_t *), link_len, header_len, WIRE_ESP_HEADER_LEN);
	mbuf->data_off += WIRE_ESP_HEADER_LEN;
	mbuf->data_len = (uint16_t)(mbuf->data_len - WIRE_ESP_HEADER_LEN - trailer_len);
	mbuf->pkt_len = mbuf->data_len; /* one segment: parse */
	burst->ip[i] += WIRE_ESP_HEADER_LEN;
	burst->ip_len[i] = (uint16_t)(burst->ip_len[i] - WIRE_ESP_HEADER_LEN - trailer_len);
	burst->protocol[i] = next;
	ip_header_change(burst->ip[i], burst->family[i], header_len, burst->ip_len[i], next);
}

/* Takes ESP off an authentic packet: checks padding and next header (RFC 4303 §3.4.4.1), moves the
 * headers up to the payload, and corrects the IP header. */
static inline enum drop_reason decap(struct burst *burst, unsigned i)
{
	unsigned len = burst_payload_len(burst, i);
	const uint8_t *trailer = burst_payload(burst, i) + len - SA_ICV_LEN - WIRE_ESP_TRAILER_LEN;
	unsigned pad_len = trailer[0];
	uint8_t next = trailer[1];

	if (pad_len > len - WIRE_ESP_HEADER_LEN - WIRE_ESP_TRAILER_LEN - SA_ICV_LEN ||
		!decap_padding_ok(trailer, pad_len))
		return DROP_ESP_PADDING;
	if (!decap_next_ok(burst->sa[i], next))
		return DROP_ESP_NEXT_HEADER;
	decap_strip(burst, i, pad_len + WIRE_ESP_TRAILER_LEN + SA_ICV_LEN, next);
	return BURST_KEPT;
}
