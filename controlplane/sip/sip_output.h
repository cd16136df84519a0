/* SPDX-License-Identifier: BSD-3-Clause */
/* The last step of what leaves as octets: printed, traced, given to the sender, counted. */
#pragma once

#include "sip_entry.h"

struct sip_output {
	const struct sip_entry_settings *settings;
	struct sip_counters *counters;
	char octets[SIP_MESSAGE_MAX]; /* of the message that was printed last */
	size_t len;
};

/* Prints into octets. 0 or -EMSGSIZE. */
int sip_output_print(struct sip_output *output, const struct sip_message *message)
	__attribute__((warn_unused_result));

/* False where the sender failed, which is counted: over UDP a message may be lost in any case. */
bool sip_output_send(
	struct sip_output *output, const struct sip_flow *flow, const void *octets, size_t len);
