/* SPDX-License-Identifier: BSD-3-Clause */
/* What a REGISTER requires of the registrar (RFC 3261 §8.2.2.3): "path" (RFC 3327), nothing else.
 */
#pragma once

#include "sip_message.h"

bool scscf_extensions_known(const struct sip_message *request);

/* The unknown ones, as Unsupported of a 420. 0, -EINVAL, -E2BIG or -ENOMEM. */
int scscf_extensions_list(const struct sip_message *request, struct sip_message *response)
	__attribute__((warn_unused_result));
