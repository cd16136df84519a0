/* SPDX-License-Identifier: BSD-3-Clause */
/* What the network itself begins: re-authentication (6.1.4) and de-registration. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "scscf.h"

struct scscf_registration;
struct scscf_user;

/* REG-4, NET-1: the user's next REGISTER is authenticated, whatever the policy; its contacts expire
 * within the policy's time if none comes. 0, or -ENOENT where it is not registered. */
int scscf_network_reauthenticate(struct scscf *scscf, const char *impi)
	__attribute__((warn_unused_result));

/* NET-2: the watcher hears how long the registration lasts now; or that it ends. */
void scscf_network_tell(const struct scscf_registration *set, bool ends);

/* Its authentication succeeded: the contacts have their own times again. True where it was asked
 * for, so that all of its subscribers are to be told. */
bool scscf_network_authenticated(struct scscf_user *user);

/* By the operator, "rejected": all registrations of an IMPI, or the implicit set of an IMPU: *count
 * ended. 0; -ENOENT where nothing is registered; -EBUSY while the HSS is told of another change:
 * again. */
int scscf_network_deregister(struct scscf *scscf, const char *identity, size_t *count)
	__attribute__((warn_unused_result));

/* One registration of the user, or all (NULL); how many. The HSS is told, and the subscribers:
 * event is "deactivated" (the UE may register anew at once) or "rejected" (it must not by itself).
 * The user stays. No SAR of it may be under way. */
size_t scscf_network_end(
	struct scscf_user *user, struct scscf_registration *only, const char *event);
