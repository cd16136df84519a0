/* SPDX-License-Identifier: BSD-3-Clause */
/* Which of the UE's offers the P-CSCF takes (P-SEC), and what it lists in return. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sa.h"
#include "sip_sec_agree.h"

#define SEC_AGREE_ALGORITHMS_MAX 2
#define SEC_AGREE_TEXT_MAX       1024 /* of the P-CSCF's own list, with the NUL */

struct sec_agree_policy {
	/* In the order of preference; what is not named is switched off (P-KEY). */
	enum sa_algorithm algorithms[SEC_AGREE_ALGORITHMS_MAX];
	size_t count;
	/* Forms of the UE's offers that are not accepted: four SAs, or one pair. */
	bool no_four, no_pair;
};

/* What the UE put in the entry that was taken. One pair: both SPIs are the same one. */
struct sec_agree_offer {
	enum sa_algorithm algorithm;
	bool one_pair;
	uint32_t spi_c, spi_s;   /* of the UE */
	uint16_t port_c, port_s; /* of the UE: port_uc, port_us */
};

/* The P-CSCF's side of the same. One pair: spi_s is the only one. */
struct sec_agree_own {
	uint32_t spi_c, spi_s;
	uint16_t port_c, port_s; /* port_pc, port_ps */
};

/* The first algorithm of the policy's order for which the UE offers ipsec-3gpp with ESP,
 * transport mode and no encryption (CONF-1), in a form that is accepted. 0, or -ENOENT: no overlap.
 */
int sec_agree_policy_choose(const struct sec_agree_policy *policy,
	const struct sip_sec_agree *client, struct sec_agree_offer *out)
	__attribute__((warn_unused_result));

/* The Security-Server list: every algorithm of the policy, with falling q and without ealg.
 * own NULL: without SPIs and ports, for a 494. 0 or -ENOSPC. */
int sec_agree_policy_list(const struct sec_agree_policy *policy, const struct sec_agree_own *own,
	bool one_pair, char out[SEC_AGREE_TEXT_MAX]) __attribute__((warn_unused_result));
