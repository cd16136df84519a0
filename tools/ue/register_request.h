/* SPDX-License-Identifier: BSD-3-Clause */
/* SM1 and SM7 as text (TS 24.229 §5.1.1.2, §5.1.1.5.1). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net_address.h"

#define REGISTER_BRANCH_MAX 32

struct register_request {
	const char *realm, *impu;    /* "home1.net", "sip:user@home1.net" */
	struct net_endpoint sent_by; /* Via and Contact: port_us once there are SAs */
	const char *branch;          /* with its magic cookie, "z9hG4bK…" */
	const char *from_tag, *call_id;
	uint32_t cseq, expires_s;
	bool all_contacts;           /* Contact: * */
	const char *authorization;   /* value */
	const char *security_client; /* value */
	const char *security_verify; /* value; NULL where SM1 is bare */
};

/* Its length, terminated, or 0 where cap is too small. */
size_t register_request_print(const struct register_request *request, char *out, size_t cap)
	__attribute__((warn_unused_result));
