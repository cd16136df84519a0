/* SPDX-License-Identifier: BSD-3-Clause */
/* Called by the supervisor before the data plane starts. */
#include "tap_hold.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int tap_hold(const char *name, int *fd)
{
	/* As DPDK's net_tap opens its queues, and so without IFF_NO_PI: whether frames have the
	 * packet information in front is the device's, and its first opener decides. */
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_MULTI_QUEUE};
	size_t len = strlen(name);
	int tap, error;

	if (len == 0 || len >= IFNAMSIZ || strchr(name, '%'))
		return -EINVAL;
	memcpy(request.ifr_name, name, len);
	tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (tap < 0)
		return -errno;
	if (ioctl(tap, TUNSETIFF, &request) < 0)
		goto close_tap;
	request.ifr_flags = IFF_DETACH_QUEUE;
	if (ioctl(tap, TUNSETQUEUE, &request) < 0)
		goto close_tap;
	*fd = tap;
	return 0;

close_tap:
	error = -errno;
	close(tap);
	return error;
}
