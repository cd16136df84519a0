/* SPDX-License-Identifier: BSD-3-Clause */
/* Subscribers from a JSON file:
 *
 *   {"subscribers": [{
 *     "impi": "user@home.net",
 *     "k": "32 hex digits", "opc": "32 hex digits",      or "op" in place of "opc", never both
 *     "amf": "8000", "sqn": 0,                           the first SQN is behind this one
 *     "impus": [{"identity": "sip:user@home.net", "barred": false, "set": 0}]
 *   }]}
 *
 * amf (8000), sqn (0), barred (false) and set (0) may be left out. */
#pragma once

#include "aes128.h"
#include "hss_subscriber.h"

#define HSS_LOAD_ERROR_MAX 512

/* All or nothing. 0, or -errno and one line "FILE: /subscribers/3/k: …" that never shows a key. */
int hss_load(const char *path, const struct aes128 *aes, struct hss_subscribers **out,
	char error[HSS_LOAD_ERROR_MAX]) __attribute__((warn_unused_result));

/* The same from memory; name stands for the file in messages. */
int hss_load_text(const char *text, size_t len, const char *name, const struct aes128 *aes,
	struct hss_subscribers **out, char error[HSS_LOAD_ERROR_MAX])
	__attribute__((warn_unused_result));
