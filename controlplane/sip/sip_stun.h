/* SPDX-License-Identifier: BSD-3-Clause */
/* Keep-alives of UEs over UDP (RFC 5626 §4.4.2): STUN binding requests beside SIP on one port. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net_address.h"

#define SIP_STUN_ANSWER_MAX 44

/* RFC 8489 §5: two zero bits and the magic cookie. */
bool sip_stun_is(const uint8_t *octets, size_t len);

/* The binding response, which tells the source where it was seen. Returns its length; 0: what is
 * no plain binding request gets none. */
size_t sip_stun_answer(const uint8_t *octets, size_t len, const struct net_endpoint *source,
	uint8_t out[SIP_STUN_ANSWER_MAX]);
