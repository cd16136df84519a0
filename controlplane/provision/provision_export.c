/* SPDX-License-Identifier: BSD-3-Clause */
#include "provision_export.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "hex.h"
#include "subscriber_find.h"
#include "subscriber_sqn.h"

struct export
{
	struct store *state;
	bool with_keys;
	FILE *out;
	uint64_t count;
};

static int print_hex(FILE *out, const char *member, const struct secret *secret)
{
	char digits[2 * SECRET_MAX + 1];
	int len;

	hex_encode(secret->bytes, secret->len, digits);
	len = fputs(member, out) < 0 || fputs(digits, out) < 0 || fputc('"', out) == EOF ? -EIO : 0;
	secret_wipe_bytes(digits, sizeof(digits));
	return len;
}

static json_t *identities_json(const struct subscriber_identities *identities)
{
	json_t *list = json_array();

	for (size_t i = 0; i < identities->count; i++) {
		const struct subscriber_identity *identity = &identities->items[i];

		json_array_append_new(
			list, json_pack("{s:s, s:b, s:i}", "identity", identity->impu, "barred",
				      identity->barred, "set", (int)identity->set));
	}
	return list;
}

/* The keys never enter a JSON value: they go from their secret to the file. */
static int print(struct export *export, const struct subscriber *subscriber)
{
	char amf[2 * SUBSCRIBER_AMF_LEN + 1];
	struct store_sqn sqn;
	json_t *object;
	int status = subscriber_sqn_last(export->state, subscriber->impi, &subscriber->keys, &sqn);

	if (status != 0)
		return status;
	hex_encode(subscriber->keys.amf, SUBSCRIBER_AMF_LEN, amf);
	object = json_pack("{s:s, s:s, s:I, s:o}", "impi", subscriber->impi, "amf", amf, "sqn",
		(json_int_t)sqn.sqn, "impus", identities_json(&subscriber->identities));
	if (!object)
		return -ENOMEM;
	if (fputc('{', export->out) == EOF ||
		json_dumpf(object, export->out, JSON_COMPACT | JSON_EMBED) != 0)
		status = -EIO;
	json_decref(object);
	if (status == 0 && export->with_keys)
		status = print_hex(export->out, ",\"k\":\"", &subscriber->keys.k);
	if (status == 0 && export->with_keys)
		status = print_hex(export->out, ",\"opc\":\"", &subscriber->keys.opc);
	if (status == 0 && fputc('}', export->out) == EOF)
		status = -EIO;
	return status;
}

static int see(void *context, const struct subscriber *subscriber)
{
	struct export *export = context;

	if (fputs(export->count++ == 0 ? "\n" : ",\n", export->out) == EOF)
		return -EIO;
	return print(export, subscriber);
}

int provision_export(struct subscriber_store *store, struct store *state, bool with_keys, FILE *out)
{
	struct export export = {.state = state, .with_keys = with_keys, .out = out};
	int status = fputs("{\"subscribers\":[", out) == EOF
			     ? -EIO
			     : subscriber_find_all(store, see, &export);

	if (status == 0 && (fputs("\n]}\n", out) == EOF || fflush(out) != 0))
		status = -EIO;
	return status;
}

int provision_export_one(
	struct subscriber_store *store, struct store *state, const char *impi, FILE *out)
{
	struct export export = {.state = state, .out = out};
	struct subscriber subscriber = {.impi = ""};
	int status = subscriber_find_keys(store, impi, &subscriber.keys);

	if (status == 0)
		status = subscriber_find_identities(store, impi, &subscriber.identities);
	if (status == 0) {
		strcpy(subscriber.impi, impi);
		status = print(&export, &subscriber);
	}
	secret_wipe_bytes(&subscriber.keys, sizeof(subscriber.keys));
	return status;
}
