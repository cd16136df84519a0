/* SPDX-License-Identifier: BSD-3-Clause */
/* The methods that some code asks for; all others keep their name only. */
#pragma once

#include "sip_text.h"

/* X(constant, name) */
#define SIP_METHODS(X)            \
	X(REGISTER, "REGISTER")   \
	X(INVITE, "INVITE")       \
	X(ACK, "ACK")             \
	X(CANCEL, "CANCEL")       \
	X(BYE, "BYE")             \
	X(OPTIONS, "OPTIONS")     \
	X(SUBSCRIBE, "SUBSCRIBE") \
	X(NOTIFY, "NOTIFY")       \
	X(PUBLISH, "PUBLISH")     \
	X(MESSAGE, "MESSAGE")     \
	X(REFER, "REFER")         \
	X(INFO, "INFO")           \
	X(UPDATE, "UPDATE")       \
	X(PRACK, "PRACK")

enum sip_method {
	SIP_OTHER_METHOD,
#define X(constant, name) SIP_##constant,
	SIP_METHODS(X)
#undef X
		SIP_METHOD_COUNT
};

/* Case matters (RFC 3261 §7.1). SIP_OTHER_METHOD where it is none of the list. */
enum sip_method sip_method_of(struct sip_text name);

/* "REGISTER"; method > SIP_OTHER_METHOD. */
const char *sip_method_name(enum sip_method method);
