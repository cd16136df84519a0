/* SPDX-License-Identifier: BSD-3-Clause */
/* SUBSCRIBE as text. */
#include "subscribe_request.h"

#include <stdio.h>

size_t subscribe_request_print(const struct subscribe_request *request, char *out, size_t cap)
{
	char contact[NET_TEXT_MAX], host[NET_TEXT_MAX];
	int len;

	net_endpoint_print(&request->contact, contact);
	net_address_print(&request->contact.address, host);
	len = snprintf(out, cap,
		"SUBSCRIBE %s SIP/2.0\r\n"
		"Via: SIP/2.0/UDP %s;branch=%s;rport\r\n"
		"Max-Forwards: 70\r\n"
		"Route: %s\r\n"
		"From: <%s>;tag=%s\r\n"
		"To: <%s>%s%s\r\n"
		"Call-ID: %s@%s\r\n"
		"CSeq: %u SUBSCRIBE\r\n"
		"P-Preferred-Identity: <%s>\r\n"
		"Contact: <sip:%s>\r\n"
		"Event: reg\r\n"
		"Accept: application/reginfo+xml\r\n"
		"Expires: %u\r\n"
		"Security-Verify: %s\r\n"
		"Require: sec-agree\r\n"
		"Proxy-Require: sec-agree\r\n"
		"Content-Length: 0\r\n\r\n",
		request->uri, contact, request->branch, request->route, request->impu,
		request->from_tag, request->impu, request->to_tag[0] ? ";tag=" : "",
		request->to_tag, request->call_id, host, request->cseq, request->impu, contact,
		request->expires_s, request->security_verify);
	return len > 0 && (size_t)len < cap ? (size_t)len : 0;
}
