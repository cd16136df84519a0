/* SPDX-License-Identifier: BSD-3-Clause */
#include "config_host.h"

bool config_host_has_address(
	const struct net_address *addresses, size_t count, const struct net_address *address)
{
	for (size_t i = 0; i < count; i++)
		if (net_address_equal(&addresses[i], address))
			return true;
	return false;
}

bool config_host_is_own(const struct config *config, const struct net_address *address)
{
	const struct config_pcscf *pcscf = &config->pcscf;

	return net_address_equal(&pcscf->address, address) ||
	       config_host_has_address(pcscf->further, pcscf->further_count, address);
}

static const struct config_protected *host_of(
	const struct config *config, const struct net_address *address)
{
	for (size_t i = 0; i < config->dataplane.host_count; i++) {
		const struct config_protected *host = &config->dataplane.hosts[i];

		if (config_host_has_address(host->addresses, host->address_count, address))
			return host;
	}
	return NULL;
}

bool config_host_has_port(const uint16_t *ports, size_t count, uint16_t port)
{
	for (size_t i = 0; i < count; i++)
		if (ports[i] == port)
			return true;
	return false;
}

bool config_host_is_protected(const struct config *config, const struct net_address *address)
{
	return config_host_is_own(config, address) || host_of(config, address);
}

bool config_host_protects(
	const struct config *config, const struct net_address *address, uint16_t port)
{
	const struct config_pcscf *pcscf = &config->pcscf;
	const struct config_protected *host = host_of(config, address);

	if (config_host_is_own(config, address))
		return port == pcscf->server_port ||
		       config_host_has_port(pcscf->client_ports, pcscf->client_port_count, port);
	return host && config_host_has_port(host->protected_ports, host->protected_count, port);
}
