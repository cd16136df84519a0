/* SPDX-License-Identifier: BSD-3-Clause */
/* One packet for the integrity engine. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sa_entry.h"

struct icv_packet {
	const struct sa_entry *sa; /* algorithm and hash states */
	const uint8_t *data;
	uint32_t len; /* octets, 1 … ICV_LEN_MAX */
	uint8_t *tag; /* SA_ICV_LEN octets are written */
	bool done;    /* set: the tag is there */
};

#define ICV_LEN_MAX   65535 /* an IP packet has no more */
#define ICV_BLOCK_LEN 64    /* of MD5 and SHA-1 */

/* Blocks of the inner hash behind the key's: the data, one octet 0x80, 8 octets of length (RFC 1321
 * §3.1, §3.2; RFC 3174 §4). */
static inline unsigned icv_packet_blocks(const struct icv_packet *packet)
{
	return (packet->len + 8) / ICV_BLOCK_LEN + 1;
}
