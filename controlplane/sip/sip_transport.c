/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_transport.h"

#include <errno.h>
#include <stdlib.h>

#include "sip_udp.h"

struct sip_transport {
	struct sip_entry *entry;
	struct sip_udp *udp;
	struct sip_tcp *tcp;
};

static int send_octets(void *context, const struct sip_flow *flow, const void *bytes, size_t len)
{
	struct sip_transport *transport = context;

	if (flow->transport == SIP_UDP)
		return sip_udp_send(transport->udp, flow, bytes, len);
	return sip_tcp_send(transport->tcp, flow, bytes, len);
}

int sip_transport_create(const struct sip_entry_settings *settings,
	const struct sip_tcp_limits *limits, struct sip_transport **out)
{
	struct sip_transport *transport = calloc(1, sizeof(*transport));
	struct sip_entry_settings own = *settings;
	int error;

	if (!transport)
		return -ENOMEM;
	own.sender = (struct sip_sender){.send = send_octets, .context = transport};
	error = sip_entry_create(&own, &transport->entry);
	if (!error)
		error = sip_udp_create(settings->base, transport->entry, &transport->udp);
	if (!error)
		error = sip_tcp_create(settings->base, transport->entry, &settings->clock, limits,
			&transport->tcp);
	if (error) {
		sip_transport_destroy(transport);
		return error;
	}
	*out = transport;
	return 0;
}

int sip_transport_listen(struct sip_transport *transport, enum sip_transport_kind kind,
	const struct net_endpoint *local, struct net_endpoint *bound)
{
	if (kind == SIP_UDP)
		return sip_udp_listen(transport->udp, local, bound);
	return sip_tcp_listen(transport->tcp, local, bound);
}

struct sip_entry *sip_transport_entry(struct sip_transport *transport)
{
	return transport->entry;
}

size_t sip_transport_connections(const struct sip_transport *transport)
{
	return sip_tcp_count(transport->tcp);
}

size_t sip_transport_buffered(const struct sip_transport *transport)
{
	return sip_tcp_buffered(transport->tcp);
}

void sip_transport_destroy(struct sip_transport *transport)
{
	if (!transport)
		return;
	sip_tcp_destroy(transport->tcp);
	sip_udp_destroy(transport->udp);
	sip_entry_destroy(transport->entry);
	free(transport);
}
