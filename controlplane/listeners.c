/* SPDX-License-Identifier: BSD-3-Clause */
#include "listeners.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "log.h"

#define CONNECTIONS_MAX 65536
#define OTHER_FILES     256 /* descriptors that are no connections */

static int listen_at(struct sip_transport *transport, enum sip_transport_kind kind,
	const struct net_address *address, uint16_t port)
{
	const struct net_endpoint local = {.address = *address, .port = port};
	int status = sip_transport_listen(transport, kind, &local, NULL);
	const char *advice = "";
	char text[NET_TEXT_MAX];

	if (status == 0)
		return 0;
	if (status == -EADDRNOTAVAIL)
		advice = "; the address is on no interface: see ip address, and inside.addresses";
	else if (status == -EADDRINUSE)
		advice = "; who has it: ss -tulnp";
	else if (status == -EACCES)
		advice = "; ports below 1024 need root";
	log_error("pcscf: can not listen at %s (%s): %s%s", net_endpoint_print(&local, text),
		kind == SIP_TCP ? "TCP" : "UDP", strerror(-status), advice);
	return status;
}

/* Requests and answers of both transports come in here. */
static int listen_both(
	struct sip_transport *transport, const struct net_address *address, uint16_t port)
{
	int status = listen_at(transport, SIP_UDP, address, port);

	return status == 0 ? listen_at(transport, SIP_TCP, address, port) : status;
}

static int listen_on(struct sip_transport *transport, const struct config_pcscf *pcscf,
	const struct net_address *address)
{
	int status = listen_both(transport, address, pcscf->unprotected_port);

	if (status == 0)
		status = listen_both(transport, address, pcscf->server_port);
	for (size_t i = 0; i < pcscf->client_port_count && status == 0; i++)
		status = listen_at(transport, SIP_UDP, address, pcscf->client_ports[i]);
	return status;
}

int listeners_open(struct sip_transport *transport, const struct config_pcscf *pcscf)
{
	int status = listen_on(transport, pcscf, &pcscf->address);

	for (size_t i = 0; i < pcscf->further_count && status == 0; i++)
		status = listen_on(transport, pcscf, &pcscf->further[i]);
	return status;
}

struct sip_tcp_limits listeners_limits(void)
{
	struct sip_tcp_limits limits = {
		.connections_max = CONNECTIONS_MAX,
		.per_source_max = 64,
		.buffered_max = (size_t)64 * 1024 * 1024,
		.half_ms = 32000,
		.idle_ms = 900000,
	};
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return limits;
	files.rlim_cur = files.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &files);
	if (files.rlim_cur < CONNECTIONS_MAX + OTHER_FILES)
		limits.connections_max =
			files.rlim_cur > OTHER_FILES ? files.rlim_cur - OTHER_FILES : 1;
	return limits;
}
