/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kernel knows of an interface. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* All: 0, or -errno. */
int interface_mac(const char *name, uint8_t mac[6]) __attribute__((warn_unused_result));
int interface_mtu(const char *name, unsigned *mtu) __attribute__((warn_unused_result));
int interface_up(const char *name) __attribute__((warn_unused_result));

/* Up, with a carrier: what it sends arrives somewhere. */
bool interface_running(const char *name);

/* The kernel sends nothing of its own there (router solicitations, group reports). Where the
 * kernel has no IPv6 there is nothing to do. */
int interface_disable_ipv6(const char *name) __attribute__((warn_unused_result));
