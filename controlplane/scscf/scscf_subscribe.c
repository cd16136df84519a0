/* SPDX-License-Identifier: BSD-3-Clause */
/* SUBSCRIBE to the reg event: who may, for how long (TS 24.229 §5.4.2.1.1; RFC 3680, RFC 6665). */
#include <stdio.h>

#include "cx_identity.h"
#include "scscf_state.h"
#include "scscf_subscription.h"
#include "sip_list.h"
#include "sip_name_addr.h"
#include "sip_param.h"
#include "sip_reply.h"

#define EXPIRES_DEFAULT_S 3761 /* RFC 3680 §4.3 */

static bool is_reg(struct sip_text event)
{
	const char *end = memchr(event.at, ';', event.len);
	struct sip_text name = {event.at, end ? (size_t)(end - event.at) : event.len};

	return event.len > 0 && sip_text_equal(sip_text_trim(name), sip_text("reg"));
}

/* The public identity of a URI of the request; the dialog's peer has it in To. */
static struct scscf_registration *find_registration(
	const struct scscf_attempt *attempt, struct sip_text uri, char impu[CX_IDENTITY_MAX])
{
	if (cx_identity_impu(uri.at, uri.len, impu, CX_IDENTITY_MAX) != 0)
		return NULL;
	return scscf_registration_find(attempt->scscf, impu);
}

/* The first hop that the S-CSCF trusts has asserted it: one of the same user. A P-CSCF may, too
 * (TS 24.229 §5.4.2.1.1); ours does not ask, and its name is no proof: others may bear it. */
static bool may(const struct scscf_registration *registration, struct sip_message *request)
{
	struct sip_list_item item;
	struct sip_name_addr who;
	char impu[CX_IDENTITY_MAX];

	sip_list_start(&item, request, SIP_HEADER_P_ASSERTED_IDENTITY);
	while (sip_list_next(&item)) {
		const struct scscf_registration *own;

		if (sip_name_addr_parse(&request->arena, item.value, &who) != 0 ||
			cx_identity_impu(who.uri.text.at, who.uri.text.len, impu, sizeof(impu)) !=
				0)
			continue;
		own = scscf_registration_find(registration->user->scscf, impu);
		if (own && own->user == registration->user)
			return true;
	}
	return false;
}

/* 200, then at once a NOTIFY with all there is (RFC 6665 §4.2.1.2); 0 s: that one is the last. */
static void grant(
	struct scscf_attempt *attempt, struct scscf_subscription *subscription, uint32_t expires_s)
{
	const struct scscf_settings *settings = &attempt->scscf->settings;
	struct sip_message *response = NULL;
	int status = sip_reply_create(attempt->request, 200, NULL, subscription->tag, &response);

	if (status == 0)
		status = sip_header_copy_all(attempt->request, SIP_HEADER_RECORD_ROUTE, response);
	if (status == 0)
		status =
			sip_header_add_format(response, SIP_HEADER_CONTACT, "<%s>", settings->name);
	if (status == 0)
		status = sip_header_add_format(response, SIP_HEADER_EXPIRES, "%u", expires_s);
	if (status != 0) {
		sip_message_destroy(response);
		response = NULL;
	}
	scscf_subscription_arm(subscription, (uint64_t)expires_s * 1000);
	attempt->scscf->counters.subscriptions++;
	scscf_answer(attempt, response);
	if (expires_s == 0)
		scscf_subscription_close(subscription);
	else
		scscf_notify(subscription, NULL, NULL);
}

static void refresh(struct scscf_attempt *attempt, struct scscf_registration *registration,
	struct sip_text tag, uint32_t expires_s)
{
	struct scscf_subscription *subscription = scscf_subscription_find(
		registration, sip_header_value(attempt->request, SIP_HEADER_CALL_ID), tag);
	unsigned status = 481;

	if (subscription && !subscription->over)
		status = scscf_subscription_refresh(subscription, attempt->request);
	if (status == 0)
		grant(attempt, subscription, expires_s);
	else
		scscf_refuse(attempt, status, NULL);
}

void scscf_subscribe(struct scscf_attempt *attempt)
{
	struct sip_message *request = attempt->request;
	struct scscf_registration *registration;
	struct scscf_subscription *subscription;
	struct sip_text tag = {.len = 0};
	struct sip_name_addr to;
	char impu[CX_IDENTITY_MAX];
	uint64_t expires_s = EXPIRES_DEFAULT_S;
	const char *defect;

	if (!is_reg(sip_header_value(request, SIP_HEADER_EVENT))) {
		scscf_refuse(attempt, 489, "Bad Event");
		return;
	}
	if (sip_name_addr_parse(&request->arena, sip_header_value(request, SIP_HEADER_TO), &to) !=
			0 ||
		(sip_header_find(request, SIP_HEADER_EXPIRES) &&
			sip_text_number(sip_header_value(request, SIP_HEADER_EXPIRES), UINT32_MAX,
				&expires_s) != 0)) {
		scscf_refuse(attempt, 400, "Malformed To or Expires");
		return;
	}
	if (expires_s > attempt->scscf->settings.registration_max_s)
		expires_s = attempt->scscf->settings.registration_max_s;
	(void)sip_param_find(to.params, "tag", &tag);
	registration =
		find_registration(attempt, tag.len > 0 ? to.uri.text : request->request_uri, impu);
	if (!registration || !may(registration, request)) {
		scscf_refuse(attempt, registration || tag.len == 0 ? 403 : 481, NULL);
		return;
	}
	snprintf(attempt->asked.impi, sizeof(attempt->asked.impi), "%s", registration->user->impi);
	if (tag.len > 0) {
		refresh(attempt, registration, tag, (uint32_t)expires_s);
		return;
	}
	if (scscf_subscription_count(registration) >= SCSCF_SUBSCRIPTIONS_MAX) {
		scscf_refuse(attempt, 403, "Too many subscriptions");
		return;
	}
	subscription = scscf_subscription_make(registration, request, impu, &defect);
	if (subscription)
		grant(attempt, subscription, (uint32_t)expires_s);
	else
		scscf_refuse(attempt, defect ? 400 : 500, defect);
}
