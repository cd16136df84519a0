/* SPDX-License-Identifier: BSD-3-Clause */
/* SM9 of flow C: the UE refused the SQN → CM3 with RAND ‖ AUTS, CM4 with new vectors → SM10, a new
 * challenge (6.1.3; TS 33.102 §6.3.5). A wrong MAC-S ends as flow B. */
#include "scscf_state.h"

#include "log.h"

/* A UE gives up after two challenges in a row that it can not accept (TS 24.229 §5.1.1.5.3): a
 * third AUTS is of no honest one. */
#define RESYNCS_MAX 2

void scscf_resync(struct scscf_attempt *attempt)
{
	static struct log_meter meter;
	struct scscf *scscf = attempt->scscf;
	const struct scscf_request *asked = &attempt->asked;
	struct scscf_user *user = scscf_user_find(scscf, asked->impi);
	uint8_t rand[AKA_RAND_LEN], autn[AKA_AUTN_LEN], auts[AKA_AUTS_LEN];

	if (aka_auts_parse(asked->auts.at, asked->auts.len, auts) != 0 ||
		aka_nonce_parse(attempt->waiting->nonce, strlen(attempt->waiting->nonce), rand,
			autn) != 0) {
		scscf_refuse(attempt, 400, "Malformed auts");
		return;
	}
	scscf->counters.resyncs++;
	attempt->resyncs = attempt->waiting->resyncs + 1;
	/* One AUTS per challenge: it waits no more, whatever the HSS says. */
	scscf_waiting_end(attempt->waiting);
	if (attempt->resyncs > RESYNCS_MAX) {
		log_metered(&meter, LOG_NOTICE, "scscf: impi=%s synchronisation failed %u times",
			asked->impi, attempt->resyncs);
		scscf_fail(attempt);
		return;
	}
	scscf_user_let_go(user);
	scscf_challenge_ask(attempt, rand, auts);
}
