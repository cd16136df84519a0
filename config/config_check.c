/* SPDX-License-Identifier: BSD-3-Clause */
#include "config_check.h"

#include <stdio.h>
#include <string.h>

#include "config_host.h"
#include "config_sa.h"
#include "config_sa_rule.h"

#define PROTECTED_ALLOWED                                                                      \
	"1024 to 65535, each port once among unprotected_port, server_port and client_ports, " \
	"not 5060 and 5061"

/* What a port of the P-CSCF must not be, or NULL. TS 33.203 §7.1: protected ports are never those
 * of plain SIP. */
static const char *port_fault(const struct config_pcscf *pcscf, uint16_t port)
{
	if (port == pcscf->unprotected_port)
		return "is the unprotected port";
	if (port == 5060 || port == 5061)
		return "is a port of plain SIP";
	return NULL;
}

static int check_ports(struct config_reader *reader, const struct config_pcscf *pcscf)
{
	const char *fault = port_fault(pcscf, pcscf->server_port);

	config_reader_go(reader, "/pcscf/server_port");
	if (fault)
		return config_reader_refuse(
			reader, false, PROTECTED_ALLOWED, "%u %s", pcscf->server_port, fault);
	for (size_t i = 0; i < pcscf->client_port_count; i++) {
		uint16_t port = pcscf->client_ports[i];

		config_reader_go(reader, "/pcscf/client_ports/%zu", i);
		fault = port == pcscf->server_port ? "is the server port" : port_fault(pcscf, port);
		if (fault)
			return config_reader_refuse(
				reader, false, PROTECTED_ALLOWED, "%u %s", port, fault);
	}
	return 0;
}

/* The gateway is a bump in the wire between two interfaces. */
static int check_two_interfaces(struct config_reader *reader, const struct config_port *outside,
	const struct config_port *in)
{
	if (in->kind == CONFIG_PORT_PCI && strcmp(in->pci, outside->pci) == 0) {
		config_reader_go(reader, "/dataplane/inside/address");
		return config_reader_refuse(
			reader, false, "another NIC", "%s is the outside port, too", in->pci);
	}
	if (in->kind != CONFIG_PORT_PCI && strcmp(in->interface, outside->interface) == 0) {
		config_reader_go(reader, "/dataplane/inside/interface");
		return config_reader_refuse(reader, false, "another interface",
			"%s is the outside port, too", in->interface);
	}
	return 0;
}

/* Where a port is a NIC a worker never gives its CPU away. */
static int check_cpus(struct config_reader *reader, const struct config_dataplane *dataplane)
{
	if (dataplane->outside.kind != CONFIG_PORT_PCI && dataplane->inside.kind != CONFIG_PORT_PCI)
		return 0;
	for (size_t i = 0; i < dataplane->worker_count; i++) {
		if (dataplane->worker_cpus[i] != dataplane->main_cpu)
			continue;
		config_reader_go(reader, "/dataplane/main_cpu");
		return config_reader_refuse(reader, false, "a CPU of no worker",
			"%u is the CPU of worker %zu, too, which polls a NIC and never rests",
			dataplane->main_cpu, i);
	}
	return 0;
}

/* With a TAP inside, the protected host is this machine: at the reader's place. */
static int check_is_of_tap(struct config_reader *reader, const struct config_port *inside,
	const struct net_address *address)
{
	char text[NET_TEXT_MAX];

	if (inside->kind != CONFIG_PORT_TAP)
		return 0;
	for (size_t i = 0; i < inside->address_count; i++)
		if (net_address_equal(&inside->addresses[i].address, address))
			return 0;
	return config_reader_refuse(reader, false, "an address of /dataplane/inside/addresses",
		"%s is no address of the inside TAP", net_address_print(address, text));
}

static int check_addresses(struct config_reader *reader, const struct config *config)
{
	const struct config_port *inside = &config->dataplane.inside;
	const struct config_pcscf *pcscf = &config->pcscf;
	int error;

	config_reader_go(reader, "/pcscf/address");
	error = check_is_of_tap(reader, inside, &pcscf->address);
	for (size_t i = 0; i < pcscf->further_count && !error; i++) {
		config_reader_go(reader, "/pcscf/further_addresses/%zu", i);
		if (net_address_equal(&pcscf->further[i], &pcscf->address))
			return config_reader_refuse(
				reader, false, "each address once", "is /pcscf/address, too");
		error = check_is_of_tap(reader, inside, &pcscf->further[i]);
	}
	return error;
}

/* Where an address of the P-CSCF, or of an earlier entry, is used again: its pointer, or NULL. */
static const char *address_owner(
	const struct config *config, size_t entry, const struct net_address *address, char *text)
{
	const struct config_pcscf *pcscf = &config->pcscf;

	if (net_address_equal(&pcscf->address, address))
		return "/pcscf/address";
	if (config_host_has_address(pcscf->further, pcscf->further_count, address))
		return "in /pcscf/further_addresses";
	for (size_t i = 0; i < entry; i++) {
		const struct config_protected *other = &config->dataplane.hosts[i];

		if (!config_host_has_address(other->addresses, other->address_count, address))
			continue;
		sprintf(text, "in /dataplane/protected/%zu", i);
		return text;
	}
	return NULL;
}

static int check_host_ports(
	struct config_reader *reader, const struct config_protected *host, size_t entry)
{
	for (size_t i = 0; i < host->protected_count; i++) {
		uint16_t port = host->protected_ports[i];
		const char *fault = port == 5060 || port == 5061 ? "is a port of plain SIP" : NULL;

		if (config_host_has_port(host->unprotected_ports, host->unprotected_count, port))
			fault = "is an unprotected port, too";
		config_reader_go(reader, "/dataplane/protected/%zu/protected_ports/%zu", entry, i);
		if (fault)
			return config_reader_refuse(reader, false,
				"1024 to 65535, none of unprotected_ports, not 5060 and 5061",
				"%u %s", port, fault);
	}
	return 0;
}

static int check_protected(struct config_reader *reader, const struct config *config)
{
	int error = 0;

	for (size_t i = 0; i < config->dataplane.host_count && !error; i++) {
		const struct config_protected *host = &config->dataplane.hosts[i];

		for (size_t j = 0; j < host->address_count; j++) {
			char text[64];
			const char *owner = address_owner(config, i, &host->addresses[j], text);

			config_reader_go(reader, "/dataplane/protected/%zu/addresses/%zu", i, j);
			if (owner)
				return config_reader_refuse(
					reader, false, "each address once", "is %s, too", owner);
		}
		error = check_host_ports(reader, host, i);
	}
	return error;
}

/* Two with the same SPI: INT-2, as in manual_sa.c. */
static bool is_one_spi_too_often(const struct config_sa *a, const struct config_sa *b)
{
	if (a->direction == b->direction)
		return a->direction == SA_INBOUND;
	return net_address_equal(&a->local, &b->local) && net_address_equal(&a->remote, &b->remote);
}

/* What follows from the rest of the settings. */
static int check_sa(struct config_reader *reader, const struct config *config, size_t number)
{
	const struct config_sa *sa = &config->sas[number];
	char place[32], address[NET_TEXT_MAX];
	int error;

	snprintf(place, sizeof(place), "/" CONFIG_SA_MEMBER "/%zu", number);
	error = config_sa_check(reader, place, sa);
	if (error)
		return error;
	config_reader_go(reader, "%s/local", place);
	if (!config_host_is_protected(config, &sa->local))
		return config_reader_refuse(reader, false,
			"an address of /pcscf or of /dataplane/protected",
			"%s is no protected host's", net_address_print(&sa->local, address));
	config_reader_go(reader, "%s/local_port", place);
	if (sa->local_port != SA_PORT_ANY &&
		!config_host_protects(config, &sa->local, sa->local_port))
		return config_reader_refuse(reader, false,
			"a protected port of that host: server_port and client_ports of /pcscf, or "
			"its protected_ports",
			"%u is not protected: what does not come inside ESP would pass",
			sa->local_port);
	config_reader_go(reader, "%s/replay_window", place);
	if (sa->replay_window > config->dataplane.replay_window)
		return config_reader_refuse(reader, false, "at most /dataplane/replay_window",
			"%u is more than %u", sa->replay_window, config->dataplane.replay_window);
	config_reader_go(reader, "%s/spi", place);
	for (size_t i = 0; i < number && sa->spi != 0; i++)
		if (config->sas[i].spi == sa->spi && is_one_spi_too_often(sa, &config->sas[i]))
			return config_reader_refuse(reader, false,
				"each inbound SPI once, and none both ways between the same "
				"addresses; left out, the gateway chooses",
				"is the SPI of /" CONFIG_SA_MEMBER "/%zu, too", i);
	config_reader_go(reader, "%s/remote_port", place);
	if (sa->direction == SA_INBOUND && sa->remote_port == SA_PORT_ANY &&
		config_host_is_own(config, &sa->local))
		return config_reader_refuse(reader, false,
			"an integer from 1 to 65535, where local is of /pcscf",
			"is missing, and an inbound one for any port would speak for UEs that "
			"register");
	return 0;
}

static int check_sas(struct config_reader *reader, const struct config *config)
{
	int error = 0;

	for (size_t i = 0; i < config->sa_count && !error; i++)
		error = check_sa(reader, config, i);
	return error;
}

static int check_scscf(struct config_reader *reader, const struct config *config)
{
	const struct config_scscf *scscf = &config->scscf;
	bool known = false;

	for (size_t i = 0; i < config->icscf.scscf_count; i++)
		known |= strcmp(config->icscf.scscfs[i], scscf->name) == 0;
	if (!known) {
		config_reader_go(reader, "/scscf/name");
		return config_reader_refuse(reader, false, "an item of /icscf/scscfs",
			"%s is none that the I-CSCF may assign", scscf->name);
	}
	if (scscf->registration_min_s > scscf->registration_max_s) {
		config_reader_go(reader, "/scscf/registration_min_s");
		return config_reader_refuse(reader, false, "at most /scscf/registration_max_s",
			"%u is more than the longest registration, %u", scscf->registration_min_s,
			scscf->registration_max_s);
	}
	return 0;
}

/* A P-CSCF here with its home network, or P-CSCFs elsewhere, or both. */
static int check_roles(struct config_reader *reader, const struct config *config)
{
	int error;

	if (!config_has_pcscf(config)) {
		config_reader_go(reader, "/pcscf");
		return config->dataplane.host_count > 0
			       ? 0
			       : config_reader_refuse(reader, false,
					 "an object, or hosts in /dataplane/protected",
					 "is missing");
	}
	config_reader_go(reader, "/scscf");
	if (config->scscf.realm[0] == '\0')
		return config_reader_refuse(reader, false, "an object", "is missing");
	error = check_ports(reader, &config->pcscf);
	if (!error)
		error = check_addresses(reader, config);
	return error ? error : check_scscf(reader, config);
}

int config_check(struct config_reader *reader, const struct config *config)
{
	int error =
		check_two_interfaces(reader, &config->dataplane.outside, &config->dataplane.inside);

	if (!error)
		error = check_cpus(reader, &config->dataplane);
	if (!error)
		error = check_roles(reader, config);
	if (!error)
		error = check_protected(reader, config);
	return error ? error : check_sas(reader, config);
}
