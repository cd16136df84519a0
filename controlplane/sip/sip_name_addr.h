/* SPDX-License-Identifier: BSD-3-Clause */
/* name-addr and addr-spec: From, To, Contact, Route, Path, Service-Route, P-Associated-URI … */
#pragma once

#include "sip_uri.h"

struct sip_name_addr {
	struct sip_text display; /* as written, with its quotes; empty: none */
	struct sip_uri uri;
	struct sip_text params; /* of the header, behind ">": from the first ";" on; empty: none */
};

/* One value of a list. Without <>, parameters belong to the header (RFC 3261 §20).
 * 0, -EINVAL or -ENOMEM. */
int sip_name_addr_parse(struct sip_arena *arena, struct sip_text value, struct sip_name_addr *out)
	__attribute__((warn_unused_result));
