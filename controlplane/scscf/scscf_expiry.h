/* SPDX-License-Identifier: BSD-3-Clause */
/* Registrations end by themselves: a contact at its own expiry, the set with its last contact. */
#pragma once

#include "scscf_registration.h"

/* Contacts have changed: the timer stands at the earliest expiry of one; off where there is none.
 */
void scscf_expiry_arm(struct scscf_registration *registration);

/* A registration has ended; nobody waits for the HSS's answer. */
void scscf_expiry_tell_hss(struct scscf *scscf, const struct cx_sar *sar);
