/* SPDX-License-Identifier: BSD-3-Clause */
#include "scscf_bench.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "aka_digest.h"
#include "aka_nonce.h"
#include "sip_parse.h"
#include "sip_print.h"
#include "sip_reply.h"
#include "sip_validate.h"

struct bench bench;

static uint64_t now_ms(void *context)
{
	(void)context;
	return bench.now_ms;
}

static void hear(void *context, const struct trace_event *event)
{
	(void)context;
	assert_true(strlen(bench.events) + strlen(event->name) + 2 < sizeof(bench.events));
	strcat(strcat(bench.events, event->name), " ");
	/* No event ever shows a key. */
	if (bench.ik[0])
		assert_null(strstr(event->detail, bench.ik));
}

static int reach_mar(void *hss, const struct cx_mar *request,
	void (*answered)(void *context, const struct cx_maa *answer), void *context)
{
	return bench.no_mar ? -ECONNREFUSED : bench.home.cx.mar(hss, request, answered, context);
}

static int reach_sar(void *hss, const struct cx_sar *request,
	void (*answered)(void *context, const struct cx_saa *answer), void *context)
{
	if (bench.sar_held) {
		bench.late_sar = *request;
		bench.late_answered = answered;
		bench.late_context = context;
		return 0;
	}
	return bench.no_sar ? -ECONNREFUSED : bench.home.cx.sar(hss, request, answered, context);
}

static void hear_change(void *context, const char *impi, const char *impu, uint64_t remaining_ms)
{
	(void)context;
	assert_string_equal(impi, HOME_IMPI);
	bench.told++;
	bench.told_remaining_ms = remaining_ms;
	snprintf(bench.told_impu, sizeof(bench.told_impu), "%s", impu);
}

static void answer_notify(struct sip_message *request, struct sip_reply_to reply_to)
{
	struct sip_message *response;

	assert_int_equal(sip_reply_create(request, bench.notify_status ? bench.notify_status : 200,
				 NULL, "u", &response),
		0);
	sip_message_destroy(request);
	sip_hop_reply(reply_to, response);
}

void bench_answer_notify(void)
{
	struct sip_message *request = bench.late_notify[0];
	struct sip_reply_to reply_to = bench.late_reply[0];

	assert_true(bench.late_notifies > 0);
	bench.late_notifies--;
	for (unsigned i = 0; i < bench.late_notifies; i++) {
		bench.late_notify[i] = bench.late_notify[i + 1];
		bench.late_reply[i] = bench.late_reply[i + 1];
	}
	answer_notify(request, reply_to);
}

static void take_notify(void *element, struct sip_message *request, struct sip_reply_to reply_to)
{
	size_t len;

	assert_ptr_equal(element, &bench);
	bench.notifies++;
	bench.answers_before_notify = bench.answers;
	assert_int_equal(sip_print(request, bench.notify, sizeof(bench.notify) - 1, &len), 0);
	bench.notify[len] = '\0';
	/* It would be taken by a UE. */
	assert_int_equal(sip_validate(request).kind, SIP_VALID);
	if (!bench.notify_held) {
		answer_notify(request, reply_to);
		return;
	}
	assert_in_range(bench.late_notifies, 0, 7);
	bench.late_notify[bench.late_notifies] = request;
	bench.late_reply[bench.late_notifies++] = reply_to;
}

static int open_scscf(const struct scscf_policy *policy)
{
	struct scscf_settings settings = {
		.name = BENCH_SCSCF,
		.realm = "home.net",
		.vectors_per_request = 3,
		.registration_min_s = BENCH_MIN_S,
		.registration_max_s = BENCH_MAX_S,
		.reg_await_auth_ms = BENCH_AWAIT_MS,
		.policy = *policy,
		.watch = {.changed = hear_change},
		.pcscf = {.send = take_notify, .element = &bench},
		.timers = &bench.timers,
		.keeper = bench.keeper,
		.trace = &bench.trace,
	};

	settings.random = random_seeded(&bench.seed);
	settings.cx = bench.home.cx;
	settings.cx.mar = reach_mar;
	settings.cx.sar = reach_sar;
	return scscf_create(&settings, &bench.scscf);
}

void bench_policy(const struct scscf_policy *policy)
{
	scscf_destroy(bench.scscf);
	assert_int_equal(open_scscf(policy), 0);
}

int bench_open(void **state)
{
	static const struct scscf_policy usual = {.reauthenticate_every = 1, .each_identity = true};

	(void)state;
	memset(&bench, 0, sizeof(bench));
	bench.seed = 7;
	bench.now_ms = 1000;
	home_open(&bench.home);
	timer_queue_init(&bench.timers, (struct clock){.now_ms = now_ms});
	bench.listener.hear = hear;
	trace_add(&bench.trace, &bench.listener);
	return open_scscf(&usual);
}

int bench_close(void **state)
{
	(void)state;
	home_turn(&bench.home);
	scscf_destroy(bench.scscf);
	home_close(&bench.home);
	/* Nothing waits for somebody who is gone. */
	return bench.timers.root ? -1 : 0;
}

static void parameter_of(const char *name, char *out, size_t size)
{
	const char *at = strstr(bench.answer, name), *end;

	out[0] = '\0';
	if (!at)
		return;
	at += strlen(name);
	end = strchr(at, '"');
	snprintf(out, size, "%.*s", (int)(end - at), at);
}

static void answered(void *context, struct sip_message *response)
{
	size_t len;

	assert_ptr_equal(context, &bench);
	assert_non_null(response);
	bench.answers++;
	bench.status = response->status;
	assert_int_equal(sip_print(response, bench.answer, sizeof(bench.answer) - 1, &len), 0);
	bench.answer[len] = '\0';
	sip_message_destroy(response);
	if (bench.status == 401) {
		parameter_of("nonce=\"", bench.nonce, sizeof(bench.nonce));
		parameter_of("ik=\"", bench.ik, sizeof(bench.ik));
		parameter_of("ck=\"", bench.ck, sizeof(bench.ck));
	}
}

unsigned bench_send(const char *text)
{
	struct sip_next_hop hop = scscf_hop(bench.scscf);
	struct sip_message *request;
	unsigned before = bench.answers;

	bench.status = 0;
	bench.answer[0] = '\0';
	if (sip_parse(text, strlen(text), &request) != 0)
		return 0;
	if (sip_validate(request).kind != SIP_VALID || !request->is_request) {
		sip_message_destroy(request);
		return 0;
	}
	sip_hop_send(hop, request, (struct sip_reply_to){.reply = answered, .context = &bench});
	if (bench.turn_held)
		return bench.status;
	home_turn(&bench.home);
	if (!bench.sar_held)
		assert_int_equal(bench.answers, before + 1);
	return bench.status;
}

static const char * or (const char *value, const char *usual)
{
	return value ? value : usual;
}

const char *bench_text(const struct bench_register *what)
{
	static char text[256 * 1024];
	char authorization[2048], contact[8192] = "", expires[64] = "";
	const char *contacts = or (what->contacts, BENCH_CONTACT);

	bench.cseq = what->cseq ? what->cseq : bench.cseq + 1;
	snprintf(authorization, sizeof(authorization),
		"Digest username=\"%s\",realm=\"home.net\",uri=\"sip:home.net\",nonce=\"%s\","
		"response=\"%s\"%s%s%s",
		or (what->impi, HOME_IMPI), or (what->nonce, ""), or (what->response, ""),
		what->protection ? ",integrity-protected=\"" : "", or (what->protection, ""),
		what->protection ? "\"" : "");
	if (contacts[0])
		snprintf(contact, sizeof(contact), "Contact: %s\r\n", contacts);
	if (what->expires)
		snprintf(expires, sizeof(expires), "Expires: %s\r\n", what->expires);
	if (what->authorization)
		snprintf(authorization, sizeof(authorization), "%s", what->authorization);
	snprintf(text, sizeof(text),
		"%s sip:scscf.home.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP icscf.home.net;branch=z9hG4bKi%u\r\n"
		"Via: SIP/2.0/UDP pcscf.visited.net;branch=z9hG4bKp\r\n"
		"Max-Forwards: 68\r\nFrom: <%s>;tag=f\r\nTo: <%s>\r\nCall-ID: %s\r\n"
		"CSeq: %u %s\r\nPath: %s\r\nRequire: path\r\n%s%s%s%s%s%sContent-Length: 0\r\n\r\n",
		or (what->method, "REGISTER"), bench.cseq, or (what->impu, HOME_IMPU),
		or (what->impu, HOME_IMPU), or (what->call_id, "c"), bench.cseq,
		or (what->method, "REGISTER"), or (what->path, "<sip:term@pcscf.visited.net;lr>"),
		contact, expires, authorization[0] ? "Authorization: " : "", authorization,
		authorization[0] ? "\r\n" : "", or (what->more, ""));
	return text;
}

unsigned bench_register(const struct bench_register *what)
{
	return bench_send(bench_text(what));
}

static const char *credentials(const char *realm, bool qop, const char *protection)
{
	static char text[1024];
	uint8_t rand[AKA_RAND_LEN], autn[AKA_AUTN_LEN];
	struct isim_answer isim;
	char response[AKA_DIGEST_LEN + 1];
	const struct aka_digest digest = {
		.username = {HOME_IMPI, strlen(HOME_IMPI)},
		.realm = {realm, strlen(realm)},
		.uri = {"sip:home.net", 12},
		.nonce = {bench.nonce, strlen(bench.nonce)},
		.method = {"REGISTER", 8},
		.qop = qop ? AKA_QOP_AUTH : AKA_QOP_NONE,
		.nc = {"00000001", 8},
		.cnonce = {"7f3a", 4},
	};

	assert_int_equal(aka_nonce_parse(bench.nonce, strlen(bench.nonce), rand, autn), 0);
	home_isim(&bench.home, rand, autn, &isim);
	aka_digest_response(&digest, isim.res, sizeof(isim.res), response);
	snprintf(text, sizeof(text),
		"Digest username=\"" HOME_IMPI "\",realm=\"%s\",uri=\"sip:home.net\","
		"nonce=\"%s\",algorithm=AKAv1-MD5,%sresponse=\"%s\",integrity-protected=\"%s\"",
		realm, bench.nonce, qop ? "qop=auth,nc=00000001,cnonce=\"7f3a\"," : "", response,
		protection);
	return text;
}

const char *bench_credentials(const char *protection)
{
	return credentials("home.net", true, protection);
}

const char *bench_credentials_of(const char *realm, bool qop)
{
	return credentials(realm, qop, "yes");
}

const char *bench_auts(uint64_t sqn_ms, bool sound, const char *protection)
{
	static char text[512];
	uint8_t rand[AKA_RAND_LEN], autn[AKA_AUTN_LEN], auts[AKA_AUTS_LEN];
	char base64[AKA_AUTS_TEXT + 1];

	assert_int_equal(aka_nonce_parse(bench.nonce, strlen(bench.nonce), rand, autn), 0);
	home_auts(&bench.home, rand, sqn_ms, auts);
	auts[AKA_AUTS_LEN - 1] ^= !sound;
	aka_auts_print(auts, base64);
	snprintf(text, sizeof(text),
		"Digest username=\"" HOME_IMPI "\",realm=\"home.net\",uri=\"sip:home.net\","
		"nonce=\"%s\",algorithm=AKAv1-MD5,response=\"\",auts=\"%s\","
		"integrity-protected=\"%s\"",
		bench.nonce, base64, protection);
	return text;
}

uint64_t bench_sqn(void)
{
	uint8_t rand[AKA_RAND_LEN], autn[AKA_AUTN_LEN];
	struct isim_answer isim;

	assert_int_equal(aka_nonce_parse(bench.nonce, strlen(bench.nonce), rand, autn), 0);
	home_isim(&bench.home, rand, autn, &isim);
	return isim.sqn;
}

void bench_release_sar(void)
{
	bench.sar_held = false;
	assert_int_equal(bench.home.cx.sar(bench.home.cx.hss, &bench.late_sar, bench.late_answered,
				 bench.late_context),
		0);
	home_turn(&bench.home);
}

void bench_challenged(const struct bench_register *what)
{
	assert_int_equal(bench_register(what), 401);
}

void bench_registered(void)
{
	struct bench_register answer = {.authorization = NULL};

	bench_challenged(&(struct bench_register){.protection = "no"});
	answer.authorization = bench_credentials("yes");
	assert_int_equal(bench_register(&answer), 200);
}

void bench_wait_ms(uint64_t ms)
{
	bench.now_ms += ms;
	timer_queue_run(&bench.timers);
	if (!bench.turn_held)
		home_turn(&bench.home);
}

unsigned bench_events(const char *name)
{
	unsigned count = 0;
	char wanted[64], all[sizeof(bench.events) + 1];

	snprintf(wanted, sizeof(wanted), " %s ", name);
	snprintf(all, sizeof(all), " %s", bench.events);
	for (const char *at = all; (at = strstr(at, wanted)) != NULL; at++)
		count++;
	return count;
}

const char *bench_row(const char *name)
{
	static char row[4096];
	char wanted[64];
	const char *at;

	snprintf(wanted, sizeof(wanted), "\r\n%s", name);
	at = strstr(bench.answer, wanted);
	if (!at)
		return NULL;
	at += 2;
	snprintf(row, sizeof(row), "%.*s", (int)(strstr(at, "\r\n") - at), at);
	return row;
}

unsigned bench_rows(const char *name)
{
	unsigned count = 0;
	char wanted[64];

	snprintf(wanted, sizeof(wanted), "\r\n%s", name);
	for (const char *at = bench.answer; (at = strstr(at, wanted)) != NULL; at++)
		count++;
	return count;
}
