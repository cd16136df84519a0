/* SPDX-License-Identifier: BSD-3-Clause */
/* A TUN device: to the kernel a point-to-point link from the UE's address to the P-CSCF. It goes
 * away with its descriptor, and its address and route with it. */
#pragma once

#include "net_address.h"

#define TUN_DEVICE_ERROR_MAX 160

/* Each read is a packet that the kernel sends to peer, each write one that it receives. The
 * descriptor, which does not block, or -errno and a line in error. */
int tun_device_open(const char *name, const struct net_address *local,
	const struct net_address *peer, int mtu, char error[TUN_DEVICE_ERROR_MAX])
	__attribute__((warn_unused_result));
