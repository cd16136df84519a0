/* SPDX-License-Identifier: BSD-3-Clause */
/* The interface that the UE's address belongs to, where a TUN device is to stand before it. */
#pragma once

#include <net/if.h>

#include "net_address.h"

/* Its name. 0, or -ENODEV: no interface has the address. */
int access_device_find(const struct net_address *local, char name[IFNAMSIZ])
	__attribute__((warn_unused_result));

/* Whether the kernel takes IPv4 packets from it whose way back leads elsewhere (RFC 3704: not where
 * the reverse path filter is strict). */
bool access_device_is_open(const char *name);
