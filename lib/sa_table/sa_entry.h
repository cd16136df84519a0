/* SPDX-License-Identifier: BSD-3-Clause */
/* One SA as it lies in the table: two cache lines, and nothing else per SA unless its window is
 * wider than 64. The one writer of every field is the worker that owns the table: (add) when a
 * command is carried out, (packet) when one passes. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "sa.h"

#define SA_ENTRY_LEN       128
#define SA_HASH_STATE_LEN  20 /* SHA-1's; MD5's is 16 */
#define SA_WINDOW_IN_ENTRY 64

enum sa_entry_state { SA_ENTRY_FREE, SA_ENTRY_LIVE };

struct sa_entry {
	/* Hot: all that both directions read for every packet. */
	uint32_t spi;                     /* (add) host order */
	uint32_t top;                     /* (packet) highest verified, or last sent, number */
	uint64_t window;                  /* (packet) replay_window.h; widths up to 64 */
	uint8_t inner[SA_HASH_STATE_LEN]; /* (add) hash state after key ^ ipad, RFC 2104 */
	uint8_t outer[SA_HASH_STATE_LEN]; /* (add) hash state after key ^ opad */
	uint16_t replay_window;           /* (add) packets; 0: outbound, or none lives here */
	uint8_t algorithm;                /* (add) enum sa_algorithm */
	uint8_t transports;               /* (add) mask of enum sa_transport */
	uint32_t generation;              /* (add) grows each time that this place is used */
	/* Selectors and counters. */
	uint8_t local[16], remote[16]; /* (add) network order; IPv4: 4 octets, then zeros */
	struct sa_port_pair ports[SA_PORT_PAIRS]; /* (add) host order, or SA_PORT_ANY */
	uint64_t packets, octets;                 /* (packet) verified or protected; IP octets */
	uint16_t announced;                       /* (packet) its first use has been told */
	uint16_t kept;      /* (add) the control plane that added it or keeps it; 0: none */
	uint8_t family;     /* (add) enum net_family */
	uint8_t direction;  /* (add) enum sa_direction */
	uint8_t port_pairs; /* (add) 1 … SA_PORT_PAIRS */
	uint8_t state; /* (add) enum sa_entry_state; written last, so that half an SA is none */
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct sa_entry) == SA_ENTRY_LEN, "an SA is two cache lines");
_Static_assert(offsetof(struct sa_entry, generation) == 60, "the hot half is one cache line");
_Static_assert(offsetof(struct sa_entry, local) == 64, "the selectors begin the second line");
