/* SPDX-License-Identifier: BSD-3-Clause */
/* The interface that the UE's address belongs to. */
#include "access_device.h"

#include <errno.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <string.h>

#define STRICT 1

int access_device_find(const struct net_address *local, char name[IFNAMSIZ])
{
	struct ifaddrs *all, *one;
	struct net_endpoint own;
	int result = -ENODEV;

	if (getifaddrs(&all))
		return -errno;
	for (one = all; one && result; one = one->ifa_next) {
		if (!one->ifa_addr || net_endpoint_from_sockaddr(one->ifa_addr, &own) ||
			!net_address_equal(&own.address, local))
			continue;
		/* An alias has a label, "eth0:1". */
		snprintf(name, IFNAMSIZ, "%.*s", (int)strcspn(one->ifa_name, ":"), one->ifa_name);
		result = 0;
	}
	freeifaddrs(all);
	return result;
}

static int reverse_path_filter(const char *name)
{
	char path[64];
	int value = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%s/rp_filter", name);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fscanf(file, "%d", &value) != 1)
		value = 0;
	fclose(file);
	return value;
}

/* The kernel takes the larger of both values; 2 is the loose one. */
bool access_device_is_open(const char *name)
{
	int all = reverse_path_filter("all"), own = reverse_path_filter(name);

	return (all > own ? all : own) != STRICT;
}
