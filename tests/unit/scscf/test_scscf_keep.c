/* SPDX-License-Identifier: BSD-3-Clause */
/* What a successor of the S-CSCF knows of its registrations. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../seed.h"
#include "hex.h"
#include "scscf_bench.h"
#include "scscf_keep.h"
#include "scscf_network.h"

#define KEPT_MAX 4
#define WITHIN_S 120

/* The store: it outlives each S-CSCF. */
struct stored {
	uint64_t id; /* 0: none */
	uint8_t *octets;
	size_t len;
};

static struct stored kept[KEPT_MAX];
static unsigned put_count;

static struct stored *find(uint64_t id)
{
	for (size_t i = 0; i < KEPT_MAX; i++)
		if (kept[i].id == id)
			return &kept[i];
	return NULL;
}

static void remove_kept(void *context, uint64_t id)
{
	struct stored *one = find(id);

	assert_ptr_equal(context, kept);
	assert_non_null(one);
	free(one->octets);
	*one = (struct stored){.id = 0};
}

static void put(void *context, uint64_t id, const struct record *record)
{
	struct stored *one = find(id);

	assert_true(id > 0);
	assert_false(record->failed);
	if (one)
		remove_kept(context, id);
	one = find(0);
	assert_non_null(one);
	*one = (struct stored){.id = id, .len = record->len};
	one->octets = malloc(record->len);
	assert_non_null(one->octets);
	memcpy(one->octets, record->octets, record->len);
	put_count++;
}

static unsigned kept_count(void)
{
	unsigned count = 0;

	for (size_t i = 0; i < KEPT_MAX; i++)
		count += kept[i].id > 0;
	return count;
}

/* The end of a turn: how many were put. */
static unsigned turn(void)
{
	unsigned before = put_count;

	scscf_keep(bench.scscf);
	assert_false(scscf_has_changes(bench.scscf));
	return put_count - before;
}

static const struct scscf_policy never = {
	.reauthenticate_within_s = WITHIN_S, .ignored = SCSCF_IGNORED_ASK_AGAIN, .failures_max = 2};

/* Another S-CSCF, which knows what is kept: how many registrations come of it. */
static unsigned restart(const struct scscf_policy *policy)
{
	unsigned before = put_count, kept_before = kept_count(), restored = 0;

	bench_policy(policy);
	for (size_t i = 0; i < KEPT_MAX; i++)
		restored += kept[i].id > 0 &&
			    scscf_restore(bench.scscf, kept[i].id, kept[i].octets, kept[i].len);
	assert_false(scscf_has_changes(bench.scscf));
	assert_int_equal(put_count, before);
	assert_int_equal(kept_count(), kept_before);
	assert_int_equal(scscf_counters(bench.scscf)->restored, restored);
	assert_int_equal(scscf_registrations(bench.scscf), restored);
	return restored;
}

static int open_kept(void **state)
{
	static const struct keeper keeper = {.put = put, .remove = remove_kept, .context = kept};

	put_count = 0;
	if (bench_open(state) != 0)
		return -1;
	bench.keeper = &keeper;
	bench_policy(&never);
	return 0;
}

static int close_kept(void **state)
{
	int status = bench_close(state);

	for (size_t i = 0; i < KEPT_MAX; i++) {
		free(kept[i].octets);
		kept[i] = (struct stored){.id = 0};
	}
	return status;
}

static unsigned refresh(void)
{
	return bench_register(&(struct bench_register){.protection = "yes"});
}

static unsigned answer(void)
{
	return bench_register(&(struct bench_register){.authorization = bench_credentials("yes")});
}

static char dialog_tag[64];

/* tag NULL: a new dialog */
static unsigned subscribe(const char *tag, const char *contact, unsigned expires_s)
{
	static unsigned cseq;
	char text[2048];
	unsigned status;

	cseq++;
	snprintf(text, sizeof(text),
		"SUBSCRIBE %s SIP/2.0\r\nVia: SIP/2.0/UDP pcscf.visited.net;branch=z9hG4bKs%u\r\n"
		"Max-Forwards: 68\r\nFrom: <sip:a@home.net>;tag=ue\r\nTo: <" HOME_IMPU ">%s%s\r\n"
		"Call-ID: sub\r\nCSeq: %u SUBSCRIBE\r\nP-Asserted-Identity: <" HOME_IMPU ">\r\n"
		"Contact: <%s>\r\nRecord-Route: <sip:p1.visited.net;lr>\r\nEvent: reg;id=7\r\n"
		"Expires: %u\r\nContent-Length: 0\r\n\r\n",
		tag ? BENCH_SCSCF : HOME_IMPU, cseq, tag ? ";tag=" : "", tag ? tag : "", cseq,
		contact, expires_s);
	status = bench_send(text);
	if (status == 200)
		snprintf(dialog_tag, sizeof(dialog_tag), "%.16s",
			strstr(bench_row("To:"), "tag=") + 4);
	return status;
}

static void told(const char *part)
{
	if (!strstr(bench.notify, part))
		fail_msg("\"%s\" is not in:\n%s", part, bench.notify);
}

static void print(void *context, const struct scscf_view *view)
{
	FILE *out = context;

	fprintf(out, "%s, %zu subscriptions\n", view->impi, view->subscription_count);
	for (size_t i = 0; i < view->identity_count; i++)
		fprintf(out, "%s %d\n", view->identities[i].identity, view->identities[i].barred);
	for (size_t i = 0; i < view->binding_count; i++) {
		const struct scscf_binding *one = &view->bindings[i];

		fprintf(out, "%" PRIu32 " %s %s %s %s %" PRIu32 " %" PRIu64 " %" PRIu64 " %s\n",
			one->id, one->contact, one->params, one->path, one->call_id, one->cseq,
			one->expires_ms, one->granted_ms, one->event);
	}
}

/* The caller frees it. */
static char *shown(void)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	scscf_show(bench.scscf, HOME_IMPI, print, out);
	fclose(out);
	return text;
}

/* Two contacts, two dialogs, each of which was told of both. */
static void registered(void)
{
	bench_registered();
	assert_int_equal(bench_register(&(struct bench_register){.protection = "yes",
				 .contacts = "<sip:a@198.51.100.9>;expires=1000;q=0.5"}),
		200);
	assert_int_equal(subscribe(NULL, BENCH_CONTACT_AT, 600), 200);
	assert_int_equal(subscribe(NULL, BENCH_CONTACT_AT, 2000), 200);
	assert_int_equal(refresh(), 200);
}

static void a_successor_knows_the_registration(void **state)
{
	char *before, *after;
	struct stored copy;

	(void)state;
	registered();
	assert_int_equal(turn(), 1);
	before = shown();
	bench_wait_ms(500 * 1000);
	assert_int_equal(restart(&never), 1);
	after = shown();
	assert_non_null(strstr(before, "2 subscriptions"));
	assert_non_null(strstr(before, "refreshed"));
	assert_string_equal(before, after);
	free(before);
	free(after);
	/* To the last octet, the subscriptions too. */
	copy = kept[0];
	kept[0] = (struct stored){.id = 0};
	scscf_keep_user_changed(scscf_user_find(bench.scscf, HOME_IMPI));
	assert_int_equal(turn(), 1);
	assert_true(find(copy.id)->len == copy.len);
	assert_memory_equal(find(copy.id)->octets, copy.octets, copy.len);
	free(copy.octets);
}

static void it_goes_on(void **state)
{
	(void)state;
	registered();
	told("CSeq: 2 NOTIFY");
	turn();
	bench_wait_ms(500 * 1000);
	assert_int_equal(restart(&never), 1);
	/* Nobody is challenged, and nobody is called anew. */
	assert_int_equal(refresh(), 200);
	assert_int_equal(bench_rows("P-Associated-URI:"), 2);
	assert_int_equal(bench_rows("Contact: <sip:a@198.51.100.9>;q=0.5;expires=500"), 1);
	told("CSeq: 3 NOTIFY");
	told("version=\"2\"");
	told("contact id=\"c0-1\"");
	told("Event: reg;id=7\r\n");
	told("Route: <sip:p1.visited.net;lr>\r\n");
	told("NOTIFY " BENCH_CONTACT_AT " SIP/2.0");
	/* Both dialogs go on, the one with the time that was left. */
	assert_int_equal(subscribe(dialog_tag, "sip:a@198.51.100.24", 2000), 200);
	told("CSeq: 4 NOTIFY");
	told("NOTIFY sip:a@198.51.100.24 SIP/2.0");
	bench_wait_ms(100 * 1000 - 1);
	assert_int_equal(bench.notifies, 7);
	bench_wait_ms(1);
	assert_int_equal(bench.notifies, 8);
	told("Subscription-State: terminated;reason=timeout");
	told("CSeq: 4 NOTIFY");
	/* An old REGISTER stays old. */
	assert_int_equal(
		bench_register(&(struct bench_register){.protection = "yes", .cseq = 2}), 500);
}

static void it_ends_when_it_would_have_ended(void **state)
{
	(void)state;
	registered();
	turn();
	bench_wait_ms(100 * 1000);
	assert_int_equal(restart(&never), 1);
	bench_wait_ms(900 * 1000);
	assert_int_equal(turn(), 1); /* of one contact */
	bench_wait_ms(2600 * 1000 - 1);
	assert_int_equal(scscf_registrations(bench.scscf), 1);
	turn();
	assert_int_equal(kept_count(), 1);
	bench_wait_ms(1);
	assert_int_equal(scscf_registrations(bench.scscf), 0);
	assert_int_equal(scscf_counters(bench.scscf)->expired, 1);
	assert_int_equal(home_flag(&bench.home, HOME_IMPU).flag, STORE_UNREGISTERED);
	assert_int_equal(kept_count(), 0);
	assert_int_equal(turn(), 0);
	assert_null(bench.timers.root);
}

static void what_is_due_meanwhile_happens(void **state)
{
	(void)state;
	registered();
	turn();
	bench.now_ms += 1000 * 1000;
	assert_int_equal(restart(&never), 1);
	bench.notifies = 0;
	bench_wait_ms(1);
	/* One dialog has ended, the other one hears of the contact that is gone. */
	assert_int_equal(bench.notifies, 2);
	told("expires=\"2600\"");
	assert_null(strstr(bench.notify, "198.51.100.9"));
	assert_int_equal(turn(), 1);
	/* Nothing is left to go on: it ends as any other one, and the HSS hears of it. */
	bench.now_ms += 2600 * 1000;
	assert_int_equal(restart(&never), 1);
	bench_wait_ms(1);
	assert_int_equal(scscf_counters(bench.scscf)->expired, 1);
	assert_int_equal(scscf_registrations(bench.scscf), 0);
	assert_int_equal(kept_count(), 0);
}

static void what_ends_is_removed(void **state)
{
	size_t count;

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		bench_registered();
		assert_int_equal(kept_count(), 0);
		assert_int_equal(turn(), 1);
		if (i == 0)
			assert_int_equal(
				bench_register(&(struct bench_register){
					.protection = "yes", .contacts = "*", .expires = "0"}),
				200);
		else if (i == 1)
			bench_wait_ms(3600 * 1000);
		else if (i == 2)
			assert_int_equal(
				scscf_network_deregister(bench.scscf, HOME_IMPI, &count), 0);
		else if (i == 3)
			assert_int_equal(
				bench_register(&(struct bench_register){.protection = "yes",
					.contacts = "<" BENCH_CONTACT_AT ">;expires=0"}),
				200);
		else
			bench_policy(&never); /* destroyed */
		assert_int_equal(kept_count(), i < 4 ? 0 : 1);
		assert_int_equal(turn(), 0);
		home_turn(&bench.home);
	}
	/* Before it was ever written. */
	bench_registered();
	assert_true(scscf_has_changes(bench.scscf));
	assert_int_equal(scscf_network_deregister(bench.scscf, HOME_IMPU, &count), 0);
	assert_false(scscf_has_changes(bench.scscf));
}

static void only_what_has_changed_is_written(void **state)
{
	(void)state;
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_int_equal(turn(), 0);
	assert_int_equal(answer(), 200);
	assert_true(scscf_has_changes(bench.scscf));
	assert_int_equal(turn(), 1);
	assert_int_equal(turn(), 0);
	assert_int_equal(refresh(), 200);
	assert_int_equal(refresh(), 200);
	assert_int_equal(turn(), 1);
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_int_equal(turn(), 0);
	bench_wait_ms(1000 * 1000);
	assert_int_equal(turn(), 0);
	/* A failure that counts, and one that does not. */
	for (unsigned i = 0; i < 2; i++) {
		bench_challenged(&(struct bench_register){.protection = "no"});
		assert_int_equal(
			bench_register(&(struct bench_register){
				.authorization = bench_auts(9, false, i == 0 ? "yes" : "no")}),
			403);
		assert_int_equal(turn(), i == 0 ? 1 : 0);
	}
	/* Dialogs. */
	assert_int_equal(subscribe(NULL, BENCH_CONTACT_AT, 3000), 200);
	assert_int_equal(turn(), 1);
	bench.notify_held = true;
	assert_int_equal(subscribe(dialog_tag, BENCH_CONTACT_AT, 3000), 200);
	assert_int_equal(turn(), 1);
	assert_int_equal(subscribe(dialog_tag, BENCH_CONTACT_AT, 3000), 200);
	assert_int_equal(turn(), 1); /* its time, though its NOTIFY waits */
	assert_int_equal(subscribe(dialog_tag, "tel:+15550100", 3000), 400);
	assert_int_equal(turn(), 1); /* its CSeq */
	bench_answer_notify();
	assert_int_equal(turn(), 1); /* the next NOTIFY */
	bench.notify_status = 481;
	bench_answer_notify();
	assert_int_equal(turn(), 1); /* it is gone */
	assert_int_equal(scscf_network_reauthenticate(bench.scscf, HOME_IMPI), 0);
	assert_int_equal(turn(), 1);
}

static void what_counts_for_the_user_is_kept_with_each_set(void **state)
{
	const struct bench_register other = {.protection = "yes", .impu = HOME_OTHER};

	(void)state;
	bench_registered();
	assert_int_equal(turn(), 1);
	assert_int_equal(bench_register(&other), 200);
	assert_int_equal(turn(), 2);
	assert_int_equal(bench_register(&other), 200);
	assert_int_equal(turn(), 2);
	/* Either knows. */
	for (unsigned i = 0; i < 2; i++) {
		struct stored left = kept[i];

		kept[i].id = 0;
		assert_int_equal(restart(&(struct scscf_policy){.reauthenticate_every = 3 + i}), 1);
		kept[i] = left;
		if (i == 1)
			assert_int_equal(bench_register(&(struct bench_register){
						 .protection = "yes", .impu = HOME_IMPU}),
				200);
		assert_int_equal(bench_register(&(struct bench_register){.protection = "yes",
					 .impu = i == 0 ? HOME_OTHER : HOME_IMPU}),
			401);
	}
	/* An authentication is one of the user, too. */
	assert_int_equal(restart(&never), 2);
	bench_registered();
	assert_int_equal(turn(), 2);
	/* And what ends leaves the other one. */
	assert_int_equal(
		bench_register(&(struct bench_register){
			.protection = "yes", .impu = HOME_OTHER, .contacts = "*", .expires = "0"}),
		200);
	assert_int_equal(kept_count(), 1);
	assert_int_equal(restart(&never), 1);
}

static void what_the_network_asked_for_is_asked_for(void **state)
{
	(void)state;
	bench_registered();
	assert_int_equal(scscf_network_reauthenticate(bench.scscf, HOME_IMPI), 0);
	turn();
	/* Its time passes while nobody is there. */
	bench.now_ms += WITHIN_S * 1000;
	assert_int_equal(restart(&never), 1);
	bench_wait_ms(1);
	assert_int_equal(scscf_counters(bench.scscf)->reauthentications_ignored, 1);
	assert_int_equal(bench.told_remaining_ms, WITHIN_S * 1000);
	turn();
	assert_int_equal(restart(&never), 1);
	bench_challenged(&(struct bench_register){.protection = "yes"});
	assert_int_equal(answer(), 200);
	assert_int_equal(turn(), 1);
	assert_int_equal(restart(&never), 1);
	assert_int_equal(refresh(), 200);
}

static void failures_go_on_counting(void **state)
{
	(void)state;
	bench_registered();
	for (unsigned i = 0; i < 2; i++) {
		bench_challenged(&(struct bench_register){.protection = "no"});
		assert_int_equal(bench_register(&(struct bench_register){
					 .authorization = bench_auts(9, false, "yes")}),
			403);
		assert_int_equal(scscf_counters(bench.scscf)->failure_limits, i);
		turn();
		assert_int_equal(restart(&never), 1);
	}
}

/* Neither as a text nor as octets. */
static void assert_not_kept(const char *hex)
{
	uint8_t octets[16];

	assert_int_equal(hex_decode(hex, strlen(hex), octets, sizeof(octets)), 0);
	assert_null(memmem(kept[0].octets, kept[0].len, hex, strlen(hex)));
	assert_null(memmem(kept[0].octets, kept[0].len, octets, sizeof(octets)));
}

static void no_key_is_kept(void **state)
{
	(void)state;
	bench_registered();
	bench_challenged(&(struct bench_register){.protection = "no"});
	/* It waits, while something else is written. */
	assert_int_equal(subscribe(NULL, BENCH_CONTACT_AT, 3000), 200);
	assert_int_equal(turn(), 1);
	assert_not_kept(bench.ik);
	assert_not_kept(bench.ck);
	assert_null(memmem(kept[0].octets, kept[0].len, bench.nonce, strlen(bench.nonce)));
	assert_int_equal(restart(&never), 1);
	assert_int_equal(answer(), 401); /* to no challenge that waits */
}

static void what_is_new_has_new_numbers(void **state)
{
	char *text;

	(void)state;
	registered();
	turn();
	assert_int_equal(restart(&never), 1);
	assert_int_equal(bench_register(&(struct bench_register){
				 .protection = "yes", .contacts = "<sip:a@198.51.100.10>"}),
		200);
	text = shown();
	assert_non_null(strstr(text, "\n1 " BENCH_CONTACT_AT));
	assert_non_null(strstr(text, "\n2 sip:a@198.51.100.9 "));
	assert_non_null(strstr(text, "\n3 sip:a@198.51.100.10 "));
	free(text);
	assert_int_equal(
		bench_register(&(struct bench_register){.protection = "yes", .impu = HOME_OTHER}),
		200);
	assert_int_equal(turn(), 2);
	assert_int_equal(kept_count(), 2);
	assert_int_equal(restart(&never), 2);
}

static void who_does_not_answer_is_told_again(void **state)
{
	(void)state;
	bench_registered();
	bench.notify_held = true;
	assert_int_equal(subscribe(NULL, BENCH_CONTACT_AT, 3000), 200);
	/* This one is over, and waits for its last answer. */
	assert_int_equal(subscribe(NULL, BENCH_CONTACT_AT, 0), 200);
	assert_int_equal(bench.notifies, 2);
	turn();
	bench_answer_notify();
	bench_answer_notify();
	assert_int_equal(restart(&never), 1);
	bench.notify_held = false;
	assert_int_equal(refresh(), 200);
	assert_int_equal(bench.notifies, 3);
	told("CSeq: 2 NOTIFY");
}

static bool restores(uint64_t id, const uint8_t *octets, size_t len)
{
	bool restored;

	bench_policy(&never);
	restored = scscf_restore(bench.scscf, id, octets, len);
	assert_false(scscf_has_changes(bench.scscf));
	assert_int_equal(scscf_registrations(bench.scscf), restored);
	assert_int_equal(scscf_counters(bench.scscf)->restored, restored);
	if (!restored) {
		struct scscf_gauges gauges;

		scscf_gauge(bench.scscf, &gauges);
		assert_int_equal(gauges.users + gauges.identities + gauges.subscriptions, 0);
		assert_null(bench.timers.root);
	}
	return restored;
}

static void a_record_that_is_not_whole_is_none(void **state)
{
	uint8_t *more;

	(void)state;
	registered();
	turn();
	for (size_t len = 0; len < kept[0].len; len++) {
		/* Memory of its own, so that a sanitizer sees the octet behind it. */
		uint8_t *part = malloc(len > 0 ? len : 1);

		assert_non_null(part);
		memcpy(part, kept[0].octets, len);
		assert_false(restores(1, part, len));
		free(part);
	}
	more = calloc(1, kept[0].len + 1);
	assert_non_null(more);
	memcpy(more, kept[0].octets, kept[0].len);
	assert_true(restores(1, more, kept[0].len));
	assert_false(restores(1, more, kept[0].len + 1));
	assert_true(restores(INT64_MAX, more, kept[0].len));
	assert_false(restores((uint64_t)INT64_MAX + 1, more, kept[0].len));
	assert_false(restores(0, more, kept[0].len));
	more[3]++; /* another format */
	assert_false(restores(1, more, kept[0].len));
	free(more);
}

/* Whatever it says then, it is all or nothing, and can be lived with. */
static void a_damaged_record_does_no_harm(void **state)
{
	uint64_t seed;
	struct random random = seed_random(&seed);
	unsigned restored = 0;

	(void)state;
	registered();
	turn();
	for (unsigned i = 0; i < 2000; i++) {
		uint8_t *octet = &kept[0].octets[random_u32(&random) % kept[0].len], was = *octet;

		*octet ^= (uint8_t)(1 + random_u32(&random) % 255);
		if (restores(1, kept[0].octets, kept[0].len)) {
			restored++;
			free(shown());
		}
		*octet = was;
		bench.events[0] = '\0';
	}
	assert_in_range(restored, 1, 1999);
	assert_int_equal(restart(&never), 1);
}

/* What a record says, where it is not the usual. */
struct shape {
	const char *impi, *event;
	unsigned asked, barred;
	unsigned identities, bindings, subscriptions;
	size_t impu_len, contact_len, params_len, path_len, call_id_len;
	size_t tag_len, aor_len, route_len;
	uint64_t ahead_ms, due_ahead_ms;
};

static void put_length(struct record *record, size_t len)
{
	static char text[8192];

	assert_true(len < sizeof(text));
	memset(text, 'x', len);
	text[len] = '\0';
	record_put_text(record, text);
}

static void put_shape(struct record *record, const struct shape *shape)
{
	record_begin(record);
	record_put_u32(record, 1);
	record_put_text(record, shape->impi);
	record_put_u32(record, shape->asked);
	record_put_u32(record, 0);
	record_put_u32(record, 0);
	record_put_u32(record, shape->identities);
	for (unsigned i = 0; i < shape->identities && i < 9; i++) {
		put_length(record, shape->impu_len - i);
		record_put_u32(record, shape->barred);
	}
	record_put_u32(record, shape->bindings);
	for (unsigned i = 0; i < shape->bindings; i++) {
		put_length(record, shape->contact_len);
		put_length(record, shape->params_len);
		put_length(record, shape->path_len);
		put_length(record, shape->call_id_len);
		record_put_u32(record, 1);
		record_put_u64(record, bench.now_ms + shape->ahead_ms);
		record_put_u64(record, bench.now_ms + shape->ahead_ms);
		record_put_u32(record, i);
		record_put_text(record, shape->event);
	}
	record_put_u32(record, shape->subscriptions);
	for (unsigned i = 0; i < shape->subscriptions; i++) {
		record_put_u64(record, bench.now_ms + shape->due_ahead_ms);
		record_put_u32(record, 0);
		record_put_u32(record, 0);
		put_length(record, shape->tag_len);
		put_length(record, 300); /* the Call-ID of a SUBSCRIBE is not bounded */
		put_length(record, shape->aor_len);
		put_length(record, 300);
		record_put_u32(record, 0);
		put_length(record, 300);
		put_length(record, shape->route_len);
		put_length(record, 300);
	}
	assert_false(record->failed);
}

static bool restores_shape(const struct shape *shape)
{
	struct record record = {.len = 0};
	bool restored;

	put_shape(&record, shape);
	restored = restores(1, record.octets, record.len);
	record_free(&record);
	return restored;
}

static void what_no_scscf_would_write_is_not_read(void **state)
{
	/* Each at its bound. */
	const struct shape most = {
		.impi = HOME_IMPI,
		.event = "shortened",
		.asked = 1,
		.barred = 1,
		.identities = 9,
		.bindings = SCSCF_BINDINGS_MAX,
		.subscriptions = 4,
		.impu_len = CX_IDENTITY_MAX - 1,
		.contact_len = SCSCF_CONTACT_MAX - 10,
		.params_len = 9,
		.path_len = SCSCF_PATH_MAX - 1,
		.call_id_len = SCSCF_CALL_ID_MAX - 1,
		.tag_len = 31,
		.aor_len = CX_IDENTITY_MAX - 1,
		.route_len = SCSCF_PATH_MAX - 1,
		.ahead_ms = (uint64_t)UINT32_MAX * 1000,
		.due_ahead_ms = (uint64_t)UINT32_MAX * 1000,
	};
	struct shape shape;

	(void)state;
	assert_true(restores_shape(&most));
#define REFUSED(member, value)                        \
	do {                                          \
		shape = most;                         \
		shape.member = value;                 \
		assert_false(restores_shape(&shape)); \
	} while (0)
	REFUSED(impi, "nobody");
	REFUSED(impi, NULL);
	REFUSED(event, "deactivated");
	REFUSED(event, NULL);
	REFUSED(asked, 2);
	REFUSED(barred, 2);
	REFUSED(identities, 0);
	REFUSED(identities, UINT32_MAX);
	REFUSED(bindings, 0);
	REFUSED(bindings, SCSCF_BINDINGS_MAX + 1);
	REFUSED(subscriptions, 5);
	REFUSED(impu_len, most.impu_len + 1);
	REFUSED(contact_len, most.contact_len + 1);
	REFUSED(contact_len, SCSCF_CONTACT_MAX);
	REFUSED(params_len, most.params_len + 1);
	REFUSED(path_len, most.path_len + 1);
	REFUSED(call_id_len, most.call_id_len + 1);
	REFUSED(tag_len, most.tag_len + 1);
	REFUSED(aor_len, most.aor_len + 1);
	REFUSED(route_len, most.route_len + 1);
	REFUSED(ahead_ms, most.ahead_ms + 1);
	REFUSED(due_ahead_ms, most.due_ahead_ms + 1);
#undef REFUSED
	shape = most;
	shape.subscriptions = 0;
	assert_true(restores_shape(&shape));
}

static void who_is_there_is_not_displaced(void **state)
{
	(void)state;
	registered();
	turn();
	assert_int_equal(restart(&never), 1);
	assert_false(scscf_restore(bench.scscf, 2, kept[0].octets, kept[0].len));
	assert_int_equal(scscf_registrations(bench.scscf), 1);
	assert_int_equal(kept_count(), 1);
	assert_int_equal(refresh(), 200);
}

static void without_a_keeper_nothing_is_kept(void **state)
{
	(void)state;
	bench.keeper = NULL;
	bench_policy(&never);
	registered();
	assert_false(scscf_has_changes(bench.scscf));
	assert_int_equal(turn(), 0);
	assert_int_equal(bench_register(&(struct bench_register){
				 .protection = "yes", .contacts = "*", .expires = "0"}),
		200);
}

#define NAMED(text, function)                               \
	{                                                   \
		text, function, open_kept, close_kept, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NAMED("REG-7 a successor knows the registration",
			a_successor_knows_the_registration),
		NAMED("REG-3 P-REG it goes on", it_goes_on),
		NAMED("REG-8 it ends when it would have ended", it_ends_when_it_would_have_ended),
		NAMED("REG-8 P-REG what is due meanwhile happens", what_is_due_meanwhile_happens),
		NAMED("REG-8 what ends is removed, what is destroyed is not", what_ends_is_removed),
		NAMED("only what has changed is written", only_what_has_changed_is_written),
		NAMED("REG-3 what counts for the user is kept with each set",
			what_counts_for_the_user_is_kept_with_each_set),
		NAMED("NET-1 NET-3 what the network asked for is asked for",
			what_the_network_asked_for_is_asked_for),
		NAMED("REG-9 failures go on counting", failures_go_on_counting),
		NAMED("no key is kept", no_key_is_kept),
		NAMED("P-REG what is new has new numbers", what_is_new_has_new_numbers),
		NAMED("P-REG who does not answer is told again", who_does_not_answer_is_told_again),
		NAMED("a record that is not whole is none", a_record_that_is_not_whole_is_none),
		NAMED("a damaged record does no harm", a_damaged_record_does_no_harm),
		NAMED("what no S-CSCF would write is not read",
			what_no_scscf_would_write_is_not_read),
		NAMED("who is there is not displaced", who_is_there_is_not_displaced),
		NAMED("without a keeper nothing is kept", without_a_keeper_nothing_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
