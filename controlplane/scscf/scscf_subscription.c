/* SPDX-License-Identifier: BSD-3-Clause */
#include "scscf_subscription.h"

#include <errno.h>
#include <stdlib.h>

#include "scscf_keep.h"
#include "scscf_state.h"
#include "sip_cseq.h"
#include "sip_list.h"
#include "sip_name_addr.h"
#include "sip_param.h"

static char *copy(struct sip_text text)
{
	return strndup(text.at ? text.at : "", text.len);
}

static int read_target(struct sip_message *request, struct sip_text *out)
{
	struct sip_text contact = sip_list_top(request, SIP_HEADER_CONTACT);
	struct sip_name_addr target;

	if (sip_name_addr_parse(&request->arena, contact, &target) != 0 ||
		(target.uri.scheme != SIP_URI_SIP && target.uri.scheme != SIP_URI_SIPS))
		return -EINVAL;
	*out = target.uri.text;
	return 0;
}

/* 0 where it can not be read: the transport lets no such request in. */
static uint32_t read_cseq(const struct sip_message *request)
{
	struct sip_cseq cseq;

	return sip_cseq_parse(request, &cseq) == 0 ? cseq.number : 0;
}

static struct sip_text read_tag(struct sip_message *request, struct sip_text from)
{
	struct sip_text tag = {.len = 0};
	struct sip_name_addr peer;

	if (sip_name_addr_parse(&request->arena, from, &peer) == 0)
		(void)sip_param_find(peer.params, "tag", &tag);
	return tag;
}

struct scscf_subscription *scscf_subscription_make(struct scscf_registration *registration,
	struct sip_message *request, const char *aor, const char **defect)
{
	struct scscf_subscription *subscription = calloc(1, sizeof(*subscription));
	struct sip_text target;
	char route[SCSCF_PATH_MAX];

	*defect = NULL;
	if (!subscription)
		return NULL;
	if (read_target(request, &target) != 0 ||
		sip_list_join(request, SIP_HEADER_RECORD_ROUTE, route, sizeof(route)) != 0) {
		*defect = "No usable Contact or Record-Route";
		free(subscription);
		return NULL;
	}
	*subscription = (struct scscf_subscription){
		.registration = registration,
		.call_id = copy(sip_header_value(request, SIP_HEADER_CALL_ID)),
		.aor = strdup(aor),
		.remote = copy(sip_header_value(request, SIP_HEADER_FROM)),
		.peer_cseq = read_cseq(request),
		.target = copy(target),
		.route = strdup(route),
		.event = copy(sip_header_value(request, SIP_HEADER_EVENT)),
	};
	sip_token_tag(&registration->user->scscf->settings.random, subscription->tag);
	if (subscription->call_id && subscription->aor && subscription->remote &&
		subscription->target && subscription->route && subscription->event)
		return subscription;
	scscf_subscription_free(subscription);
	return NULL;
}

unsigned scscf_subscription_refresh(
	struct scscf_subscription *subscription, struct sip_message *request)
{
	struct sip_text from = sip_header_value(request, SIP_HEADER_FROM), target;
	uint32_t cseq = read_cseq(request);
	char *copied;

	if (!sip_text_equal(
		    read_tag(request, from), read_tag(request, sip_text(subscription->remote))))
		return 481;
	if (cseq <= subscription->peer_cseq)
		return 500;
	subscription->peer_cseq = cseq;
	scscf_keep_changed(subscription->registration);
	if (!sip_header_find(request, SIP_HEADER_CONTACT))
		return 0;
	if (read_target(request, &target) != 0)
		return 400;
	copied = copy(target);
	if (!copied)
		return 500;
	free(subscription->target);
	subscription->target = copied;
	return 0;
}

void scscf_subscription_free(struct scscf_subscription *subscription)
{
	free(subscription->call_id);
	free(subscription->aor);
	free(subscription->remote);
	free(subscription->target);
	free(subscription->route);
	free(subscription->event);
	free(subscription);
}

void scscf_subscription_close(struct scscf_subscription *subscription)
{
	struct scscf *scscf = subscription->registration->user->scscf;

	timer_queue_disarm(scscf->settings.timers, &subscription->expiry);
	subscription->over = true;
	scscf_notify(subscription, NULL, "timeout");
}

static void expire(void *context)
{
	scscf_subscription_close(context);
}

void scscf_subscription_arm(struct scscf_subscription *subscription, uint64_t expires_ms)
{
	struct scscf_registration *registration = subscription->registration;

	if (!subscription->expiry.armed) {
		subscription->next = registration->subscriptions;
		registration->subscriptions = subscription;
		registration->user->scscf->subscriptions++;
	}
	timer_queue_arm(registration->user->scscf->settings.timers, &subscription->expiry,
		expires_ms, expire, subscription);
	scscf_keep_changed(registration);
}

struct scscf_subscription *scscf_subscription_find(
	struct scscf_registration *registration, struct sip_text call_id, struct sip_text tag)
{
	struct scscf_subscription *found = registration->subscriptions;

	while (found && !(sip_text_equal(sip_text(found->call_id), call_id) &&
				sip_text_equal(sip_text(found->tag), tag)))
		found = found->next;
	return found;
}

size_t scscf_subscription_count(const struct scscf_registration *registration)
{
	size_t count = 0;

	for (const struct scscf_subscription *one = registration->subscriptions; one;
		one = one->next)
		count++;
	return count;
}

void scscf_subscription_remove(struct scscf_subscription *subscription)
{
	struct scscf_registration *registration = subscription->registration;
	struct scscf_subscription **at = &registration->subscriptions;

	while (*at != subscription)
		at = &(*at)->next;
	*at = subscription->next;
	registration->user->scscf->subscriptions--;
	scscf_keep_changed(registration);
	timer_queue_disarm(registration->user->scscf->settings.timers, &subscription->expiry);
	scscf_subscription_free(subscription);
}

void scscf_subscription_tell(struct scscf_registration *registration)
{
	struct scscf_subscription *next;

	for (struct scscf_subscription *one = registration->subscriptions; one; one = next) {
		next = one->next;
		if (!one->over)
			scscf_notify(one, NULL, NULL);
	}
}

void scscf_subscription_end(struct scscf_registration *registration, const char *event)
{
	while (registration->subscriptions) {
		struct scscf_subscription *one = registration->subscriptions;

		/* RFC 3680 §4.2: with the registration its subscriptions end. */
		if (!one->over)
			scscf_notify(one, event, "noresource");
		scscf_subscription_remove(one);
	}
}
