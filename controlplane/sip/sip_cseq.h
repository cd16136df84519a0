/* SPDX-License-Identifier: BSD-3-Clause */
/* CSeq (RFC 3261 §20.16). */
#pragma once

#include "sip_message.h"

struct sip_cseq {
	uint32_t number; /* below 2^31 */
	struct sip_text method;
};

/* Of the message's first row. 0, or -EINVAL (absent, too). */
int sip_cseq_parse(const struct sip_message *message, struct sip_cseq *out)
	__attribute__((warn_unused_result));
