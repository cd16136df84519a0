/* SPDX-License-Identifier: BSD-3-Clause */
/* An authentication that failed (6.1.2): the challenge is forgotten; the flag at the HSS is cleared
 * only where the IMPU is not registered (FLAG-3); a registration stays as it is (REG-9). */
#include "scscf_state.h"

#include "log.h"

static void put_answered(void *context, const struct cx_put_answer *answer)
{
	if (!cx_succeeded(answer->result))
		log_warning("scscf: the HSS did not clear a flag: %d", (int)answer->result);
	/* 4xx Auth_Failure: no security parameters in it. */
	if (context)
		scscf_answer(context, scscf_response(context, 403, "Authentication Failed"));
}

/* Cx-Put(Clear S-CSCF name), CM3, then the answer to attempt (NULL: nobody waits). */
static void clear_flag(
	struct scscf *scscf, const char *impi, const char *impu, struct scscf_attempt *attempt)
{
	const struct cx_put put = {
		.impi = impi, .impu = impu, .scscf = scscf->settings.name, .flag = CX_PUT_CLEAR};
	const struct cx_put_answer none = {.result = CX_UNABLE_TO_COMPLY};

	trace_hop(scscf->settings.trace, "Cx-Put", "S-CSCF", "HSS", impi, "clear S-CSCF name", "%s",
		impu);
	if (scscf->settings.cx.put(scscf->settings.cx.hss, &put, put_answered, attempt) != 0)
		put_answered(attempt, &none);
}

void scscf_fail(struct scscf_attempt *attempt)
{
	struct scscf *scscf = attempt->scscf;
	struct scscf_user *user = scscf_user_find(scscf, attempt->asked.impi);
	const struct cx_put_answer unchanged = {.result = CX_SUCCESS};
	/* Another challenge of this IMPU waits: its own end decides on the flag. Looked at before
	 * the policy ends it, which tells the HSS by itself. */
	bool unchanged_flag = (user && scscf_waiting_of(user, attempt->asked.impu, NULL)) ||
			      scscf_registration_find(scscf, attempt->asked.impu);

	if (user && user->registrations > 0 && attempt->asked.is_protected)
		scscf_policy_failed(user);
	if (user)
		scscf_user_let_go(user);
	if (unchanged_flag)
		put_answered(attempt, &unchanged);
	else
		clear_flag(scscf, attempt->asked.impi, attempt->asked.impu, attempt);
}

void scscf_report(struct scscf_attempt *attempt)
{
	struct scscf *scscf = attempt->scscf;

	scscf->counters.reported_failures++;
	scscf_waiting_end(attempt->waiting);
	scscf_fail(attempt);
}

void scscf_give_up(struct scscf_attempt *attempt, unsigned status)
{
	struct scscf *scscf = attempt->scscf;
	const struct scscf_request *asked = &attempt->asked;
	const struct scscf_user *user = scscf_user_find(scscf, asked->impi);
	bool waits = user && scscf_waiting_of(user, asked->impu, NULL);

	if (!waits && !scscf_registration_find(scscf, asked->impu))
		clear_flag(scscf, asked->impi, asked->impu, NULL);
	scscf_refuse(attempt, status, NULL);
}

void scscf_drop_challenge(struct scscf_waiting *waiting)
{
	const struct scscf_user *user = waiting->user;

	if (!scscf_waiting_of(user, waiting->impu, waiting) &&
		!scscf_registration_find(user->scscf, waiting->impu))
		clear_flag(user->scscf, user->impi, waiting->impu, NULL);
	scscf_waiting_end(waiting);
}

void scscf_challenge_timeout(void *context)
{
	struct scscf_waiting *waiting = context;
	struct scscf_user *user = waiting->user;
	bool was_protected = waiting->was_protected;

	user->scscf->counters.timeouts++;
	scscf_drop_challenge(waiting);
	if (user->registrations > 0 && was_protected)
		scscf_policy_failed(user);
	scscf_user_let_go(user);
}
