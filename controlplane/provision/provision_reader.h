/* SPDX-License-Identifier: BSD-3-Clause */
/* One subscriber as JSON:
 *
 *   {"impi": "user@home.net",
 *    "k": "32 hex digits", "opc": "32 hex digits",      or "op" in place of "opc", never both
 *    "amf": "8000", "sqn": 0,                           the first SQN is behind this one
 *    "impus": [{"identity": "sip:user@home.net", "barred": false, "set": 0}]}
 *
 * amf (8000), sqn (0), barred (false) and set (0) may be left out. */
#pragma once

#include "aes128.h"
#include "provision_fault.h"
#include "subscriber.h"

/* 0, or -EINVAL and the fault. Strict, since one wrong digit is a subscriber that never registers.
 */
int provision_reader_subscriber(const char *name, const struct json_element *element,
	const struct aes128 *aes, struct subscriber *out, char error[PROVISION_ERROR_MAX])
	__attribute__((warn_unused_result));

/* 0: the text is JSON, as far as it goes; or -EINVAL and the fault. */
int provision_reader_syntax(const char *name, const struct json_element *element,
	char error[PROVISION_ERROR_MAX]) __attribute__((warn_unused_result));
