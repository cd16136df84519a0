/* SPDX-License-Identifier: BSD-3-Clause */
/* What a successor knows of a registration: everything but challenges and vectors, which a UE that
 * begins anew gets afresh. Written once a turn, however often it has changed (scscf_keep). */
#pragma once

#include "scscf_registration.h"

/* It is no longer as it was written. */
void scscf_keep_changed(struct scscf_registration *registration);

/* The same of what each registration of the user is written with. */
void scscf_keep_user_changed(struct scscf_user *user);

/* It has ended: no successor hears of it. */
void scscf_keep_forget(struct scscf_registration *registration);
