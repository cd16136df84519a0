/* SPDX-License-Identifier: BSD-3-Clause */
#include "record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct net_address address = {.family = NET_IPV6, .bytes = {0x20, 0x01, 15, 0xff}};

static void put_all(struct record *record)
{
	record_put_u32(record, 0x01020304);
	record_put_u64(record, 0x1122334455667788);
	record_put_text(record, "sip:a@example.org");
	record_put_text(record, NULL);
	record_put_text(record, "");
	record_put_address(record, &address);
	assert_false(record->failed);
}

static void get_all(struct record_reader *reader)
{
	struct net_address got;
	char *text;

	assert_int_equal(record_get_u32(reader), 0x01020304);
	assert_true(record_get_u64(reader) == 0x1122334455667788);
	text = record_get_text(reader);
	assert_string_equal(text, "sip:a@example.org");
	free(text);
	assert_null(record_get_text(reader));
	text = record_get_text(reader);
	assert_string_equal(text, "");
	free(text);
	record_get_address(reader, &got);
	assert_true(net_address_equal(&got, &address));
}

static struct record_reader reader_of(const struct record *record, size_t len)
{
	return (struct record_reader){.at = record->octets, .left = len};
}

static void what_was_put_is_got(void **state)
{
	struct record record = {.len = 0};
	struct record_reader reader;

	(void)state;
	put_all(&record);
	reader = reader_of(&record, record.len);
	get_all(&reader);
	assert_true(record_is_read(&reader));
	record_begin(&record);
	assert_int_equal(record.len, 0);
	put_all(&record);
	reader = reader_of(&record, record.len);
	get_all(&reader);
	assert_true(record_is_read(&reader));
	record_free(&record);
}

/* Whatever is missing at its end, and one octet more. */
static void another_length_fails(void **state)
{
	struct record record = {.len = 0};

	(void)state;
	put_all(&record);
	for (size_t len = 0; len < record.len; len++) {
		/* Of its own size, so that a sanitizer sees who reads on. */
		uint8_t *cut = malloc(len + 1);
		struct record_reader reader = {.at = cut, .left = len};
		struct net_address got;

		memcpy(cut, record.octets, len);
		record_get_u32(&reader);
		record_get_u64(&reader);
		for (unsigned i = 0; i < 3; i++)
			free(record_get_text(&reader));
		record_get_address(&reader, &got);
		assert_false(record_is_read(&reader));
		assert_int_equal(got.family, NET_NONE);
		free(cut);
	}
	record_put_u32(&record, 0);
	{
		struct record_reader reader = reader_of(&record, record.len);

		get_all(&reader);
		assert_false(record_is_read(&reader));
	}
	record_free(&record);
}

static void no_texts_and_no_addresses(void **state)
{
	static const uint8_t nul_inside[] = {0, 0, 0, 3, 'a', 0, 'b'}, longer[] = {0, 0, 0, 4, 'a'};
	static const uint8_t family_5[20] = {0, 0, 0, 5};
	struct record_reader reader = {.at = nul_inside, .left = sizeof(nul_inside)};
	struct net_address got;

	(void)state;
	assert_null(record_get_text(&reader));
	assert_true(reader.failed);
	reader = (struct record_reader){.at = longer, .left = sizeof(longer)};
	assert_null(record_get_text(&reader));
	assert_true(reader.failed);
	reader = (struct record_reader){.at = family_5, .left = sizeof(family_5)};
	assert_int_equal(record_get_at_most(&reader, 5), 5);
	assert_false(reader.failed);
	reader = (struct record_reader){.at = family_5, .left = sizeof(family_5)};
	assert_int_equal(record_get_at_most(&reader, 4), 0);
	assert_true(reader.failed);
	reader = (struct record_reader){.at = family_5, .left = sizeof(family_5)};
	record_get_address(&reader, &got);
	assert_true(reader.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_is_got),
		cmocka_unit_test(another_length_fails),
		cmocka_unit_test(no_texts_and_no_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
