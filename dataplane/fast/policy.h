/* SPDX-License-Identifier: BSD-3-Clause */
/* Whom the gateway protects, and on which ports. Written once at start. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "net_address.h"

struct policy {
	struct net_address host;
	uint16_t unprotected_port;
	uint64_t protected_ports[65536 / 64]; /* a bit each: nothing plain goes in or out there */
};

void policy_init(struct policy *policy, const struct net_address *host, uint16_t unprotected_port);
void policy_protect_port(struct policy *policy, uint16_t port);

static inline bool policy_is_protected_port(const struct policy *policy, uint16_t port)
{
	return policy->protected_ports[port / 64] >> (port % 64) & 1;
}

/* address: 4 or 16 octets, by the family. */
static inline bool policy_is_host(
	const struct policy *policy, uint8_t family, const uint8_t *address)
{
	if (family != policy->host.family)
		return false;
	return family == NET_IPV4 ? memcmp(address, policy->host.bytes, 4) == 0
				  : memcmp(address, policy->host.bytes, 16) == 0;
}
