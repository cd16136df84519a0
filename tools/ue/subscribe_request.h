/* SPDX-License-Identifier: BSD-3-Clause */
/* SUBSCRIBE to the reg event as text (TS 24.229 §5.1.1.3). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "net_address.h"

struct subscribe_request {
	const char *uri;               /* of the request */
	const char *impu;              /* From, To, P-Preferred-Identity */
	struct net_endpoint contact;   /* with port_us */
	const char *route;             /* value */
	const char *branch, *from_tag; /* the branch with its magic cookie */
	const char *to_tag;            /* "": a dialog is to begin */
	const char *call_id;
	uint32_t cseq, expires_s;
	const char *security_verify;
};

/* Its length, terminated, or 0 where cap is too small. */
size_t subscribe_request_print(const struct subscribe_request *request, char *out, size_t cap)
	__attribute__((warn_unused_result));
