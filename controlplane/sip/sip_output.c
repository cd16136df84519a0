/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_output.h"

#include "sip_print.h"

int sip_output_print(struct sip_output *output, const struct sip_message *message)
{
	return sip_print(message, output->octets, sizeof(output->octets), &output->len);
}

bool sip_output_send(
	struct sip_output *output, const struct sip_flow *flow, const void *octets, size_t len)
{
	const struct sip_entry_settings *settings = output->settings;

	if (settings->trace)
		settings->trace(settings->trace_context, flow, true, octets, len);
	if (settings->sender.send(settings->sender.context, flow, octets, len)) {
		output->counters->send_failures++;
		return false;
	}
	output->counters->sent++;
	return true;
}
