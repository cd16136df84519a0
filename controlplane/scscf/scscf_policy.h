/* SPDX-License-Identifier: BSD-3-Clause */
/* What the operator decides about authentications (TS 33.203 5.1.2, 6.1, 6.1.1, 6.1.4). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum scscf_failures_action { SCSCF_FAILURES_NONE, SCSCF_FAILURES_DEREGISTER };
enum scscf_ignored_action { SCSCF_IGNORED_DEREGISTER, SCSCF_IGNORED_ASK_AGAIN };

struct scscf_policy {
	/* REG-3: of so many protected re-registrations the last is authenticated; 1: each, 0: none
	 */
	unsigned reauthenticate_every;
	/* REG-3: a registered user's further public identity, protected, is authenticated, too */
	bool each_identity;
	/* REG-4, NET-3: how long a UE that was asked may take, and what happens where it does not
	 */
	uint32_t reauthenticate_within_s;
	enum scscf_ignored_action ignored;
	/* REG-9: failures in a row that only the UE itself can have caused; 0: no limit */
	unsigned failures_max;
	enum scscf_failures_action failures;
};

struct scscf_user;

/* Whether a protected REGISTER without response is to be authenticated; further: of a public
 * identity that is not registered yet, while another of this user is. */
bool scscf_policy_authenticates(const struct scscf_user *user, bool further);

/* One more authentication of this registered user has failed, and nobody else can have made it
 * fail: the REGISTER was integrity protected. The action may end its registrations; the user
 * stays. */
void scscf_policy_failed(struct scscf_user *user);
