/* SPDX-License-Identifier: BSD-3-Clause */
/* A NOTIFY of the reg event, its answer, and what the UE does about it (P-REG; TS 33.203 §6.1.4,
 * TS 24.229 §5.1.1.5.2, §5.1.1.7). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reginfo.h"
#include "registration_state.h"
#include "sip_parameter.h"
#include "subscription.h"

/* Of this dialog: the network's From has its tag, unless the 200 is still on its way. */
static bool is_ours(const struct subscription *subscription, const struct sip_text *request)
{
	struct sip_slice call_id, to, tag;
	size_t len = strlen(subscription->call_id);

	return len > 0 && sip_text_header(request, "Call-ID", 0, &call_id) && call_id.len > len &&
	       !memcmp(call_id.at, subscription->call_id, len) &&
	       sip_text_header(request, "To", 0, &to) && sip_parameter_find(to, ';', "tag", &tag) &&
	       sip_parameter_is(tag, subscription->from_tag);
}

/* RFC 3261 §8.2.6.2; P-USE: to port_ps, which Via names. On the newest set (P-WHICH); where the UE
 * is not registered any more, on the one that the NOTIFY came on. */
static void answer(struct subscription *subscription, struct sa_set *set,
	const struct sip_text *request, int status)
{
	static const char *const names[] = {"Via", "From", "To", "Call-ID", "CSeq"};
	struct registration *registration = subscription->registration;
	char text[SIP_TEXT_MAX];
	struct sip_slice value;
	size_t len = (size_t)snprintf(text, sizeof(text), "SIP/2.0 %d %s\r\n", status,
		status == 200 ? "OK" : "Subscription Does Not Exist");

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (unsigned n = 0; sip_text_header(request, names[i], n, &value) &&
				     len + value.len + 64 < sizeof(text);
			n++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s: %.*s\r\n",
				names[i], (int)value.len, value.at);
	len += (size_t)snprintf(text + len, sizeof(text) - len, "Content-Length: 0\r\n\r\n");
	if (registration_send(registration,
		    registration->established ? registration->established : set, text, len))
		report_event(registration->report, "rejected", NULL, "NOTIFY: can not be answered");
}

static void reaction_done(void *context, const char *failure)
{
	struct subscription *subscription = context;
	struct registration *registration = subscription->registration;

	registration->done = subscription->done;
	registration->context = subscription->context;
	report_event(registration->report, "reaction", json_pack("{s:b}", "ok", failure == NULL),
		"%s", failure ? failure : "registered");
}

static void register_again(struct subscription *subscription, bool is_protected)
{
	const struct registration_order order = {
		.conduct = REGISTRATION_HONEST, .is_protected = is_protected};
	struct registration *registration = subscription->registration;

	if (registration_is_busy(registration))
		return;
	registration->done = reaction_done;
	registration->context = subscription;
	registration_start(registration, &order);
}

/* What the network has done to the UE's own contact. */
static void react(struct subscription *subscription, const struct reginfo_contact *contact)
{
	struct registration *registration = subscription->registration;
	if (!strcmp(contact->state, "terminated")) {
		registration->established = NULL;
		/* P-REG: after anything else it must not by itself. */
		if (subscription->conduct != SUBSCRIPTION_IGNORES &&
			!strcmp(contact->event, "deactivated"))
			register_again(subscription, false);
	} else if (!strcmp(contact->event, "shortened") &&
		   subscription->conduct == SUBSCRIPTION_HONEST) {
		old_set_shorten(&subscription->old_set, contact->expires_s);
		register_again(subscription, true);
	} else if (!strcmp(contact->event, "refreshed")) {
		old_set_keep(&subscription->old_set);
	}
}

static struct sip_slice body_of(const struct sip_text *request)
{
	const char *end = request->bytes.at + request->bytes.len;
	const char *at = memmem(request->bytes.at, request->bytes.len, "\r\n\r\n", 4);

	return (struct sip_slice){at + 4, (size_t)(end - at - 4)};
}

static void report(struct subscription *subscription, const char *set, struct sip_slice state,
	const struct reginfo_contact *contact)
{
	report_event(subscription->registration->report, "NOTIFY",
		json_pack("{s:s, s:s%, s:s, s:s, s:I}", "set", set, "subscription", state.at,
			state.len, "state", contact->state, "change", contact->event, "expires",
			(json_int_t)contact->expires_s),
		"%.*s; contact %s, %s, %u s; %s set", (int)state.len, state.at, contact->state,
		contact->event, contact->expires_s, set);
}

void subscription_notified(
	struct subscription *subscription, struct sa_set *set, const struct sip_text *request)
{
	struct registration *registration = subscription->registration;
	const struct net_endpoint own = {
		registration->settings->local.address, set->own.port_server};
	struct reginfo_contact contact = {.state = ""};
	struct sip_slice state = {.at = "", .len = 0}, cseq;
	char where[NET_TEXT_MAX + 1] = "@";
	unsigned long number;

	net_endpoint_print(&own, where + 1);
	if (!is_ours(subscription, request) || !sip_text_header(request, "CSeq", 0, &cseq)) {
		answer(subscription, set, request, 481);
		return;
	}
	(void)sip_text_header(request, "Subscription-State", 0, &state);
	(void)reginfo_find(body_of(request), where, &contact);
	report(subscription, registration_set_name(registration, set), state, &contact);
	if (subscription->conduct == SUBSCRIPTION_DEAF)
		return;
	answer(subscription, set, request, 200);
	number = strtoul(cseq.at, NULL, 10);
	if (number <= subscription->notified_cseq)
		return; /* once more: the answer was lost */
	subscription->notified_cseq = (uint32_t)number;
	if (state.len >= 10 && !memcmp(state.at, "terminated", 10))
		subscription->to_tag[0] = '\0';
	react(subscription, &contact);
}
