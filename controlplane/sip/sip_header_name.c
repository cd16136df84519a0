/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_header_name.h"

static const struct {
	const char *name;
	uint8_t len;
	char compact;
} headers[SIP_HEADER_COUNT] = {
#define X(constant, text, form) [SIP_HEADER_##constant] = {text, sizeof(text) - 1, form},
	SIP_HEADER_NAMES(X)
#undef X
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

enum sip_header_id sip_header_name_id(struct sip_text name)
{
	if (name.len == 0)
		return SIP_HEADER_OTHER;
	for (unsigned i = SIP_HEADER_OTHER + 1; i < SIP_HEADER_COUNT; i++) {
		if (name.len == 1 && headers[i].compact == lower(name.at[0]))
			return (enum sip_header_id)i;
		if (name.len == headers[i].len && lower(headers[i].name[0]) == lower(name.at[0]) &&
			sip_text_equal_nocase(
				name, (struct sip_text){headers[i].name, headers[i].len}))
			return (enum sip_header_id)i;
	}
	return SIP_HEADER_OTHER;
}

const char *sip_header_name(enum sip_header_id id)
{
	return headers[id].name;
}
