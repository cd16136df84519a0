/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_cseq.h"

#include <errno.h>

#include "sip_header.h"

int sip_cseq_parse(const struct sip_message *message, struct sip_cseq *out)
{
	struct sip_text value = sip_header_value(message, SIP_HEADER_CSEQ), method;
	uint64_t number;
	size_t digits = 0;

	while (digits < value.len && value.at[digits] >= '0' && value.at[digits] <= '9')
		digits++;
	if (sip_text_number((struct sip_text){value.at, digits}, INT32_MAX, &number))
		return -EINVAL;
	method = (struct sip_text){value.at + digits, value.len - digits};
	if (method.len == 0 || (method.at[0] != ' ' && method.at[0] != '\t'))
		return -EINVAL;
	method = sip_text_trim(method);
	if (!sip_text_is_token(method))
		return -EINVAL;
	*out = (struct sip_cseq){.number = (uint32_t)number, .method = method};
	return 0;
}
