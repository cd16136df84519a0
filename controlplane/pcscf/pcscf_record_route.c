/* SPDX-License-Identifier: BSD-3-Clause */
/* The P-CSCF's own entry in Record-Route (RFC 3261 §16.6 step 4, TS 24.229 §5.2.6.3): it names the
 * IMPI, so that a request of the home network finds the UE's sets without any memory of dialogs.
 * The UE sees the protected port in it, the home network the other one. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pcscf_state.h"
#include "sip_list.h"
#include "sip_name_addr.h"
#include "sip_uri_equal.h"

#define ENTRY_MAX ((size_t)3 * PCSCF_IMPI_MAX + PCSCF_NAME_MAX + 32)
#define LIST_MAX  8192

/* Nothing but what any parser takes for the user of a URI. */
static void escape(const char *text, char *out)
{
	for (; *text; text++) {
		unsigned char octet = (unsigned char)*text;
		bool plain = (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'z') ||
			     (octet >= 'A' && octet <= 'Z');

		out += plain ? sprintf(out, "%c", octet) : sprintf(out, "%%%02X", octet);
	}
	*out = '\0';
}

static void print(const struct sa_set *set, bool to_ue, char out[ENTRY_MAX])
{
	const struct pcscf_settings *settings = &set->pcscf->settings;
	const struct net_endpoint own = {.address = set->local, .port = set->own.port_s};
	char user[3 * PCSCF_IMPI_MAX], host[NET_TEXT_MAX];

	escape(set->impi, user);
	if (to_ue)
		snprintf(out, ENTRY_MAX, "<sip:%s@%s;lr>", user, net_endpoint_print(&own, host));
	else
		snprintf(out, ENTRY_MAX, "<sip:%s@%s:%u;lr>", user, settings->host_name,
			settings->unprotected_port);
}

int pcscf_record_route_push(const struct sa_set *set, struct sip_message *request, bool to_ue)
{
	char entry[ENTRY_MAX];

	print(set, to_ue, entry);
	return sip_header_add_top(request, SIP_HEADER_RECORD_ROUTE, sip_text(entry));
}

int pcscf_record_route_turn(const struct sa_set *set, struct sip_message *response)
{
	char mine[ENTRY_MAX], shown[ENTRY_MAX], list[LIST_MAX], turned[LIST_MAX + ENTRY_MAX];
	const char *at;

	if (!sip_header_find(response, SIP_HEADER_RECORD_ROUTE))
		return 0;
	print(set, false, mine);
	print(set, true, shown);
	if (sip_list_join(response, SIP_HEADER_RECORD_ROUTE, list, sizeof(list)) != 0)
		return -EMSGSIZE;
	at = strstr(list, mine);
	if (!at)
		return 0;
	snprintf(turned, sizeof(turned), "%.*s%s%s", (int)(at - list), list, shown,
		at + strlen(mine));
	return sip_header_set(response, SIP_HEADER_RECORD_ROUTE, sip_text(turned));
}

/* By name, or by this address of ours: a literal has many forms. */
static bool is_own(
	const struct pcscf_settings *settings, const struct net_address *own, struct sip_text host)
{
	struct net_address address;

	return sip_uri_host_equal(host, sip_text(settings->host_name)) ||
	       (net_address_parse(host.at, host.len, &address) == 0 &&
		       net_address_equal(&address, own));
}

int pcscf_record_route_pop(const struct pcscf_settings *settings, const struct net_address *own,
	struct sip_message *request, char impi[PCSCF_IMPI_MAX])
{
	struct sip_text top = sip_list_top(request, SIP_HEADER_ROUTE);
	struct sip_name_addr route;

	if (impi)
		impi[0] = '\0';
	if (top.len == 0 || sip_name_addr_parse(&request->arena, top, &route) != 0 ||
		!is_own(settings, own, route.uri.host))
		return 0;
	if (impi && route.uri.user.len < PCSCF_IMPI_MAX)
		snprintf(impi, PCSCF_IMPI_MAX, "%.*s", SIP_TEXT_ARGS(route.uri.user));
	return sip_list_remove_top(request, SIP_HEADER_ROUTE);
}
