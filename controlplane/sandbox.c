/* SPDX-License-Identifier: BSD-3-Clause */
#include "sandbox.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "log.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

void sandbox_guard_process(void)
{
	const struct rlimit none = {0, 0};

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}

int sandbox_become(const char *user)
{
	const struct passwd *entry;

	if (geteuid() != 0) {
		log_notice("not root: stays the user that it is");
		return 0;
	}
	errno = 0;
	entry = getpwnam(user);
	if (!entry) {
		log_error("there is no user %s; try: adduser --system %s", user, user);
		return errno ? -errno : -ENOENT;
	}
	if (setgroups(0, NULL) != 0 ||
		setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) != 0 ||
		setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) != 0) {
		log_error("can not become %s: %s", user, strerror(errno));
		return -errno;
	}
	/* A change of user makes the process forget both. */
	sandbox_guard_process();
	return 0;
}

/* What the C library, libevent's epoll and SQLite's WAL use once everything is open. */
static const int allowed[] = {
	/* the event loop */
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(timerfd_settime),
	SCMP_SYS(getrandom),
	/* sockets that are open already, their new connections, and connections to UEs */
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(recvmmsg),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendmmsg),
	SCMP_SYS(accept4),
	SCMP_SYS(accept),
	SCMP_SYS(bind),
	SCMP_SYS(connect),
	SCMP_SYS(shutdown),
	SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt),
	SCMP_SYS(getsockname),
	SCMP_SYS(getpeername),
	SCMP_SYS(ioctl),
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(readv),
	SCMP_SYS(writev),
	SCMP_SYS(close),
	SCMP_SYS(fcntl),
	/* the store */
	SCMP_SYS(openat),
	SCMP_SYS(open),
	SCMP_SYS(pread64),
	SCMP_SYS(pwrite64),
	SCMP_SYS(fsync),
	SCMP_SYS(fdatasync),
	SCMP_SYS(ftruncate),
	SCMP_SYS(fallocate),
	SCMP_SYS(lseek),
	SCMP_SYS(stat),
	SCMP_SYS(fstat),
	SCMP_SYS(lstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(fchmod),
	SCMP_SYS(fchown),
	SCMP_SYS(getcwd),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(geteuid),
	SCMP_SYS(getuid),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(utimensat),
	/* memory, signals, the end */
	SCMP_SYS(mmap),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(mprotect),
	SCMP_SYS(madvise),
	SCMP_SYS(brk),
	SCMP_SYS(futex),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(tgkill),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* TCP connections to UEs are the only new sockets. */
static int allow_connections(scmp_filter_ctx filter)
{
	static const int families[] = {AF_INET, AF_INET6};
	int status = 0;

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]) && status == 0; i++) {
		const struct scmp_arg_cmp arguments[] = {
			{.arg = 0, .op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)families[i]},
			{.arg = 1,
				.op = SCMP_CMP_EQ,
				.datum_a = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC},
		};

		status = seccomp_rule_add_array(
			filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2, arguments);
	}
	return status;
}

int sandbox_enter(void)
{
	scmp_filter_ctx filter;
	int status = 0;

#ifdef SANITIZED
	log_notice("no system call filter: the sanitizer needs its own");
	return 0;
#endif
	filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!filter)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]) && status == 0; i++)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	if (status == 0)
		status = allow_connections(filter);
	if (status == 0)
		status = seccomp_load(filter);
	seccomp_release(filter);
	if (status != 0)
		log_error("the system call filter can not be set: %s", strerror(-status));
	return status;
}
