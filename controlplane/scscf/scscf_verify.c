/* SPDX-License-Identifier: BSD-3-Clause */
/* SM9: is the response the one of XRES? (6.1.1; 6.1.2.1 where it is not, E-2) */
#include "scscf_state.h"

#include "aka_digest.h"
#include "log.h"

static struct aka_text digest_text(const struct scscf_request *asked, const char *name)
{
	struct sip_text text = {.len = 0};

	(void)sip_auth_find(&asked->auth, name, &text);
	return (struct aka_text){.at = text.at, .len = text.len};
}

/* The realm is the S-CSCF's own, the nonce that of a challenge that waits. */
static bool is_right(const struct scscf_attempt *attempt)
{
	const struct scscf_request *asked = &attempt->asked;
	const struct sip_message *request = attempt->request;
	struct aka_digest digest = {
		.username = digest_text(asked, "username"),
		.realm = digest_text(asked, "realm"),
		.uri = digest_text(asked, "uri"),
		.nonce = digest_text(asked, "nonce"),
		.nc = digest_text(asked, "nc"),
		.cnonce = digest_text(asked, "cnonce"),
		.method = {request->method_name.at, request->method_name.len},
		.body = {request->body.at, request->body.len},
	};
	struct aka_text qop = digest_text(asked, "qop"),
			algorithm = digest_text(asked, "algorithm");
	struct sip_text realm = {digest.realm.at, digest.realm.len};
	const struct secret *xres = &attempt->waiting->xres;

	if (!sip_text_equal(realm, sip_text(attempt->scscf->settings.realm)))
		return false;
	if (algorithm.len > 0 &&
		!sip_text_equal_nocase(
			(struct sip_text){algorithm.at, algorithm.len}, sip_text("AKAv1-MD5")))
		return false;
	if (qop.len > 0 && aka_qop_parse(qop.at, qop.len, &digest.qop) != 0)
		return false;
	return aka_digest_verify(&digest, xres->bytes, xres->len,
		       (struct aka_text){asked->response.at, asked->response.len}) == 0;
}

void scscf_verify(struct scscf_attempt *attempt)
{
	static struct log_meter meter;
	struct scscf *scscf = attempt->scscf;

	if (!is_right(attempt)) {
		scscf->counters.wrong_response++;
		log_metered(
			&meter, LOG_NOTICE, "scscf: impi=%s wrong response", attempt->asked.impi);
		scscf_waiting_end(attempt->waiting);
		scscf_fail(attempt);
		return;
	}
	scscf->counters.registered++;
	attempt->authenticated = true;
	scscf_accept(attempt);
}
