/* SPDX-License-Identifier: BSD-3-Clause */
/* Filled from the settings before the first packet. */
#include "policy.h"

void policy_init(struct policy *policy)
{
	memset(policy, 0, sizeof(*policy));
}

struct policy_rules *policy_add_rules(struct policy *policy, unsigned pass)
{
	struct policy_rules *rules = &policy->rules[policy->rules_count++];

	rules->pass = pass;
	return rules;
}

void policy_add_host(
	struct policy *policy, const struct net_address *address, const struct policy_rules *rules)
{
	uint32_t slot = policy_slot(address->family, address->bytes);

	while (policy->slots[slot])
		slot = (slot + 1) % (1 << POLICY_SLOT_BITS);
	policy->hosts[policy->host_count++] = (struct policy_host){*address, rules};
	policy->slots[slot] = (uint8_t)policy->host_count;
}

void policy_set_port(uint64_t ports[65536 / 64], uint16_t port)
{
	ports[port / 64] |= UINT64_C(1) << (port % 64);
}
