/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_uri_equal.h"

#include "net_address.h"
#include "sip_param.h"

#define IDENTITY_MAX 512

bool sip_uri_host_equal(struct sip_text a, struct sip_text b)
{
	struct net_address first, second;

	if (net_address_parse(a.at, a.len, &first) == 0 &&
		net_address_parse(b.at, b.len, &second) == 0)
		return net_address_equal(&first, &second);
	return sip_text_equal_nocase(a, b);
}

/* One that stands in one URI only makes a difference where its name is among these. */
static bool always_counts(struct sip_text name)
{
	static const char *const names[] = {"user", "ttl", "method", "maddr", "transport"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (sip_text_equal_nocase(name, sip_text(names[i])))
			return true;
	return false;
}

static bool find(struct sip_text params, struct sip_text name, struct sip_param *out)
{
	*out = (struct sip_param){.rest = params};
	while (sip_param_next(out) > 0)
		if (sip_text_equal_nocase(out->name, name))
			return true;
	return false;
}

/* Whether b has nothing against the parameters of a. */
static bool agrees(struct sip_text a, struct sip_text b)
{
	struct sip_param one = {.rest = a}, other;

	while (sip_param_next(&one) > 0) {
		if (find(b, one.name, &other)) {
			if (!sip_text_equal_nocase(one.value, other.value))
				return false;
		} else if (always_counts(one.name)) {
			return false;
		}
	}
	return true;
}

static bool same_number(const struct sip_uri *a, const struct sip_uri *b)
{
	char first[IDENTITY_MAX], second[IDENTITY_MAX];

	return sip_uri_identity(a, first, sizeof(first)) == 0 &&
	       sip_uri_identity(b, second, sizeof(second)) == 0 && strcmp(first, second) == 0;
}

bool sip_uri_equal(const struct sip_uri *a, const struct sip_uri *b)
{
	if (sip_text_equal(a->text, b->text))
		return true;
	if (a->scheme != b->scheme || a->scheme == SIP_URI_OTHER)
		return false;
	if (a->scheme == SIP_URI_TEL)
		return same_number(a, b);
	/* Header fields in a Contact mean nothing to a registrar: one that has them is only
	 * itself. */
	return !a->has_headers && !b->has_headers && sip_text_equal(a->user, b->user) &&
	       sip_uri_host_equal(a->host, b->host) && a->port == b->port &&
	       agrees(a->params, b->params) && agrees(b->params, a->params);
}
