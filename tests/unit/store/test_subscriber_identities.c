/* SPDX-License-Identifier: BSD-3-Clause */
#include "subscriber_identities.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct subscriber_identities before, after;

static void what_is_printed_is_parsed(void **state)
{
	char text[SUBSCRIBER_IDENTITIES_TEXT_MAX];
	size_t len;

	(void)state;
	before.count = SUBSCRIBER_IDENTITIES_MAX;
	for (unsigned i = 0; i < SUBSCRIBER_IDENTITIES_MAX; i++) {
		struct subscriber_identity *one = &before.items[i];

		memset(one->impu, 'a', SUBSCRIBER_NAME_MAX - 1 - i);
		one->set = i;
		one->barred = i % 3 == 0;
	}
	len = subscriber_identities_print(&before, text);
	assert_true(len <= sizeof(text));
	assert_int_equal(subscriber_identities_parse(text, len, &after), 0);
	assert_memory_equal(&before, &after, sizeof(before));
}

static void a_damaged_column_is_an_error(void **state)
{
	static const char *const texts[] = {"", "\n", "0", "0 \n", "0 sip:a", "x sip:a\n",
		"0?sip:a\n", "32 sip:a\n", "99999999999 sip:a\n", "0 sip:a\n0"};
	char text[SUBSCRIBER_IDENTITIES_TEXT_MAX + 100];
	size_t len = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(
			subscriber_identities_parse(texts[i], strlen(texts[i]), &after), -EINVAL);
	assert_int_equal(subscriber_identities_parse("0 a\0b\n", 6, &after), -EINVAL);
	memset(text, 'a', 300);
	memcpy(text, "0 ", 2);
	text[299] = '\n';
	assert_int_equal(subscriber_identities_parse(text, 300, &after), -EINVAL);
	for (unsigned i = 0; i <= SUBSCRIBER_IDENTITIES_MAX; i++, len += 4)
		memcpy(text + len, "0 a\n", 4);
	assert_int_equal(subscriber_identities_parse(text, len, &after), -EINVAL);
	assert_int_equal(subscriber_identities_parse(text, len - 4, &after), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_parsed),
		cmocka_unit_test(a_damaged_column_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
