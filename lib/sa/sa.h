/* SPDX-License-Identifier: BSD-3-Clause */
/* One ESP security association as a plain value: the contract between the planes. The control
 * plane owns its life (who, when, which set); one worker owns its state (window, number). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net_address.h"

enum sa_direction { SA_INBOUND, SA_OUTBOUND };                    /* as the gateway sees it */
enum sa_algorithm { SA_HMAC_MD5_96, SA_HMAC_SHA_1_96 };           /* RFC 2403, RFC 2404 */
enum sa_transport { SA_TRANSPORT_TCP = 1, SA_TRANSPORT_UDP = 2 }; /* a mask */

#define SA_SPI_MIN     256 /* RFC 4303 §2.1: 0–255 are reserved */
#define SA_KEY_MAX     20
#define SA_PORT_PAIRS  2
#define SA_WINDOW_MIN  32
#define SA_WINDOW_MAX  1024
#define SA_WINDOW_STEP 32
#define SA_ICV_LEN     12 /* 96 bits, both algorithms */

/* Ports in host order, of the protected host and of the UE. */
#define SA_PORT_ANY 0
struct sa_port_pair {
	uint16_t local, remote;
};

/* What makes a SA. local is the protected host (the P-CSCF), remote is the UE, in both
 * directions. The four-SA form of TS 33.203 uses one port pair per SA; the one-pair form of
 * RFC 3329 Appendix A carries both pairs on each of its two SAs. */
struct sa_parameters {
	uint32_t spi;                             /* host order */
	uint8_t direction;                        /* enum sa_direction */
	uint8_t algorithm;                        /* enum sa_algorithm */
	uint8_t transports;                       /* mask of enum sa_transport */
	uint8_t port_pairs;                       /* 1 … SA_PORT_PAIRS */
	uint16_t replay_window;                   /* inbound: SA_WINDOW_MIN … SA_WINDOW_MAX, a
						   * multiple of SA_WINDOW_STEP; outbound: 0 */
	struct net_address local, remote;         /* of one family */
	struct sa_port_pair ports[SA_PORT_PAIRS]; /* each port one, or SA_PORT_ANY */
	uint8_t key[SA_KEY_MAX];                  /* IK_ESP: sa_key_len(algorithm) octets */
};

/* Octets of IK_ESP: 16 or 20 (TS 33.203 Annex I). */
size_t sa_key_len(enum sa_algorithm algorithm);

/* "hmac-md5-96", "hmac-sha-1-96": the names of RFC 3329 and TS 24.229. */
const char *sa_algorithm_name(enum sa_algorithm algorithm);

/* text[0 .. len), whatever its case. 0, or -EINVAL. */
int sa_algorithm_parse(const char *text, size_t len, enum sa_algorithm *out)
	__attribute__((warn_unused_result));

/* NULL, or what is wrong with it ("spi is reserved"), for an answer to whoever asked. */
const char *sa_parameters_check(const struct sa_parameters *sa);
