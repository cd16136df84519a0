/* SPDX-License-Identifier: BSD-3-Clause */
/* A short list: nobody has many implicit sets. */
#include "registered_impus.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct registered_impus {
	struct registered_impus *next;
	uint64_t end_ms;
	size_t associated; /* where the implicit set begins */
	char identities[]; /* "<impu>, " and the implicit set */
};

static bool has(const struct registered_impus *entry, const char *impu)
{
	size_t len = strlen(impu);

	for (const char *at = entry->identities; (at = strcasestr(at, impu)) != NULL; at++)
		if (at > entry->identities && at[-1] == '<' && at[len] == '>')
			return true;
	return false;
}

static void forget(struct registered_impus **impus, const char *impu, uint64_t now_ms)
{
	while (*impus) {
		struct registered_impus *entry = *impus;

		if (!has(entry, impu) && entry->end_ms > now_ms) {
			impus = &entry->next;
			continue;
		}
		*impus = entry->next;
		free(entry);
	}
}

void registered_impus_remove(struct registered_impus **impus, const char *impu)
{
	forget(impus, impu, 0);
}

static unsigned count(const struct registered_impus *impus)
{
	unsigned count = 0;

	for (; impus; impus = impus->next)
		count++;
	return count;
}

int registered_impus_add(struct registered_impus **impus, const char *impu, const char *identities,
	uint64_t now_ms, uint64_t end_ms)
{
	size_t size = strlen(impu) + (identities ? strlen(identities) : 0) + sizeof("<>, ");
	struct registered_impus *entry;

	forget(impus, impu, now_ms);
	if (count(*impus) >= REGISTERED_IMPUS_MAX)
		return -ENOSPC;
	entry = malloc(sizeof(*entry) + size);
	if (!entry)
		return -ENOMEM;
	snprintf(entry->identities, size, "<%s>, %s", impu, identities ? identities : "");
	entry->associated = strlen(impu) + strlen("<>, ");
	entry->end_ms = end_ms;
	entry->next = *impus;
	*impus = entry;
	return 0;
}

const char *registered_impus_next(const struct registered_impus **at, uint64_t now_ms)
{
	const struct registered_impus *entry = *at;

	while (entry && entry->end_ms <= now_ms)
		entry = entry->next;
	*at = entry ? entry->next : NULL;
	return entry ? entry->identities + entry->associated : NULL;
}

uint64_t registered_impus_end_ms(const struct registered_impus *impus)
{
	uint64_t end_ms = 0;

	for (; impus; impus = impus->next)
		if (impus->end_ms > end_ms)
			end_ms = impus->end_ms;
	return end_ms;
}

void registered_impus_put(const struct registered_impus *impus, struct record *record)
{
	record_put_u32(record, count(impus));
	for (; impus; impus = impus->next) {
		record_put_u64(record, impus->end_ms);
		record_put_u32(record, (uint32_t)impus->associated);
		record_put_text(record, impus->identities);
	}
}

/* NULL: the reader fails. */
static struct registered_impus *get_one(struct record_reader *reader)
{
	uint64_t end_ms = record_get_u64(reader);
	uint32_t associated = record_get_u32(reader);
	char *identities = record_get_text(reader);
	size_t len = identities ? strlen(identities) : 0;
	struct registered_impus *entry = NULL;

	if (identities && associated <= len)
		entry = malloc(sizeof(*entry) + len + 1);
	if (entry) {
		entry->next = NULL;
		entry->end_ms = end_ms;
		entry->associated = associated;
		memcpy(entry->identities, identities, len + 1);
	} else {
		reader->failed = true;
	}
	free(identities);
	return entry;
}

struct registered_impus *registered_impus_get(struct record_reader *reader)
{
	uint32_t left = record_get_at_most(reader, REGISTERED_IMPUS_MAX);
	struct registered_impus *impus = NULL, **last = &impus;

	for (; left > 0 && !reader->failed; left--) {
		*last = get_one(reader);
		if (*last)
			last = &(*last)->next;
	}
	if (!reader->failed)
		return impus;
	registered_impus_destroy(impus);
	return NULL;
}

void registered_impus_destroy(struct registered_impus *impus)
{
	while (impus) {
		struct registered_impus *next = impus->next;

		free(impus);
		impus = next;
	}
}
