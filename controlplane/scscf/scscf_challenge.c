/* SPDX-License-Identifier: BSD-3-Clause */
/* SM3 → Cx-Put (FLAG-1) → CM1, CM2 where no vector is held (AKA-3) → SM4, the 401. */
#include "scscf_state.h"

#include <string.h>

#include "hex.h"

/* TS 24.229 §5.4.1.2.2: RAND and AUTN for the UE, IK and CK for the P-CSCF. */
static int add_challenge(
	struct sip_message *response, const char *realm, const struct cx_vector *vector)
{
	char nonce[AKA_NONCE_TEXT + 1], ik[2 * SECRET_MAX + 1], ck[2 * SECRET_MAX + 1];
	int status;

	aka_nonce_print(vector->rand, vector->autn, nonce);
	hex_encode(vector->ik.bytes, vector->ik.len, ik);
	hex_encode(vector->ck.bytes, vector->ck.len, ck);
	status = sip_header_add_format(response, SIP_HEADER_WWW_AUTHENTICATE,
		"Digest realm=\"%s\",nonce=\"%s\",algorithm=AKAv1-MD5,qop=\"auth\","
		"ik=\"%s\",ck=\"%s\"",
		realm, nonce, ik, ck);
	secret_wipe_bytes(ik, sizeof(ik));
	secret_wipe_bytes(ck, sizeof(ck));
	return status;
}

/* One UE has one call and one challenge (P-ERR); strangers in its name have a few more. */
static void make_way(struct scscf_user *user)
{
	struct scscf_waiting *surplus;

	while ((surplus = scscf_waiting_surplus(user)) != NULL) {
		user->scscf->counters.displaced +=
			strcmp(surplus->call_id, user->waiting->call_id) != 0;
		scscf_drop_challenge(surplus);
	}
}

/* False: the user holds no vector. */
static bool send_challenge(struct scscf_attempt *attempt, struct scscf_user *user)
{
	struct scscf *scscf = attempt->scscf;
	const struct scscf_request *asked = &attempt->asked;
	struct sip_message *response;
	struct cx_vector vector;

	if (!scscf_user_take_vector(user, &vector))
		return false;
	response = scscf_response(attempt, 401, NULL);
	if (response && (add_challenge(response, scscf->settings.realm, &vector) != 0 ||
				scscf_waiting_start(user, &vector, asked, attempt->resyncs) != 0)) {
		sip_message_destroy(response);
		response = NULL;
	}
	secret_wipe_bytes(&vector, sizeof(vector));
	if (!response) {
		scscf_user_let_go(user);
		scscf_give_up(attempt, 500);
		return true;
	}
	make_way(user);
	scscf->counters.challenges++;
	scscf_answer(attempt, response);
	return true;
}

/* CM2, CM4. */
static void vectors_came(void *context, const struct cx_maa *answer)
{
	struct scscf_attempt *attempt = context;
	struct scscf *scscf = attempt->scscf;
	struct scscf_user *user;

	trace_hop(scscf->settings.trace, attempt->resyncs > 0 ? "CM4" : "CM2", "HSS", "S-CSCF",
		attempt->asked.impi, "Cx-AV-Req-Resp", "%d, n=%u", (int)answer->result,
		answer->count);
	if (answer->result == CX_AUTHENTICATION_REJECTED) {
		scscf->counters.wrong_resyncs++;
		scscf_fail(attempt);
		return;
	}
	if (!cx_succeeded(answer->result) || answer->count == 0) {
		scscf_give_up(attempt, answer->result == CX_UNABLE_TO_COMPLY ? 500 : 403);
		return;
	}
	user = scscf_user_get(scscf, attempt->asked.impi);
	if (!user) {
		scscf_give_up(attempt, 500);
		return;
	}
	if (attempt->resyncs > 0)
		scscf_user_drop_vectors(user);
	if (scscf_user_add_vectors(user, answer->vectors, answer->count) != 0 ||
		!send_challenge(attempt, user)) {
		scscf_user_let_go(user);
		scscf_give_up(attempt, 500);
	}
}

void scscf_challenge_ask(struct scscf_attempt *attempt, const uint8_t *rand, const uint8_t *auts)
{
	struct scscf *scscf = attempt->scscf;
	const struct cx_mar mar = {
		.impi = attempt->asked.impi,
		.impu = attempt->asked.impu,
		.scscf = scscf->settings.name,
		.vectors = scscf->settings.vectors_per_request,
		.rand = rand,
		.auts = auts,
	};

	scscf->counters.vector_requests++;
	trace_hop(scscf->settings.trace, auts ? "CM3" : "CM1", "S-CSCF", "HSS", mar.impi,
		"Cx-AV-Req", "m=%u%s", mar.vectors, auts ? ", RAND, AUTS" : "");
	if (scscf->settings.cx.mar(scscf->settings.cx.hss, &mar, vectors_came, attempt) != 0)
		scscf_give_up(attempt, 500);
}

/* AKA-3 */
static void want_vector(struct scscf_attempt *attempt)
{
	struct scscf_user *user = scscf_user_find(attempt->scscf, attempt->asked.impi);

	if (!user || !send_challenge(attempt, user))
		scscf_challenge_ask(attempt, NULL, NULL);
}

static void flag_put(void *context, const struct cx_put_answer *answer)
{
	struct scscf_attempt *attempt = context;

	if (cx_succeeded(answer->result))
		want_vector(attempt);
	else
		scscf_refuse(attempt, answer->result == CX_UNABLE_TO_COMPLY ? 500 : 403, NULL);
}

void scscf_challenge(struct scscf_attempt *attempt)
{
	struct scscf *scscf = attempt->scscf;
	const struct cx_put put = {
		.impi = attempt->asked.impi,
		.impu = attempt->asked.impu,
		.scscf = scscf->settings.name,
		.flag = CX_PUT_PENDING,
	};

	/* FLAG-1: a registered IMPU stays registered. */
	if (scscf_registration_find(scscf, attempt->asked.impu)) {
		want_vector(attempt);
		return;
	}
	trace_hop(scscf->settings.trace, "Cx-Put", "S-CSCF", "HSS", put.impi,
		"initial registration pending", "%s", put.impu);
	if (scscf->settings.cx.put(scscf->settings.cx.hss, &put, flag_put, attempt) != 0)
		scscf_refuse(attempt, 500, NULL);
}
