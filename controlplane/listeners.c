/* SPDX-License-Identifier: BSD-3-Clause */
#include "listeners.h"

#include <errno.h>
#include <string.h>

#include "log.h"

static int listen_at(
	struct sip_transport *transport, const struct net_address *address, uint16_t port)
{
	const struct net_endpoint local = {.address = *address, .port = port};
	int status = sip_transport_listen(transport, SIP_UDP, &local, NULL);
	const char *advice = "";
	char text[NET_TEXT_MAX];

	if (status == 0)
		return 0;
	if (status == -EADDRNOTAVAIL)
		advice = "; the address is on no interface: see ip address, and inside.addresses";
	else if (status == -EADDRINUSE)
		advice = "; who has it: ss -ulnp";
	else if (status == -EACCES)
		advice = "; ports below 1024 need root";
	log_error("pcscf: can not listen at %s: %s%s", net_endpoint_print(&local, text),
		strerror(-status), advice);
	return status;
}

int listeners_open(struct sip_transport *transport, const struct config_pcscf *pcscf)
{
	int status = listen_at(transport, &pcscf->address, pcscf->unprotected_port);

	if (status == 0)
		status = listen_at(transport, &pcscf->address, pcscf->server_port);
	for (size_t i = 0; i < pcscf->client_port_count && status == 0; i++)
		status = listen_at(transport, &pcscf->address, pcscf->client_ports[i]);
	return status;
}
