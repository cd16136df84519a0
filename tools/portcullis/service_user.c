/* SPDX-License-Identifier: BSD-3-Clause */
#include "service_user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

int service_user_enter(const char *name)
{
	const struct passwd *entry;

	if (geteuid() != 0)
		return 0;
	errno = 0;
	entry = getpwnam(name);
	if (!entry) {
		log_error("there is no user %s; try: adduser --system %s", name, name);
		return errno ? -errno : -ENOENT;
	}
	if (setgroups(0, NULL) != 0 || setegid(entry->pw_gid) != 0 || seteuid(entry->pw_uid) != 0) {
		log_error("can not become %s: %s", name, strerror(errno));
		return -errno;
	}
	return 0;
}

void service_user_leave(void)
{
	if (getuid() == 0 && (seteuid(0) != 0 || setegid(0) != 0))
		log_error("can not become root again: %s", strerror(errno));
}
