/* SPDX-License-Identifier: BSD-3-Clause */
/* Cx (TS 29.228) as C values: what the I-CSCF and the S-CSCF ask an HSS. The embedded HSS is one
 * implementation behind struct cx, Diameter will be another.
 *
 * A request that was taken is answered exactly once, later, never inside the call: the request's
 * memory is the caller's again when the call returns, an answer's lives as long as the callback.
 * Whoever asks stays until it is answered. Identities are in their canonical form (cx_identity.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx_vector.h"

#define CX_IDENTITY_MAX 256 /* IMPI, IMPU, S-CSCF name: characters with the NUL */

/* Result codes as TS 29.229 §6.2 and RFC 6733 number them. */
enum cx_result {
	CX_SUCCESS = 2001, /* UAR: first registration, no S-CSCF is assigned */
	CX_SUBSEQUENT_REGISTRATION = 2002,
	CX_UNREGISTERED_SERVICE = 2003,
	CX_AUTHENTICATION_REJECTED = 4001, /* MAR: MAC-S of an AUTS is wrong */
	CX_USER_UNKNOWN = 5001,
	CX_IDENTITIES_DONT_MATCH = 5002,
	CX_IDENTITY_NOT_REGISTERED = 5003,
	CX_ROAMING_NOT_ALLOWED = 5004,
	CX_UNABLE_TO_COMPLY = 5012, /* the HSS can not: its store failed */
};

static inline bool cx_succeeded(enum cx_result result)
{
	return result >= 2000 && result < 3000;
}

/* UAR/UAA: may this user register, and which S-CSCF has it? */
enum cx_authorization { CX_REGISTRATION = 0, CX_DEREGISTRATION = 1, CX_CAPABILITIES = 2 };

struct cx_uar {
	const char *impi, *impu;
	enum cx_authorization type;
	const char *visited_network;
};

struct cx_uaa {
	enum cx_result result;
	const char *scscf; /* "" where none is assigned: the I-CSCF selects one */
};

/* The draft's own Cx-Put (6.1.1, 6.1.2.2): the registration flag before the outcome is known. */
enum cx_put_flag { CX_PUT_PENDING, CX_PUT_CLEAR };

struct cx_put {
	const char *impi, *impu, *scscf;
	enum cx_put_flag flag;
};

struct cx_put_answer {
	enum cx_result result;
};

/* MAR/MAA: Cx-AV-Req(IMPI, m [, RAND, AUTS]) and its answer. */
struct cx_mar {
	const char *impi, *impu, *scscf;
	unsigned vectors;    /* m: 1 … CX_VECTORS_MAX */
	const uint8_t *rand; /* resynchronisation: CX_RAND_LEN octets; else NULL */
	const uint8_t *auts; /* CX_AUTS_LEN octets; else NULL */
};

struct cx_maa {
	enum cx_result result;
	unsigned count;                  /* n */
	const struct cx_vector *vectors; /* by rising SQN */
};

/* SAR/SAA: the outcome of a registration, and Cx-Pull of the profile. */
enum cx_assignment {
	CX_NO_ASSIGNMENT = 0,
	CX_ASSIGN_REGISTRATION = 1,
	CX_ASSIGN_RE_REGISTRATION = 2,
	CX_ASSIGN_TIMEOUT_DEREGISTRATION = 4,
	CX_ASSIGN_USER_DEREGISTRATION = 5,
	CX_ASSIGN_ADMINISTRATIVE_DEREGISTRATION = 8,
};

struct cx_sar {
	const char *impi, *impu, *scscf;
	enum cx_assignment type;
};

struct cx_profile_identity {
	const char *identity;
	bool barred;
};

/* The implicit registration set of the IMPU that was asked for; the default identity (the first
 * that is not barred) comes first. */
struct cx_saa {
	enum cx_result result;
	size_t count;
	const struct cx_profile_identity *identities;
};

/* Each call: 0, or -errno (no memory, no peer): then there will be no answer. */
struct cx {
	int (*uar)(void *hss, const struct cx_uar *request,
		void (*answered)(void *context, const struct cx_uaa *answer), void *context);
	int (*put)(void *hss, const struct cx_put *request,
		void (*answered)(void *context, const struct cx_put_answer *answer), void *context);
	int (*mar)(void *hss, const struct cx_mar *request,
		void (*answered)(void *context, const struct cx_maa *answer), void *context);
	int (*sar)(void *hss, const struct cx_sar *request,
		void (*answered)(void *context, const struct cx_saa *answer), void *context);
	void *hss;
};
