/* SPDX-License-Identifier: BSD-3-Clause */
/* What a port would have received. */
#include "bench_packets.h"

#include <string.h>

#include <rte_mbuf.h>

#include "bytes.h"
#include "icv.h"
#include "ip_header.h"
#include "wire.h"

#define ESP_AT (WIRE_ETHER_LEN + WIRE_IPV4_LEN)

/* Header, number, UDP, trailer and ICV; then 2 octets of Ethernet padding. */
#define UDP_LEN(frame_bytes) \
	((frame_bytes)-2 - ESP_AT - WIRE_ESP_HEADER_LEN - WIRE_ESP_TRAILER_LEN - SA_ICV_LEN)

static void write_udp(uint8_t *udp, unsigned len, uint16_t source, uint16_t target)
{
	bytes_store_be16(udp, source);
	bytes_store_be16(udp + 2, target);
	bytes_store_be16(udp + WIRE_UDP_LENGTH_AT, (uint16_t)len);
	for (unsigned i = WIRE_UDP_LEN; i < len; i++)
		udp[i] = (uint8_t)(i * 7);
}

static void write_ip(uint8_t *frame, const uint8_t *source, const uint8_t *target, unsigned len,
	uint8_t protocol)
{
	uint8_t *ip = frame + WIRE_ETHER_LEN;

	bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, WIRE_TYPE_IPV4);
	ip[0] = 0x45;
	ip[8] = 64;
	memcpy(ip + WIRE_IPV4_SOURCE_AT, source, 4);
	memcpy(ip + WIRE_IPV4_TARGET_AT, target, 4);
	ip_header_set(ip, NET_IPV4, WIRE_IPV4_LEN, WIRE_IPV4_LEN + len, protocol);
}

static void make_inbound(struct bench_gateway *gateway, const struct bench_row *row,
	struct bench_packet *packet, uint32_t number)
{
	unsigned udp_len = UDP_LEN(row->frame_bytes);
	uint8_t *frame = (uint8_t *)rte_pktmbuf_append(packet->mbuf, (uint16_t)row->frame_bytes);
	struct icv_packet tag;

	memset(frame, 0, row->frame_bytes);
	packet->esp = frame + ESP_AT;
	packet->esp_len = WIRE_ESP_HEADER_LEN + udp_len + WIRE_ESP_TRAILER_LEN;
	write_ip(frame, packet->sa->remote, packet->sa->local, packet->esp_len + SA_ICV_LEN,
		WIRE_PROTOCOL_ESP);
	bytes_store_be32(packet->esp, packet->sa->spi);
	bytes_store_be32(packet->esp + WIRE_ESP_SEQUENCE_AT, number);
	write_udp(packet->esp + WIRE_ESP_HEADER_LEN, udp_len, BENCH_REMOTE_PORT, BENCH_LOCAL_PORT);
	packet->esp[packet->esp_len - 1] = WIRE_PROTOCOL_UDP;
	tag = (struct icv_packet){.sa = packet->sa,
		.data = packet->esp,
		.len = packet->esp_len,
		.tag = packet->esp + packet->esp_len};
	icv_compute(gateway->path.icv, &tag, 1);
}

static void make_outbound(const struct bench_row *row, struct bench_packet *packet)
{
	unsigned udp_len = UDP_LEN(row->frame_bytes);
	uint8_t *frame = (uint8_t *)rte_pktmbuf_append(packet->mbuf, (uint16_t)(ESP_AT + udp_len));

	memset(frame, 0, ESP_AT);
	packet->esp = frame + ESP_AT - WIRE_ESP_HEADER_LEN; /* the headers move forward by that */
	packet->esp_len = WIRE_ESP_HEADER_LEN + udp_len + WIRE_ESP_TRAILER_LEN;
	write_ip(frame, packet->sa->local, packet->sa->remote, udp_len, WIRE_PROTOCOL_UDP);
	write_udp(frame + ESP_AT, udp_len, BENCH_LOCAL_PORT, BENCH_REMOTE_PORT);
}

void bench_packets_make(struct bench_gateway *gateway, const struct bench_row *row,
	struct sa_entry **sas, struct bench_packet *packets)
{
	uint32_t numbers[BENCH_SAS_MAX] = {0};

	for (unsigned i = 0; i < BENCH_PACKETS; i++) {
		struct bench_packet *packet = &packets[i];
		unsigned which = (unsigned)((uint64_t)i * 611953 % row->sas); /* a prime */

		packet->sa = sas[which];
		packet->mbuf = rte_pktmbuf_alloc(gateway->pool);
		if (!packet->mbuf)
			bench_fail("the pool is too small");
		if (row->direction == SA_INBOUND)
			make_inbound(gateway, row, packet, ++numbers[which]);
		else
			make_outbound(row, packet);
		packet->frame_len = packet->mbuf->data_len;
		memcpy(packet->head, rte_pktmbuf_mtod(packet->mbuf, void *), BENCH_HEAD);
	}
}

void bench_packets_free(struct bench_packet *packets)
{
	for (unsigned i = 0; i < BENCH_PACKETS; i++)
		rte_pktmbuf_free(packets[i].mbuf);
}

void bench_packets_restore(struct bench_packet *packets)
{
	for (unsigned i = 0; i < BENCH_PACKETS; i++) {
		struct rte_mbuf *mbuf = packets[i].mbuf;

		mbuf->data_off = RTE_PKTMBUF_HEADROOM;
		mbuf->data_len = packets[i].frame_len;
		mbuf->pkt_len = packets[i].frame_len;
		memcpy(rte_pktmbuf_mtod(mbuf, void *), packets[i].head, BENCH_HEAD);
		packets[i].sa->top = 0;
		packets[i].sa->window = 0;
	}
}

void bench_packets_load(const struct bench_packet *packets, unsigned from, struct burst *burst)
{
	burst->count = BURST_MAX;
	burst->passed = 0;
	burst->dropped = 0;
	for (unsigned i = 0; i < BURST_MAX; i++)
		burst->mbuf[i] = packets[from + i].mbuf;
}
