/* SPDX-License-Identifier: BSD-3-Clause */
/* The registrar's door: what a REGISTER is decides which step it takes. */
#include "scscf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "scscf_extensions.h"
#include "scscf_state.h"
#include "scscf_subscription.h"
#include "sip_reply.h"
#include "sip_token.h"

int scscf_create(const struct scscf_settings *settings, struct scscf **out)
{
	struct scscf *scscf = calloc(1, sizeof(*scscf));

	if (!scscf)
		return -ENOMEM;
	scscf->settings = *settings;
	scscf->kept.keeper = settings->keeper;
	*out = scscf;
	return 0;
}

void scscf_destroy(struct scscf *scscf)
{
	struct scscf_identity *identity;
	struct scscf_user *user, *next;

	if (!scscf)
		return;
	scscf->kept.keeper = NULL; /* what it has is the successor's */
	while ((identity = scscf->identities) != NULL)
		scscf_registration_free(identity->registration);
	HASH_ITER (hh, scscf->users, user, next)
		scscf_user_free(user);
	free(scscf);
}

struct sip_message *scscf_response(
	struct scscf_attempt *attempt, unsigned status, const char *reason)
{
	struct sip_message *response;
	char tag[SIP_TOKEN_MAX];

	if (sip_reply_create(attempt->request, status, reason,
		    sip_token_tag(&attempt->scscf->settings.random, tag), &response) != 0)
		return NULL;
	return response;
}

void scscf_answer(struct scscf_attempt *attempt, struct sip_message *response)
{
	struct sip_reply_to reply_to = attempt->reply_to;

	bool subscribes = attempt->request->method == SIP_SUBSCRIBE;

	if (response)
		trace_hop(attempt->scscf->settings.trace,
			subscribes         ? "SUBSCRIBE"
			: attempt->answers ? "SM10"
					   : "SM4",
			"S-CSCF", subscribes ? "P-CSCF" : "I-CSCF", attempt->asked.impi,
			sip_reply_reason(response->status), "%u", response->status);
	sip_message_destroy(attempt->request);
	attempt->scscf->requests--;
	free(attempt);
	sip_hop_reply(reply_to, response);
}

/* What goes with a status. */
static int explain(const struct scscf_attempt *attempt, struct sip_message *response)
{
	if (response->status == 423)
		return sip_header_add_format(response, SIP_HEADER_MIN_EXPIRES, "%u",
			attempt->scscf->settings.registration_min_s);
	if (response->status == 405)
		return sip_header_add(response, SIP_HEADER_ALLOW, sip_text("REGISTER"));
	if (response->status == 489)
		return sip_header_add(response, SIP_HEADER_ALLOW_EVENTS, sip_text("reg"));
	if (response->status == 420)
		return scscf_extensions_list(attempt->request, response);
	return 0;
}

void scscf_refuse(struct scscf_attempt *attempt, unsigned status, const char *reason)
{
	static struct log_meter meter;
	struct sip_message *response = scscf_response(attempt, status, reason);

	attempt->scscf->counters.refused++;
	log_metered(&meter, LOG_INFO, "scscf: impi=%s refused with %u: %s", attempt->asked.impi,
		status, reason ? reason : sip_reply_reason(status));
	if (response && explain(attempt, response) != 0) {
		sip_message_destroy(response);
		response = NULL;
	}
	scscf_answer(attempt, response);
}

/* What the REGISTER is, by what it carries and by what the S-CSCF knows. */
enum kind {
	INITIAL, /* REG-2: not integrity protected at the first hop, a response is ignored; or the
		  * policy wants an authentication (REG-3) */
	ANSWER,  /* a protected response to a challenge that waits */
	STALE_ANSWER, /* a protected response to none of these */
	REPORT,       /* the UE could not accept the network's MAC in it (6.1.2.2) */
	RESYNC,       /* nor its SQN (6.1.3) */
	REFRESH, /* protected, no response, the user is registered, and the policy is content */
	LEAVE,   /* the same, for no time at all */
	KINDS
};

static enum kind kind_of(const struct scscf_attempt *attempt)
{
	const struct scscf_request *asked = &attempt->asked;
	const struct scscf_user *user = scscf_user_find(attempt->scscf, asked->impi);
	const struct scscf_registration *registration =
		scscf_registration_find(attempt->scscf, asked->impu);
	bool answers = attempt->waiting != NULL;

	/* An auts makes it a report, whatever response stands beside it (RFC 3310 §3.4). */
	if (answers && asked->has_auts)
		return RESYNC;
	if (answers && asked->response.len == 0)
		return REPORT;
	/* P-SQN: an AUTS that answers no challenge of ours is ignored. */
	if (!asked->is_protected || asked->has_auts)
		return INITIAL;
	if (asked->response.len > 0)
		return answers ? ANSWER : STALE_ANSWER;
	if (!user || user->registrations == 0 || (registration && registration->user != user))
		return INITIAL;
	if (asked->leaves)
		return registration ? LEAVE : INITIAL;
	return scscf_policy_authenticates(user, !registration) ? INITIAL : REFRESH;
}

/* REG-1: only a right answer, or the operator's policy for who is registered and protected, leads
 * to a 200. */
static void (*const steps[KINDS])(struct scscf_attempt *attempt) = {
	[INITIAL] = scscf_challenge,
	[ANSWER] = scscf_verify,
	[STALE_ANSWER] = scscf_challenge,
	[REPORT] = scscf_report,
	[RESYNC] = scscf_resync,
	[REFRESH] = scscf_accept,
	[LEAVE] = scscf_accept,
};

static void receive(void *element, struct sip_message *request, struct sip_reply_to reply_to)
{
	struct scscf *scscf = element;
	struct scscf_attempt *attempt = calloc(1, sizeof(*attempt));
	struct scscf_defect defect;
	enum kind kind;

	if (!attempt) {
		sip_message_destroy(request);
		sip_hop_reply(reply_to, NULL);
		return;
	}
	scscf->requests++;
	attempt->scscf = scscf;
	attempt->request = request;
	attempt->reply_to = reply_to;
	if (request->method != SIP_REGISTER &&
		!(request->method == SIP_SUBSCRIBE && scscf->settings.pcscf.send)) {
		scscf_refuse(attempt, 403, NULL);
		return;
	}
	if (!scscf_extensions_known(request)) {
		scscf_refuse(attempt, 420, NULL);
		return;
	}
	if (request->method == SIP_SUBSCRIBE) {
		scscf_subscribe(attempt);
		return;
	}
	if (!scscf_request_read(request, scscf->settings.registration_min_s,
		    scscf->settings.registration_max_s, &attempt->asked, &defect)) {
		scscf_refuse(attempt, defect.status, defect.reason);
		return;
	}
	attempt->waiting =
		scscf_waiting_find(scscf_user_find(scscf, attempt->asked.impi), &attempt->asked);
	kind = kind_of(attempt);
	attempt->answers = kind == ANSWER || kind == REPORT || kind == RESYNC;
	steps[kind](attempt);
}

struct sip_next_hop scscf_hop(struct scscf *scscf)
{
	return (struct sip_next_hop){.send = receive, .element = scscf};
}

const struct scscf_counters *scscf_counters(const struct scscf *scscf)
{
	return &scscf->counters;
}

size_t scscf_registrations(const struct scscf *scscf)
{
	return scscf->registrations;
}

void scscf_gauge(const struct scscf *scscf, struct scscf_gauges *out)
{
	*out = (struct scscf_gauges){
		.requests = scscf->requests,
		.users = HASH_COUNT(scscf->users),
		.registrations = scscf->registrations,
		.identities = HASH_COUNT(scscf->identities),
		.challenges = scscf->challenges,
		.subscriptions = scscf->subscriptions,
	};
}

void scscf_show(const struct scscf *scscf, const char *impi,
	void (*see)(void *context, const struct scscf_view *view), void *context)
{
	const struct scscf_user *user = scscf_user_find(scscf, impi);

	for (const struct scscf_registration *set = user ? user->sets : NULL; set;
		set = set->next_set) {
		const struct scscf_view view = {
			.impi = user->impi,
			.identity_count = set->identity_count,
			.identities = set->profile,
			.binding_count = set->binding_count,
			.bindings = set->bindings,
			.subscription_count = scscf_subscription_count(set),
			.now_ms = timer_queue_now_ms(scscf->settings.timers),
		};

		see(context, &view);
	}
}
