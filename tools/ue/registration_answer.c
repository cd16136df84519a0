/* SPDX-License-Identifier: BSD-3-Clause */
/* What comes back in a registration, whether it may be, and what the UE does about it. */
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "refresh.h"
#include "registration_state.h"
#include "sip_parameter.h"

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
		json_pack("{s:i, s:s, s:s, s:s, s:{s:I, s:I, s:i, s:i}, s:{s:I, s:I, s:i, s:i}}",
			"status", 401, "set",
			registration_set_name(registration, registration->sm1_set), "algorithm",
			algorithm, "form",
			registration->offer.form == SEC_AGREE_FOUR ? "four" : "pair", "ue", "spi_c",
			(json_int_t)own->spi_client, "spi_s", (json_int_t)own->spi_server, "port_c",
			own->port_client, "port_s", own->port_server, "pcscf", "spi_c",
			(json_int_t)peer->spi_client, "spi_s", (json_int_t)peer->spi_server,
			"port_c", peer->port_client, "port_s", peer->port_server),
		"401, %s, %.1f ms after SM1", algorithm,
		registration->sm6_ms - registration->sm1_ms);
}

/* Out of range for this ISIM from now on, by far less than Δ (TS 33.102 Annex C.2.2). */
#define SQN_AHEAD 1000

/* What the ISIM thinks of the challenge, or is ordered to think. auts: only for ISIM_WRONG_SQN. */
static enum isim_verdict judge(struct registration *registration,
	const struct authorization_challenge *challenge, uint8_t auts[AKA_AUTS_LEN])
{
	enum registration_conduct conduct = registration->order.conduct;
	struct isim_card *card = registration->card;
	enum isim_verdict verdict =
		isim_card_answer(card, challenge->rand, challenge->autn, &registration->keys, auts);
	uint64_t ahead;
	unsigned i;

	if (verdict != ISIM_ACCEPTED || registration->refused_challenges > 0)
		return verdict;
	if (conduct == REGISTRATION_WRONG_MAC)
		return ISIM_WRONG_MAC;
	if (conduct != REGISTRATION_WRONG_SQN && conduct != REGISTRATION_WRONG_AUTS)
		return verdict;
	/* One SEQ for every IND. */
	ahead = (sqn_array_highest(&card->sqn) >> SQN_IND_BITS) + SQN_AHEAD;
	for (i = 0; i < SQN_ARRAY_SIZE; i++)
		card->sqn.seq[i] = ahead;
	verdict =
		isim_card_answer(card, challenge->rand, challenge->autn, &registration->keys, auts);
	if (conduct == REGISTRATION_WRONG_AUTS)
		auts[AKA_AUTS_LEN - 1] ^= 1;
	return verdict;
}

/* P-DIG: at most two bad challenges in a row are answered. */
#define REFUSED_CHALLENGES_MAX 2

static void take_challenge(
	struct registration *registration, const struct authorization_challenge *challenge)
{
	uint8_t auts[AKA_AUTS_LEN];
	enum isim_verdict verdict = judge(registration, challenge, auts);

	report_sm6(registration);
	if (verdict != ISIM_ACCEPTED) {
		registration->complaint = verdict == ISIM_WRONG_MAC ? "wrong MAC in AUTN"
								    : "SQN in AUTN is out of range";
		if (++registration->refused_challenges > REFUSED_CHALLENGES_MAX)
			registration_finish(registration, REGISTRATION_FAILED, "SM6: %s",
				registration->complaint);
		else
			registration_request_report(
				registration, verdict == ISIM_WRONG_SQN ? auts : NULL);
		return;
	}
	registration->state = REGISTRATION_CHALLENGED;
	if (registration->order.conduct == REGISTRATION_SILENCE)
		registration_finish(registration, REGISTRATION_FAILED, NULL);
	else if (registration->order.stop_at_challenge)
		registration_finish(registration, REGISTRATION_CHALLENGED, NULL);
	else
		registration_request_sm7(registration);
}

/* The 200 that ends the order well; set: that whose REGISTER it answers. */
static void succeed(
	struct registration *registration, const struct sip_text *text, struct sa_set *set)
{
	struct net_endpoint sent_by = registration->settings->local;

	if (sip_text_joined(text, "Service-Route", registration->service_route,
		    sizeof(registration->service_route)) == 0)
		registration->service_route[0] = '\0';
	if (set == &registration->set)
		strcpy(registration->established_server, registration->security_server);
	sent_by.port = set->own.port_server;
	registration->granted_s = refresh_granted_s(text, &sent_by);
	registration->established = registration->order.leaves ? NULL : set;
	registration_finish(registration,
		registration->order.leaves ? REGISTRATION_IDLE : REGISTRATION_REGISTERED, NULL);
}

/* The end without SM7: a refusal, or a 200 where the network asks for no authentication. */
static void take_end(struct registration *registration, const struct sip_text *text)
{
	enum registration_conduct conduct = registration->order.conduct;
	struct sip_slice line = status_line(text), unexpected;
	bool reported = registration->state == REGISTRATION_REPORT_SENT;

	registration->sm12_ms = registration->sm6_ms;
	report_event(registration->report, reported ? "SM12" : "SM6",
		json_pack("{s:i, s:s}", "status", text->status, "set",
			registration_set_name(registration, registration->sm1_set)),
		"%.*s", (int)line.len, line.at);
	/* B-SM10: without security parameters. */
	if (reported && (sip_text_header(text, "Security-Server", 0, &unexpected) ||
				sip_text_header(text, "WWW-Authenticate", 0, &unexpected)))
		registration_finish(registration, REGISTRATION_FAILED,
			"%.*s: has security parameters", (int)line.len, line.at);
	else if (reported && text->status / 100 == 4 &&
		 (conduct == REGISTRATION_WRONG_MAC || conduct == REGISTRATION_WRONG_AUTS))
		registration_finish(registration, REGISTRATION_FAILED, NULL);
	else if (!reported && text->status / 100 == 2 && registration->sm1_set &&
		 conduct == REGISTRATION_HONEST)
		succeed(registration, text, registration->sm1_set);
	else
		registration_finish(registration, REGISTRATION_FAILED, "SM6: %s%s%.*s",
			reported ? registration->complaint : "", reported ? ": " : "",
			(int)line.len, line.at);
}

static void take_sm6(struct registration *registration, const struct sip_text *text)
{
	struct authorization_challenge challenge;
	const char *wrong;
	size_t len;

	registration->sm6_ms = report_now_ms(registration->report);
	if (text->status != 401) {
		take_end(registration, text);
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
		registration_finish(registration, REGISTRATION_FAILED, "SM6: %s", wrong);
		return;
	}
	memcpy(registration->sm6, text->bytes.at, text->bytes.len);
	registration->sm6_len = text->bytes.len;
	retransmission_stop(&registration->timers);
	take_challenge(registration, &challenge);
}

/* Whether SM7 is ordered to be refused. */
static bool is_hostile(enum registration_conduct conduct)
{
	return conduct == REGISTRATION_WRONG_RES || conduct == REGISTRATION_WRONG_VERIFY ||
	       conduct == REGISTRATION_WRONG_CLIENT;
}

static void take_sm12(
	struct registration *registration, const struct sip_text *text, const struct sa_set *set)
{
	enum registration_conduct conduct = registration->order.conduct;
	struct sip_slice line = status_line(text), unexpected;
	bool success = text->status / 100 == 2;

	registration->sm12_ms = report_now_ms(registration->report);
	report_event(registration->report, "SM12",
		json_pack("{s:i, s:s}", "status", text->status, "set",
			registration_set_name(registration, set)),
		"%.*s in ESP, %u → %u, %.1f ms after SM7", (int)line.len, line.at,
		set->peer.port_client, set->own.port_server,
		registration->sm12_ms - registration->sm7_ms);
	/* RFC 3329 §2.3.1: a changed list is refused with the right one beside. */
	if (conduct != REGISTRATION_WRONG_VERIFY &&
		sip_text_header(text, "Security-Server", 0, &unexpected))
		registration_finish(
			registration, REGISTRATION_FAILED, "SM12: has a Security-Server");
	else if (success && !is_hostile(conduct) && conduct != REGISTRATION_WRONG_KEY)
		succeed(registration, text, &registration->set);
	else if (is_hostile(conduct) && text->status / 100 == 4)
		registration_finish(registration, REGISTRATION_FAILED, NULL);
	else
		registration_finish(
			registration, REGISTRATION_FAILED, "SM12: %.*s", (int)line.len, line.at);
}

static bool waits_for_sm6(const struct registration *registration)
{
	return registration->state == REGISTRATION_SM1_SENT ||
	       registration->state == REGISTRATION_REPORT_SENT;
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

void registration_datagram(void *context, const struct net_endpoint *source,
	const struct net_address *to, const uint8_t *bytes, size_t len)
{
	struct registration *registration = context;
	struct sip_text text;
	const char *wrong;

	if (loss_takes(registration->loss))
		return;
	if (!net_address_equal(to, &registration->settings->local.address))
		wrong = "not to the UE's address";
	else if (!net_endpoint_equal(source, &registration->settings->pcscf))
		wrong = "not from the P-CSCF";
	else if (registration->sm1_set || !waits_for_sm6(registration))
		wrong = "no bare answer is due";
	else
		wrong = read_answer(registration, bytes, len, &text);
	if (wrong)
		refuse(registration, "bare datagram", wrong);
	else if (text.status >= 200)
		take_sm6(registration, &text);
}

/* P-ERR, P-WHICH: an answer comes on the set of its request, but a refusal of the RES on the one
 * of SM1 where that was protected. */
static const struct sa_set *due_set(struct registration *registration, const struct sip_text *text)
{
	if (registration->state == REGISTRATION_SM7_SENT && registration->sm1_set &&
		registration->order.conduct == REGISTRATION_WRONG_RES && text->status / 100 == 4)
		return registration->sm1_set;
	return registration_carrier(registration);
}

static struct sa_set *set_of(struct registration *registration, const struct ip_packet *packet)
{
	bool old = packet->body_len >= 4 &&
		   sa_set_inbound(&registration->before, bytes_load_be32(packet->body));

	return old ? &registration->before : &registration->set;
}

const char *registration_unwrap(
	struct registration *registration, const struct ip_packet *packet, struct ip_packet *out)
{
	return sa_set_unwrap(set_of(registration, packet), packet, out);
}

/* The set of an ESP packet, and what is in it; NULL, or why it is not believed. */
static const char *open_packet(struct registration *registration, const struct ip_packet *packet,
	struct sa_set **set, struct udp_segment *out)
{
	const char *wrong;

	if (!net_address_equal(&packet->source, &registration->settings->pcscf.address))
		return "not from the P-CSCF";
	*set = set_of(registration, packet);
	wrong = sa_set_open(*set, packet, out);
	if (!wrong && out->destination.port != (*set)->own.port_server)
		return "UDP answer to port_uc instead of port_us";
	return wrong;
}

void registration_packet(void *context, const struct ip_packet *packet)
{
	struct registration *registration = context;
	struct udp_segment segment;
	struct sip_text text;
	struct sa_set *set;
	const char *wrong;

	if (!net_address_equal(&packet->destination, &registration->settings->local.address) ||
		loss_takes(registration->loss))
		return;
	wrong = open_packet(registration, packet, &set, &segment);
	if (!wrong && registration->other &&
		registration->other(registration->other_context, set, &segment))
		return;
	if (!wrong && registration->state != REGISTRATION_SM7_SENT && !waits_for_sm6(registration))
		wrong = "no protected answer is due";
	if (!wrong)
		wrong = read_answer(registration, segment.payload, segment.payload_len, &text);
	if (!wrong && set != due_set(registration, &text))
		wrong = "an answer on the wrong set of SAs";
	if (wrong) {
		refuse(registration, "ESP packet", wrong);
		return;
	}
	if (text.status < 200)
		return;
	if (registration->state != REGISTRATION_SM7_SENT) {
		take_sm6(registration, &text);
		return;
	}
	registration->sm12.len =
		ip_packet_build(packet, registration->sm12.bytes, sizeof(registration->sm12.bytes));
	take_sm12(registration, &text, set);
}
