/* SPDX-License-Identifier: BSD-3-Clause */
/* A home network's real HSS with a store in a directory of its own, and the ISIM of its subscriber
 * a@home.net: for the tests of those who ask it. */
#pragma once

#include "hss.h"
#include "isim.h"
#include "store_registration.h"

#define HOME_IMPI  "a@home.net"
#define HOME_IMPU  "sip:a@home.net"
#define HOME_OTHER "sip:other@home.net" /* a's too, in another implicit set */

struct home {
	char directory[64];
	struct aes128 *aes;
	struct store *store;
	struct subscriber_store *subscribers;
	struct hss *hss;
	struct cx cx;
	uint64_t seed;
};

void home_open(struct home *home);
void home_close(struct home *home);

/* Commits: what was asked is answered. */
void home_turn(struct home *home);

/* The registration flag of one of a's identities. */
struct store_registration home_flag(const struct home *home, const char *impu);

/* What the ISIM makes of a challenge; fails the test where MAC is wrong. */
void home_isim(const struct home *home, const uint8_t rand[MILENAGE_RAND_LEN],
	const uint8_t autn[MILENAGE_AUTN_LEN], struct isim_answer *out);

/* What the ISIM says of this challenge where the highest SQN that it accepted is sqn_ms. */
void home_auts(const struct home *home, const uint8_t rand[MILENAGE_RAND_LEN], uint64_t sqn_ms,
	uint8_t auts[MILENAGE_AUTS_LEN]);
