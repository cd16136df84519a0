/* SPDX-License-Identifier: BSD-3-Clause */
/* What all timers of RFC 3261 §17 are made of: they differ by the way that a message takes. */
#pragma once

#include <stdint.h>

struct sip_timers {
	uint32_t t1_ms; /* round trip, estimated */
	uint32_t t2_ms; /* the longest interval between two retransmissions */
	uint32_t t4_ms; /* how long the network may keep a message */
};

/* Between UE and P-CSCF: TS 24.229 §7.7 has 2, 16 and 17 s. */
static inline struct sip_timers sip_timers_gm(uint32_t t1_ms)
{
	return (struct sip_timers){
		.t1_ms = t1_ms, .t2_ms = 8 * t1_ms, .t4_ms = 8 * t1_ms + t1_ms / 2};
}

/* Between hosts of the network (RFC 3261 Table 4). */
#define SIP_TIMERS_CORE ((struct sip_timers){.t1_ms = 500, .t2_ms = 4000, .t4_ms = 5000})
