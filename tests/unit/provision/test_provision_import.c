/* SPDX-License-Identifier: BSD-3-Clause */
#include "provision_import.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "hex.h"
#include "provision_export.h"
#include "store_turn.h"
#include "subscriber_find.h"
#include "subscriber_sqn.h"

#define K     "0396eb317b6d1c36f19c1c84cd6ffd16"
#define OP    "ff53bade17df5d4e793073ce9d7579fa"
#define OPC   "53c15671c60a4b731c55b4a441c0bde2"
#define KEYS  "\"k\":\"" K "\",\"opc\":\"" OPC "\""
#define IMPUS "\"impus\":[{\"identity\":\"sip:a@h.n\"}]"
#define A     "\"impi\":\"a@h.n\","
#define ONE   "{" A KEYS "," IMPUS "}"

/* One subscriber per line, from line 2 on. */
#define LIST(inside) "{\"subscribers\":[\n" inside "]}"
#define OTHER(name, more)                                                                          \
	"{\"impi\":\"" name "@h.n\"," KEYS more ",\"impus\":[{\"identity\":\"sip:" name "@h.n\"}]" \
	"}"

static struct aes128 *aes;
static char directory[64];
static struct subscriber_store *store;

static struct subscriber_store *open_store(void)
{
	char path[128], error[STORE_ERROR_MAX];
	struct subscriber_store *opened;

	snprintf(path, sizeof(path), "%s/subscribers.db", directory);
	if (subscriber_store_open(path, &opened, error) != 0)
		fail_msg("%s", error);
	return opened;
}

static int fresh(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/portcullis-provision-XXXXXX");
	if (!mkdtemp(directory))
		return -1;
	aes = aes128_create();
	store = open_store();
	return aes ? 0 : -1;
}

static int removed(void **state)
{
	char command[160];

	(void)state;
	subscriber_store_close(store);
	aes128_free(aes);
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command);
}

static int import_octets(const char *text, size_t len, enum subscriber_write kind, char *error)
{
	int fd = memfd_create("text", MFD_CLOEXEC), status;
	uint64_t count;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	status = provision_import(fd, "f.json", aes, store, kind, "here", &count, error);
	close(fd);
	return status;
}

static int import(const char *text, enum subscriber_write kind, char *error)
{
	return import_octets(text, strlen(text), kind, error);
}

static void assert_imported(const char *text, enum subscriber_write kind)
{
	char error[PROVISION_ERROR_MAX];

	if (import(text, kind, error) != 0)
		fail_msg("%s", error);
}

static uint64_t count(void)
{
	uint64_t found;

	assert_int_equal(subscriber_find_count(store, &found), 0);
	subscriber_store_turn_end(store);
	return found;
}

#define NAI   "must be a network access identifier, \"user@realm\", of less than 256 characters"
#define ONCE  "belongs to another subscriber, or occurs twice"
#define SHAPE "must be an object with one member, the array \"subscribers\""

static const struct {
	const char *text, *error;
} cases[] = {
	{"", "f.json:1:1: this is not JSON"},
	{"{", "f.json:1:2: this is not JSON"},
	{"[]", "f.json:1:1: " SHAPE},
	{"{}", "f.json:1:2: " SHAPE},
	{"\n {\"subscriber\":[]}", "f.json:2:3: " SHAPE},
	{"{\"subscribers\":{}}", "f.json:1:16: " SHAPE},
	{"{\"subscribers\":[],\"more\":1}", "f.json:1:18: " SHAPE},
	{"{\"subscribers\":[]", "f.json:1:18: this is not JSON"},
	{"{\"subscribers\":[]} x", "f.json:1:20: this is not JSON"},
	{"{\"subscribers\":[,]}", "f.json:1:17: this is not JSON"},
	{LIST(ONE ","), "f.json:2:133: this is not JSON"},
	{LIST(ONE "\n" OTHER("b", "")), "f.json:3:1: this is not JSON"},
	{LIST("1"), "f.json:2:1: /subscribers/0: must be an object"},
	{LIST("{" KEYS "," IMPUS "}"), "f.json:2:1: /subscribers/0/impi: " NAI},
	{LIST("{\"impi\":\"a\"," KEYS "," IMPUS "}"), "f.json:2:9: /subscribers/0/impi: " NAI},
	{LIST(ONE ",\n{\"impi\":\"b@h.n\",\n\"k\":\"12\",\"opc\":\"" OPC
		  "\",\"impus\":[{\"identity\":\"sip:b@h.n\"}]}"),
		"f.json:4:5: /subscribers/1/k: must be a string of 32 hexadecimal digits"},
	{LIST("{" A KEYS ",\"op\":\"" OP "\"," IMPUS "}"),
		"f.json:2:1: /subscribers/0: must have exactly one of \"op\" and \"opc\""},
	{LIST("{" A "\"k\":\"" K "\"," IMPUS "}"),
		"f.json:2:1: /subscribers/0: must have exactly one of \"op\" and \"opc\""},
	{LIST("{" A "\"amf\":\"800\"," KEYS "," IMPUS "}"),
		"f.json:2:23: /subscribers/0/amf: must be a string of 4 hexadecimal digits"},
	{LIST("{" A "\"sqn\":281474976710656," KEYS "," IMPUS "}"),
		"f.json:2:23: /subscribers/0/sqn: must be a number from 0 to 2^48 - 1"},
	{LIST("{" A "\"sqn\":-1," KEYS "," IMPUS "}"),
		"f.json:2:23: /subscribers/0/sqn: must be a number from 0 to 2^48 - 1"},
	{LIST("{" A "\"ki\":1," KEYS "," IMPUS "}"),
		"f.json:2:17: /subscribers/0/ki: no such member is known; allowed: impi, k, op or "
		"opc, amf, sqn, impus"},
	{LIST("{" A A KEYS "," IMPUS "}"),
		"f.json:2:23: /subscribers/0: this is not JSON: a member occurs twice in its "
		"object"},
	{LIST("{" A KEYS ",\"impus\":[]}"),
		"f.json:2:105: /subscribers/0/impus: must be an array of 1 to 32 objects"},
	{LIST("{" A KEYS ",\"impus\":[{\"identity\":\"a@h.n\"}]}"),
		"f.json:2:118: /subscribers/0/impus/0/identity: must be a sip, sips or tel URI of "
		"less than 256 characters"},
	{LIST("{" A KEYS ",\"impus\":[{\"identity\":\"sip:a@h.n\",\"barred\":true}]}"),
		"f.json:2:105: /subscribers/0/impus: set 0 has only barred identities; one must "
		"not be barred"},
	{LIST("{" A KEYS ",\"impus\":[{\"identity\":\"sip:a@h.n\",\"set\":32}]}"),
		"f.json:2:136: /subscribers/0/impus/0/set: must be a number from 0 to 31"},
	{LIST("{" A KEYS ",\"impus\":[{\"identity\":\"sip:a@h.n\"},{\"identity\":\"sip:a@H.N\"}]}"),
		"f.json:2:131: /subscribers/0/impus/1: " ONCE},
	{LIST(ONE ",\n" ONE), "f.json:3:9: /subscribers/1/impi: occurs twice"},
	{LIST(ONE ",\n{\"impi\":\"b@h.n\"," KEYS "," IMPUS "}"),
		"f.json:3:106: /subscribers/1/impus/0: " ONCE},
	{LIST("{" A "\"k\":\"" K "\" x"), "f.json:2:57: /subscribers/0: this is not JSON"},
	{LIST("{" A "\"k\":\"" K),
		"f.json:2:56: /subscribers/0: this is not JSON: the text ends too early"},
	{"{\"subscribers\":[{\"impi\":",
		"f.json:1:25: /subscribers/0: this is not JSON: the text ends too early"},
};

static void each_fault_has_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char error[PROVISION_ERROR_MAX];

		assert_int_equal(import(cases[i].text, SUBSCRIBER_WRITE_MERGE, error), -EINVAL);
		assert_string_equal(error, cases[i].error);
		assert_null(strstr(error, "0396"));
		/* All or nothing. */
		assert_int_equal(count(), 0);
	}
}

static void a_subscriber_has_its_bound(void **state)
{
	size_t len = 100000;
	char *text = malloc(len);
	char error[PROVISION_ERROR_MAX];

	(void)state;
	assert_non_null(text);
	memset(text, ' ', len);
	memcpy(text, "{\"subscribers\":[{", 17);
	assert_int_equal(import_octets(text, len, SUBSCRIBER_WRITE_MERGE, error), -EINVAL);
	assert_string_equal(
		error, "f.json:1:17: /subscribers/0: must not be longer than 65536 octets");
	free(text);
}

/* Elements that end anywhere in the buffer, and columns that count characters. */
static void elements_cross_the_buffer(void **state)
{
	enum { SUBSCRIBERS = 3000 };
	size_t size = SUBSCRIBERS * 400, len;
	char *text = malloc(size);
	char error[PROVISION_ERROR_MAX];
	struct subscriber_identities identities;

	(void)state;
	assert_non_null(text);
	len = (size_t)sprintf(text, "{\"subscribers\":[");
	for (unsigned i = 0; i < SUBSCRIBERS; i++)
		len += (size_t)snprintf(text + len, size - len,
			"%s\n%*s{\"impi\":\"%u@h.n\"," KEYS
			",\"impus\":[{\"identity\":\"sip:%u@h.n\"},{\"identity\":\"tel:+1%u\"}]}",
			i > 0 ? "," : "", (int)(i % 97), "", i, i, i);
	len += (size_t)snprintf(text + len, size - len, "]}");
	if (import_octets(text, len, SUBSCRIBER_WRITE_MERGE, error) != 0)
		fail_msg("%s", error);
	assert_int_equal(count(), SUBSCRIBERS);
	assert_int_equal(subscriber_find_identities(store, "2999@h.n", &identities), 0);
	assert_int_equal(identities.count, 2);
	assert_string_equal(identities.items[0].impu, "sip:2999@h.n");
	assert_string_equal(identities.items[1].impu, "tel:+12999");
	text[len - 2] = '?';
	assert_int_equal(import_octets(text, len, SUBSCRIBER_WRITE_MERGE, error), -EINVAL);
	assert_memory_equal(error, "f.json:3001:", 12);
	free(text);
}

static void op_and_opc_give_the_same_key(void **state)
{
	struct subscriber_keys a, b;

	(void)state;
	assert_imported(LIST(ONE ",{\"impi\":\"b@h.n\",\"k\":\"" K "\",\"op\":\"" OP
				 "\",\"impus\":[{\"identity\":\"sip:b@h.n\"}]}"),
		SUBSCRIBER_WRITE_MERGE);
	assert_int_equal(subscriber_find_keys(store, "a@h.n", &a), 0);
	assert_int_equal(subscriber_find_keys(store, "b@h.n", &b), 0);
	assert_memory_equal(a.opc.bytes, b.opc.bytes, 16);
	assert_int_equal(a.opc.len, 16);
}

static void what_cannot_be_read_is_said(void **state)
{
	char error[PROVISION_ERROR_MAX];
	uint64_t written;

	(void)state;
	assert_int_equal(provision_import(-1, "f.json", aes, store, SUBSCRIBER_WRITE_MERGE, NULL,
				 &written, error),
		-EBADF);
	assert_string_equal(error, "f.json: Bad file descriptor");
}

static const char a_and_b[] = LIST(ONE "," OTHER("b", ""));

static void merge_keeps_who_is_not_named(void **state)
{
	(void)state;
	assert_imported(a_and_b, SUBSCRIBER_WRITE_SETTINGS);
	assert_imported(LIST(OTHER("c", "")), SUBSCRIBER_WRITE_MERGE);
	assert_int_equal(count(), 3);
}

static void replace_removes_who_is_not_named(void **state)
{
	char owner[SUBSCRIBER_NAME_MAX];

	(void)state;
	assert_imported(a_and_b, SUBSCRIBER_WRITE_SETTINGS);
	/* c takes over what was a's. */
	assert_imported(LIST("{\"impi\":\"c@h.n\"," KEYS "," IMPUS "}"), SUBSCRIBER_WRITE_REPLACE);
	assert_int_equal(count(), 1);
	assert_int_equal(subscriber_find_owner(store, "sip:a@h.n", owner), 0);
	assert_string_equal(owner, "c@h.n");
	assert_int_equal(subscriber_find_owner(store, "sip:b@h.n", owner), -ENOENT);
}

static void settings_remove_only_their_own(void **state)
{
	char owner[SUBSCRIBER_NAME_MAX];

	(void)state;
	assert_imported(a_and_b, SUBSCRIBER_WRITE_SETTINGS);
	assert_imported(LIST(OTHER("c", "")), SUBSCRIBER_WRITE_MERGE);
	assert_imported(LIST(OTHER("b", "")), SUBSCRIBER_WRITE_SETTINGS);
	assert_int_equal(count(), 2);
	assert_int_equal(subscriber_find_owner(store, "sip:a@h.n", owner), -ENOENT);
	assert_int_equal(subscriber_find_owner(store, "sip:c@h.n", owner), 0);
}

static void the_source_is_known_again(void **state)
{
	(void)state;
	assert_int_equal(subscriber_write_source(store, "here"), 0);
	assert_imported(a_and_b, SUBSCRIBER_WRITE_SETTINGS);
	assert_int_equal(subscriber_write_source(store, "here"), 1);
	assert_int_equal(subscriber_write_source(store, "there"), 0);
}

static void an_import_disturbs_no_reader(void **state)
{
	struct subscriber_store *other = open_store();
	struct subscriber_identities identities;

	(void)state;
	assert_imported(a_and_b, SUBSCRIBER_WRITE_MERGE);
	assert_int_equal(subscriber_write_begin(store, SUBSCRIBER_WRITE_REPLACE), 0);
	/* Readers see what was, and are not kept waiting. */
	assert_int_equal(subscriber_find_identities(other, "a@h.n", &identities), 0);
	subscriber_store_turn_end(other);
	subscriber_write_abort(store);
	assert_int_equal(count(), 2);
	subscriber_store_close(other);
}

/* Within a turn all is of one moment; the next one sees the import. */
static void a_turn_is_one_moment(void **state)
{
	struct subscriber_store *other = open_store();
	struct subscriber_identities identities;

	(void)state;
	assert_int_equal(subscriber_find_identities(other, "a@h.n", &identities), -ENOENT);
	assert_imported(a_and_b, SUBSCRIBER_WRITE_MERGE);
	assert_int_equal(subscriber_find_identities(other, "a@h.n", &identities), -ENOENT);
	subscriber_store_turn_end(other);
	assert_int_equal(subscriber_find_identities(other, "a@h.n", &identities), 0);
	subscriber_store_close(other);
}

static struct store *open_state(void)
{
	char path[128], error[STORE_ERROR_MAX];
	struct store *state;

	snprintf(path, sizeof(path), "%s/state.db", directory);
	if (store_open(path, &state, error) != 0)
		fail_msg("%s", error);
	return state;
}

static uint64_t last_sqn(struct store *state, struct store_sqn *out)
{
	struct subscriber_keys keys;

	assert_int_equal(subscriber_find_keys(store, "a@h.n", &keys), 0);
	assert_int_equal(subscriber_sqn_last(state, "a@h.n", &keys, out), 0);
	subscriber_store_turn_end(store);
	return out->sqn;
}

static void an_import_never_lowers_the_sqn(void **unused)
{
	struct store *state = open_state();
	struct store_sqn sqn;

	(void)unused;
	assert_imported(LIST(OTHER("a", ",\"sqn\":100")), SUBSCRIBER_WRITE_MERGE);
	assert_int_equal(last_sqn(NULL, &sqn), 100);
	/* None was used yet. */
	assert_imported(LIST(OTHER("a", ",\"sqn\":50")), SUBSCRIBER_WRITE_REPLACE);
	assert_int_equal(last_sqn(state, &sqn), 100);
	sqn.sqn = 200;
	assert_int_equal(store_sqn_put(state, "a@h.n", &sqn), 0);
	assert_imported(LIST(OTHER("a", ",\"sqn\":150")), SUBSCRIBER_WRITE_MERGE);
	assert_int_equal(last_sqn(state, &sqn), 200);
	assert_imported(LIST(OTHER("a", ",\"sqn\":300")), SUBSCRIBER_WRITE_SETTINGS);
	assert_int_equal(last_sqn(state, &sqn), 300);
	/* A resynchronisation may: the import counted once. */
	sqn.sqn = 10;
	assert_int_equal(store_sqn_put(state, "a@h.n", &sqn), 0);
	assert_int_equal(last_sqn(state, &sqn), 10);
	/* Who goes and comes again goes on. */
	assert_imported(LIST(OTHER("b", "")), SUBSCRIBER_WRITE_REPLACE);
	sqn.sqn = 400;
	assert_int_equal(store_sqn_put(state, "a@h.n", &sqn), 0);
	assert_imported(LIST(OTHER("a", "")), SUBSCRIBER_WRITE_MERGE);
	assert_int_equal(last_sqn(state, &sqn), 400);
	store_close(state);
}

static char *exported(struct store *state, bool with_keys)
{
	char *text;
	size_t len;
	FILE *memory = open_memstream(&text, &len);

	assert_non_null(memory);
	assert_int_equal(provision_export(store, state, with_keys, memory), 0);
	fclose(memory);
	subscriber_store_turn_end(store);
	return text;
}

static const char everything[] =
	LIST("{\"impi\":\"a@h.n\",\"amf\":\"8001\",\"sqn\":7," KEYS ",\"impus\":["
	     "{\"identity\":\"tel:+155\",\"barred\":true,\"set\":3},"
	     "{\"identity\":\"sip:%22a%22@h.n\",\"set\":3},{\"identity\":\"sip:c@h.n\"}]},"
	     "{\"impi\":\"b@h.n\"," KEYS ",\"impus\":[{\"identity\":\"sip:b@h.n\"}]}");

static void an_export_can_be_imported(void **unused)
{
	struct store *state = open_state();
	struct store_sqn sqn = {.sqn = 1234};
	char *first, *second;

	(void)unused;
	assert_imported(everything, SUBSCRIBER_WRITE_MERGE);
	assert_int_equal(store_sqn_put(state, "a@h.n", &sqn), 0);
	first = exported(state, true);
	assert_non_null(strstr(first, "\"sqn\":1234"));
	assert_non_null(strstr(first, K));
	assert_non_null(strstr(first, OPC));

	assert_imported(LIST(OTHER("z", "")), SUBSCRIBER_WRITE_REPLACE);
	assert_imported(first, SUBSCRIBER_WRITE_REPLACE);
	second = exported(NULL, true);
	assert_string_equal(first, second);
	free(first);
	free(second);
	store_close(state);
}

static void an_export_without_keys_has_none(void **state)
{
	char error[PROVISION_ERROR_MAX];
	char *text;

	(void)state;
	assert_imported(everything, SUBSCRIBER_WRITE_MERGE);
	text = exported(NULL, false);
	assert_non_null(strstr(text, "sip:c@h.n"));
	assert_null(strstr(text, "\"k\""));
	assert_null(strstr(text, K));
	assert_null(strstr(text, OPC));
	assert_int_equal(import(text, SUBSCRIBER_WRITE_MERGE, error), -EINVAL);
	free(text);
}

#define CASE(name, function)                         \
	{                                            \
		name, function, fresh, removed, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("each fault has its place, and nothing was imported",
			each_fault_has_its_place),
		CASE("a subscriber has its bound", a_subscriber_has_its_bound),
		CASE("elements cross the buffer", elements_cross_the_buffer),
		CASE("AKA-2 OP or OPc may be provisioned", op_and_opc_give_the_same_key),
		CASE("what can not be read is said", what_cannot_be_read_is_said),
		CASE("a merge keeps who is not named", merge_keeps_who_is_not_named),
		CASE("REG-6 a replacement moves an IMPU", replace_removes_who_is_not_named),
		CASE("the settings remove only their own", settings_remove_only_their_own),
		CASE("the source is known again", the_source_is_known_again),
		CASE("an import does not disturb readers", an_import_disturbs_no_reader),
		CASE("a turn is one moment", a_turn_is_one_moment),
		CASE("P-SQN an import never lowers the SQN", an_import_never_lowers_the_sqn),
		CASE("an export can be imported", an_export_can_be_imported),
		CASE("an export without keys has none", an_export_without_keys_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
