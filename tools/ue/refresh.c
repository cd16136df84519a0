/* SPDX-License-Identifier: BSD-3-Clause */
#include "refresh.h"

#include <stdio.h>
#include <string.h>

#include "sip_parameter.h"

#define EARLY_S 600
#define SHORT_S 1200

uint32_t refresh_granted_s(const struct sip_text *text, const struct net_endpoint *sent_by)
{
	char address[NET_TEXT_MAX], uri_end[NET_TEXT_MAX + 2];
	struct sip_slice contact;
	uint32_t expires_s;

	snprintf(uri_end, sizeof(uri_end), "@%s>", net_endpoint_print(sent_by, address));
	for (unsigned nth = 0; sip_text_header(text, "Contact", nth, &contact); nth++) {
		if (memmem(contact.at, contact.len, uri_end, strlen(uri_end)) &&
			sip_parameter_number(contact, ';', "expires", &expires_s) == 0)
			return expires_s;
	}
	return 0;
}

uint64_t refresh_after_ms(uint32_t granted_s)
{
	if (granted_s > SHORT_S)
		return (uint64_t)(granted_s - EARLY_S) * 1000;
	return (uint64_t)granted_s * 500;
}
