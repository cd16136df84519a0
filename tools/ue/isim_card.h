/* SPDX-License-Identifier: BSD-3-Clause */
/* The ISIM: K and OPc never leave it; it judges a challenge and answers it (TS 33.102 §6.3.3). */
#pragma once

#include <stdint.h>

#include "aka_nonce.h"
#include "milenage.h"
#include "secret.h"
#include "sqn.h"

struct isim_card {
	struct milenage milenage;
	struct sqn_array sqn;
};

enum isim_verdict {
	ISIM_ACCEPTED,
	ISIM_WRONG_MAC, /* the network failed to authenticate itself (6.1.2.2) */
	ISIM_WRONG_SQN, /* synchronisation failure (6.1.3) */
};

/* The creator wipes it. */
struct isim_keys {
	struct secret res, ck, ik;
};

/* MAC first, then SQN. keys are set only where the challenge is accepted, which stores its SQN;
 * auts only where the SQN is not fresh. */
enum isim_verdict isim_card_answer(struct isim_card *card, const uint8_t rand[AKA_RAND_LEN],
	const uint8_t autn[AKA_AUTN_LEN], struct isim_keys *keys, uint8_t auts[AKA_AUTS_LEN])
	__attribute__((warn_unused_result));

/* The array of sequence numbers in a file of hexadecimal lines, so that a later process is the
 * same card. A file that is not there is a new card. 0, or -errno. */
int isim_card_load(struct isim_card *card, const char *path) __attribute__((warn_unused_result));
int isim_card_save(const struct isim_card *card, const char *path)
	__attribute__((warn_unused_result));
