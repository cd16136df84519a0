/* SPDX-License-Identifier: BSD-3-Clause */
/* Values as octets, one behind the other: written by one process, read by its successor. Numbers
 * are in network order. Who writes begins with the number of his format, so that who reads another
 * one's knows. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net_address.h"

/* All zero: empty. */
struct record {
	uint8_t *octets;
	size_t len, room;
	bool failed; /* no memory: it is not whole */
};

void record_put_u32(struct record *record, uint32_t value);
void record_put_u64(struct record *record, uint64_t value);
void record_put_text(struct record *record, const char *text); /* NULL is kept as such */
void record_put_address(struct record *record, const struct net_address *address);

/* Empties it; its memory stays for the next one. */
void record_begin(struct record *record);
void record_free(struct record *record);

struct record_reader {
	const uint8_t *at;
	size_t left;
	bool failed; /* something was not there, or there was no memory: nothing of it counts */
};

/* In the order in which they were put. 0, NULL, no family: it failed. */
uint32_t record_get_u32(struct record_reader *reader);
uint64_t record_get_u64(struct record_reader *reader);
uint32_t record_get_at_most(struct record_reader *reader, uint32_t max); /* more is a failure */
char *record_get_text(struct record_reader *reader); /* the caller frees it; may be NULL */
void record_get_address(struct record_reader *reader, struct net_address *out);

/* All of it has been read, and nothing failed. */
static inline bool record_is_read(const struct record_reader *reader)
{
	return !reader->failed && reader->left == 0;
}
