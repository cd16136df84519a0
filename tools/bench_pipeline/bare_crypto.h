/* SPDX-License-Identifier: BSD-3-Clause */
/* What the packets of a row cost in IPsec-MB alone, used in its fastest way: the measure that the
 * pipeline is held against. It shares no code with the data plane's engine. */
#pragma once

#include "bench_packets.h"

struct bare_crypto;

struct bare_crypto *bare_crypto_open(void); /* exits with a message where it can not */
void bare_crypto_close(struct bare_crypto *crypto);

/* Tags of a full burst; each is 12 octets at tags[i]. */
void bare_crypto_burst(struct bare_crypto *crypto, enum sa_algorithm algorithm,
	const struct bench_packet *packets, uint8_t tags[BURST_MAX][16]);
