/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_reply.h"

#include <errno.h>

#include "sip_header.h"
#include "sip_name_addr.h"
#include "sip_param.h"

static const struct {
	unsigned status;
	const char *reason;
} reasons[] = {
	{100, "Trying"},
	{200, "OK"},
	{202, "Accepted"},
	{302, "Moved Temporarily"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{406, "Not Acceptable"},
	{408, "Request Timeout"},
	{413, "Request Entity Too Large"},
	{414, "Request-URI Too Long"},
	{416, "Unsupported URI Scheme"},
	{420, "Bad Extension"},
	{421, "Extension Required"},
	{423, "Interval Too Brief"},
	{439, "First Hop Lacks Outbound Support"},
	{480, "Temporarily Unavailable"},
	{481, "Call/Transaction Does Not Exist"},
	{482, "Loop Detected"},
	{483, "Too Many Hops"},
	{488, "Not Acceptable Here"},
	{489, "Bad Event"},
	{494, "Security Agreement Required"},
	{500, "Server Internal Error"},
	{501, "Not Implemented"},
	{503, "Service Unavailable"},
	{504, "Server Time-out"},
	{505, "Version Not Supported"},
	{513, "Message Too Large"},
	{600, "Busy Everywhere"},
	{603, "Decline"},
	{606, "Not Acceptable"},
};

const char *sip_reply_reason(unsigned status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}

/* RFC 3261 §8.2.6.2. A To that can not be read is copied as it is, for a 400. */
static int copy_to(
	const struct sip_message *request, const char *to_tag, struct sip_message *response)
{
	struct sip_text to = sip_header_value(request, SIP_HEADER_TO);
	struct sip_name_addr address;

	if (response->status == 100 || !to_tag ||
		sip_name_addr_parse(&response->arena, to, &address) ||
		sip_param_find(address.params, "tag", NULL))
		return sip_header_add(response, SIP_HEADER_TO, to);
	return sip_header_add_format(
		response, SIP_HEADER_TO, "%.*s;tag=%s", SIP_TEXT_ARGS(to), to_tag);
}

int sip_reply_create(const struct sip_message *request, unsigned status, const char *reason,
	const char *to_tag, struct sip_message **out)
{
	struct sip_message *response;
	int error;

	if (!request->is_request)
		return -EINVAL;
	error = sip_message_create_response(
		status, sip_text(reason ? reason : sip_reply_reason(status)), &response);
	if (error)
		return error;
	error = sip_header_copy_all(request, SIP_HEADER_VIA, response);
	if (!error)
		error = sip_header_add(
			response, SIP_HEADER_FROM, sip_header_value(request, SIP_HEADER_FROM));
	if (!error)
		error = copy_to(request, to_tag, response);
	if (!error)
		error = sip_header_add(response, SIP_HEADER_CALL_ID,
			sip_header_value(request, SIP_HEADER_CALL_ID));
	if (!error)
		error = sip_header_add(
			response, SIP_HEADER_CSEQ, sip_header_value(request, SIP_HEADER_CSEQ));
	if (error) {
		sip_message_destroy(response);
		return error;
	}
	*out = response;
	return 0;
}
