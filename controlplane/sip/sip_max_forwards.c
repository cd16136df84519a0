/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_max_forwards.h"

#include <errno.h>
#include <stdio.h>

int sip_max_forwards_step(struct sip_message *request)
{
	struct sip_header *header = sip_header_find(request, SIP_HEADER_MAX_FORWARDS);
	uint64_t hops;
	char text[8];

	if (!header)
		return sip_header_add(request, SIP_HEADER_MAX_FORWARDS, sip_text("70"));
	if (sip_text_number(header->value, 255, &hops))
		return -EINVAL;
	if (hops == 0)
		return -ELOOP;
	snprintf(text, sizeof(text), "%u", (unsigned)hops - 1);
	return sip_header_replace(request, header, sip_text(text));
}
