/* SPDX-License-Identifier: BSD-3-Clause */
/* The values that an attacker puts into Security-Client, Security-Verify and Authorization. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sip_auth.h"
#include "sip_list.h"
#include "sip_sec_agree.h"

#define CHECK(condition)          \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_sec_agree(struct sip_message *message)
{
	static struct sip_sec_agree parsed, copy;
	static char text[SIP_MESSAGE_MAX];

	if (sip_sec_agree_parse(message, SIP_HEADER_SECURITY_CLIENT, &parsed))
		return;
	CHECK(parsed.count <= SIP_SEC_AGREE_MAX);
	CHECK(sip_sec_agree_equal(&parsed, &parsed));
	CHECK(sip_list_join(message, SIP_HEADER_SECURITY_CLIENT, text, sizeof(text)) == 0);
	CHECK(sip_sec_agree_parse_text(sip_text(text), &copy) == 0);
	CHECK(sip_sec_agree_equal(&parsed, &copy));
	if (sip_sec_agree_print(&parsed, text, sizeof(text)) == 0)
		CHECK(sip_sec_agree_parse_text(sip_text(text), &copy) == 0 &&
			copy.count == parsed.count);
}

static void check_auth(struct sip_message *message)
{
	static const char *const stripped[] = {"integrity-protected", "ck", "ik"};
	struct sip_header *header = sip_header_find(message, SIP_HEADER_AUTHORIZATION);
	struct sip_text value;
	struct sip_auth auth;

	if (sip_auth_parse(message, header, &auth))
		return;
	for (size_t i = 0; i < 3; i++) {
		size_t before = auth.count, had = sip_auth_find(&auth, stripped[i], NULL);

		if (had && before == 1)
			return; /* nothing would be left */
		CHECK(sip_auth_remove(message, header, stripped[i]) == 0);
		CHECK(sip_auth_parse(message, header, &auth) == 0);
		CHECK(!sip_auth_find(&auth, stripped[i], NULL));
		CHECK(auth.count == before - had);
	}
	if (auth.count == SIP_AUTH_PARAMS_MAX)
		return;
	CHECK(sip_auth_set(message, header, "Integrity-Protected", sip_text("yes"), true) == 0);
	CHECK(sip_auth_parse(message, header, &auth) == 0);
	CHECK(sip_auth_find(&auth, "integrity-protected", &value));
	CHECK(sip_text_equal(value, sip_text("yes")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sip_message *message;
	const char *split = size > 0 ? memchr(data, '\n', size) : NULL;
	struct sip_text value = {(const char *)data, size}, rest = {.at = "", .len = 0};

	if (split) { /* two rows */
		value.len = (size_t)(split - value.at);
		rest = (struct sip_text){split + 1, size - value.len - 1};
	}
	CHECK(sip_message_create_request(sip_text("REGISTER"), sip_text("sip:a"), &message) == 0);
	if (sip_header_add(message, SIP_HEADER_SECURITY_CLIENT, value) == 0 &&
		sip_header_add(message, SIP_HEADER_SECURITY_CLIENT, rest) == 0 &&
		sip_header_add(message, SIP_HEADER_AUTHORIZATION, value) == 0) {
		check_sec_agree(message);
		check_auth(message);
	}
	sip_message_destroy(message);
	return 0;
}
