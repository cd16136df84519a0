/* SPDX-License-Identifier: BSD-3-Clause */
/* One NOTIFY (RFC 6665 §4.1.3) along the dialog's route, toward the P-CSCF. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "log.h"
#include "scscf_keep.h"
#include "scscf_reginfo.h"
#include "scscf_state.h"
#include "scscf_subscription.h"
#include "sip_uri.h"
#include "sip_via.h"

/* Whom its answer concerns: the subscription may be gone by then, or (no tag) on its way out. */
struct sent {
	struct scscf *scscf;
	char impu[CX_IDENTITY_MAX], tag[SIP_TOKEN_MAX];
	char *call_id;
};

/* What ends the dialog or its usage (RFC 5057 §5.1), and silence (RFC 6665 §4.2.2). */
static bool is_end(unsigned status)
{
	static const unsigned ends[] = {
		404, 405, 408, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ends[i] == status)
			return true;
	return false;
}

/* One NOTIFY needs no answer any more; status 0: it got none. */
static void settle(struct scscf_subscription *subscription, unsigned status)
{
	subscription->unanswered--;
	if (subscription->over) {
		if (subscription->unanswered == 0)
			scscf_subscription_remove(subscription);
	} else if (is_end(status)) {
		subscription->registration->user->scscf->counters.subscriptions_lost++;
		scscf_subscription_remove(subscription);
	} else if (subscription->again) {
		subscription->again = false;
		scscf_notify(subscription, NULL, NULL);
	}
}

static void answered(void *context, struct sip_message *response)
{
	struct sent *sent = context;
	struct scscf_registration *registration = scscf_registration_find(sent->scscf, sent->impu);
	struct scscf_subscription *subscription =
		registration ? scscf_subscription_find(
				       registration, sip_text(sent->call_id), sip_text(sent->tag))
			     : NULL;

	if (response && response->status < 200) {
		sip_message_destroy(response);
		return;
	}
	if (subscription)
		settle(subscription, response ? response->status : 0);
	sip_message_destroy(response);
	free(sent->call_id);
	free(sent);
}

static int fill(struct scscf_subscription *subscription, struct sip_message *request,
	const char *ended, const char *reason)
{
	struct scscf *scscf = subscription->registration->user->scscf;
	uint64_t now_ms = timer_queue_now_ms(scscf->settings.timers);
	uint64_t due_ms = subscription->expiry.due_ms;
	char branch[SIP_TOKEN_MAX], *body;
	struct sip_uri own;
	char host[SCSCF_NAME_MAX];
	int status = sip_uri_parse(&request->arena, sip_text(scscf->settings.name), &own);

	if (status != 0)
		return status;
	snprintf(host, sizeof(host), "%.*s", SIP_TEXT_ARGS(own.host));
	sip_token_branch(&scscf->settings.random, branch);
	if (sip_via_push(request, SIP_UDP, host, own.port, branch) != 0 ||
		sip_header_add_format(request, SIP_HEADER_MAX_FORWARDS, "70") != 0 ||
		(subscription->route[0] && sip_header_add(request, SIP_HEADER_ROUTE,
						   sip_text(subscription->route)) != 0) ||
		sip_header_add_format(request, SIP_HEADER_FROM, "<%s>;tag=%s", subscription->aor,
			subscription->tag) != 0 ||
		sip_header_add(request, SIP_HEADER_TO, sip_text(subscription->remote)) != 0 ||
		sip_header_add(request, SIP_HEADER_CALL_ID, sip_text(subscription->call_id)) != 0 ||
		sip_header_add_format(
			request, SIP_HEADER_CSEQ, "%u NOTIFY", ++subscription->cseq) != 0 ||
		sip_header_add_format(request, SIP_HEADER_CONTACT, "<%s>", scscf->settings.name) !=
			0 ||
		sip_header_add(request, SIP_HEADER_EVENT, sip_text(subscription->event)) != 0)
		return -ENOMEM;
	if (reason)
		status = sip_header_add_format(
			request, SIP_HEADER_SUBSCRIPTION_STATE, "terminated;reason=%s", reason);
	else
		status = sip_header_add_format(request, SIP_HEADER_SUBSCRIPTION_STATE,
			"active;expires=%llu",
			(unsigned long long)((due_ms > now_ms ? due_ms - now_ms : 0) + 999) / 1000);
	body = scscf_reginfo_print(
		subscription->registration, subscription->version++, now_ms, ended);
	if (status == 0)
		status = body ? sip_message_set_body(request, sip_text("application/reginfo+xml"),
					sip_text(body))
			      : -ENOMEM;
	free(body);
	return status;
}

static void tell(struct scscf_subscription *subscription, const char *ended, const char *reason)
{
	static struct log_meter meter;
	struct scscf_registration *registration = subscription->registration;
	struct scscf *scscf = registration->user->scscf;
	struct sip_message *request = NULL;
	struct sent *sent = calloc(1, sizeof(*sent));

	if (!sent || !(sent->call_id = strdup(subscription->call_id)) ||
		sip_message_create_request(
			sip_text("NOTIFY"), sip_text(subscription->target), &request) != 0 ||
		fill(subscription, request, ended, reason) != 0) {
		log_metered(&meter, LOG_WARNING, "scscf: impi=%s a NOTIFY was not made",
			registration->user->impi);
		sip_message_destroy(request);
		free(sent ? sent->call_id : NULL);
		free(sent);
		if (!ended)
			settle(subscription, 0);
		return;
	}
	sent->scscf = scscf;
	snprintf(sent->impu, sizeof(sent->impu), "%s", registration->profile[0].identity);
	/* With its registration, whoever ends that takes the subscription away. */
	if (!ended)
		snprintf(sent->tag, sizeof(sent->tag), "%s", subscription->tag);
	scscf->counters.notifies++;
	trace_hop(scscf->settings.trace, "NOTIFY", "S-CSCF", "P-CSCF", registration->user->impi,
		ended ? ended : "reg event", "to %s", subscription->target);
	sip_hop_send(scscf->settings.pcscf, request,
		(struct sip_reply_to){.reply = answered, .context = sent});
}

void scscf_notify(struct scscf_subscription *subscription, const char *ended, const char *reason)
{
	if (!reason && subscription->unanswered > 0) {
		subscription->again = true;
		return;
	}
	subscription->unanswered++;
	scscf_keep_changed(subscription->registration);
	tell(subscription, ended, reason);
}
