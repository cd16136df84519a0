/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_validate.h"

#include "sip_cseq.h"
#include "sip_header.h"
#include "sip_name_addr.h"
#include "sip_param.h"
#include "sip_reply.h"
#include "sip_via.h"

static size_t rows(const struct sip_message *message, enum sip_header_id id)
{
	size_t count = 0;

	for (const struct sip_header *header = sip_header_find(message, id); header;
		header = sip_header_find_next(header))
		count++;
	return count;
}

/* From or To: one address; at most one tag. RFC 3261 §20.20, §20.39 */
static bool address_is_good(struct sip_message *message, enum sip_header_id id, bool tag_needed)
{
	struct sip_name_addr address;
	struct sip_text tag = {.len = 0};

	if (sip_name_addr_parse(&message->arena, sip_header_value(message, id), &address) ||
		!sip_param_unique(address.params))
		return false;
	return sip_param_find(address.params, "tag", &tag) ? tag.len > 0 : !tag_needed;
}

/* word [ "@" word ]: any visible characters, no space (RFC 3261 §25.1, callid). */
static bool call_id_is_good(struct sip_text call_id)
{
	return call_id.len > 0 && !memchr(call_id.at, ' ', call_id.len) &&
	       !memchr(call_id.at, '\t', call_id.len);
}

static bool cseq_is_good(const struct sip_message *message)
{
	struct sip_cseq cseq;

	if (sip_cseq_parse(message, &cseq))
		return false;
	return !message->is_request || sip_text_equal(cseq.method, message->method_name);
}

/* 0 … max, where it is present at all. */
static bool number_is_good(const struct sip_message *message, enum sip_header_id id, uint64_t max)
{
	uint64_t number;
	size_t count = rows(message, id);

	return count == 0 ||
	       (count == 1 && sip_text_number(sip_header_value(message, id), max, &number) == 0);
}

/* RFC 3261 §18.3: octets behind Content-Length are no part of the message, missing ones spoil it.
 */
static const char *cut_body(struct sip_message *message)
{
	uint64_t len;

	if (rows(message, SIP_HEADER_CONTENT_LENGTH) == 0)
		return NULL;
	if (!number_is_good(message, SIP_HEADER_CONTENT_LENGTH, SIP_MESSAGE_MAX) ||
		sip_text_number(sip_header_value(message, SIP_HEADER_CONTENT_LENGTH),
			SIP_MESSAGE_MAX, &len))
		return "Bad Content-Length";
	if (len > message->body.len)
		return "Content-Length Beyond The Message";
	message->body.len = (size_t)len;
	return NULL;
}

/* The first thing that makes a message of this protocol version a bad one, or NULL. */
static const char *find_fault(struct sip_message *message)
{
	static const struct {
		enum sip_header_id id;
		const char *fault;
	} once[] = {
		{SIP_HEADER_FROM, "Not One From"},
		{SIP_HEADER_TO, "Not One To"},
		{SIP_HEADER_CALL_ID, "Not One Call-ID"},
		{SIP_HEADER_CSEQ, "Not One CSeq"},
	};

	if (message->defect)
		return message->defect;
	for (size_t i = 0; i < sizeof(once) / sizeof(once[0]); i++)
		if (rows(message, once[i].id) != 1)
			return once[i].fault;
	if (!address_is_good(message, SIP_HEADER_FROM, true))
		return "Bad From";
	if (!address_is_good(message, SIP_HEADER_TO, false))
		return "Bad To";
	if (!call_id_is_good(sip_header_value(message, SIP_HEADER_CALL_ID)))
		return "Bad Call-ID";
	if (!cseq_is_good(message))
		return "Bad CSeq";
	if (!number_is_good(message, SIP_HEADER_MAX_FORWARDS, 255))
		return "Bad Max-Forwards";
	if (!number_is_good(message, SIP_HEADER_EXPIRES, UINT32_MAX))
		return "Bad Expires";
	return cut_body(message);
}

/* RFC 3261 §8.2.2.1, §16.3 step 2, §10.2 */
static struct sip_verdict check_request_uri(struct sip_message *message)
{
	struct sip_verdict bad = {SIP_ANSWER, 400, "Bad Request-URI"};
	struct sip_uri uri;

	if (sip_uri_parse(&message->arena, message->request_uri, &uri))
		return bad;
	if (uri.scheme == SIP_URI_OTHER)
		return (struct sip_verdict){SIP_ANSWER, 416, sip_reply_reason(416)};
	if (uri.has_headers)
		return bad; /* §19.1.1: not in a Request-URI */
	if (message->method == SIP_REGISTER && uri.user.len > 0)
		return bad;
	return (struct sip_verdict){.kind = SIP_VALID};
}

/* Whether a response can be made from it and would find its way (§8.2.6). */
static bool is_answerable(struct sip_message *message, bool via_is_good)
{
	return message->is_request && message->method != SIP_ACK && via_is_good &&
	       sip_header_value(message, SIP_HEADER_FROM).len > 0 &&
	       sip_header_value(message, SIP_HEADER_TO).len > 0 &&
	       sip_header_value(message, SIP_HEADER_CALL_ID).len > 0 &&
	       sip_header_value(message, SIP_HEADER_CSEQ).len > 0;
}

struct sip_verdict sip_validate(struct sip_message *message)
{
	struct sip_verdict verdict = {.kind = SIP_VALID};
	struct sip_via via;
	bool via_is_good = sip_via_top(message, &via) == 0;
	uint64_t hops;

	if (!sip_text_equal(message->version, sip_text("SIP/2.0"))) {
		verdict = (struct sip_verdict){SIP_ANSWER, 505, sip_reply_reason(505)};
	} else {
		const char *fault = via_is_good ? find_fault(message) : "Bad Via";

		if (fault)
			verdict = (struct sip_verdict){SIP_ANSWER, 400, fault};
		else if (message->is_request)
			verdict = check_request_uri(message);
	}
	/* §16.3 step 3; an OPTIONS may be meant for us (§11). */
	if (verdict.kind == SIP_VALID && message->is_request && message->method != SIP_OPTIONS &&
		message->method != SIP_ACK && rows(message, SIP_HEADER_MAX_FORWARDS) == 1 &&
		sip_text_number(sip_header_value(message, SIP_HEADER_MAX_FORWARDS), 255, &hops) ==
			0 &&
		hops == 0)
		verdict = (struct sip_verdict){SIP_ANSWER, 483, sip_reply_reason(483)};
	if (verdict.kind == SIP_ANSWER && !is_answerable(message, via_is_good))
		verdict.kind = SIP_SILENCE;
	return verdict;
}
