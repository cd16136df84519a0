/* SPDX-License-Identifier: BSD-3-Clause */
/* Who asks, as the network says it (TS 24.229 §5.2.6.3, RFC 3325): the set of SAs tells whose
 * request it is; the UE may only choose among its own registered identities. */
#include <errno.h>
#include <string.h>

#include "pcscf_state.h"
#include "sip_list.h"
#include "sip_name_addr.h"

/* The first registered identity, or (wanted) that one. */
static bool find(
	const struct sa_set *set, struct sip_arena *arena, const char *wanted, struct sip_text *out)
{
	struct registered_impus **impus = sa_set_table_impus(&set->pcscf->sets, set->impi);
	const struct registered_impus *at = impus ? *impus : NULL;
	uint64_t now_ms = timer_queue_now_ms(set->pcscf->settings.timers);
	char impu[PCSCF_IMPI_MAX];
	const char *associated;

	while ((associated = registered_impus_next(&at, now_ms)) != NULL) {
		struct sip_list_item item;
		struct sip_name_addr name;

		sip_list_start_text(&item, sip_text(associated));
		while (sip_list_next(&item)) {
			if (sip_name_addr_parse(arena, item.value, &name) != 0 ||
				sip_uri_identity(&name.uri, impu, sizeof(impu)) != 0 ||
				(wanted && strcmp(impu, wanted) != 0))
				continue;
			*out = name.uri.text;
			return true;
		}
	}
	return false;
}

int pcscf_identity_assert(const struct sa_set *set, struct sip_message *request)
{
	struct sip_text asserted = {.len = 0};
	struct sip_list_item item;
	struct sip_name_addr name;
	char impu[PCSCF_IMPI_MAX];
	bool found = false;

	sip_list_start(&item, request, SIP_HEADER_P_PREFERRED_IDENTITY);
	while (!found && sip_list_next(&item))
		found = sip_name_addr_parse(&request->arena, item.value, &name) == 0 &&
			sip_uri_identity(&name.uri, impu, sizeof(impu)) == 0 &&
			find(set, &request->arena, impu, &asserted);
	if (!found && !find(set, &request->arena, NULL, &asserted))
		return -ENOENT;
	sip_header_remove_all(request, SIP_HEADER_P_PREFERRED_IDENTITY);
	sip_header_remove_all(request, SIP_HEADER_P_ASSERTED_IDENTITY);
	return sip_header_add_format(
		request, SIP_HEADER_P_ASSERTED_IDENTITY, "<%.*s>", SIP_TEXT_ARGS(asserted));
}
