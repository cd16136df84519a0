/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa_set_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

static struct sa_set_owner *find_owner(const struct sa_set_table *table, const char *impi)
{
	struct sa_set_owner *owner;

	HASH_FIND_STR(table->by_impi, impi, owner);
	return owner;
}

static struct sa_set_owner *make_owner(struct sa_set_table *table, const char *impi)
{
	struct sa_set_owner *owner = find_owner(table, impi);

	if (owner)
		return owner;
	owner = calloc(1, sizeof(*owner));
	if (!owner)
		return NULL;
	owner->impi = strdup(impi);
	if (!owner->impi)
		goto free_owner;
	HASH_ADD_KEYPTR(hh, table->by_impi, owner->impi, strlen(owner->impi), owner);
	if (owner->hh.tbl)
		return owner;
	free(owner->impi);
free_owner:
	free(owner);
	return NULL;
}

static void drop_owner_without_sets(struct sa_set_table *table, struct sa_set_owner *owner)
{
	if (owner->newest)
		return;
	HASH_DEL(table->by_impi, owner);
	kept_remove(&table->kept, &owner->kept);
	registered_impus_destroy(owner->impus);
	free(owner->impi);
	free(owner);
}

static struct sa_set_key key_of(const struct net_address *address, uint16_t port)
{
	struct sa_set_key key = {.family = address->family, .port = port};

	memcpy(key.address, address->bytes, sizeof(key.address));
	return key;
}

int sa_set_table_add(struct sa_set_table *table, struct sa_set *set)
{
	struct net_endpoint client = {.address = set->ue, .port = set->offer.port_c};
	struct sa_set_owner *owner;

	if (sa_set_table_find(table, &client))
		return -EEXIST;
	owner = make_owner(table, set->impi);
	if (!owner)
		return -ENOMEM;
	set->client_key = key_of(&client.address, client.port);
	HASH_ADD(hh, table->by_client, client_key, sizeof(set->client_key), set);
	if (!set->hh.tbl) {
		drop_owner_without_sets(table, owner);
		return -ENOMEM;
	}
	set->owner = owner;
	set->next_of_impi = owner->newest;
	owner->newest = set;
	table->count++;
	return 0;
}

void sa_set_table_remove(struct sa_set_table *table, struct sa_set *set)
{
	struct sa_set_owner *owner = set->owner;

	if (!owner)
		return;
	for (struct sa_set **at = &owner->newest; *at; at = &(*at)->next_of_impi) {
		if (*at == set) {
			*at = set->next_of_impi;
			break;
		}
	}
	drop_owner_without_sets(table, owner);
	HASH_DEL(table->by_client, set);
	set->owner = NULL;
	table->count--;
}

struct sa_set *sa_set_table_find(const struct sa_set_table *table, const struct net_endpoint *ue)
{
	struct sa_set_key key = key_of(&ue->address, ue->port);
	struct sa_set *set;

	HASH_FIND(hh, table->by_client, &key, sizeof(key), set);
	return set;
}

struct sa_set *sa_set_table_of_impi(const struct sa_set_table *table, const char *impi)
{
	struct sa_set_owner *owner = find_owner(table, impi);

	return owner ? owner->newest : NULL;
}

struct registered_impus **sa_set_table_impus(const struct sa_set_table *table, const char *impi)
{
	struct sa_set_owner *owner = find_owner(table, impi);

	return owner ? &owner->impus : NULL;
}

size_t sa_set_table_owners(const struct sa_set_table *table)
{
	return HASH_COUNT(table->by_impi);
}
