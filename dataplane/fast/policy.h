/* SPDX-License-Identifier: BSD-3-Clause */
/* Whom the gateway protects, and on which ports. Written once at start. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "net_address.h"

#define POLICY_HOSTS_MAX 8

struct policy {
	struct net_address hosts[POLICY_HOSTS_MAX];
	size_t host_count;
	uint16_t unprotected_port;
	uint64_t protected_ports[65536 / 64]; /* a bit each: nothing plain goes in or out there */
};

void policy_init(struct policy *policy, uint16_t unprotected_port);

/* At most POLICY_HOSTS_MAX times. */
void policy_add_host(struct policy *policy, const struct net_address *host);
void policy_protect_port(struct policy *policy, uint16_t port);

static inline bool policy_is_protected_port(const struct policy *policy, uint16_t port)
{
	return policy->protected_ports[port / 64] >> (port % 64) & 1;
}

/* address: 4 or 16 octets, by the family. */
static inline bool policy_is_host(
	const struct policy *policy, uint8_t family, const uint8_t *address)
{
	for (size_t i = 0; i < policy->host_count; i++) {
		const struct net_address *host = &policy->hosts[i];

		if (host->family == family &&
			(family == NET_IPV4 ? memcmp(address, host->bytes, 4) == 0
					    : memcmp(address, host->bytes, 16) == 0))
			return true;
	}
	return false;
}
