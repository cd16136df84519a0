/* SPDX-License-Identifier: BSD-3-Clause */
/* The header rows of a message: find, add, replace, remove. A row may hold several values
 * separated by commas: sip_list looks at them one by one. Pointers to rows stay good until
 * that row is removed. */
#pragma once

#include "sip_header_name.h"
#include "sip_message.h"

struct sip_header {
	struct sip_header *next, *previous; /* all rows of the message, in order */
	enum sip_header_id id;
	struct sip_text name;  /* as received */
	struct sip_text value; /* unfolded, trimmed, otherwise as received; may be empty */
};

/* The first row, the next row of that kind behind one; NULL where there is none. */
struct sip_header *sip_header_find(const struct sip_message *message, enum sip_header_id id);
struct sip_header *sip_header_find_next(const struct sip_header *header);

/* The same for a header that has no number; any case. after: NULL, or the row to go on from. */
struct sip_header *sip_header_find_name(
	const struct sip_message *message, struct sip_text name, const struct sip_header *after);

/* The value of the first row, empty where there is none. */
struct sip_text sip_header_value(const struct sip_message *message, enum sip_header_id id);

/* In front of all rows of its kind (of all rows, where there is none); behind all rows.
 * The value is copied. 0, -EINVAL (CR, LF or NUL in it), -E2BIG (SIP_HEADERS_MAX), -ENOMEM. */
int sip_header_add_top(struct sip_message *message, enum sip_header_id id, struct sip_text value)
	__attribute__((warn_unused_result));
int sip_header_add(struct sip_message *message, enum sip_header_id id, struct sip_text value)
	__attribute__((warn_unused_result));
int sip_header_add_format(struct sip_message *message, enum sip_header_id id, const char *format,
	...) __attribute__((warn_unused_result, format(printf, 3, 4)));

/* Any name; also -EINVAL where it is no token. */
int sip_header_add_name(struct sip_message *message, struct sip_text name, struct sip_text value)
	__attribute__((warn_unused_result));

/* Another value for this row, copied. 0, -EINVAL or -ENOMEM; on error nothing changed. */
int sip_header_replace(struct sip_message *message, struct sip_header *header,
	struct sip_text value) __attribute__((warn_unused_result));

/* One row of this value instead of all rows of its kind, or a new one at the end. */
int sip_header_set(struct sip_message *message, enum sip_header_id id, struct sip_text value)
	__attribute__((warn_unused_result));

void sip_header_remove(struct sip_message *message, struct sip_header *header);
void sip_header_remove_all(struct sip_message *message, enum sip_header_id id);

/* Copies all rows of the kind, in order, behind the rows of another message. */
int sip_header_copy_all(const struct sip_message *from, enum sip_header_id id,
	struct sip_message *to) __attribute__((warn_unused_result));
