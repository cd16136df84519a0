/* SPDX-License-Identifier: BSD-3-Clause */
#include "config_sa.h"
#include "config_sa_read.h"
#include "config_sa_rule.h"

#include <string.h>

#include "config_rules.h"
#include "config_text.h"
#include "json_secret.h"

#define KEY_ALLOWED "32 hexadecimal digits for hmac-md5-96, 40 for hmac-sha-1-96"

static const char *const directions[] = {
	[SA_INBOUND] = "\"inbound\"", [SA_OUTBOUND] = "\"outbound\"", NULL};

const char *const config_sa_algorithms[] = {
	[SA_HMAC_MD5_96] = "\"hmac-md5-96\"",
	[SA_HMAC_SHA_1_96] = "\"hmac-sha-1-96\"",
	NULL,
};

static const char *const transports[] = {
	[CONFIG_TRANSPORT_UDP] = "\"udp\"", [CONFIG_TRANSPORT_TCP] = "\"tcp\"", NULL};

static const struct config_rule transport_item = {
	.kind = CONFIG_CHOICE,
	.size = sizeof(enum config_transport),
	.choices = transports,
};

static const struct config_member members[] = {
	{"label",
		TEXT(config_sa, label, config_text_label, "a label",
			"1 to 47 letters, digits and any of ._:@/-"),
		""},
	{"direction", CHOICE(config_sa, direction, directions), REQUIRED},
	{"spi", INTEGER(config_sa, spi, SA_SPI_MIN, UINT32_MAX, 0), ""},
	{"algorithm", CHOICE(config_sa, algorithm, config_sa_algorithms), REQUIRED},
	{"key",
		{.kind = CONFIG_TEXT,
			.size = SIZE(config_sa, key),
			.secret = true,
			.parse = config_text_key,
			.noun = "a key",
			.allowed = KEY_ALLOWED},
		offsetof(struct config_sa, key), REQUIRED},
	{"local", TEXT(config_sa, local, config_text_address, ADDRESS_NOUN, ADDRESS_ALLOWED),
		REQUIRED},
	{"remote", TEXT(config_sa, remote, config_text_address, ADDRESS_NOUN, ADDRESS_ALLOWED),
		REQUIRED},
	{"local_port", INTEGER(config_sa, local_port, 1, 65535, 0), ""},
	{"remote_port", INTEGER(config_sa, remote_port, 1, 65535, 0), ""},
	{"transports",
		ARRAY(config_sa, transports, transport_count, transport_item, 1, CONFIG_TRANSPORTS),
		"[\"udp\", \"tcp\"]"},
	{"replay_window",
		INTEGER(config_sa, replay_window, SA_WINDOW_MIN, SA_WINDOW_MAX, SA_WINDOW_STEP),
		""},
	{.name = NULL},
};

const struct config_rule config_sa_rule = {
	.kind = CONFIG_OBJECT,
	.size = sizeof(struct config_sa),
	.members = members,
};

int config_sa_check(struct config_reader *reader, const char *place, const struct config_sa *sa)
{
	size_t want = sa_key_len(sa->algorithm);

	config_reader_go(reader, "%s/key", place);
	if (sa->key.len != want)
		return config_reader_refuse(reader, false, KEY_ALLOWED,
			"has %d hexadecimal digits, not the %zu of %s", 2 * sa->key.len, 2 * want,
			sa_algorithm_name(sa->algorithm));
	config_reader_go(reader, "%s/remote", place);
	if (sa->local.family != sa->remote.family)
		return config_reader_refuse(reader, false, "an address of local's family",
			"is IPv%u, local is IPv%u", sa->remote.family, sa->local.family);
	if (sa->direction == SA_INBOUND)
		return 0;
	config_reader_go(reader, "%s/spi", place);
	if (sa->spi == 0)
		return config_reader_refuse(reader, false,
			"outbound, what the other end has chosen: an integer from 256 to "
			"4294967295",
			"is missing");
	config_reader_go(reader, "%s/replay_window", place);
	if (sa->replay_window != 0)
		return config_reader_refuse(reader, true, "inbound security associations have one",
			"an outbound one has no replay window");
	return 0;
}

/* jansson's own text quotes what it stumbled over, which may be a key. */
static int refuse_syntax(struct config_reader *reader, const json_error_t *fault)
{
	size_t offset = fault->position > 0 ? (size_t)fault->position : 0;

	if (offset > reader->len)
		offset = reader->len;
	return config_reader_refuse_at(reader, offset, "(document)", "JSON, each member once",
		json_error_code(fault) == json_error_duplicate_key
			? "a member occurs twice in its object"
			: "this is not JSON");
}

static int read_tree(struct config_reader *reader, struct config_sa *out)
{
	json_error_t fault;
	json_t *root = json_loadb(
		reader->text, reader->len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
	int status;

	if (!root)
		return refuse_syntax(reader, &fault);
	*out = (struct config_sa){.spi = 0};
	status = config_reader_value(reader, root, &config_sa_rule, out);
	json_decref(root);
	return status;
}

int config_sa_read(const char *name, const struct json_element *element, const char *prefix,
	struct config_sa *out, char error[CONFIG_ERROR_MAX])
{
	struct config_reader reader = {.text = element->text,
		.len = element->len,
		.name = name,
		.lines_before = element->line - 1,
		.columns_before = element->column - 1,
		.prefix = prefix,
		.error = error};
	struct json_secret secret;
	int status;

	json_secret_begin(&secret);
	status = read_tree(&reader, out);
	json_secret_end(&secret);
	return status ? status : config_sa_check(&reader, "", out);
}

void config_sa_parameters(const struct config_sa *sa, struct sa_parameters *out)
{
	*out = (struct sa_parameters){
		.spi = sa->spi,
		.direction = (uint8_t)sa->direction,
		.algorithm = (uint8_t)sa->algorithm,
		.port_pairs = 1,
		.replay_window = sa->replay_window,
		.local = sa->local,
		.remote = sa->remote,
		.ports = {{.local = sa->local_port, .remote = sa->remote_port}},
	};
	for (size_t i = 0; i < sa->transport_count; i++)
		out->transports |= sa->transports[i] == CONFIG_TRANSPORT_UDP ? SA_TRANSPORT_UDP
									     : SA_TRANSPORT_TCP;
	memcpy(out->key, sa->key.bytes, sa->key.len);
}
