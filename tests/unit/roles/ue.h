/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE of the test with its ISIM: alice, who speaks SIP texts to the network. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "aka_nonce.h"
#include "isim.h"

#define UE_PORT_C 40112
#define UE_IMPU   "sip:alice@home.net"
#define UE_IMPI   "alice@home.net"

/* What a REGISTER says; NULL or 0: as in an ordinary first one. */
struct ue {
	const char *call_id;      /* "c" */
	const char *contact_port; /* "40113" */
	const char *authorization, *verify, *to;
	const char *contact_expires; /* "3600" */
	uint16_t port_c;             /* 0: bare */
	uint16_t offered_port_c;     /* UE_PORT_C */
	unsigned branch;             /* 0: a new one */
};

extern const char ue_first_authorization[];

/* From the last challenge. */
extern char ue_nonce[AKA_NONCE_TEXT + 1], ue_server_list[2048];
extern struct isim_answer ue_isim;

/* Of the last REGISTER; the next one is one more. */
extern unsigned ue_branch;

void ue_register(const struct ue *ue);

/* What SM6 brought: the challenge, answered by the ISIM. False: it is not for this ISIM. */
bool ue_read_challenge(void);

/* The same where it must be. */
void ue_take_challenge(void);

/* SM1 to SM12: its four SAs are live. */
void ue_reach_registration(void);

/* Authorization of SM7; RES as ue_isim has it. */
const char *ue_answer_authorization(void);

/* Authorization of a REGISTER that reports that the last challenge is not acceptable: flow B. */
const char *ue_mac_failure_authorization(void);

/* Flow C: the highest SQN that the ISIM has accepted is sqn_ms; sound: MAC-S is right. */
const char *ue_sync_failure_authorization(uint64_t sqn_ms, bool sound);
