/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE's side of a registration: what is sent, what comes back, and whether it may be. */
#include "registration.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "draw.h"
#include "sip_parameter.h"

static void finish(struct registration *registration, enum registration_state state,
	const char *format, ...) __attribute__((format(printf, 3, 4)));

/* format: NULL where all went as ordered. */
static void finish(
	struct registration *registration, enum registration_state state, const char *format, ...)
{
	va_list arguments;

	retransmission_stop(&registration->timers);
	registration->state = state;
	if (format) {
		va_start(arguments, format);
		vsnprintf(registration->failure, sizeof(registration->failure), format, arguments);
		va_end(arguments);
	}
	registration->done(registration->context, format ? registration->failure : NULL);
}

static struct authorization_identity identity_of(
	const struct registration_settings *settings, char *uri, size_t cap)
{
	snprintf(uri, cap, "sip:%s", settings->realm);
	return (struct authorization_identity){settings->impi, settings->realm, uri};
}

static int print_request(struct registration *registration, const struct net_endpoint *sent_by,
	const char *authorization, const char *security_verify)
{
	struct register_request request = {
		.realm = registration->settings->realm,
		.impu = registration->settings->impu,
		.sent_by = *sent_by,
		.branch = registration->branch,
		.from_tag = registration->from_tag,
		.call_id = registration->call_id,
		.cseq = ++registration->cseq,
		.expires_s = registration->settings->expires_s,
		.authorization = authorization,
		.security_client = registration->security_client,
		.security_verify = security_verify,
	};

	registration->request_len = register_request_print(
		&request, registration->request, sizeof(registration->request));
	return registration->request_len > 0 ? 0 : -EMSGSIZE;
}

struct udp_segment registration_sm7(const struct registration *registration)
{
	const struct registration_settings *settings = registration->settings;

	return (struct udp_segment){
		.source = {settings->local.address, registration->set.own.port_client},
		.destination = {settings->pcscf.address, registration->set.peer.port_server},
		.payload = (const uint8_t *)registration->request,
		.payload_len = registration->request_len,
	};
}

/* Each transmission of SM7 is a packet of its own, with a number of its own. */
static int send_sm7(struct registration *registration)
{
	struct udp_segment segment = registration_sm7(registration);
	struct registration_capture *sm7 = &registration->sm7;
	struct esp_sa *sa = sa_set_outbound(&registration->set, segment.source.port);

	sm7->len = sa_set_seal(sa, &segment, sm7->bytes, sizeof(sm7->bytes));
	if (sm7->len == 0)
		return -EMSGSIZE;
	return access_send_packet(
		registration->access, &segment.destination.address, sm7->bytes, sm7->len);
}

static void on_send(void *context)
{
	struct registration *registration = context;
	bool sm7 = registration->state == REGISTRATION_SM7_SENT;
	int error =
		sm7 ? send_sm7(registration)
		    : access_send_datagram(registration->access, &registration->settings->pcscf,
			      (const uint8_t *)registration->request, registration->request_len);

	if (error)
		finish(registration, REGISTRATION_FAILED, "%s: could not be sent: %s",
			sm7 ? "SM7" : "SM1", strerror(-error));
}

static void on_expired(void *context)
{
	struct registration *registration = context;
	bool sm7 = registration->state == REGISTRATION_SM7_SENT;

	if (sm7 && registration->conduct == REGISTRATION_WRONG_KEY)
		finish(registration, REGISTRATION_FAILED, NULL);
	else
		finish(registration, REGISTRATION_FAILED, "%s: no answer within %u ms",
			sm7 ? "SM7" : "SM1", registration->settings->timeout_ms);
}

static void start_sm1(struct registration *registration)
{
	const struct registration_settings *settings = registration->settings;
	char authorization[1024], uri[300];
	struct authorization_identity identity = identity_of(settings, uri, sizeof(uri));

	sa_set_wipe(&registration->set);
	registration->offer = settings->offer;
	registration->sm7.len = registration->sm12.len = 0;
	draw_side(&registration->random, registration->offer.form, &registration->offer.own);
	draw_branch(&registration->random, registration->branch);
	draw_hex(&registration->random, registration->call_id, 12);
	draw_hex(&registration->random, registration->from_tag, 4);
	if (!sec_agree_client(&registration->offer, registration->security_client,
		    sizeof(registration->security_client)) ||
		!authorization_initial(&identity, authorization, sizeof(authorization)) ||
		print_request(registration, &settings->local, authorization, NULL)) {
		finish(registration, REGISTRATION_FAILED, "SM1: longer than this UE can send");
		return;
	}
	registration->state = REGISTRATION_SM1_SENT;
	registration->sm1_ms = report_now_ms(registration->report);
	report_event(registration->report, "SM1",
		json_pack("{s:s, s:s}", "call_id", registration->call_id, "security_client",
			registration->security_client),
		"REGISTER, bare, to port %u", settings->pcscf.port);
	retransmission_start(&registration->timers, settings->t1_ms, settings->timeout_ms);
}

/* The SAs come to life here, in the UE: the P-CSCF's have been there since SM6 left (INT-4). */
static void start_sm7(struct registration *registration)
{
	const struct registration_settings *settings = registration->settings;
	struct net_endpoint sent_by = settings->local;
	struct authorization_challenge challenge;
	char authorization[2048], uri[300], cnonce[9];
	struct authorization_identity identity = identity_of(settings, uri, sizeof(uri));
	struct secret res = registration->keys.res, ik = registration->keys.ik;
	struct sip_text sm6;
	bool printed;

	if (registration->conduct == REGISTRATION_WRONG_RES)
		res.bytes[0] ^= 1;
	if (registration->conduct == REGISTRATION_WRONG_KEY)
		ik.bytes[0] ^= 1;
	sa_set_make(&registration->set, &registration->offer, &registration->choice, &ik);
	sent_by.port = registration->offer.own.port_server;
	draw_branch(&registration->random, registration->branch);
	draw_hex(&registration->random, cnonce, 4);
	printed = !sip_text_parse(registration->sm6, registration->sm6_len, &sm6) &&
		  !authorization_read(&sm6, &challenge) &&
		  authorization_answer(&identity, &challenge, &res, cnonce, authorization,
			  sizeof(authorization)) &&
		  !print_request(
			  registration, &sent_by, authorization, registration->security_server);
	secret_wipe(&res);
	secret_wipe(&ik);
	if (!printed) {
		finish(registration, REGISTRATION_FAILED, "SM7: longer than this UE can send");
		return;
	}
	registration->state = REGISTRATION_SM7_SENT;
	registration->sm7_ms = report_now_ms(registration->report);
	report_event(registration->report, "SM7", NULL, "REGISTER in ESP, SPI %u, %u → %u",
		registration->set.peer.spi_server, registration->set.own.port_client,
		registration->set.peer.port_server);
	retransmission_start(&registration->timers, settings->t1_ms, settings->timeout_ms);
}

/* Of the request that waits: same Call-ID, CSeq and branch (RFC 3261 §17.1.3). */
static bool answers_us(const struct registration *registration, const struct sip_text *text)
{
	struct sip_slice call_id, cseq, via, branch;
	size_t len = strlen(registration->call_id);
	char expected[32];

	snprintf(expected, sizeof(expected), "%u REGISTER", registration->cseq);
	return sip_text_header(text, "Call-ID", 0, &call_id) && call_id.len > len &&
	       !memcmp(call_id.at, registration->call_id, len) &&
	       sip_text_header(text, "CSeq", 0, &cseq) && sip_parameter_is(cseq, expected) &&
	       sip_text_header(text, "Via", 0, &via) &&
	       sip_parameter_find(via, ';', "branch", &branch) &&
	       sip_parameter_is(branch, registration->branch);
}

/* "403 Forbidden" of "SIP/2.0 403 Forbidden\r\n…". */
static struct sip_slice status_line(const struct sip_text *text)
{
	const char *at = text->bytes.at + strlen("SIP/2.0 ");
	const char *end = memchr(at, '\r', text->bytes.len - strlen("SIP/2.0 "));

	return (struct sip_slice){at, (size_t)(end - at)};
}

static void refuse(struct registration *registration, const char *what, const char *why)
{
	report_event(registration->report, "rejected", json_pack("{s:s}", "what", what), "%s: %s",
		what, why);
}

static void report_sm6(struct registration *registration)
{
	const struct sec_agree_side *own = &registration->offer.own;
	const struct sec_agree_side *peer = &registration->choice.peer;
	const char *algorithm = esp_algorithm_name(registration->choice.algorithm);

	report_event(registration->report, "SM6",
		json_pack("{s:i, s:s, s:s, s:{s:I, s:I, s:i, s:i}, s:{s:I, s:I, s:i, s:i}}",
			"status", 401, "algorithm", algorithm, "form",
			registration->offer.form == SEC_AGREE_FOUR ? "four" : "pair", "ue", "spi_c",
			(json_int_t)own->spi_client, "spi_s", (json_int_t)own->spi_server, "port_c",
			own->port_client, "port_s", own->port_server, "pcscf", "spi_c",
			(json_int_t)peer->spi_client, "spi_s", (json_int_t)peer->spi_server,
			"port_c", peer->port_client, "port_s", peer->port_server),
		"401, %s, network authenticated, %.1f ms after SM1", algorithm,
		registration->sm6_ms - registration->sm1_ms);
}

static void take_sm6(struct registration *registration, const struct sip_text *text)
{
	struct authorization_challenge challenge;
	uint8_t auts[AKA_AUTS_LEN];
	const char *wrong;
	size_t len;

	registration->sm6_ms = report_now_ms(registration->report);
	if (text->status != 401) {
		struct sip_slice line = status_line(text);

		report_event(registration->report, "SM6",
			json_pack("{s:i}", "status", text->status), "%.*s", (int)line.len, line.at);
		finish(registration, REGISTRATION_FAILED, "SM6: %.*s", (int)line.len, line.at);
		return;
	}
	wrong = authorization_read(text, &challenge);
	len = sip_text_joined(text, "Security-Server", registration->security_server,
		sizeof(registration->security_server));
	if (!wrong)
		wrong = len > 0 ? sec_agree_choose(&registration->offer,
					  registration->security_server, len, &registration->choice)
				: "no Security-Server";
	if (wrong) {
		finish(registration, REGISTRATION_FAILED, "SM6: %s", wrong);
		return;
	}
	switch (isim_card_answer(
		registration->card, challenge.rand, challenge.autn, &registration->keys, auts)) {
	case ISIM_WRONG_MAC:
		finish(registration, REGISTRATION_FAILED, "SM6: wrong MAC in AUTN");
		return;
	case ISIM_WRONG_SQN:
		finish(registration, REGISTRATION_FAILED, "SM6: SQN in AUTN is out of range");
		return;
	case ISIM_ACCEPTED:
		break;
	}
	memcpy(registration->sm6, text->bytes.at, text->bytes.len);
	registration->sm6_len = text->bytes.len;
	retransmission_stop(&registration->timers);
	registration->state = REGISTRATION_CHALLENGED;
	report_sm6(registration);
	if (registration->stop_at_challenge)
		registration->done(registration->context, NULL);
	else
		start_sm7(registration);
}

static void take_sm12(struct registration *registration, const struct sip_text *text)
{
	struct sip_slice line = status_line(text), unexpected;
	bool success = text->status / 100 == 2;

	registration->sm12_ms = report_now_ms(registration->report);
	report_event(registration->report, "SM12", json_pack("{s:i}", "status", text->status),
		"%.*s in ESP, %u → %u, %.1f ms after SM7", (int)line.len, line.at,
		registration->set.peer.port_client, registration->set.own.port_server,
		registration->sm12_ms - registration->sm7_ms);
	if (sip_text_header(text, "Security-Server", 0, &unexpected))
		finish(registration, REGISTRATION_FAILED, "SM12: has a Security-Server");
	else if (registration->conduct == REGISTRATION_HONEST && success)
		finish(registration, REGISTRATION_REGISTERED, NULL);
	else if (registration->conduct == REGISTRATION_WRONG_RES && text->status / 100 == 4)
		finish(registration, REGISTRATION_FAILED, NULL);
	else
		finish(registration, success ? REGISTRATION_REGISTERED : REGISTRATION_FAILED,
			"SM12: %.*s", (int)line.len, line.at);
}

/* A final answer to what was sent last; NULL, or why it is none. */
static const char *read_answer(const struct registration *registration, const uint8_t *bytes,
	size_t len, struct sip_text *out)
{
	if (sip_text_parse((const char *)bytes, len, out) || out->status == 0)
		return "not a SIP response";
	if (!answers_us(registration, out))
		return "answers no request of ours";
	return NULL;
}

void registration_datagram(
	void *context, const struct net_endpoint *source, const uint8_t *bytes, size_t len)
{
	struct registration *registration = context;
	struct sip_text text;
	const char *wrong;

	if (!net_endpoint_equal(source, &registration->settings->pcscf))
		wrong = "not from the P-CSCF";
	else if (registration->state != REGISTRATION_SM1_SENT)
		wrong = "no bare answer is due";
	else
		wrong = read_answer(registration, bytes, len, &text);
	if (wrong)
		refuse(registration, "bare datagram", wrong);
	else if (text.status >= 200)
		take_sm6(registration, &text);
}

void registration_packet(void *context, const uint8_t *bytes, size_t len)
{
	struct registration *registration = context;
	struct ipv4_packet packet;
	struct udp_segment segment;
	struct sip_text text;
	const char *wrong;

	if (ipv4_packet_parse(bytes, len, &packet))
		wrong = "bad IPv4 header";
	else if (!net_address_equal(&packet.destination, &registration->settings->local.address))
		return;
	else if (!net_address_equal(&packet.source, &registration->settings->pcscf.address))
		wrong = "not from the P-CSCF";
	else
		wrong = sa_set_open(&registration->set, &packet, &segment);
	if (!wrong && segment.destination.port != registration->set.own.port_server)
		wrong = "UDP answer to port_uc instead of port_us";
	if (!wrong && registration->state != REGISTRATION_SM7_SENT)
		wrong = "no protected answer is due";
	if (!wrong)
		wrong = read_answer(registration, segment.payload, segment.payload_len, &text);
	if (wrong) {
		refuse(registration, "ESP packet", wrong);
		return;
	}
	if (text.status < 200)
		return;
	memcpy(registration->sm12.bytes, bytes, len);
	registration->sm12.len = len;
	take_sm12(registration, &text);
}

int registration_open(struct registration *registration, struct event_base *base)
{
	registration->timers.send = on_send;
	registration->timers.expired = on_expired;
	registration->timers.context = registration;
	return retransmission_open(&registration->timers, base);
}

void registration_close(struct registration *registration)
{
	retransmission_close(&registration->timers);
	secret_wipe_bytes(&registration->keys, sizeof(registration->keys));
	sa_set_wipe(&registration->set);
}

void registration_start(struct registration *registration, enum registration_conduct conduct,
	bool stop_at_challenge)
{
	registration->conduct = conduct;
	registration->stop_at_challenge = stop_at_challenge;
	if (registration->state == REGISTRATION_CHALLENGED && !stop_at_challenge)
		start_sm7(registration);
	else
		start_sm1(registration);
}
