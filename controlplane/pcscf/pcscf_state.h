/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside the P-CSCF only: what the steps of a request share. */
#pragma once

#include "half_open.h"
#include "pcscf.h"
#include "sa_set_table.h"
#include "sip_message.h"
#include "sip_token.h"

#define PCSCF_IMPI_MAX  256
#define PCSCF_NONCE_MAX 512
#define PCSCF_GUARD_MS  30000 /* a set outlives its registration by this: TS 24.229 §5.2.2 */
#define PCSCF_LIST_MAX  8192  /* Security-Client as one text, with the NUL */

struct pcscf {
	struct pcscf_settings settings;
	unsigned next_client_port;
	struct sa_set_table sets;
	struct half_open half_open;
	size_t requests; /* REGISTERs that are not answered yet */
	struct pcscf_counters counters;
};

/* One REGISTER from its arrival to its final answer. */
struct pcscf_register {
	struct pcscf *pcscf;
	struct sip_reply_to reply_to;
	struct sip_flow flow;          /* as it arrived */
	struct sa_set *arrived;        /* the set on which it came; NULL: bare. Held. */
	struct sa_set *created;        /* for its challenge; held */
	struct sip_message *challenge; /* SM6, which waits for the set */
	struct secret ik;              /* of the challenge, until the set has been sent */
	char challenge_nonce[PCSCF_NONCE_MAX];
	bool has_response; /* to a challenge */
	bool has_auts;     /* it reports a synchronisation failure */
	bool is_protected; /* integrity-protected="yes" */
	bool is_half_open; /* counted; the count goes over to the set */
	struct sec_agree_offer offer;
	char *client_list; /* Security-Client */
	char impi[PCSCF_IMPI_MAX];
	char nonce[PCSCF_NONCE_MAX]; /* that it answers */
	char branch[SIP_TOKEN_MAX];
};

/* Whether it says what became of a challenge, well or badly: SM7 and not SM1. */
static inline bool pcscf_register_answers(const struct pcscf_register *attempt)
{
	return attempt->has_response || attempt->has_auts || attempt->nonce[0] != '\0';
}

/* Why a request goes no further: status, and a header that helps the UE (value empty: none). */
struct pcscf_refusal {
	unsigned status;
	const char *reason;
	enum sip_header_id header;
	char value[SEC_AGREE_TEXT_MAX];
};

/* Each check: true, or false and a refusal. */

/* pcscf_extensions.c: any request of a UE. */
bool pcscf_extensions_check(const struct sip_message *request, struct pcscf_refusal *refusal)
	__attribute__((warn_unused_result));

/* pcscf_arrival.c: every REGISTER; fills the attempt. */
bool pcscf_arrival_check(struct pcscf_register *attempt, struct sip_message *request,
	struct pcscf_refusal *refusal) __attribute__((warn_unused_result));

/* pcscf_protected.c: any request on this set: its Via and its Security-Verify. */
bool pcscf_protected_match(struct sa_set *set, struct sip_message *request,
	struct pcscf_refusal *refusal) __attribute__((warn_unused_result));

/* A REGISTER that came on a set, after pcscf_arrival_check. */
bool pcscf_protected_check(struct pcscf_register *attempt, struct sip_message *request,
	struct pcscf_refusal *refusal) __attribute__((warn_unused_result));

/* pcscf.c: takes the request. The answer goes on the set on which the request came, if there is
 * one; else set is NULL. */
void pcscf_refuse(struct pcscf *pcscf, struct sip_message *request, struct sip_reply_to reply_to,
	const struct sa_set *set, const struct pcscf_refusal *refusal);

/* pcscf_originating.c: a request other than REGISTER, on a set; takes it. */
void pcscf_originate(struct pcscf *pcscf, struct sip_message *request, struct sip_reply_to reply_to,
	struct sa_set *set);

/* pcscf_identity.c, P-ID: what the UE asserts goes, what the P-CSCF asserts comes. 0; -ENOENT where
 * the UE has nothing registered, or nothing that is not barred; -errno. */
int pcscf_identity_assert(const struct sa_set *set, struct sip_message *request)
	__attribute__((warn_unused_result));

/* pcscf_record_route.c: the own entry on top of a request's Record-Route: as the home network sees
 * it, or (to_ue) as the UE does. 0 or -errno. */
int pcscf_record_route_push(const struct sa_set *set, struct sip_message *request, bool to_ue)
	__attribute__((warn_unused_result));

/* In a response to what was pushed for the home network, the UE's form of it. 0 or -errno. */
int pcscf_record_route_turn(const struct sa_set *set, struct sip_message *response)
	__attribute__((warn_unused_result));

/* Takes the own entry off the top of Route, where it stands there, by the host name or this
 * address of ours; *impi (NULL: not wanted) is whom
 * it names, "" where nobody. 0 or -errno. */
int pcscf_record_route_pop(const struct pcscf_settings *settings, const struct net_address *own,
	struct sip_message *request, char impi[PCSCF_IMPI_MAX]) __attribute__((warn_unused_result));

/* pcscf_forward.c: sec-agree and the Security headers concern nobody further on. 0 or -ENOMEM. */
int pcscf_forward_remove_agreement(struct sip_message *request) __attribute__((warn_unused_result));

/* SM1 becomes SM2, SM7 becomes SM8. 0 or -errno. */
int pcscf_forward_edit(struct pcscf_register *attempt, struct sip_message *request)
	__attribute__((warn_unused_result));

/* pcscf_answer.c: a response from the home network on its way to the UE; takes it. */
void pcscf_answer(void *attempt, struct sip_message *response);

/* Sends it to the UE, on the set or (NULL) back the request's way, and ends the attempt. Takes
 * the response. */
void pcscf_answer_send(
	struct pcscf_register *attempt, struct sip_message *response, struct sa_set *set);

/* Another answer instead of this one, with nothing of it but what names the transaction. */
void pcscf_answer_fail(struct pcscf_register *attempt, struct sip_message *response,
	struct sa_set *set, unsigned status, const char *reason);

/* Releases what it holds. */
void pcscf_register_end(struct pcscf_register *attempt);

/* pcscf_keys.c: takes ik and ck out of every challenge in the response. 0 and *found: ik and the
 * nonce that it belongs to; -errno where a challenge can not be read, or a key is none: then
 * nothing of it may go further. */
int pcscf_keys_take(struct sip_message *response, struct secret *ik, char nonce[PCSCF_NONCE_MAX],
	bool *found) __attribute__((warn_unused_result));

/* pcscf_challenge.c: SM5, whose ik and nonce the attempt has, becomes SM6 once the SAs are live.
 * Takes the response. */
void pcscf_challenge(struct pcscf_register *attempt, struct sip_message *response);

/* pcscf_failure.c: whether it says that the UE could not accept the challenge (MAC or SQN). */
bool pcscf_failure_reported(const struct pcscf_register *attempt);

/* P-ERR: such a report, bare or on an old set, deletes the set of that challenge. */
void pcscf_failure_take(const struct pcscf_register *attempt);

/* pcscf_set.c: this UE's set that the data plane has not acknowledged yet, or NULL. */
struct sa_set *pcscf_set_adding(const struct pcscf_register *attempt);

/* Has an SA that was given by hand one of the ports that the UE offers? It would speak as the UE.
 */
bool pcscf_set_is_taken_by_hand(const struct pcscf_register *attempt);

/* A set for the challenge is in the table and on its way to the data plane: attempt->created; added
 * will be called. 0 or -errno. */
int pcscf_set_start(struct pcscf_register *attempt, void (*added)(void *context, int status))
	__attribute__((warn_unused_result));

/* pcscf_life.c: */

/* A set that is gone afterwards is freed, unless it is held. */
void pcscf_set_event(struct sa_set *set, enum sa_set_event event);
void pcscf_set_hold(struct sa_set *set);
void pcscf_set_release(struct sa_set *set);

/* With its SPIs. */
void pcscf_set_destroy(struct sa_set *set);

/* A predecessor's, whose SAs the data plane shall still have: out of its record, it is in force
 * until end_ms. Where one of its SAs is gone, so is it. 0 or -errno. */
int pcscf_set_resume(struct sa_set *set, const uint64_t *handles, unsigned count, uint64_t end_ms)
	__attribute__((warn_unused_result));

/* It ends now, whatever state it is in. */
void pcscf_set_end(struct sa_set *set);

/* Leaves it to a successor: its SAs live on. */
void pcscf_set_leave(struct sa_set *set);

/* pcscf_keep.c: what a successor is to know of this set's IMPI has changed. NULL is allowed. */
void pcscf_keep_changed(struct sa_set *set);

/* A temporary set is live: it hears of the first use of that SA which carries no SM7. */
void pcscf_set_acknowledged(struct sa_set *set);

/* A 200 for lifetime_ms. P-LIFE: the set lives that long, or as long as what the IMPI had before;
 * a refresh only extends. */
void pcscf_set_succeeded(struct sa_set *set, uint64_t lifetime_ms);

/* Of a set that is in force: its life from now on. */
void pcscf_set_live_for(struct sa_set *set, uint64_t lifetime_ms);

/* De-registration: all of the IMPI's sets. */
void pcscf_set_close_all(const struct pcscf *pcscf, const char *impi);

/* The set of the latest successful authentication (IPI-2), or NULL. */
struct sa_set *pcscf_set_latest(const struct pcscf *pcscf, const char *impi);

/* The set on which the SM1 of this one came; NULL: it came bare, or that set is gone. */
struct sa_set *pcscf_set_started_on(const struct sa_set *set);

/* P-USE: UDP toward the UE on a set leaves port_pc for port_us. */
struct sip_flow pcscf_set_flow(const struct sa_set *set);
