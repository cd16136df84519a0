/* SPDX-License-Identifier: BSD-3-Clause */
#include "scscf_policy.h"

#include "log.h"
#include "scscf_keep.h"
#include "scscf_network.h"
#include "scscf_state.h"

bool scscf_policy_authenticates(const struct scscf_user *user, bool further)
{
	const struct scscf_policy *policy = &user->scscf->settings.policy;

	if (user->asked_to_authenticate)
		return true;
	if (further)
		return policy->each_identity;
	return policy->reauthenticate_every > 0 &&
	       user->refreshes + 1 >= policy->reauthenticate_every;
}

void scscf_policy_failed(struct scscf_user *user)
{
	static struct log_meter meter;
	struct scscf *scscf = user->scscf;
	const struct scscf_policy *policy = &scscf->settings.policy;

	if (policy->failures_max == 0)
		return;
	scscf_keep_user_changed(user);
	if (++user->failures < policy->failures_max)
		return;
	user->failures = 0;
	scscf->counters.failure_limits++;
	log_metered(&meter, LOG_NOTICE, "scscf: impi=%s failed %u authentications in a row",
		user->impi, policy->failures_max);
	/* While the HSS is told something else, the next failure may do it. */
	if (policy->failures == SCSCF_FAILURES_DEREGISTER && !user->assigning)
		scscf_network_end(user, NULL, "deactivated");
}
