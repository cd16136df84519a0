/* SPDX-License-Identifier: BSD-3-Clause */
/* A source is remembered only while it has something unfinished. */
#include "half_open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

#define IPV6_PREFIX_LEN 8 /* octets */

/* A key of a table has no padding. */
struct half_open_key {
	uint8_t address[16];
	uint32_t family;
};

struct half_open_source {
	struct half_open_key key;
	size_t count;
	UT_hash_handle hh;
};

static struct half_open_source *find(const struct half_open *half_open,
	const struct net_address *source, struct half_open_key *key)
{
	struct half_open_source *found;

	*key = (struct half_open_key){.family = source->family};
	memcpy(key->address, source->bytes,
		source->family == NET_IPV6 ? IPV6_PREFIX_LEN : sizeof(key->address));
	HASH_FIND(hh, half_open->sources, key, sizeof(*key), found);
	return found;
}

int half_open_take(struct half_open *half_open, const struct net_address *source)
{
	struct half_open_key key;
	struct half_open_source *known = find(half_open, source, &key);

	if (known && known->count >= half_open->max_per_source)
		return -EUSERS;
	if (half_open->count >= half_open->max)
		return -ENOSPC;
	if (!known) {
		known = calloc(1, sizeof(*known));
		if (!known)
			return -ENOMEM;
		known->key = key;
		HASH_ADD(hh, half_open->sources, key, sizeof(known->key), known);
		if (!known->hh.tbl) {
			free(known);
			return -ENOMEM;
		}
	}
	known->count++;
	half_open->count++;
	return 0;
}

void half_open_give(struct half_open *half_open, const struct net_address *source)
{
	struct half_open_key key;
	struct half_open_source *known = find(half_open, source, &key);

	half_open->count--;
	if (--known->count > 0)
		return;
	HASH_DEL(half_open->sources, known);
	free(known);
}

size_t half_open_sources(const struct half_open *half_open)
{
	return HASH_COUNT(half_open->sources);
}
