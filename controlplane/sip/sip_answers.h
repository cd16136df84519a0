/* SPDX-License-Identifier: BSD-3-Clause */
/* Final answers that were sent over UDP, kept until Timer J for whoever asks again (RFC 3261
 * §17.2.2). All live equally long, so they lie one behind the other in large chunks that come and
 * go as wholes: an answer costs its octets and less than 100 more. Where the memory that they may
 * take is full, the oldest go first: it is the one least likely to be asked for. */
#pragma once

#include "sip_flow.h"

struct sip_answers;

/* octets_max is rounded down to whole chunks of 256 KB, but never to none. 0 or -ENOMEM. */
int sip_answers_create(size_t octets_max, struct sip_answers **out)
	__attribute__((warn_unused_result));
void sip_answers_destroy(struct sip_answers *answers);

/* Copies; due_ms never falls from one call to the next; len is at most 65535. key:
 * SIP_KEYED_HASH_LEN octets that nobody else can choose. 0 or -ENOMEM. */
int sip_answers_keep(struct sip_answers *answers, const uint8_t *key, const struct sip_flow *flow,
	const void *octets, size_t len, uint64_t due_ms) __attribute__((warn_unused_result));

/* False: there is none. octets live until the next call of keep or expire. */
bool sip_answers_find(const struct sip_answers *answers, const uint8_t *key, struct sip_flow *flow,
	const void **octets, size_t *len);

/* Drops what is due at now. Returns when the next one is due, UINT64_MAX: none is left. */
uint64_t sip_answers_expire(struct sip_answers *answers, uint64_t now);

size_t sip_answers_count(const struct sip_answers *answers);

/* Those that went before their time. */
uint64_t sip_answers_shed(const struct sip_answers *answers);
