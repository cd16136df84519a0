/* SPDX-License-Identifier: BSD-3-Clause */
/* The reg event: who may subscribe, and what the subscribers are told when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "scscf_bench.h"
#include "scscf_network.h"

static char dialog_tag[64];

static unsigned next_cseq;
static const char *own_tag = "ue", *contact_row = "Contact: <sip:a@198.51.100.23:40113>\r\n";

static unsigned subscribe(const char *uri, const char *asserted, const char *tag, const char *rows)
{
	unsigned cseq = ++next_cseq;
	char text[4096];
	unsigned status;

	snprintf(text, sizeof(text),
		"SUBSCRIBE %s SIP/2.0\r\nVia: SIP/2.0/UDP pcscf.visited.net;branch=z9hG4bKs%u\r\n"
		"Max-Forwards: 68\r\nFrom: <sip:a@home.net>;tag=%s\r\nTo: <%s>%s%s\r\n"
		"Call-ID: sub\r\nCSeq: %u SUBSCRIBE\r\nP-Asserted-Identity: <%s>\r\n"
		"%s"
		"Record-Route: <sip:p2.visited.net;lr>, <sip:p1.visited.net;lr>\r\n"
		"%sContent-Length: 0\r\n\r\n",
		tag ? "sip:scscf.home.net" : uri, cseq, own_tag, uri, tag ? ";tag=" : "",
		tag ? tag : "", cseq, asserted, contact_row, rows);
	status = bench_send(text);
	if (status == 200)
		snprintf(dialog_tag, sizeof(dialog_tag), "%.16s",
			strstr(bench_row("To:"), "tag=") + 4);
	return status;
}

#define REG "Event: reg\r\n"

static void subscribed(void)
{
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, NULL, REG), 200);
}

static void told(const char *part)
{
	if (!strstr(bench.notify, part))
		fail_msg("\"%s\" is not in:\n%s", part, bench.notify);
}

static void not_told(const char *part)
{
	if (strstr(bench.notify, part))
		fail_msg("\"%s\" is in:\n%s", part, bench.notify);
}

static void a_subscriber_is_told_at_once(void **state)
{
	(void)state;
	bench_registered();
	subscribed();
	assert_string_equal(bench_row("Expires:"), "Expires: 3761");
	assert_int_equal(bench_rows("Record-Route:"), 1);
	assert_int_equal(bench.notifies, 1);
	assert_int_equal(bench.answers_before_notify, bench.answers);
	told("NOTIFY sip:a@198.51.100.23:40113 SIP/2.0");
	told("Route: <sip:p2.visited.net;lr>, <sip:p1.visited.net;lr>\r\n");
	told("From: <sip:a@home.net>;tag=");
	told("To: <sip:a@home.net>;tag=ue\r\n");
	told("Call-ID: sub\r\nCSeq: 1 NOTIFY\r\n");
	told("Event: reg\r\nSubscription-State: active;expires=3761\r\n");
	told("Content-Type: application/reginfo+xml\r\n");
	told("version=\"0\" state=\"full\"");
	told("<registration aor=\"sip:a@home.net\" id=\"r0\" state=\"active\">"
	     "<contact id=\"c0-1\" state=\"active\" event=\"registered\" expires=\"3600\">"
	     "<uri>sip:a@198.51.100.23:40113</uri></contact></registration>");
	told("aor=\"sip:a2@home.net\"");
	not_told("tel:"); /* barred */
	bench_registered();
	assert_int_equal(bench.notifies, 2);
	told("version=\"1\"");
	told("CSeq: 2 NOTIFY");
	told("event=\"refreshed\"");
	/* The same contact, whatever the Call-ID. */
	bench_challenged(&(struct bench_register){.protection = "no", .call_id = "n"});
	assert_int_equal(bench_register(&(struct bench_register){
				 .authorization = bench_credentials("yes"), .call_id = "n"}),
		200);
	told("<contact id=\"c0-1\" state=\"active\" event=\"refreshed\"");
}

static void who_may_subscribe(void **state)
{
	(void)state;
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, NULL, REG), 403);
	bench_registered();
	assert_int_equal(subscribe(HOME_IMPU, "sip:a2@home.net", NULL, REG), 200);
	assert_int_equal(subscribe("sip:a2@home.net", HOME_IMPU, NULL, REG), 200);
	/* Of the host that Path names others may be, too. */
	assert_int_equal(subscribe(HOME_IMPU, "sip:pcscf.visited.net", NULL, REG), 403);
	assert_int_equal(subscribe(HOME_IMPU, "sip:b@pcscf.visited.net", NULL, REG), 403);
	assert_int_equal(subscribe(HOME_IMPU, "sip:b@home.net", NULL, REG), 403);
	assert_int_equal(subscribe(HOME_IMPU, "sip:pcscf.other.net", NULL, REG), 403);
	assert_int_equal(subscribe("sip:b@home.net", HOME_IMPU, NULL, REG), 403);
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, NULL, "Event: presence\r\n"), 489);
	assert_string_equal(bench_row("Allow-Events:"), "Allow-Events: reg");
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, NULL, ""), 489);
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, "strange", REG), 481);
	/* Four are enough. */
	subscribed();
	subscribed();
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, NULL, REG), 403);
	assert_int_equal(bench.notifies, 4);
}

static void a_subscription_has_its_time(void **state)
{
	unsigned before;

	(void)state;
	bench_registered();
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, NULL, REG "Expires: 100\r\n"), 200);
	bench_wait_ms(99000);
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, dialog_tag, REG "Expires: 100\r\n"), 200);
	assert_int_equal(bench.notifies, 2);
	bench_wait_ms(99000);
	assert_int_equal(bench.notifies, 2);
	bench_wait_ms(1000);
	told("Subscription-State: terminated;reason=timeout");
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, dialog_tag, REG), 481);
	/* Fetch, and the end of one. */
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, NULL, REG "Expires: 0\r\n"), 200);
	told("reason=timeout");
	told("<uri>");
	before = bench.notifies;
	bench_registered();
	assert_int_equal(bench.notifies, before);
}

static void a_dialog_follows_its_peer(void **state)
{
	const char *usual = contact_row;

	(void)state;
	bench_registered();
	subscribed();
	contact_row = "Contact: <sip:a@198.51.100.24:40200>\r\n";
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, dialog_tag, REG), 200);
	told("NOTIFY sip:a@198.51.100.24:40200 SIP/2.0");
	contact_row = "";
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, dialog_tag, REG), 200);
	contact_row = "Contact: <tel:+15550100>\r\n";
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, dialog_tag, REG), 400);
	contact_row = usual;
	own_tag = "other";
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, dialog_tag, REG), 481);
	own_tag = "ue";
	next_cseq -= 2;
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, dialog_tag, REG), 500);
	next_cseq -= 2;
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, dialog_tag, REG), 500);
	assert_int_equal(bench.notifies, 3);
	bench_registered();
	told("NOTIFY sip:a@198.51.100.24:40200 SIP/2.0");
	next_cseq += 4;
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, dialog_tag, REG), 200);
	told("NOTIFY sip:a@198.51.100.23:40113 SIP/2.0");
}

static void reauthentication(void **state)
{
	(void)state;
	bench_policy(&(struct scscf_policy){
		.reauthenticate_within_s = 120, .ignored = SCSCF_IGNORED_ASK_AGAIN});
	bench_registered();
	subscribed();
	assert_int_equal(scscf_network_reauthenticate(bench.scscf, HOME_IMPI), 0);
	told("state=\"active\" event=\"shortened\" expires=\"120\"");
	told("Subscription-State: active");
	bench_wait_ms(120000);
	assert_int_equal(bench.notifies, 3);
	told("event=\"shortened\" expires=\"120\"");
	bench_challenged(&(struct bench_register){.protection = "yes"});
	assert_int_equal(
		bench_register(&(struct bench_register){.authorization = bench_credentials("yes")}),
		200);
	assert_int_equal(bench.notifies, 4);
	told("event=\"refreshed\" expires=\"3600\"");
}

static void the_ends(void **state)
{
	static const char *const events[] = {
		"rejected", "deactivated", "expired", "unregistered", "deactivated"};
	size_t count;

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		bench_policy(&(struct scscf_policy){.reauthenticate_within_s = 120,
			.failures_max = 1,
			.failures = SCSCF_FAILURES_DEREGISTER});
		bench_registered();
		subscribed();
		if (i == 0) {
			assert_int_equal(
				scscf_network_deregister(bench.scscf, HOME_IMPI, &count), 0);
		} else if (i == 1) {
			assert_int_equal(scscf_network_reauthenticate(bench.scscf, HOME_IMPI), 0);
			bench_wait_ms(120000);
		} else if (i == 2) {
			bench_wait_ms(3600000);
		} else if (i == 3) {
			assert_int_equal(
				bench_register(&(struct bench_register){
					.protection = "yes", .contacts = "*", .expires = "0"}),
				200);
			assert_int_equal(bench.answers_before_notify, bench.answers);
		} else {
			bench_challenged(&(struct bench_register){.protection = "no"});
			assert_int_equal(bench_register(&(struct bench_register){
						 .authorization = bench_auts(9, false, "yes")}),
				403);
		}
		home_turn(&bench.home);
		told("Subscription-State: terminated;reason=noresource");
		told("aor=\"sip:a@home.net\" id=\"r0\" state=\"terminated\"");
		if (i != 3) {
			char contact[128];

			snprintf(contact, sizeof(contact),
				"state=\"terminated\" event=\"%s\"><uri>" BENCH_CONTACT_AT "</uri>",
				events[i]);
			told(contact);
		}
		assert_null(bench.timers.root);
	}
}

static void nothing_of_a_peer_becomes_markup(void **state)
{
	struct bench_register what = {
		.contacts = "<sip:a&b'c@198.51.100.23;x=%3c>;expires=3600", .protection = "no"};

	(void)state;
	bench_challenged(&what);
	what.authorization = bench_credentials("yes");
	assert_int_equal(bench_register(&what), 200);
	subscribed();
	told("<uri>sip:a&#38;b&#39;c@198.51.100.23;x=%3c</uri>");
}

static void who_is_gone_is_told_no_more(void **state)
{
	(void)state;
	bench_registered();
	subscribed();
	/* A fault that may pass. */
	bench.notify_status = 503;
	bench_registered();
	assert_int_equal(bench.notifies, 2);
	bench.notify_status = 480;
	bench_registered();
	assert_int_equal(bench.notifies, 3);
	bench_registered();
	assert_int_equal(bench.notifies, 3);
	assert_int_equal(scscf_counters(bench.scscf)->subscriptions_lost, 1);
	/* Also where it is the very first one. */
	bench.notify_status = 481;
	subscribed();
	bench_registered();
	assert_int_equal(bench.notifies, 4);
}

static void one_that_does_not_answer_is_told_once(void **state)
{
	(void)state;
	bench_registered();
	bench.notify_held = true;
	subscribed();
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, dialog_tag, REG), 200);
	bench_registered();
	assert_int_equal(bench.notifies, 1);
	told("event=\"registered\"");
	/* Then the latest, and that once. */
	bench_answer_notify();
	assert_int_equal(bench.notifies, 2);
	told("version=\"1\"");
	told("event=\"refreshed\"");
	bench_answer_notify();
	assert_int_equal(bench.notifies, 2);
	bench_registered();
	assert_int_equal(bench.notifies, 3);
	/* The last word waits for nothing. */
	bench_wait_ms(3600000);
	assert_int_equal(bench.notifies, 4);
	told("Subscription-State: terminated;reason=noresource");
	bench_answer_notify();
	bench_answer_notify();
	assert_int_equal(bench.notifies, 4);
}

static void what_is_over_counts_until_it_is_answered(void **state)
{
	(void)state;
	bench_registered();
	bench.notify_held = true;
	subscribed();
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, dialog_tag, REG "Expires: 0\r\n"), 200);
	assert_int_equal(bench.notifies, 2);
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, dialog_tag, REG), 481);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, NULL, REG "Expires: 0\r\n"), 200);
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, NULL, REG "Expires: 0\r\n"), 403);
	assert_int_equal(bench.notifies, 5);
	bench_answer_notify(); /* the first one's last word is not answered yet */
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, NULL, REG "Expires: 0\r\n"), 403);
	bench_answer_notify();
	assert_int_equal(subscribe(HOME_IMPU, HOME_IMPU, NULL, REG "Expires: 0\r\n"), 200);
	/* It is told no more, whatever comes. */
	bench_registered();
	bench_wait_ms(3600000);
	assert_int_equal(bench.notifies, 6);
	while (bench.late_notifies > 0)
		bench_answer_notify();
	assert_int_equal(bench.notifies, 6);
}

#define NAMED(text, function)                                 \
	{                                                     \
		text, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NAMED("P-REG a subscriber is told at once", a_subscriber_is_told_at_once),
		NAMED("P-REG REG-5 who may subscribe", who_may_subscribe),
		NAMED("P-REG a subscription has its time", a_subscription_has_its_time),
		NAMED("P-REG a dialog follows its peer", a_dialog_follows_its_peer),
		NAMED("NET-1 NET-3 P-REG re-authentication is \"shortened\"", reauthentication),
		NAMED("NET-3 REG-9 P-REG each end has its event", the_ends),
		NAMED("P-REG nothing of a peer becomes markup", nothing_of_a_peer_becomes_markup),
		NAMED("P-REG who is gone is told no more", who_is_gone_is_told_no_more),
		NAMED("P-REG one that does not answer is told once",
			one_that_does_not_answer_is_told_once),
		NAMED("P-REG what is over counts until it is answered",
			what_is_over_counts_until_it_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
