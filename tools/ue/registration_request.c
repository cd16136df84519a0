/* SPDX-License-Identifier: BSD-3-Clause */
/* What the UE sends in a registration: SM1, SM7, and SM7 that refuses the challenge. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "draw.h"
#include "registration_state.h"

static struct authorization_identity identity_of(
	const struct registration_settings *settings, char *uri, size_t cap)
{
	snprintf(uri, cap, "sip:%s", settings->realm);
	return (struct authorization_identity){settings->impi, settings->realm, uri};
}

/* Via and Contact name port_us of the set that it travels on (P-24229). */
static int print_request(struct registration *registration, const struct sa_set *set,
	const char *authorization, const char *security_verify)
{
	const struct registration_settings *settings = registration->settings;
	struct register_request request = {
		.realm = settings->realm,
		.impu = settings->impu,
		.sent_by = settings->local,
		.branch = registration->branch,
		.from_tag = registration->from_tag,
		.call_id = registration->call_id,
		.cseq = ++registration->cseq,
		.expires_s = registration->order.leaves ? 0 : settings->expires_s,
		.all_contacts = registration->order.all_contacts,
		.authorization = authorization,
		.security_client = registration->security_client,
		.security_verify = security_verify,
	};

	if (set)
		request.sent_by.port = set->own.port_server;
	draw_branch(&registration->random, registration->branch);
	registration->request_len = register_request_print(
		&request, registration->request, sizeof(registration->request));
	return registration->request_len > 0 ? 0 : -EMSGSIZE;
}

static void too_long(struct registration *registration, const char *what)
{
	registration_finish(
		registration, REGISTRATION_FAILED, "%s: longer than this UE can send", what);
}

static void send_request(struct registration *registration, enum registration_state state)
{
	registration->state = state;
	retransmission_start(&registration->timers, registration->settings->t1_ms,
		registration->settings->timeout_ms);
}

/* SPIs and ports of a set to come. P-PORT: port_us outlives the sets, port_uc does not. */
static bool draw_offer(struct registration *registration)
{
	struct sec_agree_side *own = &registration->offer.own;
	const struct sa_set *old = registration->sm1_set;

	do {
		registration->offer = registration->settings->offer;
		if (old) {
			own->port_server = old->own.port_server;
			own->port_client = 0;
		}
		draw_side(&registration->random, registration->offer.form, own);
	} while (old && own->port_client == old->own.port_client);
	return sec_agree_client(&registration->offer, registration->security_client,
		       sizeof(registration->security_client)) > 0;
}

/* Of the set that SM1 and reports travel on; NULL: they are bare. */
static const char *sm1_verify(const struct registration *registration)
{
	return registration->sm1_set ? registration->established_server : NULL;
}

void registration_request_sm1(struct registration *registration)
{
	const struct registration_settings *settings = registration->settings;
	char authorization[1024], uri[300];
	struct authorization_identity identity = identity_of(settings, uri, sizeof(uri));

	registration->sm7.len = registration->sm12.len = 0;
	draw_hex(&registration->random, registration->call_id, 12);
	draw_hex(&registration->random, registration->from_tag, 4);
	if (!draw_offer(registration) ||
		!authorization_initial(&identity, authorization, sizeof(authorization)) ||
		print_request(registration, registration->sm1_set, authorization,
			sm1_verify(registration))) {
		too_long(registration, "SM1");
		return;
	}
	registration->sm1_ms = report_now_ms(registration->report);
	report_event(registration->report, "SM1",
		json_pack("{s:s, s:s, s:s}", "call_id", registration->call_id, "security_client",
			registration->security_client, "set",
			registration_set_name(registration, registration->sm1_set)),
		"REGISTER, %s, to port %u",
		registration_set_name(registration, registration->sm1_set),
		registration->sm1_set ? registration->sm1_set->peer.port_server
				      : settings->pcscf.port);
	send_request(registration, REGISTRATION_SM1_SENT);
}

/* What the order makes of the negotiation before SM7 repeats it (P-CHK). */
static bool repeat_negotiation(struct registration *registration, char *verify, size_t cap)
{
	enum registration_conduct conduct = registration->order.conduct;
	struct sec_agree_offer other = registration->offer;
	int len = snprintf(verify, cap, "%s%s", registration->security_server,
		conduct == REGISTRATION_WRONG_VERIFY ? ", tls;q=0.1" : "");

	if (conduct == REGISTRATION_WRONG_CLIENT) {
		other.own.spi_client ^= 1;
		other.own.spi_server ^= 1;
		if (!sec_agree_client(&other, registration->security_client,
			    sizeof(registration->security_client)))
			return false;
	}
	return len > 0 && (size_t)len < cap;
}

/* The SAs come to life here, in the UE: the P-CSCF's have been there since SM6 left (INT-4). */
void registration_request_sm7(struct registration *registration)
{
	enum registration_conduct conduct = registration->order.conduct;
	struct authorization_challenge challenge;
	char authorization[2048], uri[300], cnonce[9], verify[SEC_AGREE_TEXT_MAX + 16];
	struct authorization_identity identity =
		identity_of(registration->settings, uri, sizeof(uri));
	struct secret res = registration->keys.res, ik = registration->keys.ik;
	struct sip_text sm6;
	bool printed;

	if (conduct == REGISTRATION_WRONG_RES)
		res.bytes[0] ^= 1;
	if (conduct == REGISTRATION_WRONG_KEY)
		ik.bytes[0] ^= 1;
	sa_set_make(&registration->set, &registration->offer, &registration->choice, &ik);
	draw_hex(&registration->random, cnonce, 4);
	printed = !sip_text_parse(registration->sm6, registration->sm6_len, &sm6) &&
		  !authorization_read(&sm6, &challenge) &&
		  authorization_answer(&identity, &challenge, &res, cnonce, authorization,
			  sizeof(authorization)) &&
		  repeat_negotiation(registration, verify, sizeof(verify)) &&
		  !print_request(registration, &registration->set, authorization, verify);
	secret_wipe(&res);
	secret_wipe(&ik);
	if (!printed) {
		too_long(registration, "SM7");
		return;
	}
	registration->sm7_ms = report_now_ms(registration->report);
	report_event(registration->report, "SM7", NULL, "REGISTER in ESP, SPI %u, %u → %u",
		registration->set.peer.spi_server, registration->set.own.port_client,
		registration->set.peer.port_server);
	send_request(registration, REGISTRATION_SM7_SENT);
}

/* P-ERR: bare or on the old set, as SM1; a new set is offered, the one of SM6 is given up. */
void registration_request_report(struct registration *registration, const uint8_t *auts)
{
	struct authorization_challenge challenge;
	char authorization[2048], uri[300], cnonce[9];
	struct authorization_identity identity =
		identity_of(registration->settings, uri, sizeof(uri));
	const char *set = registration_set_name(registration, registration->sm1_set);
	struct sip_text sm6;

	draw_hex(&registration->random, cnonce, 4);
	if (sip_text_parse(registration->sm6, registration->sm6_len, &sm6) ||
		authorization_read(&sm6, &challenge) ||
		!authorization_report(&identity, &challenge, auts, cnonce, authorization,
			sizeof(authorization)) ||
		!draw_offer(registration) ||
		print_request(registration, registration->sm1_set, authorization,
			sm1_verify(registration))) {
		too_long(registration, "SM7");
		return;
	}
	registration->sm7_ms = report_now_ms(registration->report);
	report_event(registration->report, "report",
		json_pack("{s:s, s:s}", "why", auts ? "sqn" : "mac", "set", set),
		"REGISTER, %s: %s", set, registration->complaint);
	send_request(registration, REGISTRATION_REPORT_SENT);
}
