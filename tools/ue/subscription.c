/* SPDX-License-Identifier: BSD-3-Clause */
#include "subscription.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "draw.h"
#include "sip_parameter.h"
#include "subscribe_request.h"

static const struct verb {
	const char *name, *what;
	enum subscription_conduct conduct;
	bool leaves;
} verbs[] = {
	{"subscribe", "SUBSCRIBE to the own reg event, or once more; does as a NOTIFY asks",
		SUBSCRIPTION_HONEST, false},
	{"subscribe-late", "the same; lets a request to authenticate pass", SUBSCRIPTION_LATE,
		false},
	{"subscribe-ignore", "the same; answers a NOTIFY, no more", SUBSCRIPTION_IGNORES, false},
	{"subscribe-deaf", "the same; leaves a NOTIFY without an answer", SUBSCRIPTION_DEAF, false},
	{"unsubscribe", "SUBSCRIBE for no time at all", SUBSCRIPTION_HONEST, true},
};

#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < VERBS; i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

bool subscription_known(const char *name)
{
	return find_verb(name) != NULL;
}

void subscription_list(void)
{
	for (size_t i = 0; i < VERBS; i++)
		printf("  %-16s %s\n", verbs[i].name, verbs[i].what);
}

static void finish(struct subscription *subscription, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* format: NULL where all went as ordered. */
static void finish(struct subscription *subscription, const char *format, ...)
{
	va_list arguments;

	retransmission_stop(&subscription->timers);
	subscription->is_waiting = false;
	if (format) {
		va_start(arguments, format);
		vsnprintf(subscription->failure, sizeof(subscription->failure), format, arguments);
		va_end(arguments);
	}
	subscription->done(subscription->context, format ? subscription->failure : NULL);
}

static void on_send(void *context)
{
	struct subscription *subscription = context;
	struct registration *registration = subscription->registration;
	int error = registration->established
			    ? registration_send(registration, registration->established,
				      subscription->request, subscription->request_len)
			    : -ENOTCONN;

	if (error)
		finish(subscription, "SUBSCRIBE: could not be sent: %s", strerror(-error));
}

static void on_expired(void *context)
{
	finish(context, "SUBSCRIBE: no answer");
}

/* Of the SUBSCRIBE that waits (RFC 3261 §17.1.3). */
static bool answers_us(const struct subscription *subscription, const struct sip_text *text)
{
	struct sip_slice cseq, via, branch;
	char expected[32];

	snprintf(expected, sizeof(expected), "%u SUBSCRIBE", subscription->cseq);
	return subscription->is_waiting && sip_text_header(text, "CSeq", 0, &cseq) &&
	       sip_parameter_is(cseq, expected) && sip_text_header(text, "Via", 0, &via) &&
	       sip_parameter_find(via, ';', "branch", &branch) &&
	       sip_parameter_is(branch, subscription->branch);
}

/* What stands between < and >. */
static void copy_uri(struct sip_slice value, char out[SUBSCRIPTION_URI_MAX])
{
	const char *from = value.len > 0 ? memchr(value.at, '<', value.len) : NULL;
	const char *to = from ? memchr(from, '>', (size_t)(value.at + value.len - from)) : NULL;

	snprintf(out, SUBSCRIPTION_URI_MAX, "%.*s", to ? (int)(to - from - 1) : 0,
		to ? from + 1 : "");
}

/* The dialog as the 200 makes it (RFC 3261 §12.1.2). One proxy records its route, the P-CSCF. */
static bool keep_dialog(struct subscription *subscription, const struct sip_text *text)
{
	struct sip_slice to, tag, contact;

	if (!sip_text_header(text, "To", 0, &to) || !sip_parameter_find(to, ';', "tag", &tag) ||
		tag.len >= sizeof(subscription->to_tag) ||
		!sip_text_header(text, "Contact", 0, &contact))
		return false;
	memcpy(subscription->to_tag, tag.at, tag.len);
	subscription->to_tag[tag.len] = '\0';
	copy_uri(contact, subscription->target);
	return sip_text_joined(
		       text, "Record-Route", subscription->route, sizeof(subscription->route)) > 0;
}

static void take_answer(struct subscription *subscription, const struct sip_text *text)
{
	struct sip_slice expires = {.at = "", .len = 0};

	(void)sip_text_header(text, "Expires", 0, &expires);
	report_event(subscription->registration->report, "SUBSCRIBE",
		json_pack(
			"{s:i, s:s%}", "status", text->status, "expires", expires.at, expires.len),
		"%d, for %.*s s", text->status, (int)expires.len, expires.at);
	if (text->status / 100 != 2) {
		if (text->status == 481)
			subscription->to_tag[0] = '\0';
		finish(subscription, "SUBSCRIBE: %d", text->status);
	} else if (subscription->to_tag[0] || keep_dialog(subscription, text)) {
		finish(subscription, NULL);
	} else {
		finish(subscription, "SUBSCRIBE: the 200 makes no dialog");
	}
}

static bool take(void *context, struct sa_set *set, const struct udp_segment *segment)
{
	struct subscription *subscription = context;
	struct sip_text text;

	if (sip_text_parse((const char *)segment->payload, segment->payload_len, &text))
		return false;
	if (text.status == 0 && !strncmp(text.bytes.at, "NOTIFY ", 7)) {
		subscription_notified(subscription, set, &text);
		return true;
	}
	if (text.status == 0 || !answers_us(subscription, &text))
		return false;
	if (text.status >= 200)
		take_answer(subscription, &text);
	return true;
}

int subscription_open(struct subscription *subscription, struct event_base *base)
{
	subscription->timers.send = on_send;
	subscription->timers.expired = on_expired;
	subscription->timers.context = subscription;
	subscription->registration->other = take;
	subscription->registration->other_context = subscription;
	if (old_set_open(&subscription->old_set, subscription->registration, base))
		return -ENOMEM;
	return retransmission_open(&subscription->timers, base);
}

void subscription_close(struct subscription *subscription)
{
	retransmission_close(&subscription->timers);
	old_set_close(&subscription->old_set);
}

/* P-24229: the P-CSCF at port_ps, then Service-Route; within the dialog what its 200 recorded. */
static bool print(struct subscription *subscription)
{
	const struct registration *registration = subscription->registration;
	const struct registration_settings *settings = registration->settings;
	const struct sa_set *set = registration->established;
	const struct net_endpoint pcscf = {settings->pcscf.address, set->peer.port_server};
	bool begins = !subscription->to_tag[0];
	struct subscribe_request request = {
		.uri = begins ? settings->impu : subscription->target,
		.impu = settings->impu,
		.contact = {settings->local.address, set->own.port_server},
		.route = subscription->route,
		.branch = subscription->branch,
		.from_tag = subscription->from_tag,
		.to_tag = subscription->to_tag,
		.call_id = subscription->call_id,
		.cseq = ++subscription->cseq,
		.expires_s = subscription->leaves ? 0 : settings->expires_s,
		.security_verify = registration->established_server,
	};
	char host[NET_TEXT_MAX];

	draw_branch(&registration->random, subscription->branch);
	if (begins) {
		draw_hex(&registration->random, subscription->call_id, 12);
		draw_hex(&registration->random, subscription->from_tag, 4);
		snprintf(subscription->route, sizeof(subscription->route), "<sip:%s;lr>%s%.900s",
			net_endpoint_print(&pcscf, host),
			registration->service_route[0] ? ", " : "", registration->service_route);
		subscription->notified_cseq = 0;
	}
	subscription->request_len = subscribe_request_print(
		&request, subscription->request, sizeof(subscription->request));
	return subscription->request_len > 0;
}

void subscription_start(struct subscription *subscription, const char *name)
{
	const struct verb *verb = find_verb(name);

	subscription->conduct = verb->conduct;
	subscription->leaves = verb->leaves;
	if (!subscription->registration->established) {
		finish(subscription, "there is no set of SAs");
		return;
	}
	if (verb->leaves && !subscription->to_tag[0]) {
		finish(subscription, "there is no subscription");
		return;
	}
	if (!print(subscription)) {
		finish(subscription, "SUBSCRIBE: longer than this UE can send");
		return;
	}
	subscription->is_waiting = true;
	retransmission_start(&subscription->timers, subscription->registration->settings->t1_ms,
		subscription->registration->settings->timeout_ms);
}
