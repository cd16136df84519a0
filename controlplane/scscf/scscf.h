/* SPDX-License-Identifier: BSD-3-Clause */
/* The S-CSCF (TS 24.229 §5.4.1): the registrar that authenticates. It challenges with the HSS's
 * vectors, compares RES with XRES, keeps registrations with their implicit sets and their expiry.
 * It never sees IK_ESP (INT-5). */
#pragma once

#include "cx.h"
#include "keeper.h"
#include "random.h"
#include "scscf_policy.h"
#include "sip_hop.h"
#include "timer_queue.h"
#include "trace.h"

#define SCSCF_NAME_MAX     256
#define SCSCF_BINDINGS_MAX 8 /* contacts of one registration */

/* What is kept of a REGISTER; longer ones are refused. Octets with the NUL. */
#define SCSCF_CALL_ID_MAX 256
#define SCSCF_CONTACT_MAX 2048 /* URI and parameters */
#define SCSCF_PATH_MAX    4096

/* The reg event as a function call, for a P-CSCF in the same process: what the network itself does
 * to a registration. remaining_ms until the contacts of impu's implicit set expire; 0: it is
 * de-registered. changed NULL: nobody hears. */
struct scscf_watch {
	void (*changed)(void *context, const char *impi, const char *impu, uint64_t remaining_ms);
	void *context;
};

struct scscf_settings {
	char name[SCSCF_NAME_MAX];  /* its SIP URI */
	char realm[SCSCF_NAME_MAX]; /* home network domain */
	unsigned vectors_per_request;
	uint32_t registration_min_s, registration_max_s;
	uint32_t reg_await_auth_ms; /* F-1: how long a challenge waits for its answer */
	struct scscf_policy policy;
	struct scscf_watch watch;
	struct sip_next_hop pcscf; /* takes requests toward UEs; send NULL: there is none */
	struct cx cx;
	struct timer_queue *timers;
	const struct keeper *keeper; /* for its successor; NULL: nothing is kept */
	struct random random;
	struct trace *trace;
};

/* X(member, name in JSON, meaning) */
#define SCSCF_COUNTERS(X)                                                                      \
	X(challenges, "scscf_challenges", "401s with a fresh vector")                          \
	X(vector_requests, "scscf_vector_requests", "requests for vectors to the HSS (CM1)")   \
	X(registered, "scscf_registered", "authentications that succeeded")                    \
	X(wrong_response, "scscf_wrong_response", "responses that were not XRES's")            \
	X(reported_failures, "scscf_reported_failures",                                        \
		"authentication failures that UEs reported (MAC)")                             \
	X(resyncs, "scscf_resyncs", "synchronisation failures that UEs reported (AUTS)")       \
	X(wrong_resyncs, "scscf_wrong_resyncs", "of these, with a wrong MAC-S")                \
	X(timeouts, "scscf_timeouts", "challenges that nobody answered in time")               \
	X(displaced, "scscf_displaced", "challenges that gave way: too many of a user waited") \
	X(deregistered, "scscf_deregistered", "de-registrations by the user")                  \
	X(expired, "scscf_expired", "registrations that ended by their expiry")                \
	X(refreshed, "scscf_refreshed", "re-registrations without authentication")             \
	X(reauthentications, "scscf_reauthentications",                                        \
		"re-authentications that the network asked for")                               \
	X(reauthentications_ignored, "scscf_reauthentications_ignored",                        \
		"times that a UE let these pass")                                              \
	X(failure_limits, "scscf_failure_limits",                                              \
		"users that failed as often as the policy allows")                             \
	X(ended, "scscf_ended", "registrations that the network ended")                        \
	X(subscriptions, "scscf_subscriptions", "SUBSCRIBEs to the reg event that were taken") \
	X(notifies, "scscf_notifies", "NOTIFYs of it")                                         \
	X(subscriptions_lost, "scscf_subscriptions_lost",                                      \
		"of which a NOTIFY was refused for good, or not answered at all")              \
	X(restored, "scscf_restored", "registrations that a predecessor left")                 \
	X(refused, "scscf_refused", "requests that were refused for another reason")

struct scscf_counters {
#define X(member, name, meaning) uint64_t member;
	SCSCF_COUNTERS(X)
#undef X
};

/* What it holds now. */
struct scscf_gauges {
	size_t requests;                  /* that are not answered yet: what waits for the HSS */
	size_t users;                     /* IMPIs with a registration, a challenge or a SAR */
	size_t registrations, identities; /* implicit sets, and their members */
	size_t challenges, subscriptions; /* 401s that wait for their answer; reg event */
};

/* One contact of a registration. */
struct scscf_binding {
	char *contact; /* its URI */
	char *params;  /* behind it, from the first ";" on; may be "" */
	char *path;    /* RFC 3327: the way to it */
	char *call_id; /* of the REGISTER that bound it last */
	uint32_t cseq;
	uint64_t expires_ms; /* by the timer queue's clock */
	uint32_t id;         /* tells it from all others (RFC 3680) */
	const char *event;   /* what changed it last, in RFC 3680's words */
	uint64_t granted_ms; /* the same, later while the network waits for a re-authentication */
};

/* What show ue tells of one implicit registration set. */
struct scscf_view {
	const char *impi;
	size_t identity_count;
	const struct cx_profile_identity *identities; /* the default one first */
	size_t binding_count;
	const struct scscf_binding *bindings;
	size_t subscription_count; /* to its reg event */
	uint64_t now_ms;
};

struct scscf;

/* Copies the settings; what they point to outlives the S-CSCF. 0 or -ENOMEM. */
int scscf_create(const struct scscf_settings *settings, struct scscf **out)
	__attribute__((warn_unused_result));

/* No request may be under way any more. Registrations are forgotten, not ended: what is kept of
 * them is the successor's. */
void scscf_destroy(struct scscf *scscf);

/* What a predecessor kept under this id, before any request. Its times are of the clock that the
 * timer queue still has: what has expired meanwhile ends right away. False: it is of another format
 * or damaged, or there was no memory; then nothing has come of it, and the caller removes it. */
bool scscf_restore(struct scscf *scscf, uint64_t id, const uint8_t *record, size_t len)
	__attribute__((warn_unused_result));

/* Puts what has changed since the last time: once per turn of the event loop. What ends is removed
 * at once. */
void scscf_keep(struct scscf *scscf);

/* All of it counts as changed: what was written is lost. */
void scscf_keep_all(struct scscf *scscf);

/* Is there something to be written? */
bool scscf_has_changes(const struct scscf *scscf);

struct sip_next_hop scscf_hop(struct scscf *scscf);

const struct scscf_counters *scscf_counters(const struct scscf *scscf);

/* Calls see for each registration of this IMPI. */
void scscf_show(const struct scscf *scscf, const char *impi,
	void (*see)(void *context, const struct scscf_view *view), void *context);

/* How many registrations there are. */
size_t scscf_registrations(const struct scscf *scscf);

void scscf_gauge(const struct scscf *scscf, struct scscf_gauges *out);
