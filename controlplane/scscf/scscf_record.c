/* SPDX-License-Identifier: BSD-3-Clause */
/* Each part is read right below where it is written. */
#include "scscf_record.h"

#include <stdlib.h>
#include <string.h>

#include "scscf_binding.h"
#include "sip_message.h"

#define FORMAT 1

#define IDENTITY_OCTETS_MIN 8                             /* of a record */
#define AHEAD_MAX_MS        ((uint64_t)UINT32_MAX * 1000) /* no Expires is longer */

/* NULL, and the reader failed: it is not there, or it has size octets or more. */
static char *get_text(struct record_reader *reader, size_t size)
{
	char *text = record_get_text(reader);

	if (text && strlen(text) < size)
		return text;
	free(text);
	reader->failed = true;
	return NULL;
}

static uint64_t get_time(struct record_reader *reader, uint64_t now_ms)
{
	uint64_t time_ms = record_get_u64(reader);

	if (time_ms > now_ms && time_ms - now_ms > AHEAD_MAX_MS)
		reader->failed = true;
	return time_ms;
}

static void put_identities(struct record *record, const struct scscf_registration *registration)
{
	record_put_u32(record, (uint32_t)registration->identity_count);
	for (size_t i = 0; i < registration->identity_count; i++) {
		record_put_text(record, registration->profile[i].identity);
		record_put_u32(record, registration->profile[i].barred);
	}
}

static void get_identities(struct record_reader *reader, struct scscf_record *out)
{
	size_t count = record_get_at_most(reader, (uint32_t)(reader->left / IDENTITY_OCTETS_MIN));

	out->identities = count > 0 ? calloc(count, sizeof(*out->identities)) : NULL;
	if (!out->identities) {
		reader->failed = true;
		return;
	}
	for (size_t i = 0; i < count && !reader->failed; i++) {
		struct cx_profile_identity *identity = &out->identities[out->identity_count++];

		identity->identity = get_text(reader, CX_IDENTITY_MAX);
		identity->barred = record_get_at_most(reader, 1) == 1;
	}
}

static void put_binding(struct record *record, const struct scscf_binding *binding)
{
	record_put_text(record, binding->contact);
	record_put_text(record, binding->params);
	record_put_text(record, binding->path);
	record_put_text(record, binding->call_id);
	record_put_u32(record, binding->cseq);
	record_put_u64(record, binding->expires_ms);
	record_put_u64(record, binding->granted_ms);
	record_put_u32(record, binding->id);
	record_put_text(record, binding->event);
}

/* The code's own text of it. */
static const char *get_event(struct record_reader *reader)
{
	static const char *const events[] = {"registered", "refreshed", "shortened"};
	const char *event = NULL;
	char *text = record_get_text(reader);

	for (size_t i = 0; text && i < sizeof(events) / sizeof(events[0]); i++)
		if (strcmp(text, events[i]) == 0)
			event = events[i];
	free(text);
	if (!event)
		reader->failed = true;
	return event;
}

static void get_binding(struct record_reader *reader, uint64_t now_ms, struct scscf_binding *out)
{
	out->contact = get_text(reader, SCSCF_CONTACT_MAX);
	/* Together they are not longer than one alone may be. */
	out->params =
		get_text(reader, SCSCF_CONTACT_MAX - (out->contact ? strlen(out->contact) : 0));
	out->path = get_text(reader, SCSCF_PATH_MAX);
	out->call_id = get_text(reader, SCSCF_CALL_ID_MAX);
	out->cseq = record_get_u32(reader);
	out->expires_ms = get_time(reader, now_ms);
	out->granted_ms = get_time(reader, now_ms);
	out->id = record_get_u32(reader);
	out->event = get_event(reader);
}

static void put_bindings(struct record *record, const struct scscf_registration *registration)
{
	record_put_u32(record, (uint32_t)registration->binding_count);
	for (size_t i = 0; i < registration->binding_count; i++)
		put_binding(record, &registration->bindings[i]);
}

static void get_bindings(struct record_reader *reader, uint64_t now_ms, struct scscf_record *out)
{
	size_t count = record_get_at_most(reader, SCSCF_BINDINGS_MAX);

	out->bindings = count > 0 ? calloc(count, sizeof(*out->bindings)) : NULL;
	if (!out->bindings) {
		reader->failed = true;
		return;
	}
	while (out->binding_count < count && !reader->failed)
		get_binding(reader, now_ms, &out->bindings[out->binding_count++]);
}

static void put_subscription(struct record *record, const struct scscf_subscription *subscription)
{
	record_put_u64(record, subscription->expiry.due_ms);
	record_put_u32(record, subscription->version);
	record_put_u32(record, subscription->cseq);
	record_put_text(record, subscription->tag);
	record_put_text(record, subscription->call_id);
	record_put_text(record, subscription->aor);
	record_put_text(record, subscription->remote);
	record_put_u32(record, subscription->peer_cseq);
	record_put_text(record, subscription->target);
	record_put_text(record, subscription->route);
	record_put_text(record, subscription->event);
}

static void get_tag(struct record_reader *reader, char out[SIP_TOKEN_MAX])
{
	char *tag = get_text(reader, SIP_TOKEN_MAX);

	if (tag)
		memcpy(out, tag, strlen(tag) + 1);
	free(tag);
}

/* What stood in a SUBSCRIBE is as long as that may be. */
static void get_subscription(
	struct record_reader *reader, uint64_t now_ms, struct scscf_subscription *out)
{
	out->expiry.due_ms = get_time(reader, now_ms);
	out->version = record_get_u32(reader);
	out->cseq = record_get_u32(reader);
	get_tag(reader, out->tag);
	out->call_id = get_text(reader, SIP_MESSAGE_MAX);
	out->aor = get_text(reader, CX_IDENTITY_MAX);
	out->remote = get_text(reader, SIP_MESSAGE_MAX);
	out->peer_cseq = record_get_u32(reader);
	out->target = get_text(reader, SIP_MESSAGE_MAX);
	out->route = get_text(reader, SCSCF_PATH_MAX);
	out->event = get_text(reader, SIP_MESSAGE_MAX);
}

/* Those that are over are told nothing more, and have no timer any more. */
static void put_subscriptions(struct record *record, const struct scscf_registration *registration)
{
	uint32_t count = 0;

	for (const struct scscf_subscription *one = registration->subscriptions; one;
		one = one->next)
		count += !one->over;
	record_put_u32(record, count);
	for (const struct scscf_subscription *one = registration->subscriptions; one;
		one = one->next)
		if (!one->over)
			put_subscription(record, one);
}

static void get_subscriptions(
	struct record_reader *reader, uint64_t now_ms, struct scscf_record *out)
{
	size_t count = record_get_at_most(reader, SCSCF_SUBSCRIPTIONS_MAX);

	while (out->subscription_count < count && !reader->failed) {
		struct scscf_subscription *one = calloc(1, sizeof(*one));

		if (!one) {
			reader->failed = true;
			return;
		}
		out->subscriptions[out->subscription_count++] = one;
		get_subscription(reader, now_ms, one);
	}
}

void scscf_record_put(struct record *record, const struct scscf_registration *registration)
{
	const struct scscf_user *user = registration->user;

	record_begin(record);
	record_put_u32(record, FORMAT);
	record_put_text(record, user->impi);
	record_put_u32(record, user->asked_to_authenticate);
	record_put_u32(record, user->refreshes);
	record_put_u32(record, user->failures);
	put_identities(record, registration);
	put_bindings(record, registration);
	put_subscriptions(record, registration);
}

bool scscf_record_get(const uint8_t *octets, size_t len, uint64_t now_ms, struct scscf_record *out)
{
	struct record_reader reader = {.at = octets, .left = len};

	*out = (struct scscf_record){.impi = NULL};
	if (record_get_u32(&reader) != FORMAT)
		return false;
	out->impi = get_text(&reader, CX_IDENTITY_MAX);
	out->asked_to_authenticate = record_get_at_most(&reader, 1) == 1;
	out->refreshes = record_get_u32(&reader);
	out->failures = record_get_u32(&reader);
	get_identities(&reader, out);
	get_bindings(&reader, now_ms, out);
	get_subscriptions(&reader, now_ms, out);
	return record_is_read(&reader);
}

void scscf_record_clear(struct scscf_record *record)
{
	for (size_t i = 0; i < record->identity_count; i++)
		free((char *)record->identities[i].identity);
	for (size_t i = 0; i < record->binding_count; i++)
		scscf_binding_clear(&record->bindings[i]);
	for (size_t i = 0; i < record->subscription_count; i++)
		scscf_subscription_free(record->subscriptions[i]);
	free(record->impi);
	free(record->identities);
	free(record->bindings);
}
