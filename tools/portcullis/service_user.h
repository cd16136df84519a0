/* SPDX-License-Identifier: BSD-3-Clause */
/* The user that the control plane becomes: what lies in the state directory is touched as him only,
 * so that nothing there belongs to root, or can lead root elsewhere. */
#pragma once

/* For all that this process does until service_user_leave; nothing where it is not root's. 0, or
 * -errno after a line. */
int service_user_enter(const char *name) __attribute__((warn_unused_result));

void service_user_leave(void);
