/* SPDX-License-Identifier: BSD-3-Clause */
/* Header fields that are comma-separated lists, over one row or several (RFC 3261 §7.3.1):
 * Via, Route, Contact, Path, Security-*, Require … Never for Authorization or
 * WWW-Authenticate, whose commas separate parameters. Commas in quotes and in <> are text. */
#pragma once

#include "sip_header.h"

/* for (sip_list_start(&item, message, id); sip_list_next(&item);) use item.value; */
struct sip_list_item {
	struct sip_header *header; /* the row of value */
	struct sip_text value;     /* trimmed, never empty */
	struct sip_text rest;      /* of the row */
};

void sip_list_start(
	struct sip_list_item *item, const struct sip_message *message, enum sip_header_id id);
bool sip_list_next(struct sip_list_item *item);

/* The same over a text that is no header of a message. */
void sip_list_start_text(struct sip_list_item *item, struct sip_text text);

/* The first value of the first row; empty where there is none. */
struct sip_text sip_list_top(const struct sip_message *message, enum sip_header_id id);

/* Takes that value away, and the row with it where it was the last one. 0 or -ENOENT. */
int sip_list_remove_top(struct sip_message *message, enum sip_header_id id)
	__attribute__((warn_unused_result));

/* Puts a value in its place. -ENOENT, -EINVAL, -ENOMEM. */
int sip_list_replace_top(struct sip_message *message, enum sip_header_id id, struct sip_text value)
	__attribute__((warn_unused_result));

/* All values in one text, ", " between them, NUL behind: what to keep of a list when the
 * message goes. 0, or -ENOSPC. */
int sip_list_join(const struct sip_message *message, enum sip_header_id id, char *out, size_t size)
	__attribute__((warn_unused_result));
