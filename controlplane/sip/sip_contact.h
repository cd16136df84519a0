/* SPDX-License-Identifier: BSD-3-Clause */
/* The Contact rows of a REGISTER (RFC 3261 §10.2, §20.10). */
#pragma once

#include "sip_header.h"
#include "sip_name_addr.h"

#define SIP_CONTACTS_MAX 16

struct sip_contact {
	bool wildcard; /* "*": nothing else is set */
	struct sip_name_addr address;
	bool has_expires;
	uint32_t expires_s;
};

/* All of them in order; *count may be 0. A doubled expires parameter is refused, an expires that
 * is no number counts as 3600 (§20.10); other parameters stay in address.params. "*" beside
 * another contact is refused. 0, -EINVAL, -E2BIG (above SIP_CONTACTS_MAX) or -ENOMEM. */
int sip_contact_parse(struct sip_message *message, struct sip_contact out[SIP_CONTACTS_MAX],
	size_t *count) __attribute__((warn_unused_result));

/* For the 200: the contact as it was, with this expires parameter in place of its own. NUL at
 * the end. 0 or -ENOSPC. */
int sip_contact_print(const struct sip_contact *contact, uint32_t expires_s, char *out, size_t size)
	__attribute__((warn_unused_result));
