/* SPDX-License-Identifier: BSD-3-Clause */
/* Which public identities of one IMPI are registered, each with its implicit set (REG-7): when the
 * last one is de-registered, the IMPI's SAs go (P-ERR). */
#pragma once

#include <stdint.h>

#include "record.h"

#define REGISTERED_IMPUS_MAX 32

struct registered_impus;

/* Until end_ms; what has ended by now_ms is forgotten. identities: "<sip:…>, <tel:…>", the implicit
 * set of P-Associated-URI or NULL. 0, -ENOSPC or -ENOMEM. */
int registered_impus_add(struct registered_impus **impus, const char *impu, const char *identities,
	uint64_t now_ms, uint64_t end_ms) __attribute__((warn_unused_result));

/* impu and what was registered together with it. */
void registered_impus_remove(struct registered_impus **impus, const char *impu);

/* The implicit sets that have not ended by now_ms, the newest first, as P-Associated-URI named
 * them, without barred identities; "" where all are barred. *at: the list, then where to go on.
 * NULL: no more. */
const char *registered_impus_next(const struct registered_impus **at, uint64_t now_ms);

/* When the last one ends; 0: none is left. */
uint64_t registered_impus_end_ms(const struct registered_impus *impus);

/* What a successor knows of them. get: what it makes of the record; the reader fails where that
 * says something else, and nothing is left. */
void registered_impus_put(const struct registered_impus *impus, struct record *record);
struct registered_impus *registered_impus_get(struct record_reader *reader);

void registered_impus_destroy(struct registered_impus *impus);
