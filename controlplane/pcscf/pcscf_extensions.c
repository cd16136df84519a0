/* SPDX-License-Identifier: BSD-3-Clause */
/* What a UE requires of proxies (RFC 3261 §16.3 step 5): the agreement, nothing else. */
#include <string.h>

#include "pcscf_state.h"
#include "sip_list.h"

bool pcscf_extensions_check(const struct sip_message *request, struct pcscf_refusal *refusal)
{
	struct sip_list_item item;

	sip_list_start(&item, request, SIP_HEADER_PROXY_REQUIRE);
	while (sip_list_next(&item)) {
		if (sip_text_equal_nocase(item.value, sip_text("sec-agree")))
			continue;
		*refusal = (struct pcscf_refusal){.status = 420, .header = SIP_HEADER_UNSUPPORTED};
		if (sip_text_is_token(item.value) && item.value.len < sizeof(refusal->value))
			memcpy(refusal->value, item.value.at, item.value.len);
		return false;
	}
	return true;
}
