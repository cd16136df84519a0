/* SPDX-License-Identifier: BSD-3-Clause */
/* SM1 and SM7 as text. */
#include "register_request.h"

#include <stdio.h>
#include <string.h>

/* "user" of "sip:user@home1.net", as a length from after the scheme. */
static int user_len(const char *impu, const char **user)
{
	const char *colon = strchr(impu, ':');

	*user = colon ? colon + 1 : impu;
	return (int)strcspn(*user, "@;");
}

size_t register_request_print(const struct register_request *request, char *out, size_t cap)
{
	char sent_by[NET_TEXT_MAX], host[NET_TEXT_MAX];
	const char *verify = request->security_verify;
	char contact[512];
	const char *user;
	int user_length = user_len(request->impu, &user);
	int len;

	net_endpoint_print(&request->sent_by, sent_by);
	net_address_print(&request->sent_by.address, host);
	if (request->all_contacts)
		snprintf(contact, sizeof(contact), "*\r\nExpires: %u", request->expires_s);
	else
		snprintf(contact, sizeof(contact), "<sip:%.*s@%s>;expires=%u", user_length, user,
			sent_by, request->expires_s);
	len = snprintf(out, cap,
		"REGISTER sip:%s SIP/2.0\r\n"
		"Via: SIP/2.0/UDP %s;branch=%s;rport\r\n"
		"Max-Forwards: 70\r\n"
		"From: <%s>;tag=%s\r\n"
		"To: <%s>\r\n"
		"Call-ID: %s@%s\r\n"
		"CSeq: %u REGISTER\r\n"
		"Contact: %s\r\n"
		"Authorization: %s\r\n"
		"Security-Client: %s\r\n"
		"%s%s%s"
		"Require: sec-agree\r\n"
		"Proxy-Require: sec-agree\r\n"
		"Supported: path\r\n"
		"Content-Length: 0\r\n\r\n",
		request->realm, sent_by, request->branch, request->impu, request->from_tag,
		request->impu, request->call_id, host, request->cseq, contact,
		request->authorization, request->security_client, verify ? "Security-Verify: " : "",
		verify ? verify : "", verify ? "\r\n" : "");
	return len > 0 && (size_t)len < cap ? (size_t)len : 0;
}
