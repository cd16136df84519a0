/* SPDX-License-Identifier: BSD-3-Clause */
#include "provision_reader.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cx_identity.h"
#include "hex.h"
#include "milenage.h"
#include "sqn.h"

struct reader {
	struct provision_place place;
	const struct aes128 *aes;
	char *error;
};

static void go_to(struct reader *reader, const char *member)
{
	reader->place.path.depth = member ? 1 : 0;
	reader->place.path.steps[0].key = member;
}

static void go_to_identity(struct reader *reader, size_t index, const char *member)
{
	struct json_path *path = &reader->place.path;

	path->steps[0].key = "impus";
	path->steps[1] = (struct json_step){.index = index};
	path->steps[2].key = member;
	path->depth = member ? 3 : 2;
}

#define REFUSE(reader, ...) provision_fault(&(reader)->place, false, (reader)->error, __VA_ARGS__)

static int refuse_unknown(
	struct reader *reader, const json_t *object, const char *const *allowed, const char *list)
{
	struct json_path *path = &reader->place.path;
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value)
	{
		size_t i = 0;

		while (allowed[i] && strcmp(allowed[i], key) != 0)
			i++;
		if (allowed[i])
			continue;
		path->steps[path->depth++] = (struct json_step){.key = key};
		return provision_fault(&reader->place, true, reader->error,
			"no such member is known; allowed: %s", list);
	}
	return 0;
}

/* Exactly len octets as hex digits. */
static int read_hex(
	struct reader *reader, const json_t *object, const char *member, uint8_t *out, size_t len)
{
	const json_t *value = json_object_get(object, member);

	if (json_is_string(value) &&
		hex_decode(json_string_value(value), json_string_length(value), out, len) == 0)
		return 0;
	go_to(reader, member);
	return REFUSE(reader, "must be a string of %zu hexadecimal digits", 2 * len);
}

static int read_keys(struct reader *reader, const json_t *object, struct subscriber_keys *keys)
{
	bool op = json_object_get(object, "op") != NULL;
	uint8_t operator_key[MILENAGE_KEY_LEN];
	int status;

	_Static_assert(MILENAGE_KEY_LEN == SUBSCRIBER_KEY_LEN, "one length");
	go_to(reader, NULL);
	if (op == (json_object_get(object, "opc") != NULL))
		return REFUSE(reader, "must have exactly one of \"op\" and \"opc\"");
	keys->k.len = keys->opc.len = SUBSCRIBER_KEY_LEN;
	status = read_hex(reader, object, "k", keys->k.bytes, SUBSCRIBER_KEY_LEN);
	if (status != 0 || !op)
		return status != 0 ? status
				   : read_hex(reader, object, "opc", keys->opc.bytes,
					     SUBSCRIBER_KEY_LEN);
	status = read_hex(reader, object, "op", operator_key, sizeof(operator_key));
	if (status == 0)
		milenage_derive_opc(reader->aes, keys->k.bytes, operator_key, keys->opc.bytes);
	secret_wipe_bytes(operator_key, sizeof(operator_key));
	return status;
}

static int read_identity(struct reader *reader, const json_t *value, size_t index,
	struct subscriber_identity *identity)
{
	static const char *const allowed[] = {"identity", "barred", "set", NULL};
	const json_t *text = json_object_get(value, "identity");
	const json_t *barred = json_object_get(value, "barred");
	const json_t *set = json_object_get(value, "set");

	go_to_identity(reader, index, NULL);
	if (!json_is_object(value))
		return REFUSE(reader, "must be an object");
	if (refuse_unknown(reader, value, allowed, "identity, barred, set") != 0)
		return -EINVAL;
	go_to_identity(reader, index, "identity");
	if (!json_is_string(text) ||
		cx_identity_impu(json_string_value(text), json_string_length(text), identity->impu,
			sizeof(identity->impu)) != 0)
		return REFUSE(reader, "must be a sip, sips or tel URI of less than %d characters",
			SUBSCRIBER_NAME_MAX);
	go_to_identity(reader, index, "barred");
	if (barred && !json_is_boolean(barred))
		return REFUSE(reader, "must be true or false");
	go_to_identity(reader, index, "set");
	if (set && (!json_is_integer(set) || json_integer_value(set) < 0 ||
			   json_integer_value(set) >= SUBSCRIBER_IDENTITIES_MAX))
		return REFUSE(
			reader, "must be a number from 0 to %d", SUBSCRIBER_IDENTITIES_MAX - 1);
	identity->barred = json_is_true(barred);
	identity->set = set ? (unsigned)json_integer_value(set) : 0;
	return 0;
}

/* A set of which nothing may be shown could be registered by nobody. */
static int check_sets(struct reader *reader, const struct subscriber_identities *identities)
{
	uint32_t sets = 0, open = 0;

	_Static_assert(SUBSCRIBER_IDENTITIES_MAX <= 32, "one bit each");
	for (size_t i = 0; i < identities->count; i++) {
		sets |= UINT32_C(1) << identities->items[i].set;
		if (!identities->items[i].barred)
			open |= UINT32_C(1) << identities->items[i].set;
	}
	if (sets == open)
		return 0;
	go_to(reader, "impus");
	return REFUSE(reader, "set %d has only barred identities; one must not be barred",
		__builtin_ctz(sets & ~open));
}

static int read_identities(
	struct reader *reader, const json_t *object, struct subscriber_identities *identities)
{
	const json_t *list = json_object_get(object, "impus");
	size_t count = json_array_size(list);

	go_to(reader, "impus");
	if (!json_is_array(list) || count == 0 || count > SUBSCRIBER_IDENTITIES_MAX)
		return REFUSE(
			reader, "must be an array of 1 to %d objects", SUBSCRIBER_IDENTITIES_MAX);
	for (size_t i = 0; i < count; i++) {
		int status =
			read_identity(reader, json_array_get(list, i), i, &identities->items[i]);

		if (status != 0)
			return status;
	}
	identities->count = count;
	return check_sets(reader, identities);
}

static int read_names(struct reader *reader, const json_t *object, struct subscriber *out)
{
	const json_t *impi = json_object_get(object, "impi");

	go_to(reader, "impi");
	if (!json_is_string(impi) || json_string_length(impi) >= SUBSCRIBER_NAME_MAX ||
		!cx_identity_is_impi(json_string_value(impi), json_string_length(impi)))
		return REFUSE(reader,
			"must be a network access identifier, \"user@realm\", of less than %d "
			"characters",
			SUBSCRIBER_NAME_MAX);
	strcpy(out->impi, json_string_value(impi));
	return read_identities(reader, object, &out->identities);
}

static int read_members(struct reader *reader, const json_t *object, struct subscriber *out)
{
	static const char *const allowed[] = {
		"impi", "k", "op", "opc", "amf", "sqn", "impus", NULL};
	static const uint8_t amf_default[SUBSCRIBER_AMF_LEN] = {0x80, 0x00};
	const json_t *sqn = json_object_get(object, "sqn");
	int status;

	if (!json_is_object(object))
		return REFUSE(reader, "must be an object");
	status = refuse_unknown(reader, object, allowed, "impi, k, op or opc, amf, sqn, impus");
	if (status == 0)
		status = read_names(reader, object, out);
	if (status != 0)
		return status;
	memcpy(out->keys.amf, amf_default, sizeof(amf_default));
	if (json_object_get(object, "amf"))
		status = read_hex(reader, object, "amf", out->keys.amf, SUBSCRIBER_AMF_LEN);
	if (status != 0)
		return status;
	go_to(reader, "sqn");
	if (sqn && (!json_is_integer(sqn) || json_integer_value(sqn) < 0 ||
			   (uint64_t)json_integer_value(sqn) > SQN_MAX))
		return REFUSE(reader, "must be a number from 0 to 2^48 - 1");
	out->keys.sqn = sqn ? (uint64_t)json_integer_value(sqn) : 0;
	return read_keys(reader, object, &out->keys);
}

/* jansson's own text quotes what it stumbled over, which may be a key. */
static int refuse_syntax(const struct reader *reader, const json_error_t *fault)
{
	size_t offset = fault->position > 0 ? (size_t)fault->position : 0;
	const struct json_element *element = reader->place.element;

	if (offset > element->len)
		offset = element->len;
	return provision_fault_at(&reader->place, offset, reader->error, "this is not JSON%s",
		json_error_code(fault) == json_error_duplicate_key
			? ": a member occurs twice in its object"
			: "");
}

int provision_reader_subscriber(const char *name, const struct json_element *element,
	const struct aes128 *aes, struct subscriber *out, char error[PROVISION_ERROR_MAX])
{
	struct reader reader = {
		.place = {.name = name, .element = element}, .aes = aes, .error = error};
	json_error_t fault;
	json_t *root = json_loadb(
		element->text, element->len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
	int status = root ? read_members(&reader, root, out) : refuse_syntax(&reader, &fault);

	json_decref(root);
	return status;
}

int provision_reader_syntax(
	const char *name, const struct json_element *element, char error[PROVISION_ERROR_MAX])
{
	const struct reader reader = {.place = {.name = name, .element = element}, .error = error};
	json_error_t fault;
	json_t *root = json_loadb(
		element->text, element->len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);

	if (!root && json_error_code(&fault) != json_error_premature_end_of_input)
		return refuse_syntax(&reader, &fault);
	json_decref(root);
	return 0;
}
