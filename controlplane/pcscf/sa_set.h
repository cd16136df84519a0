/* SPDX-License-Identifier: BSD-3-Clause */
/* One set of SAs between a UE and the P-CSCF with its owner, ports, SPIs and end: four SAs, or the
 * one pair of the draft. Never the key: that goes to the data plane and is wiped. */
#pragma once

#include "net_address.h"
#include "sa_client.h"
#include "sa_set_state.h"
#include "sec_agree_policy.h"
#include "secret.h"

/* A key of a table has no padding. */
struct sa_set_key {
	uint8_t address[16];
	uint16_t family, port;
};

struct pcscf;
struct pcscf_register;

struct sa_set {
	enum sa_set_state state;
	char *impi;
	struct net_address local, ue;
	struct sec_agree_offer offer;
	struct sec_agree_own own;
	char *client_list; /* Security-Client of its SM1, for P-CHK; NULL once it is established */
	char *server_list; /* Security-Server of its SM6 */
	char *nonce;       /* of the challenge that made it; NULL once it is established */
	uint32_t started_on; /* own.spi_s of the set on which SM1 came; 0: bare */

	/* From a successful registration, for what comes later on the set; may be NULL. */
	char *associated_uris, *service_route;

	struct pcscf *pcscf; /* whose it is */
	struct sa_add add;
	struct pcscf_register *superseded_by; /* waits for the acknowledgement; or NULL */
	unsigned sa_count;                    /* live after the acknowledgement */
	struct timer life;
	uint64_t end_ms;   /* of its life, unless something ends it before */
	bool is_half_open; /* counted as such until its SM7 has succeeded */
	unsigned holders;  /* messages under way that point here */

	/* Of the table: by (UE address, port_uc), by IMPI. */
	struct sa_set_key client_key;
	UT_hash_handle hh;
	struct sa_set_owner *owner; /* NULL: it is in no table */
	struct sa_set *next_of_impi;
};

/* All zero but these copies. NULL where memory ends. */
struct sa_set *sa_set_create(
	const char *impi, const char *client_list, const char *server_list, const char *nonce);

/* It is established: no SM7 has to match its challenge any more. */
void sa_set_forget_challenge(struct sa_set *set);

/* Wiped and freed; the table, the client and the timers must not know it any more. NULL is
 * allowed. */
void sa_set_destroy(struct sa_set *set);

/* The SAs of the set, with the key: 4, or 2 in the one-pair form. The caller wipes them. */
unsigned sa_set_parameters(const struct sa_set *set, const struct secret *ik_esp,
	uint16_t replay_window, struct sa_parameters out[SA_CLIENT_SET_MAX]);
