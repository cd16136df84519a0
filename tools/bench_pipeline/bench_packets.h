/* SPDX-License-Identifier: BSD-3-Clause */
/* Preloaded packets: made once per row, put back as they were before each pass. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bench_gateway.h"
#include "bench_row.h"
#include "burst.h"

#define BENCH_PACKETS 1024 /* a small pool's worth: 16 bursts */
#define BENCH_HEAD    48   /* octets in front that the pipeline changes */

struct bench_packet {
	struct rte_mbuf *mbuf;
	struct sa_entry *sa;
	uint8_t *esp;     /* where the ESP header is, or will be, in the mbuf */
	uint32_t esp_len; /* octets that the ICV covers */
	uint16_t frame_len;
	uint8_t head[BENCH_HEAD]; /* the frame's beginning */
};

/* Genuine packets of the row: packet i belongs to one of the row's SAs, in an order that no
 * prefetcher knows. Inbound: whole ESP packets with their ICV; ESP over IPv4 is 2 octets off a
 * multiple of 4, so Ethernet padding fills the frame. Outbound: the plain packets that become such
 * ESP packets. */
void bench_packets_make(struct bench_gateway *gateway, const struct bench_row *row,
	struct sa_entry **sas, struct bench_packet *packets);
void bench_packets_free(struct bench_packet *packets);

/* As they were made; and the SAs' numbers and windows as at the start. */
void bench_packets_restore(struct bench_packet *packets);

/* Packets from, from + 1, … of a full burst. */
void bench_packets_load(const struct bench_packet *packets, unsigned from, struct burst *burst);
