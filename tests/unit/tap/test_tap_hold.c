/* SPDX-License-Identifier: BSD-3-Clause */
#include "tap_hold.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

/* Needs a network namespace of its own, and so privilege. */
static void enter_namespace(void)
{
	if (unshare(CLONE_NEWNET) < 0 || access("/dev/net/tun", R_OK | W_OK) < 0) {
		print_message("# needs root and /dev/net/tun\n");
		skip();
	}
}

static void lives_as_long_as_it_is_held(void **state)
{
	int first, second;

	(void)state;
	enter_namespace();
	assert_int_equal(tap_hold("held0", &first), 0);
	assert_int_not_equal(if_nametoindex("held0"), 0);
	assert_true(fcntl(first, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(tap_hold("held0", &second), 0); /* somebody else's queue beside it */
	close(second);
	assert_int_not_equal(if_nametoindex("held0"), 0);
	close(first);
	assert_int_equal(if_nametoindex("held0"), 0);
}

static void refuses_what_is_no_tap(void **state)
{
	int fd;

	(void)state;
	enter_namespace();
	assert_int_equal(tap_hold("", &fd), -EINVAL);
	assert_int_equal(tap_hold("a-name-of-16-oct", &fd), -EINVAL);
	assert_int_equal(tap_hold("tap%d", &fd), -EINVAL);
	assert_int_equal(tap_hold("lo", &fd), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lives_as_long_as_it_is_held),
		cmocka_unit_test(refuses_what_is_no_tap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
