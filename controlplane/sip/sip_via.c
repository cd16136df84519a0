/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_via.h"

#include <errno.h>
#include <stdio.h>

#include "sip_grammar.h"
#include "sip_list.h"
#include "sip_param.h"

#define COOKIE       "z9hG4bK"
#define DEFAULT_PORT 5060

/* "SIP/2.0/UDP host:port" and the parameters behind it. */
static void split(struct sip_text value, struct sip_text *head, struct sip_text *params)
{
	const char *semicolon = value.len > 0 ? memchr(value.at, ';', value.len) : NULL;
	size_t len = semicolon ? (size_t)(semicolon - value.at) : value.len;

	*head = sip_text_trim((struct sip_text){value.at, len});
	*params = (struct sip_text){value.at + len, value.len - len};
}

/* Texts of a message do not change where they lie, so the place of one tells what was in it. */
struct sip_via_read {
	struct sip_text value;
	struct sip_via via;
};

/* Without memory it is read once more the next time. */
static void remember(struct sip_message *message, struct sip_text value, const struct sip_via *via)
{
	struct sip_via_read *read = sip_arena_alloc(&message->arena, sizeof(*read));

	if (read)
		*read = (struct sip_via_read){.value = value, .via = *via};
	message->via_read = read;
}

int sip_via_top(struct sip_message *message, struct sip_via *out)
{
	struct sip_text value = sip_list_top(message, SIP_HEADER_VIA), head, params;
	const struct sip_via_read *read = message->via_read;
	struct sip_grammar_via parts;
	struct sip_via via;
	int error;

	if (read && read->value.at == value.at && read->value.len == value.len) {
		*out = read->via;
		return 0;
	}
	split(value, &head, &params);
	if (head.len == 0 || !sip_param_unique(params))
		return -EINVAL;
	error = sip_grammar_via(&message->arena, head, &parts);
	if (error)
		return error;
	via = (struct sip_via){.host = parts.host, .port = parts.port, .params = params};
	via.transport = sip_text_equal_nocase(parts.protocol, sip_text("TCP")) ? SIP_TCP : SIP_UDP;
	via.transport_known =
		via.transport == SIP_TCP || sip_text_equal_nocase(parts.protocol, sip_text("UDP"));
	(void)sip_param_find(params, "branch", &via.branch);
	(void)sip_param_find(params, "received", &via.received);
	via.has_rport = sip_param_find(params, "rport", NULL);
	via.branch_has_cookie =
		via.branch.len > strlen(COOKIE) &&
		sip_text_equal_nocase(
			(struct sip_text){via.branch.at, strlen(COOKIE)}, sip_text(COOKIE));
	remember(message, value, &via);
	*out = via;
	return 0;
}

int sip_via_mark_source(struct sip_message *message)
{
	struct sip_text value = sip_list_top(message, SIP_HEADER_VIA), head, params;
	const struct net_endpoint *source = &message->flow.remote;
	struct sip_param param;
	struct net_address sent_by;
	char address[NET_TEXT_MAX], *text;
	struct sip_via via;
	size_t len, size;
	int error = sip_via_top(message, &via);

	if (error)
		return error;
	split(value, &head, &params);
	size = value.len + 2 * NET_TEXT_MAX;
	text = sip_arena_alloc(&message->arena, size);
	if (!text)
		return -ENOMEM;
	memcpy(text, head.at, head.len);
	len = head.len;
	param = (struct sip_param){.rest = params};
	while (sip_param_next(&param) > 0) {
		if (sip_text_equal_nocase(param.name, sip_text("received")) ||
			sip_text_equal_nocase(param.name, sip_text("rport")))
			continue;
		memcpy(text + len, param.whole.at, param.whole.len);
		len += param.whole.len;
	}
	if (via.has_rport)
		len += (size_t)snprintf(text + len, size - len, ";rport=%u", source->port);
	/* RFC 3581 §4 wants received beside rport even where it says nothing new. */
	if (via.has_rport || net_address_parse(via.host.at, via.host.len, &sent_by) ||
		!net_address_equal(&sent_by, &source->address))
		len += (size_t)snprintf(text + len, size - len, ";received=%s",
			net_address_print(&source->address, address));
	error = sip_list_replace_top(message, SIP_HEADER_VIA, (struct sip_text){text, len});
	if (error)
		return error;
	value = sip_list_top(message, SIP_HEADER_VIA);
	via.params = (struct sip_text){value.at + head.len, value.len - head.len};
	via.received.len = 0;
	(void)sip_param_find(via.params, "received", &via.received);
	remember(message, value, &via);
	return 0;
}

int sip_via_push(struct sip_message *message, enum sip_transport_kind transport, const char *host,
	uint16_t port, const char *branch)
{
	bool bracketed = strchr(host, ':') && host[0] != '[';
	char text[512], port_text[8] = "";
	int len;

	if (port != 0)
		snprintf(port_text, sizeof(port_text), ":%u", port);
	len = snprintf(text, sizeof(text), "SIP/2.0/%s %s%s%s%s;branch=%s",
		transport == SIP_TCP ? "TCP" : "UDP", bracketed ? "[" : "", host,
		bracketed ? "]" : "", port_text, branch);
	if (len < 0 || (size_t)len >= sizeof(text))
		return -EINVAL;
	return sip_header_add_top(message, SIP_HEADER_VIA, sip_text(text));
}

int sip_via_set_sender(struct sip_message *message, const struct sip_flow *flow)
{
	char sender[NET_TEXT_MAX], *text;
	struct sip_text head, params;
	size_t size;
	int len;

	split(sip_list_top(message, SIP_HEADER_VIA), &head, &params);
	if (head.len == 0)
		return -ENOENT;
	size = params.len + 2 * NET_TEXT_MAX;
	text = sip_arena_alloc(&message->arena, size);
	if (!text)
		return -ENOMEM;
	len = snprintf(text, size, "SIP/2.0/%s %s%.*s", flow->transport == SIP_TCP ? "TCP" : "UDP",
		net_endpoint_print(&flow->local, sender), SIP_TEXT_ARGS(params));
	return sip_list_replace_top(message, SIP_HEADER_VIA, (struct sip_text){text, (size_t)len});
}

int sip_via_pop(struct sip_message *message)
{
	return sip_list_remove_top(message, SIP_HEADER_VIA);
}

bool sip_via_matches(struct sip_message *message, const char *branch)
{
	struct sip_via via;

	return sip_via_top(message, &via) == 0 && sip_text_equal(via.branch, sip_text(branch));
}

int sip_via_reply_flow(struct sip_message *request, struct sip_flow *out)
{
	struct sip_flow flow = request->flow;
	struct sip_via via;
	int error = sip_via_top(request, &via);

	if (error)
		return error;
	if (flow.transport == SIP_UDP && !via.has_rport)
		flow.remote.port = via.port != 0 ? via.port : DEFAULT_PORT;
	*out = flow;
	return 0;
}
