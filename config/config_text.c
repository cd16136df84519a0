/* SPDX-License-Identifier: BSD-3-Clause */
#include "config_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "hex.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"

static bool copy(const char *text, char *out, size_t size)
{
	size_t len = strlen(text);

	if (len == 0 || len >= size)
		return false;
	memcpy(out, text, len + 1);
	return true;
}

bool config_text_path(const char *text, void *out, size_t size)
{
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
	return copy(text, out, size);
}

bool config_text_absolute_path(const char *text, void *out, size_t size)
{
	return text[0] == '/' && config_text_path(text, out, size);
}

/* The names that useradd(8) makes. */
bool config_text_user(const char *text, void *out, size_t size)
{
	if (text[0] == '-' || isdigit((unsigned char)text[0]))
		return false;
	return text[strspn(text, LETTERS DIGITS "_-")] == '\0' && copy(text, out, size);
}

/* Narrower than the kernel: no ',' and no '=', which separate a DPDK device's arguments. */
bool config_text_interface(const char *text, void *out, size_t size)
{
	if (strcmp(text, ".") == 0 || strcmp(text, "..") == 0)
		return false;
	return text[strspn(text, LETTERS DIGITS "._-")] == '\0' && copy(text, out, size);
}

/* "0000:03:00.0" (domain:bus:device.function), kept in lower case. */
bool config_text_pci(const char *text, void *out, size_t size)
{
	static const char form[] = "hhhh:hh:hh.o";
	char *at = out;

	if (strlen(text) != sizeof(form) - 1 || sizeof(form) > size)
		return false;
	for (size_t i = 0; i < sizeof(form) - 1; i++) {
		bool fits = form[i] == 'h'   ? isxdigit((unsigned char)text[i])
			    : form[i] == 'o' ? text[i] >= '0' && text[i] <= '7'
					     : text[i] == form[i];

		if (!fits)
			return false;
		at[i] = (char)tolower((unsigned char)text[i]);
	}
	at[sizeof(form) - 1] = '\0';
	return true;
}

/* "02:00:00:00:00:01". */
bool config_text_mac(const char *text, void *out, size_t size)
{
	static const struct config_mac none;
	struct config_mac mac;

	if (size != sizeof(mac) || strlen(text) != 3 * sizeof(mac.bytes) - 1)
		return false;
	for (size_t i = 0; i < sizeof(mac.bytes); i++) {
		char end = i + 1 < sizeof(mac.bytes) ? ':' : '\0';

		if (hex_decode(text + 3 * i, 2, &mac.bytes[i], 1) || text[3 * i + 2] != end)
			return false;
	}
	/* The first octet's lowest bit names a group. */
	if (mac.bytes[0] & 1 || memcmp(&mac, &none, sizeof(mac)) == 0)
		return false;
	memcpy(out, &mac, sizeof(mac));
	return true;
}

/* RFC 1123 §2.1 and RFC 3261's hostname: labels of letters, digits and inner '-', 63 each; the
 * last one begins with a letter, so that it is no IPv4 literal. */
static bool is_domain(const char *text, size_t len)
{
	size_t label = 0, label_at = 0;

	if (len == 0 || len > 253)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '.') {
			if (label == 0 || text[i - 1] == '-')
				return false;
			label = 0;
			label_at = i + 1;
			continue;
		}
		if (!isalnum((unsigned char)text[i]) && (text[i] != '-' || label == 0))
			return false;
		if (++label > 63)
			return false;
	}
	return label > 0 && text[len - 1] != '-' && isalpha((unsigned char)text[label_at]);
}

bool config_text_domain(const char *text, void *out, size_t size)
{
	return is_domain(text, strlen(text)) && copy(text, out, size);
}

/* As SIP writes hosts: IPv6 in brackets. */
static bool is_host(const char *text, size_t len)
{
	struct net_address address;

	if (is_domain(text, len))
		return true;
	if (net_address_parse(text, len, &address))
		return false;
	return address.family == NET_IPV4 || text[0] == '[';
}

bool config_text_host(const char *text, void *out, size_t size)
{
	return is_host(text, strlen(text)) && copy(text, out, size);
}

static bool is_port(const char *text)
{
	return text[0] >= '1' && text[0] <= '9' && strlen(text) <= 5 &&
	       text[strspn(text, DIGITS)] == '\0' && strtoul(text, NULL, 10) <= 65535;
}

/* "sip:" [user "@"] host [":" port], without parameters (RFC 3261 §19.1.1). */
bool config_text_sip_uri(const char *text, void *out, size_t size)
{
	const char *host, *at, *colon;

	if (strncmp(text, "sip:", 4) != 0)
		return false;
	host = text + 4;
	at = strchr(host, '@');
	if (at) {
		if (at == host ||
			strspn(host, LETTERS DIGITS "-_.!~*'()&=+$/") != (size_t)(at - host))
			return false;
		host = at + 1;
	}
	colon = host[0] == '[' ? strchr(host, ']') : strchr(host, ':');
	if (colon && *colon == ']')
		colon = colon[1] == ':' ? colon + 1 : NULL;
	if (colon && !is_port(colon + 1))
		return false;
	return is_host(host, colon ? (size_t)(colon - host) : strlen(host)) &&
	       copy(text, out, size);
}

/* An address that one host can have. */
static bool is_unicast(const struct net_address *address)
{
	static const uint8_t none[16];
	const uint8_t *bytes = address->bytes;

	if (memcmp(bytes, none, sizeof(none)) == 0)
		return false;
	if (address->family == NET_IPV6)
		return bytes[0] != 0xff;
	return bytes[0] != 0 && bytes[0] < 224; /* RFC 1122 §3.2.1.3 */
}

bool config_text_address(const char *text, void *out, size_t size)
{
	struct net_address address;

	if (text[0] == '[' || size != sizeof(address) ||
		net_address_parse(text, strlen(text), &address) || !is_unicast(&address))
		return false;
	memcpy(out, &address, sizeof(address));
	return true;
}

static bool parse_prefix(const char *text, struct config_prefix *out)
{
	const char *slash = strchr(text, '/');
	unsigned long length;

	if (!slash || text[0] == '[' ||
		net_address_parse(text, (size_t)(slash - text), &out->address))
		return false;
	slash++;
	if (slash[0] == '\0' || strlen(slash) > 3 || slash[strspn(slash, DIGITS)] != '\0' ||
		(slash[0] == '0' && slash[1] != '\0'))
		return false;
	length = strtoul(slash, NULL, 10);
	out->length = (uint8_t)length;
	return length <= (out->address.family == NET_IPV4 ? 32 : 128);
}

bool config_text_prefix(const char *text, void *out, size_t size)
{
	struct config_prefix prefix;

	if (size != sizeof(prefix) || !parse_prefix(text, &prefix) ||
		!is_unicast(&prefix.address) || prefix.length == 0)
		return false;
	memcpy(out, &prefix, sizeof(prefix));
	return true;
}

bool config_text_network(const char *text, void *out, size_t size)
{
	struct config_prefix prefix;

	if (size != sizeof(prefix) || !parse_prefix(text, &prefix))
		return false;
	for (unsigned bit = prefix.length; bit < 8 * sizeof(prefix.address.bytes); bit++)
		if (prefix.address.bytes[bit / 8] & 0x80 >> bit % 8)
			return false;
	memcpy(out, &prefix, sizeof(prefix));
	return true;
}

/* Readable in a list, and nothing that steers a terminal. */
bool config_text_label(const char *text, void *out, size_t size)
{
	return text[strspn(text, LETTERS DIGITS "._:@/-")] == '\0' && copy(text, out, size);
}

bool config_text_key(const char *text, void *out, size_t size)
{
	struct config_key *key = out;
	size_t len = strlen(text);

	if (size < sizeof(*key) || len % 2 != 0 ||
		(len / 2 != sa_key_len(SA_HMAC_MD5_96) && len / 2 != sa_key_len(SA_HMAC_SHA_1_96)))
		return false;
	key->len = (uint8_t)(len / 2);
	return hex_decode(text, len, key->bytes, key->len) == 0;
}
