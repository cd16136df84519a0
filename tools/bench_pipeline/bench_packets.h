/* SPDX-License-Identifier: BSD-3-Clause */
/* Genuine packets without end: few buffers, as a NIC's ring has them, and many records of what
 * differs from packet to packet (SA, number, ICV), which are stamped on them before each pass. So
 * that packets are in the caches and SAs are not, where there are many. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bench_gateway.h"
#include "bench_row.h"
#include "burst.h"

#define BENCH_PACKETS 1024 /* buffers: 8 bursts */

struct bench_packet {
	struct rte_mbuf *mbuf;
	struct sa_entry *sa;
	uint8_t *esp;     /* where the ESP header is, or will be, in the mbuf */
	uint32_t esp_len; /* octets that the ICV covers */
	uint16_t frame_len;
	bool forged;
};

struct bench_record {
	struct sa_entry *sa;
	uint32_t spi, number;
	uint8_t remote[16]; /* IPv4: 4 */
	uint8_t icv[SA_ICV_LEN];
};

struct bench_packets {
	struct bench_packet packet[BENCH_PACKETS];
	struct bench_record *records;
	unsigned passes; /* BENCH_PACKETS records each */
	unsigned next;   /* the pass that is stamped next */
	unsigned forged; /* of each pass */
	struct bench_gateway *gateway;
	const struct bench_row *row;
};

/* Record i belongs to one of the row's SAs, at random. Inbound: whole ESP packets; ESP behind
 * Ethernet and IP is 2 octets off a multiple of 4, so Ethernet padding fills the frame. Outbound:
 * the plain packets that become such ESP packets. */
void bench_packets_make(
	struct bench_gateway *gateway, const struct bench_row *row, struct bench_packets *out);
void bench_packets_free(struct bench_packets *packets);

/* The next pass, as it would arrive: each SA's numbers follow each other. */
void bench_packets_stamp(struct bench_packets *packets);

/* A pass of other packets, for whom numbers mean nothing; the next one stays the next one. Its SAs
 * have been used as long ago as can be. */
void bench_packets_stamp_other(struct bench_packets *packets);

/* Packets from, from + 1, … of a full burst. */
void bench_packets_load(
	const struct bench_packets *packets, unsigned from, unsigned count, struct burst *burst);
