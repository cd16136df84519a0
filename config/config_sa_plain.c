/* SPDX-License-Identifier: BSD-3-Clause */
/* A file of a million SAs is read in a second and not in many: no tree, no escapes, one pass. What
 * is not written as plainly as that, and all that is wrong, is left to config_sa.c. */
#include <string.h>

#include "config_sa_read.h"
#include "config_text.h"
#include "secret.h"

struct scan {
	const char *at, *end;
};

struct word {
	const char *text;
	size_t len;
};

static bool take(struct scan *scan, char wanted)
{
	while (scan->at < scan->end &&
		(*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r' || *scan->at == '\n'))
		scan->at++;
	if (scan->at == scan->end || *scan->at != wanted)
		return false;
	scan->at++;
	return true;
}

/* Printable ASCII without escapes. */
static bool take_string(struct scan *scan, struct word *out)
{
	if (!take(scan, '"'))
		return false;
	out->text = scan->at;
	while (scan->at < scan->end && *scan->at != '"') {
		if (*scan->at < 0x20 || *scan->at > 0x7e || *scan->at == '\\')
			return false;
		scan->at++;
	}
	out->len = (size_t)(scan->at - out->text);
	return take(scan, '"');
}

static bool take_number(struct scan *scan, uint64_t min, uint64_t max, uint64_t *out)
{
	unsigned digits = 0;

	while (scan->at < scan->end && *scan->at == ' ')
		scan->at++;
	for (*out = 0; scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9'; scan->at++) {
		if (++digits > 10 || (digits > 1 && *out == 0))
			return false;
		*out = *out * 10 + (uint64_t)(*scan->at - '0');
	}
	/* A fraction or an exponent is neither ',' nor '}'. */
	return digits > 0 && *out >= min && *out <= max;
}

static bool is(const struct word *word, const char *name)
{
	return word->len == strlen(name) && memcmp(word->text, name, word->len) == 0;
}

/* As the settings' reader has it: a text that ends with a NUL. */
static bool take_text(struct scan *scan, bool (*parse)(const char *text, void *out, size_t size),
	void *out, size_t size)
{
	char text[128];
	struct word word;
	bool good;

	if (!take_string(scan, &word) || word.len >= sizeof(text))
		return false;
	memcpy(text, word.text, word.len);
	text[word.len] = '\0';
	good = parse(text, out, size);
	secret_wipe_bytes(text, word.len);
	return good;
}

static bool take_transports(struct scan *scan, struct config_sa *out)
{
	if (!take(scan, '['))
		return false;
	do {
		struct word word;
		enum config_transport transport;

		if (!take_string(scan, &word) || out->transport_count == CONFIG_TRANSPORTS)
			return false;
		transport = is(&word, "udp") ? CONFIG_TRANSPORT_UDP : CONFIG_TRANSPORT_TCP;
		if (transport == CONFIG_TRANSPORT_TCP && !is(&word, "tcp"))
			return false;
		if (out->transport_count == 1 && out->transports[0] == transport)
			return false;
		out->transports[out->transport_count++] = transport;
	} while (take(scan, ','));
	return take(scan, ']');
}

enum {
	LABEL = 1,
	DIRECTION = 2,
	SPI = 4,
	ALGORITHM = 8,
	KEY = 16,
	LOCAL = 32,
	REMOTE = 64,
	LOCAL_PORT = 128,
	REMOTE_PORT = 256,
	TRANSPORTS = 512,
	WINDOW = 1024,
	NEEDED = DIRECTION | ALGORITHM | KEY | LOCAL | REMOTE,
};

static bool take_direction(struct scan *scan, struct config_sa *out)
{
	struct word word;

	if (!take_string(scan, &word))
		return false;
	out->direction = is(&word, "inbound") ? SA_INBOUND : SA_OUTBOUND;
	return out->direction == SA_INBOUND || is(&word, "outbound");
}

static bool take_algorithm(struct scan *scan, struct config_sa *out)
{
	struct word word;

	if (!take_string(scan, &word))
		return false;
	out->algorithm = is(&word, "hmac-md5-96") ? SA_HMAC_MD5_96 : SA_HMAC_SHA_1_96;
	return out->algorithm == SA_HMAC_MD5_96 || is(&word, "hmac-sha-1-96");
}

static bool take_port(struct scan *scan, uint16_t *out)
{
	uint64_t number;

	if (!take_number(scan, 1, 65535, &number))
		return false;
	*out = (uint16_t)number;
	return true;
}

/* The member of that name; its bit, or 0. */
static unsigned take_member(struct scan *scan, const struct word *name, struct config_sa *out)
{
	uint64_t number;

	if (is(name, "spi")) {
		if (!take_number(scan, SA_SPI_MIN, UINT32_MAX, &number))
			return 0;
		out->spi = (uint32_t)number;
		return SPI;
	}
	if (is(name, "replay_window")) {
		if (!take_number(scan, SA_WINDOW_MIN, SA_WINDOW_MAX, &number) ||
			number % SA_WINDOW_STEP != 0)
			return 0;
		out->replay_window = (uint16_t)number;
		return WINDOW;
	}
	if (is(name, "label"))
		return take_text(scan, config_text_label, out->label, sizeof(out->label)) ? LABEL
											  : 0;
	if (is(name, "direction"))
		return take_direction(scan, out) ? DIRECTION : 0;
	if (is(name, "algorithm"))
		return take_algorithm(scan, out) ? ALGORITHM : 0;
	if (is(name, "key"))
		return take_text(scan, config_text_key, &out->key, sizeof(out->key)) ? KEY : 0;
	if (is(name, "local"))
		return take_text(scan, config_text_address, &out->local, sizeof(out->local)) ? LOCAL
											     : 0;
	if (is(name, "remote"))
		return take_text(scan, config_text_address, &out->remote, sizeof(out->remote))
			       ? REMOTE
			       : 0;
	if (is(name, "local_port"))
		return take_port(scan, &out->local_port) ? LOCAL_PORT : 0;
	if (is(name, "remote_port"))
		return take_port(scan, &out->remote_port) ? REMOTE_PORT : 0;
	if (is(name, "transports"))
		return take_transports(scan, out) ? TRANSPORTS : 0;
	return 0;
}

static bool take_members(struct scan *scan, struct config_sa *out, unsigned *seen)
{
	if (!take(scan, '{'))
		return false;
	*seen = 0;
	do {
		struct word name;
		unsigned member;

		if (!take_string(scan, &name) || !take(scan, ':'))
			return false;
		member = take_member(scan, &name, out);
		if (member == 0 || *seen & member)
			return false;
		*seen |= member;
	} while (take(scan, ','));
	return take(scan, '}') && scan->at == scan->end;
}

bool config_sa_read_plain(const char *text, size_t len, struct config_sa *out)
{
	struct scan scan = {text, text + len};
	unsigned seen;

	*out = (struct config_sa){.spi = 0};
	if (!take_members(&scan, out, &seen) || (seen & NEEDED) != NEEDED ||
		out->key.len != sa_key_len(out->algorithm) ||
		out->local.family != out->remote.family)
		return false;
	if (out->direction == SA_OUTBOUND && (!(seen & SPI) || seen & WINDOW))
		return false;
	if (!(seen & TRANSPORTS)) {
		out->transports[0] = CONFIG_TRANSPORT_UDP;
		out->transports[1] = CONFIG_TRANSPORT_TCP;
		out->transport_count = 2;
	}
	return true;
}
