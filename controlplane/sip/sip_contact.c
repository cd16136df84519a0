/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_contact.h"

#include <errno.h>
#include <stdio.h>

#include "sip_list.h"
#include "sip_param.h"

#define EXPIRES_DEFAULT 3600 /* RFC 3261 §20.10, where the value is no number */

static int parse_expires(struct sip_contact *contact)
{
	struct sip_param param = {.rest = contact->address.params};
	uint64_t seconds;

	while (sip_param_next(&param) > 0) {
		if (!sip_text_equal_nocase(param.name, sip_text("expires")))
			continue;
		if (contact->has_expires)
			return -EINVAL;
		if (sip_text_number(param.value, UINT32_MAX, &seconds))
			seconds = EXPIRES_DEFAULT;
		contact->has_expires = true;
		contact->expires_s = (uint32_t)seconds;
	}
	return 0;
}

int sip_contact_parse(
	struct sip_message *message, struct sip_contact out[SIP_CONTACTS_MAX], size_t *count)
{
	struct sip_list_item item;
	bool wildcard = false;
	size_t found = 0;

	for (sip_list_start(&item, message, SIP_HEADER_CONTACT); sip_list_next(&item);) {
		struct sip_contact contact = {.wildcard = false};
		int error;

		if (found == SIP_CONTACTS_MAX)
			return -E2BIG;
		if (sip_text_equal(item.value, sip_text("*"))) {
			contact.wildcard = wildcard = true;
		} else {
			error = sip_name_addr_parse(&message->arena, item.value, &contact.address);
			if (!error)
				error = parse_expires(&contact);
			if (error)
				return error;
		}
		out[found++] = contact;
	}
	if (wildcard && found != 1)
		return -EINVAL; /* RFC 3261 §10.3 step 6 */
	*count = found;
	return 0;
}

int sip_contact_print(const struct sip_contact *contact, uint32_t expires_s, char *out, size_t size)
{
	struct sip_param param = {.rest = contact->address.params};
	struct sip_text display = contact->address.display;
	int part = snprintf(out, size, "%.*s%s<%.*s>", SIP_TEXT_ARGS(display),
		display.len > 0 ? " " : "", SIP_TEXT_ARGS(contact->address.uri.text));
	size_t len = (size_t)part;

	while (part >= 0 && len < size && sip_param_next(&param) > 0) {
		if (sip_text_equal_nocase(param.name, sip_text("expires")))
			continue;
		part = snprintf(out + len, size - len, "%.*s", SIP_TEXT_ARGS(param.whole));
		len += (size_t)part;
	}
	if (part < 0 || len >= size)
		return -ENOSPC;
	len += (size_t)snprintf(out + len, size - len, ";expires=%u", expires_s);
	return len < size ? 0 : -ENOSPC;
}
