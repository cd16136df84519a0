/* SPDX-License-Identifier: BSD-3-Clause */
/* Provisioning: strict, since one wrong digit is a subscriber that never registers. */
#include "hss_load.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cx_identity.h"
#include "hex.h"
#include "milenage.h"
#include "sqn.h"

#define FILE_MAX ((off_t)256 << 20)

struct reader {
	const char *name;
	const struct aes128 *aes;
	struct hss_subscribers *subscribers;
	char *error;
	size_t at; /* index of the subscriber in hand */
};

__attribute__((format(printf, 3, 4))) static int refuse(
	struct reader *reader, const char *pointer, const char *format, ...)
{
	va_list arguments;
	int len = snprintf(reader->error, HSS_LOAD_ERROR_MAX,
		"%s: /subscribers/%zu%s: ", reader->name, reader->at, pointer);

	if (len < 0 || len >= HSS_LOAD_ERROR_MAX)
		return -EINVAL;
	va_start(arguments, format);
	vsnprintf(reader->error + len, (size_t)(HSS_LOAD_ERROR_MAX - len), format, arguments);
	va_end(arguments);
	return -EINVAL;
}

static int refuse_unknown(struct reader *reader, const char *pointer, const json_t *object,
	const char *const *allowed, const char *list)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value)
	{
		size_t i = 0;

		while (allowed[i] && strcmp(allowed[i], key) != 0)
			i++;
		if (!allowed[i])
			return refuse(reader, pointer, "unknown member \"%.64s\"; allowed: %s", key,
				list);
	}
	return 0;
}

/* Exactly len octets as hex digits. */
static int read_hex(
	struct reader *reader, const json_t *object, const char *member, uint8_t *out, size_t len)
{
	const json_t *value = json_object_get(object, member);
	char pointer[32];

	snprintf(pointer, sizeof(pointer), "/%s", member);
	if (json_is_string(value) &&
		hex_decode(json_string_value(value), json_string_length(value), out, len) == 0)
		return 0;
	return refuse(reader, pointer, "must be a string of %zu hexadecimal digits", 2 * len);
}

static int read_keys(struct reader *reader, const json_t *object, struct hss_subscriber *subscriber)
{
	bool op = json_object_get(object, "op") != NULL;
	uint8_t k[MILENAGE_KEY_LEN], operator_key[MILENAGE_KEY_LEN], opc[MILENAGE_KEY_LEN];
	int status;

	if (op == (json_object_get(object, "opc") != NULL))
		return refuse(reader, "", "must have exactly one of \"op\" and \"opc\"");
	status = read_hex(reader, object, "k", k, sizeof(k));
	if (status == 0)
		status = read_hex(
			reader, object, op ? "op" : "opc", operator_key, sizeof(operator_key));
	if (status == 0 && op)
		milenage_derive_opc(reader->aes, k, operator_key, opc);
	if (status == 0)
		status = secret_set(&subscriber->k, k, sizeof(k));
	if (status == 0)
		status = secret_set(&subscriber->opc, op ? opc : operator_key, sizeof(opc));
	secret_wipe_bytes(k, sizeof(k));
	secret_wipe_bytes(operator_key, sizeof(operator_key));
	secret_wipe_bytes(opc, sizeof(opc));
	return status;
}

static int read_identity(
	struct reader *reader, const json_t *value, size_t index, struct hss_identity *identity)
{
	static const char *const allowed[] = {"identity", "barred", "set", NULL};
	const json_t *text = json_object_get(value, "identity");
	const json_t *barred = json_object_get(value, "barred");
	const json_t *set = json_object_get(value, "set");
	char pointer[32], impu[CX_IDENTITY_MAX];

	snprintf(pointer, sizeof(pointer), "/impus/%zu", index);
	if (!json_is_object(value))
		return refuse(reader, pointer, "must be an object");
	if (refuse_unknown(reader, pointer, value, allowed, "identity, barred, set") != 0)
		return -EINVAL;
	if (!json_is_string(text) || cx_identity_impu(json_string_value(text),
					     json_string_length(text), impu, sizeof(impu)) != 0)
		return refuse(reader, pointer,
			"\"identity\" must be a sip, sips or tel URI of less than %d characters",
			CX_IDENTITY_MAX);
	if (barred && !json_is_boolean(barred))
		return refuse(reader, pointer, "\"barred\" must be true or false");
	if (set && (!json_is_integer(set) || json_integer_value(set) < 0 ||
			   json_integer_value(set) >= HSS_IDENTITIES_MAX))
		return refuse(reader, pointer, "\"set\" must be a number from 0 to %d",
			HSS_IDENTITIES_MAX - 1);
	identity->barred = json_is_true(barred);
	identity->set = set ? (unsigned)json_integer_value(set) : 0;
	identity->impu = strdup(impu);
	return identity->impu ? 0 : -ENOMEM;
}

/* A set of which nothing may be shown could be registered by nobody. */
static int check_sets(struct reader *reader, const struct hss_subscriber *subscriber)
{
	for (size_t i = 0; i < subscriber->identity_count; i++) {
		bool open = false;

		for (size_t k = 0; k < subscriber->identity_count; k++)
			open |= subscriber->identities[k].set == subscriber->identities[i].set &&
				!subscriber->identities[k].barred;
		if (!open)
			return refuse(reader, "/impus",
				"set %u has only barred identities; one must not be barred",
				subscriber->identities[i].set);
	}
	return 0;
}

static int read_identities(
	struct reader *reader, const json_t *object, struct hss_subscriber *subscriber)
{
	const json_t *list = json_object_get(object, "impus");
	size_t count = json_array_size(list);

	if (!json_is_array(list) || count == 0 || count > HSS_IDENTITIES_MAX)
		return refuse(reader, "/impus", "must be an array of 1 to %d objects",
			HSS_IDENTITIES_MAX);
	subscriber->identities = calloc(count, sizeof(*subscriber->identities));
	if (!subscriber->identities)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		int status = read_identity(
			reader, json_array_get(list, i), i, &subscriber->identities[i]);

		if (status != 0)
			return status;
		subscriber->identity_count++;
	}
	return check_sets(reader, subscriber);
}

static int read_members(
	struct reader *reader, const json_t *object, struct hss_subscriber *subscriber)
{
	static const char *const allowed[] = {
		"impi", "k", "op", "opc", "amf", "sqn", "impus", NULL};
	static const uint8_t amf_default[HSS_AMF_LEN] = {0x80, 0x00};
	const json_t *impi = json_object_get(object, "impi");
	const json_t *sqn = json_object_get(object, "sqn");
	int status;

	if (!json_is_object(object))
		return refuse(reader, "", "must be an object");
	status = refuse_unknown(reader, "", object, allowed, "impi, k, op or opc, amf, sqn, impus");
	if (status != 0)
		return status;
	if (!json_is_string(impi) || json_string_length(impi) >= CX_IDENTITY_MAX ||
		!cx_identity_is_impi(json_string_value(impi), json_string_length(impi)))
		return refuse(reader, "/impi",
			"must be a network access identifier, \"user@realm\", of less than %d "
			"characters",
			CX_IDENTITY_MAX);
	subscriber->impi = strdup(json_string_value(impi));
	if (!subscriber->impi)
		return -ENOMEM;
	memcpy(subscriber->amf, amf_default, sizeof(amf_default));
	if (json_object_get(object, "amf"))
		status = read_hex(reader, object, "amf", subscriber->amf, HSS_AMF_LEN);
	if (status == 0 && sqn &&
		(!json_is_integer(sqn) || json_integer_value(sqn) < 0 ||
			(uint64_t)json_integer_value(sqn) > SQN_MAX))
		status = refuse(reader, "/sqn", "must be a number from 0 to 2^48 - 1");
	if (status != 0)
		return status;
	subscriber->initial_sqn = sqn ? (uint64_t)json_integer_value(sqn) : 0;
	status = read_keys(reader, object, subscriber);
	return status == 0 ? read_identities(reader, object, subscriber) : status;
}

static int read_subscriber(struct reader *reader, const json_t *object)
{
	struct hss_subscriber *subscriber = calloc(1, sizeof(*subscriber));
	const char *conflict;
	char pointer[32];
	int status = subscriber ? read_members(reader, object, subscriber) : -ENOMEM;

	if (status != 0) {
		hss_subscriber_destroy(subscriber);
		return status;
	}
	status = hss_subscribers_add(reader->subscribers, subscriber, &conflict);
	if (status != -EEXIST)
		return status;
	snprintf(pointer, sizeof(pointer), "/%s", conflict);
	return refuse(reader, pointer, "belongs to another subscriber, or occurs twice");
}

static int read_root(struct reader *reader, const json_t *root)
{
	const json_t *list = json_object_get(root, "subscribers");
	int status = 0;

	if (!json_is_array(list) || json_object_size(root) != 1) {
		snprintf(reader->error, HSS_LOAD_ERROR_MAX,
			"%s: must be an object with one member, the array \"subscribers\"",
			reader->name);
		return -EINVAL;
	}
	for (reader->at = 0; reader->at < json_array_size(list) && status == 0; reader->at++) {
		status = read_subscriber(reader, json_array_get(list, reader->at));
		if (status != 0)
			return status;
	}
	return status;
}

static void free_wiped(void *memory)
{
	if (memory)
		secret_wipe_bytes(memory, malloc_usable_size(memory));
	free(memory);
}

int hss_load_text(const char *text, size_t len, const char *name, const struct aes128 *aes,
	struct hss_subscribers **out, char error[HSS_LOAD_ERROR_MAX])
{
	struct reader reader = {.name = name, .aes = aes, .error = error};
	json_malloc_t old_malloc;
	json_free_t old_free;
	json_error_t syntax;
	json_t *root;
	int status;

	snprintf(error, HSS_LOAD_ERROR_MAX, "%s: out of memory", name);
	reader.subscribers = hss_subscribers_create();
	if (!reader.subscribers)
		return -ENOMEM;
	/* K passes through jansson's strings: they are wiped as they are freed. */
	json_get_alloc_funcs(&old_malloc, &old_free);
	json_set_alloc_funcs(old_malloc, free_wiped);
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &syntax);
	if (root) {
		status = read_root(&reader, root);
	} else {
		/* jansson's text quotes what it stumbled over, which may be a key. */
		snprintf(error, HSS_LOAD_ERROR_MAX, "%s:%d:%d: is not valid JSON%s", name,
			syntax.line, syntax.column,
			json_error_code(&syntax) == json_error_duplicate_key
				? ": a member occurs twice in its object"
				: "");
		status = -EINVAL;
	}
	json_decref(root);
	json_set_alloc_funcs(old_malloc, old_free);
	if (status != 0) {
		hss_subscribers_destroy(reader.subscribers);
		return status;
	}
	*out = reader.subscribers;
	return 0;
}

/* The whole file, so that its only copy can be wiped. */
static int read_file(const char *path, char **out, size_t *len)
{
	struct stat file;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), status = -EINVAL;
	size_t size, have = 0;
	char *text;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode) || file.st_size > FILE_MAX)
		goto close_file;
	status = -ENOMEM;
	size = (size_t)file.st_size;
	text = malloc(size > 0 ? size : 1);
	if (!text)
		goto close_file;
	while (have < size) {
		ssize_t got = read(fd, text + have, size - have);

		if (got < 0) {
			status = -errno;
			free_wiped(text);
			goto close_file;
		}
		if (got == 0)
			break;
		have += (size_t)got;
	}
	*out = text;
	*len = have;
	status = 0;
close_file:
	close(fd);
	return status;
}

int hss_load(const char *path, const struct aes128 *aes, struct hss_subscribers **out,
	char error[HSS_LOAD_ERROR_MAX])
{
	char *text = NULL;
	size_t len = 0;
	int status = read_file(path, &text, &len);

	if (status != 0) {
		snprintf(error, HSS_LOAD_ERROR_MAX, "%s: can not be read: %s", path,
			status == -EINVAL ? "not a regular file of at most 256 MiB"
					  : strerror(-status));
		return status;
	}
	status = hss_load_text(text, len, path, aes, out, error);
	free_wiped(text);
	return status;
}
