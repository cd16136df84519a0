/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of subscribers, by IMPI; IMPUs are unique over all of them. */
#include "hss_subscriber.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

struct entry {
	struct hss_subscriber *subscriber;
	UT_hash_handle hh;
};

struct impu {
	const char *text;
	UT_hash_handle hh;
};

struct hss_subscribers {
	struct entry *by_impi;
	struct impu *impus;
};

struct hss_subscribers *hss_subscribers_create(void)
{
	return calloc(1, sizeof(struct hss_subscribers));
}

void hss_subscriber_destroy(struct hss_subscriber *subscriber)
{
	if (!subscriber)
		return;
	secret_wipe(&subscriber->k);
	secret_wipe(&subscriber->opc);
	for (size_t i = 0; i < subscriber->identity_count; i++)
		free(subscriber->identities[i].impu);
	free(subscriber->identities);
	free(subscriber->impi);
	free(subscriber);
}

void hss_subscribers_destroy(struct hss_subscribers *subscribers)
{
	struct entry *entry, *next_entry;
	struct impu *impu, *next_impu;

	if (!subscribers)
		return;
	HASH_ITER (hh, subscribers->impus, impu, next_impu) {
		HASH_DEL(subscribers->impus, impu);
		free(impu);
	}
	HASH_ITER (hh, subscribers->by_impi, entry, next_entry) {
		HASH_DEL(subscribers->by_impi, entry);
		hss_subscriber_destroy(entry->subscriber);
		free(entry);
	}
	free(subscribers);
}

static int add_impu(struct hss_subscribers *subscribers, const char *text)
{
	struct impu *impu;

	HASH_FIND_STR(subscribers->impus, text, impu);
	if (impu)
		return -EEXIST;
	impu = calloc(1, sizeof(*impu));
	if (!impu)
		return -ENOMEM;
	impu->text = text;
	HASH_ADD_KEYPTR(hh, subscribers->impus, text, strlen(text), impu);
	if (impu->hh.tbl)
		return 0;
	free(impu);
	return -ENOMEM;
}

static void remove_impu(struct hss_subscribers *subscribers, const char *text)
{
	struct impu *impu;

	HASH_FIND_STR(subscribers->impus, text, impu);
	HASH_DEL(subscribers->impus, impu);
	free(impu);
}

int hss_subscribers_add(struct hss_subscribers *subscribers, struct hss_subscriber *subscriber,
	const char **conflict)
{
	struct entry *entry = NULL;
	size_t added = 0;
	int status = -EEXIST;

	*conflict = "impi";
	if (hss_subscribers_find(subscribers, subscriber->impi))
		goto destroy_subscriber;
	*conflict = "impus";
	for (; added < subscriber->identity_count; added++) {
		status = add_impu(subscribers, subscriber->identities[added].impu);
		if (status != 0)
			goto remove_impus;
	}
	status = -ENOMEM;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		goto remove_impus;
	entry->subscriber = subscriber;
	HASH_ADD_KEYPTR(
		hh, subscribers->by_impi, subscriber->impi, strlen(subscriber->impi), entry);
	if (entry->hh.tbl)
		return 0;
	free(entry);
remove_impus:
	while (added > 0)
		remove_impu(subscribers, subscriber->identities[--added].impu);
destroy_subscriber:
	hss_subscriber_destroy(subscriber);
	return status;
}

const struct hss_subscriber *hss_subscribers_find(
	const struct hss_subscribers *subscribers, const char *impi)
{
	struct entry *entry;

	HASH_FIND_STR(subscribers->by_impi, impi, entry);
	return entry ? entry->subscriber : NULL;
}

const struct hss_identity *hss_subscriber_identity(
	const struct hss_subscriber *subscriber, const char *impu)
{
	for (size_t i = 0; i < subscriber->identity_count; i++)
		if (strcmp(subscriber->identities[i].impu, impu) == 0)
			return &subscriber->identities[i];
	return NULL;
}

size_t hss_subscribers_count(const struct hss_subscribers *subscribers)
{
	return HASH_COUNT(subscribers->by_impi);
}
