/* SPDX-License-Identifier: BSD-3-Clause */
/* Before anything else of a REGISTER is looked at. */
#include "scscf_extensions.h"

#include "sip_list.h"

static bool is_known(struct sip_text tag)
{
	return sip_text_equal_nocase(tag, sip_text("path"));
}

bool scscf_extensions_known(const struct sip_message *request)
{
	struct sip_list_item item;

	for (sip_list_start(&item, request, SIP_HEADER_REQUIRE); sip_list_next(&item);)
		if (!is_known(item.value))
			return false;
	return true;
}

int scscf_extensions_list(const struct sip_message *request, struct sip_message *response)
{
	struct sip_list_item item;
	int status = 0;

	for (sip_list_start(&item, request, SIP_HEADER_REQUIRE);
		status == 0 && sip_list_next(&item);)
		if (!is_known(item.value))
			status = sip_header_add(response, SIP_HEADER_UNSUPPORTED, item.value);
	return status;
}
