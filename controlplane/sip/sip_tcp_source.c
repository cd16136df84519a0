/* SPDX-License-Identifier: BSD-3-Clause */
/* How many connections each remote address has: nobody takes all of them. */
#include <stdlib.h>

#include "sip_tcp_state.h"

struct sip_tcp_source {
	UT_hash_handle hh;
	struct net_address address;
	unsigned count;
};

static struct sip_tcp_source *find(struct sip_tcp *tcp, const struct net_address *address)
{
	struct sip_tcp_source *source;

	HASH_FIND(hh, tcp->sources, address, sizeof(*address), source);
	return source;
}

bool sip_tcp_source_take(struct sip_tcp *tcp, const struct net_address *address)
{
	struct sip_tcp_source *source = find(tcp, address);

	if (!source) {
		source = calloc(1, sizeof(*source));
		if (!source)
			return false;
		source->address = *address;
		HASH_ADD(hh, tcp->sources, address, sizeof(source->address), source);
		if (!source->hh.tbl) {
			free(source);
			return false;
		}
	}
	if (source->count >= tcp->limits.per_source_max)
		return false;
	source->count++;
	return true;
}

void sip_tcp_source_give(struct sip_tcp *tcp, const struct net_address *address)
{
	struct sip_tcp_source *source = find(tcp, address);

	if (--source->count > 0)
		return;
	HASH_DELETE(hh, tcp->sources, source);
	free(source);
}
