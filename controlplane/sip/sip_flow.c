/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_flow.h"

bool sip_flow_equal(const struct sip_flow *a, const struct sip_flow *b)
{
	return a->transport == b->transport && net_endpoint_equal(&a->local, &b->local) &&
	       net_endpoint_equal(&a->remote, &b->remote);
}

static void add_endpoint(struct sip_keyed_hash *hash, const struct net_endpoint *endpoint)
{
	sip_keyed_hash_add(hash, endpoint->address.bytes, sizeof(endpoint->address.bytes));
	sip_keyed_hash_add(hash, &endpoint->port, sizeof(endpoint->port));
}

void sip_flow_hash(struct sip_keyed_hash *hash, const struct sip_flow *flow)
{
	uint8_t kinds[] = {
		(uint8_t)flow->transport, flow->local.address.family, flow->remote.address.family};

	add_endpoint(hash, &flow->local);
	add_endpoint(hash, &flow->remote);
	sip_keyed_hash_add(hash, kinds, sizeof(kinds));
}
