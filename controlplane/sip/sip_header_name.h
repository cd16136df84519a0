/* SPDX-License-Identifier: BSD-3-Clause */
/* The header fields that some code asks for by a number instead of a name. */
#pragma once

#include "sip_text.h"

/* X(constant, name as we write it, compact form or NULL) */
#define SIP_HEADER_NAMES(X)                                     \
	X(VIA, "Via", "v")                                      \
	X(FROM, "From", "f")                                    \
	X(TO, "To", "t")                                        \
	X(CALL_ID, "Call-ID", "i")                              \
	X(CSEQ, "CSeq", NULL)                                   \
	X(MAX_FORWARDS, "Max-Forwards", NULL)                   \
	X(CONTACT, "Contact", "m")                              \
	X(EXPIRES, "Expires", NULL)                             \
	X(MIN_EXPIRES, "Min-Expires", NULL)                     \
	X(ROUTE, "Route", NULL)                                 \
	X(RECORD_ROUTE, "Record-Route", NULL)                   \
	X(PATH, "Path", NULL)                                   \
	X(SERVICE_ROUTE, "Service-Route", NULL)                 \
	X(AUTHORIZATION, "Authorization", NULL)                 \
	X(WWW_AUTHENTICATE, "WWW-Authenticate", NULL)           \
	X(SECURITY_CLIENT, "Security-Client", NULL)             \
	X(SECURITY_SERVER, "Security-Server", NULL)             \
	X(SECURITY_VERIFY, "Security-Verify", NULL)             \
	X(REQUIRE, "Require", NULL)                             \
	X(PROXY_REQUIRE, "Proxy-Require", NULL)                 \
	X(SUPPORTED, "Supported", "k")                          \
	X(UNSUPPORTED, "Unsupported", NULL)                     \
	X(ALLOW, "Allow", NULL)                                 \
	X(ALLOW_EVENTS, "Allow-Events", "u")                    \
	X(EVENT, "Event", "o")                                  \
	X(SUBSCRIPTION_STATE, "Subscription-State", NULL)       \
	X(RETRY_AFTER, "Retry-After", NULL)                     \
	X(CONTENT_TYPE, "Content-Type", "c")                    \
	X(CONTENT_ENCODING, "Content-Encoding", "e")            \
	X(CONTENT_LENGTH, "Content-Length", "l")                \
	X(SUBJECT, "Subject", "s")                              \
	X(USER_AGENT, "User-Agent", NULL)                       \
	X(SERVER, "Server", NULL)                               \
	X(WARNING, "Warning", NULL)                             \
	X(PRIVACY, "Privacy", NULL)                             \
	X(P_ASSOCIATED_URI, "P-Associated-URI", NULL)           \
	X(P_VISITED_NETWORK_ID, "P-Visited-Network-ID", NULL)   \
	X(P_ACCESS_NETWORK_INFO, "P-Access-Network-Info", NULL) \
	X(P_ASSERTED_IDENTITY, "P-Asserted-Identity", NULL)     \
	X(P_PREFERRED_IDENTITY, "P-Preferred-Identity", NULL)   \
	X(P_CHARGING_VECTOR, "P-Charging-Vector", NULL)         \
	X(P_CHARGING_FUNCTION_ADDRESSES, "P-Charging-Function-Addresses", NULL)

enum sip_header_id {
	SIP_HEADER_OTHER,
#define X(constant, name, compact) SIP_HEADER_##constant,
	SIP_HEADER_NAMES(X)
#undef X
		SIP_HEADER_COUNT
};

/* Long or compact form, any case; SIP_HEADER_OTHER where it is none of the list. */
enum sip_header_id sip_header_name_id(struct sip_text name);

/* "Security-Client"; id > SIP_HEADER_OTHER. */
const char *sip_header_name(enum sip_header_id id);
