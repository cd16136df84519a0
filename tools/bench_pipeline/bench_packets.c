/* SPDX-License-Identifier: BSD-3-Clause */
/* What a port would have received. */
#include "bench_packets.h"

#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

#include "bench_mix.h"
#include "bytes.h"
#include "icv.h"
#include "ip_header.h"
#include "wire.h"

#define PASSES 8 /* where the SAs fit into caches anyway */

/* Header, number, UDP, trailer and ICV; then 2 octets of Ethernet padding. */
#define ESP_LEN(frame_bytes, esp_at) ((frame_bytes)-2 - (esp_at)-SA_ICV_LEN)
#define UDP_LEN(esp_len)             ((esp_len)-WIRE_ESP_HEADER_LEN - WIRE_ESP_TRAILER_LEN)

static unsigned ip_len(const struct bench_row *row)
{
	return row->family == NET_IPV4 ? WIRE_IPV4_LEN : WIRE_IPV6_LEN;
}

static unsigned random_below(uint64_t *state, unsigned limit)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
	return (unsigned)((*state >> 32) * limit >> 32);
}

static unsigned frame_of(const struct bench_row *row, uint64_t *state)
{
	unsigned at = random_below(state, 100), part = 0;

	if (row->frame_bytes != BENCH_MIX)
		return row->frame_bytes;
	while (at >= bench_mix[part].percent)
		at -= bench_mix[part++].percent;
	return bench_mix[part].frame_bytes;
}

static void write_udp(uint8_t *udp, unsigned len, uint16_t source, uint16_t target)
{
	bytes_store_be16(udp, source);
	bytes_store_be16(udp + 2, target);
	bytes_store_be16(udp + WIRE_UDP_LENGTH_AT, (uint16_t)len);
	for (unsigned i = WIRE_UDP_LEN; i < len; i++)
		udp[i] = (uint8_t)(i * 7);
}

/* All of a packet but what its record holds. */
static void fill_packet(
	struct bench_packets *all, struct bench_packet *packet, unsigned frame_bytes)
{
	bool inbound = all->row->direction == SA_INBOUND;
	unsigned udp_at = WIRE_ETHER_LEN + ip_len(all->row);
	unsigned esp_len = ESP_LEN(frame_bytes, udp_at), udp_len = UDP_LEN(esp_len);
	uint8_t *frame;

	packet->mbuf = rte_pktmbuf_alloc(all->gateway->pool);
	if (!packet->mbuf)
		bench_fail("the pool is too small");
	frame = rte_pktmbuf_mtod(packet->mbuf, uint8_t *);
	memset(frame, 0, frame_bytes);
	packet->esp_len = esp_len;
	packet->esp = frame + udp_at - (inbound ? 0 : WIRE_ESP_HEADER_LEN);
	packet->frame_len = (uint16_t)(inbound ? frame_bytes : udp_at + udp_len);
	if (inbound)
		udp_at += WIRE_ESP_HEADER_LEN;
	write_udp(frame + udp_at, udp_len, inbound ? BENCH_REMOTE_PORT : BENCH_LOCAL_PORT,
		inbound ? BENCH_LOCAL_PORT : BENCH_REMOTE_PORT);
	if (inbound)
		packet->esp[packet->esp_len - 1] = WIRE_PROTOCOL_UDP;
}

static void write_ip(const struct bench_packets *all, const struct bench_packet *packet,
	const struct bench_record *record)
{
	bool inbound = all->row->direction == SA_INBOUND;
	uint8_t *frame = rte_pktmbuf_mtod(packet->mbuf, uint8_t *), *ip = frame + WIRE_ETHER_LEN;
	const uint8_t *host = bench_gateway_host(all->row)->bytes;
	const uint8_t *source = inbound ? record->remote : host;
	const uint8_t *target = inbound ? host : record->remote;
	uint8_t protocol = inbound ? WIRE_PROTOCOL_ESP : WIRE_PROTOCOL_UDP;
	unsigned header_len = ip_len(all->row);
	unsigned len = inbound ? header_len + packet->esp_len + SA_ICV_LEN
			       : packet->frame_len - (unsigned)WIRE_ETHER_LEN;

	memset(frame, 0, WIRE_ETHER_LEN + header_len);
	if (all->row->family == NET_IPV4) {
		bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, WIRE_TYPE_IPV4);
		ip[0] = 0x45;
		ip[WIRE_IPV4_TTL_AT] = 64;
		memcpy(ip + WIRE_IPV4_SOURCE_AT, source, 4);
		memcpy(ip + WIRE_IPV4_TARGET_AT, target, 4);
	} else {
		bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, WIRE_TYPE_IPV6);
		ip[0] = 0x60;
		ip[WIRE_IPV6_NEXT_AT] = protocol;
		ip[WIRE_IPV6_LIMIT_AT] = 64;
		memcpy(ip + WIRE_IPV6_SOURCE_AT, source, 16);
		memcpy(ip + WIRE_IPV6_TARGET_AT, target, 16);
	}
	ip_header_set(ip, (uint8_t)all->row->family, header_len, len, protocol);
}

static void stamp(const struct bench_packets *all, struct bench_packet *packet,
	const struct bench_record *record)
{
	struct rte_mbuf *mbuf = packet->mbuf;

	mbuf->data_off = RTE_PKTMBUF_HEADROOM;
	mbuf->data_len = packet->frame_len;
	mbuf->pkt_len = packet->frame_len;
	packet->sa = record->sa;
	write_ip(all, packet, record);
	if (all->row->direction == SA_INBOUND) {
		bytes_store_be32(packet->esp, record->spi);
		bytes_store_be32(packet->esp + WIRE_ESP_SEQUENCE_AT, record->number);
		memcpy(packet->esp + packet->esp_len, record->icv, SA_ICV_LEN);
	} else {
		uint8_t *udp = packet->esp + WIRE_ESP_HEADER_LEN;

		bytes_store_be16(udp, BENCH_LOCAL_PORT);
		bytes_store_be16(udp + 2, BENCH_REMOTE_PORT);
	}
}

/* The ICVs of one pass, by the engine; what the row forges has one bit of its ICV wrong. */
static void seal_pass(struct bench_packets *all, struct bench_record *records)
{
	for (unsigned from = 0; from < BENCH_PACKETS; from += BURST_MAX) {
		struct icv_packet tags[BURST_MAX];

		for (unsigned i = 0; i < BURST_MAX; i++) {
			struct bench_packet *packet = &all->packet[from + i];

			stamp(all, packet, &records[from + i]);
			tags[i] = (struct icv_packet){.sa = packet->sa,
				.data = packet->esp,
				.len = packet->esp_len,
				.tag = records[from + i].icv};
		}
		icv_compute(all->gateway->path.icv, tags, BURST_MAX);
		for (unsigned i = 0; i < BURST_MAX; i++)
			if (all->packet[from + i].forged)
				records[from + i].icv[i % SA_ICV_LEN] ^= 0x10;
	}
}

void bench_packets_make(
	struct bench_gateway *gateway, const struct bench_row *row, struct bench_packets *out)
{
	uint64_t random = 1;
	unsigned count;

	*out = (struct bench_packets){.gateway = gateway, .row = row};
	for (unsigned i = 0; i < BENCH_PACKETS; i++) {
		fill_packet(out, &out->packet[i], frame_of(row, &random));
		out->packet[i].forged = random_below(&random, 100) < row->forged_percent;
		out->forged += out->packet[i].forged;
	}
	out->passes = row->sas / 4 / BENCH_PACKETS;
	if (out->passes < PASSES)
		out->passes = PASSES;
	count = out->passes * BENCH_PACKETS;
	out->records = calloc(count, sizeof(*out->records));
	if (!out->records)
		bench_fail("no memory for %u packets", count);
	for (unsigned i = 0; i < count; i++) {
		struct bench_record *record = &out->records[i];

		record->sa = gateway->entries[random_below(&random, row->sas)];
		record->spi = record->sa->spi;
		record->number = ++record->sa->top;
		memcpy(record->remote, record->sa->remote, sizeof(record->remote));
	}
	if (row->direction == SA_INBOUND)
		for (unsigned i = 0; i < count; i += BENCH_PACKETS)
			seal_pass(out, &out->records[i]);
}

void bench_packets_free(struct bench_packets *packets)
{
	for (unsigned i = 0; i < BENCH_PACKETS; i++)
		rte_pktmbuf_free(packets->packet[i].mbuf);
	free(packets->records);
}

/* The SAs' numbers and windows as at the start. */
static void rewind_sas(struct bench_packets *packets)
{
	for (unsigned i = 0; i < packets->row->sas; i++) {
		packets->gateway->entries[i]->top = 0;
		packets->gateway->entries[i]->window = 0;
	}
}

static void stamp_pass(struct bench_packets *packets, unsigned pass)
{
	const struct bench_record *records = packets->records + pass * BENCH_PACKETS;

	for (unsigned i = 0; i < BENCH_PACKETS; i++)
		stamp(packets, &packets->packet[i], &records[i]);
}

void bench_packets_stamp(struct bench_packets *packets)
{
	if (packets->next == 0)
		rewind_sas(packets);
	stamp_pass(packets, packets->next);
	packets->next = (packets->next + 1) % packets->passes;
}

void bench_packets_stamp_other(struct bench_packets *packets)
{
	stamp_pass(packets, (packets->next + packets->passes / 2) % packets->passes);
}

void bench_packets_load(
	const struct bench_packets *packets, unsigned from, unsigned count, struct burst *burst)
{
	burst_begin(burst);
	burst->count = count;
	for (unsigned i = 0; i < count; i++)
		burst->mbuf[i] = packets->packet[from + i].mbuf;
}
