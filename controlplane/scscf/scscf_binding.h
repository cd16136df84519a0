/* SPDX-License-Identifier: BSD-3-Clause */
/* One contact of a registration: where a request for the UE would go (RFC 3261 §10.3, RFC 3327). */
#pragma once

#include "scscf.h"
#include "scscf_request.h"

/* Contact number i of the request, from now on. 0, -EINVAL (Path) or -ENOMEM. */
int scscf_binding_make(struct sip_message *message, const struct scscf_request *request, size_t i,
	uint64_t now_ms, struct scscf_binding *out) __attribute__((warn_unused_result));

/* Whether it is the one of this URI (RFC 3261 §10.3 step 7); message: whose memory is used. */
bool scscf_binding_is_of(const struct scscf_binding *binding, struct sip_message *message,
	const struct sip_uri *contact);

void scscf_binding_clear(struct scscf_binding *binding);
