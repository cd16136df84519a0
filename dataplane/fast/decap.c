/* SPDX-License-Identifier: BSD-3-Clause */
/* From outside: what was ESP is UDP or TCP from here on. */
#include "decap.h"

#include <stdbool.h>

#include "ip_header.h"
#include "wire.h"

static bool transport_of_sa(const struct sa_entry *sa, uint8_t next)
{
	return (next == WIRE_PROTOCOL_UDP && sa->transports & SA_TRANSPORT_UDP) ||
	       (next == WIRE_PROTOCOL_TCP && sa->transports & SA_TRANSPORT_TCP);
}

/* RFC 4303 §2.4: 1, 2, 3 … end: just before the pad length. */
static bool padding_ok(const uint8_t *end, unsigned pad_len)
{
	for (unsigned i = 0; i < pad_len; i++)
		if (end[(int)i - (int)pad_len] != (uint8_t)(i + 1))
			return false;
	return true;
}

static void strip(struct burst *burst, unsigned i, unsigned trailer_len, uint8_t next)
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

void decap(struct path *path, struct burst *burst)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		unsigned len = burst_payload_len(burst, i);
		const uint8_t *trailer =
			burst_payload(burst, i) + len - SA_ICV_LEN - WIRE_ESP_TRAILER_LEN;
		unsigned pad_len = trailer[0];
		uint8_t next = trailer[1];

		if (pad_len > len - WIRE_ESP_HEADER_LEN - WIRE_ESP_TRAILER_LEN - SA_ICV_LEN ||
			!padding_ok(trailer, pad_len)) {
			burst_drop(burst, i, DROP_ESP_PADDING, path->counters);
			continue;
		}
		if (!transport_of_sa(burst->sa[i], next)) {
			burst_drop(burst, i, DROP_ESP_NEXT_HEADER, path->counters);
			continue;
		}
		strip(burst, i, pad_len + WIRE_ESP_TRAILER_LEN + SA_ICV_LEN, next);
		burst_keep(burst, i, &kept);
	}
	burst->count = kept;
}
