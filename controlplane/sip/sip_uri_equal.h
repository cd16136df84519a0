/* SPDX-License-Identifier: BSD-3-Clause */
/* When two URIs are one (RFC 3261 §19.1.4, RFC 3966 §4, RFC 5954 §3.2). */
#pragma once

#include "sip_uri.h"

/* Users are compared unescaped, hosts without regard to case or to the form of an IPv6 literal;
 * no port is not port 5060. Of parameters, user, ttl, method, maddr and transport count wherever
 * they stand, all others only where both URIs have them. Other schemes: octet by octet. */
bool sip_uri_equal(const struct sip_uri *a, const struct sip_uri *b);

/* One host: a name in any case, an address in any form, with or without brackets. */
bool sip_uri_host_equal(struct sip_text a, struct sip_text b);
