/* SPDX-License-Identifier: BSD-3-Clause */
/* SM2 and SM8 come from the P-CSCF, SM3 and SM9 go to the S-CSCF; SM4 and SM10 come back, SM5 and
 * SM11 go on. */
#include "icscf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cx_identity.h"
#include "icscf_identities.h"
#include "log.h"
#include "sip_max_forwards.h"
#include "sip_reply.h"
#include "sip_token.h"
#include "sip_via.h"

struct icscf {
	struct icscf_settings settings;
	struct icscf_counters counters;
	size_t requests; /* not answered yet */
};

/* One REGISTER from its arrival to its final answer. */
struct attempt {
	struct icscf *icscf;
	struct sip_message *request; /* until it is forwarded */
	struct sip_reply_to reply_to;
	struct icscf_identities who;
	char branch[SIP_TOKEN_MAX];
};

int icscf_create(const struct icscf_settings *settings, struct icscf **out)
{
	struct icscf *icscf = calloc(1, sizeof(*icscf));

	if (!icscf)
		return -ENOMEM;
	icscf->settings = *settings;
	*out = icscf;
	return 0;
}

void icscf_destroy(struct icscf *icscf)
{
	free(icscf);
}

static void refuse(struct icscf *icscf, struct sip_message *request, struct sip_reply_to reply_to,
	unsigned status, const char *reason, const char *allow)
{
	static struct log_meter meter;
	struct sip_message *response = NULL;
	char tag[SIP_TOKEN_MAX];

	icscf->counters.refused++;
	log_metered(&meter, LOG_INFO, "icscf: refused with %u: %s", status,
		reason ? reason : sip_reply_reason(status));
	if (sip_reply_create(request, status, reason, sip_token_tag(&icscf->settings.random, tag),
		    &response) == 0 &&
		allow && sip_header_add(response, SIP_HEADER_ALLOW, sip_text(allow)) != 0) {
		sip_message_destroy(response);
		response = NULL;
	}
	sip_message_destroy(request);
	sip_hop_reply(reply_to, response);
}

static void end_attempt(struct attempt *attempt)
{
	attempt->icscf->requests--;
	free(attempt);
}

static void refuse_attempt(struct attempt *attempt, unsigned status, const char *reason)
{
	refuse(attempt->icscf, attempt->request, attempt->reply_to, status, reason, NULL);
	end_attempt(attempt);
}

/* SM4, SM10: the I-CSCF's own Via comes off, the rest is not its own. */
static void answered(void *context, struct sip_message *response)
{
	struct attempt *attempt = context;
	const struct trace *trace = attempt->icscf->settings.trace;
	struct sip_reply_to reply_to = attempt->reply_to;
	bool final = !response || response->status >= 200;

	if (response &&
		(!sip_via_matches(response, attempt->branch) || sip_via_pop(response) != 0)) {
		sip_message_destroy(response);
		response = NULL;
	}
	if (!final) {
		if (response)
			sip_hop_reply(reply_to, response);
		return;
	}
	if (response)
		trace_hop(trace, attempt->who.answers ? "SM11" : "SM5", "I-CSCF", "P-CSCF",
			attempt->who.impi, sip_reply_reason(response->status), "%u",
			response->status);
	end_attempt(attempt);
	sip_hop_reply(reply_to, response);
}

/* The one that the HSS names, where this I-CSCF can reach it; else it assigns one (REG-5). */
static const struct icscf_scscf *choose_scscf(const struct icscf *icscf, const char *name)
{
	const struct icscf_settings *settings = &icscf->settings;

	for (size_t i = 0; i < settings->scscf_count; i++)
		if (strcmp(settings->scscfs[i].name, name) == 0)
			return &settings->scscfs[i];
	return &settings->scscfs[icscf->counters.forwarded % settings->scscf_count];
}

static void forward(struct attempt *attempt, const struct icscf_scscf *scscf)
{
	const struct icscf_settings *settings = &attempt->icscf->settings;
	struct sip_message *request = attempt->request;
	int status = sip_max_forwards_step(request);

	if (status == -ELOOP) {
		refuse_attempt(attempt, 483, NULL);
		return;
	}
	sip_token_branch(&settings->random, attempt->branch);
	if (status == 0)
		status = sip_message_set_request_uri(request, sip_text(scscf->name));
	if (status == 0)
		status = sip_via_push(request, SIP_UDP, settings->host_name, 0, attempt->branch);
	if (status != 0) {
		refuse_attempt(attempt, 500, NULL);
		return;
	}
	attempt->icscf->counters.forwarded++;
	trace_hop(settings->trace, attempt->who.answers ? "SM9" : "SM3", "I-CSCF", "S-CSCF",
		attempt->who.impi, "REGISTER", "%s", scscf->name);
	attempt->request = NULL;
	sip_hop_send(
		scscf->hop, request, (struct sip_reply_to){.reply = answered, .context = attempt});
}

static void authorized(void *context, const struct cx_uaa *answer)
{
	struct attempt *attempt = context;
	const struct icscf_settings *settings = &attempt->icscf->settings;

	trace_hop(settings->trace, "UAA", "HSS", "I-CSCF", attempt->who.impi,
		cx_succeeded(answer->result) ? "success" : "refused", "%d %s", (int)answer->result,
		answer->scscf);
	if (!cx_succeeded(answer->result)) {
		/* TS 29.228 §6.1.1: unknown, not matching, barred from roaming → 403; an HSS that
		 * can not answer is no fault of the user. */
		if (answer->result == CX_UNABLE_TO_COMPLY)
			refuse_attempt(attempt, 500, NULL);
		else
			refuse_attempt(attempt, 403, NULL);
		return;
	}
	forward(attempt, choose_scscf(attempt->icscf, answer->scscf));
}

static void receive(void *element, struct sip_message *request, struct sip_reply_to reply_to)
{
	struct icscf *icscf = element;
	const char *defect;
	struct attempt *attempt;
	struct cx_uar uar;

	if (request->method != SIP_REGISTER) {
		refuse(icscf, request, reply_to, 405, NULL, "REGISTER");
		return;
	}
	attempt = calloc(1, sizeof(*attempt));
	if (!attempt) {
		refuse(icscf, request, reply_to, 500, NULL, NULL);
		return;
	}
	icscf->requests++;
	*attempt = (struct attempt){.icscf = icscf, .request = request, .reply_to = reply_to};
	defect = icscf_identities_read(request, &attempt->who);
	if (defect) {
		refuse_attempt(attempt, 400, defect);
		return;
	}
	uar = (struct cx_uar){
		.impi = attempt->who.impi,
		.impu = attempt->who.impu,
		.type = attempt->who.leaves ? CX_DEREGISTRATION : CX_REGISTRATION,
		.visited_network = attempt->who.visited_network,
	};
	trace_hop(icscf->settings.trace, "UAR", "I-CSCF", "HSS", uar.impi, "may it register?", "%s",
		uar.impu);
	if (icscf->settings.cx.uar(icscf->settings.cx.hss, &uar, authorized, attempt) != 0)
		refuse_attempt(attempt, 500, NULL);
}

struct sip_next_hop icscf_hop(struct icscf *icscf)
{
	return (struct sip_next_hop){.send = receive, .element = icscf};
}

const struct icscf_counters *icscf_counters(const struct icscf *icscf)
{
	return &icscf->counters;
}

size_t icscf_requests(const struct icscf *icscf)
{
	return icscf->requests;
}
