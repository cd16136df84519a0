/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE's own timer: it re-registers before the network's ends (REG-8, TS 24.229 §5.1.1.4.1). */
#pragma once

#include <stdint.h>

#include "sip_text.h"
#include "udp_segment.h"

/* What this 200 gives the contact at sent_by, in seconds; 0: nothing. */
uint32_t refresh_granted_s(const struct sip_text *text, const struct net_endpoint *sent_by);

/* 600 s before the end, or at half of it where that is at most 1200 s away. */
uint64_t refresh_after_ms(uint32_t granted_s);
