/* SPDX-License-Identifier: BSD-3-Clause */
/* Filled from the settings before the first packet. */
#include "policy.h"

void policy_init(struct policy *policy, uint16_t unprotected_port)
{
	memset(policy, 0, sizeof(*policy));
	policy->unprotected_port = unprotected_port;
}

void policy_add_host(struct policy *policy, const struct net_address *host)
{
	policy->hosts[policy->host_count++] = *host;
}

void policy_protect_port(struct policy *policy, uint16_t port)
{
	policy->protected_ports[port / 64] |= UINT64_C(1) << (port % 64);
}
