/* SPDX-License-Identifier: BSD-3-Clause */
/* Max-Forwards, the end of loops (RFC 3261 §16.3 step 3, §16.6 step 3). */
#pragma once

#include "sip_header.h"

/* Before a request goes further: one less; 70 where there was none. 0; -ELOOP where it is 0
 * already (answer 483); -EINVAL; -E2BIG; -ENOMEM. */
int sip_max_forwards_step(struct sip_message *request) __attribute__((warn_unused_result));
