/* SPDX-License-Identifier: BSD-3-Clause */
#include "host_policy.h"

_Static_assert(POLICY_HOSTS_MAX >= 1 + CONFIG_FURTHER_MAX + CONFIG_PROTECTED_MAX * CONFIG_HOSTS_MAX,
	"the policy takes what the settings allow");
_Static_assert(POLICY_RULES_MAX >= 1 + CONFIG_PROTECTED_MAX, "the same");

/* This gateway's own P-CSCF. */
static void add_pcscf(const struct config_pcscf *pcscf, struct policy *policy)
{
	struct policy_rules *rules = policy_add_rules(policy, POLICY_PASS_ICMP);

	policy_set_port(rules->unprotected_ports, pcscf->unprotected_port);
	policy_set_port(rules->protected_ports, pcscf->server_port);
	for (size_t i = 0; i < pcscf->client_port_count; i++)
		policy_set_port(rules->protected_ports, pcscf->client_ports[i]);
	policy_add_host(policy, &pcscf->address, rules);
	for (size_t i = 0; i < pcscf->further_count; i++)
		policy_add_host(policy, &pcscf->further[i], rules);
}

static void add_protected(const struct config_protected *host, struct policy *policy)
{
	static const unsigned pass[] = {[CONFIG_PASS_ICMP] = POLICY_PASS_ICMP,
		[CONFIG_PASS_UDP] = POLICY_PASS_UDP,
		[CONFIG_PASS_TCP] = POLICY_PASS_TCP,
		[CONFIG_PASS_OTHER] = POLICY_PASS_OTHER};
	struct policy_rules *rules = policy_add_rules(policy, 0);

	for (size_t i = 0; i < host->pass_count; i++)
		rules->pass |= pass[host->passes[i]];
	for (size_t i = 0; i < host->unprotected_count; i++)
		policy_set_port(rules->unprotected_ports, host->unprotected_ports[i]);
	for (size_t i = 0; i < host->protected_count; i++)
		policy_set_port(rules->protected_ports, host->protected_ports[i]);
	for (size_t i = 0; i < host->address_count; i++)
		policy_add_host(policy, &host->addresses[i], rules);
}

void host_policy_fill(const struct config *config, struct policy *policy)
{
	policy_init(policy);
	if (config_has_pcscf(config))
		add_pcscf(&config->pcscf, policy);
	for (size_t i = 0; i < config->dataplane.host_count; i++)
		add_protected(&config->dataplane.hosts[i], policy);
}
