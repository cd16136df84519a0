/* SPDX-License-Identifier: BSD-3-Clause */
/* The header fields that some code asks for by a number instead of a name. */
#pragma once

#include "sip_text.h"

/* X(constant, name as we write it, compact form or '\0') */
#define SIP_HEADER_NAMES(X)                                     \
	X(VIA, "Via", 'v')                                      \
	X(FROM, "From", 'f')                                    \
	X(TO, "To", 't')                                        \
	X(CALL_ID, "Call-ID", 'i')                              \
	X(CSEQ, "CSeq", '\0')                                   \
	X(MAX_FORWARDS, "Max-Forwards", '\0')                   \
	X(CONTACT, "Contact", 'm')                              \
	X(EXPIRES, "Expires", '\0')                             \
	X(MIN_EXPIRES, "Min-Expires", '\0')                     \
	X(ROUTE, "Route", '\0')                                 \
	X(RECORD_ROUTE, "Record-Route", '\0')                   \
	X(PATH, "Path", '\0')                                   \
	X(SERVICE_ROUTE, "Service-Route", '\0')                 \
	X(AUTHORIZATION, "Authorization", '\0')                 \
	X(WWW_AUTHENTICATE, "WWW-Authenticate", '\0')           \
	X(SECURITY_CLIENT, "Security-Client", '\0')             \
	X(SECURITY_SERVER, "Security-Server", '\0')             \
	X(SECURITY_VERIFY, "Security-Verify", '\0')             \
	X(REQUIRE, "Require", '\0')                             \
	X(PROXY_REQUIRE, "Proxy-Require", '\0')                 \
	X(SUPPORTED, "Supported", 'k')                          \
	X(UNSUPPORTED, "Unsupported", '\0')                     \
	X(ALLOW, "Allow", '\0')                                 \
	X(ALLOW_EVENTS, "Allow-Events", 'u')                    \
	X(EVENT, "Event", 'o')                                  \
	X(SUBSCRIPTION_STATE, "Subscription-State", '\0')       \
	X(RETRY_AFTER, "Retry-After", '\0')                     \
	X(CONTENT_TYPE, "Content-Type", 'c')                    \
	X(CONTENT_ENCODING, "Content-Encoding", 'e')            \
	X(CONTENT_LENGTH, "Content-Length", 'l')                \
	X(SUBJECT, "Subject", 's')                              \
	X(USER_AGENT, "User-Agent", '\0')                       \
	X(SERVER, "Server", '\0')                               \
	X(WARNING, "Warning", '\0')                             \
	X(PRIVACY, "Privacy", '\0')                             \
	X(P_ASSOCIATED_URI, "P-Associated-URI", '\0')           \
	X(P_VISITED_NETWORK_ID, "P-Visited-Network-ID", '\0')   \
	X(P_ACCESS_NETWORK_INFO, "P-Access-Network-Info", '\0') \
	X(P_ASSERTED_IDENTITY, "P-Asserted-Identity", '\0')     \
	X(P_PREFERRED_IDENTITY, "P-Preferred-Identity", '\0')   \
	X(P_CHARGING_VECTOR, "P-Charging-Vector", '\0')         \
	X(P_CHARGING_FUNCTION_ADDRESSES, "P-Charging-Function-Addresses", '\0')

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
