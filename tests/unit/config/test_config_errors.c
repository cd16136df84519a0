/* SPDX-License-Identifier: BSD-3-Clause */
/* Each way to be wrong: one line of a good document is changed, one line says what and where.
 * Quotation marks are written as ' here. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const good[] = {
	"{",
	" 'dataplane': {",
	"  'outside': {'kind': 'af_packet', 'interface': 'gm0'},",
	"  'inside': {'kind': 'tap', 'interface': 'in0', 'addresses': ['203.0.113.9/24']}",
	" },",
	" 'pcscf': {'address': '203.0.113.9'},",
	" 'scscf': {'realm': 'home.example'}",
	"}",
};

struct fault {
	size_t line; /* of good, from 1; 0: text is the whole document */
	const char *text;
	const char *error; /* behind "t:" */
};

#include "config_faults.h"

static void write_document(const struct fault *fault, char *out, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const char *line = fault->line == i + 1 ? fault->text : good[i];

		if (fault->line == 0 && i > 0)
			break;
		len += (size_t)snprintf(
			out + len, size - len, "%s\n", fault->line == 0 ? fault->text : line);
	}
	if (fault->line == 0)
		out[--len] = '\0';
	for (char *c = out; *c; c++)
		if (*c == '\'')
			*c = '"';
}

static void each_fault(void **state)
{
	static const struct config nothing;
	struct config config = nothing;
	char document[4096], error[CONFIG_ERROR_MAX];
	unsigned failures = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		int result;

		write_document(&faults[i], document, sizeof(document));
		result = config_parse(document, strlen(document), "t", "/d", &config, error);
		if (result != -EINVAL || strncmp(error, "t:", 2) != 0 ||
			strcmp(error + 2, faults[i].error) != 0) {
			print_message("# %s\n#  wanted t:%s\n#  got    %s\n", faults[i].text,
				faults[i].error, result ? error : "no error");
			failures++;
		}
	}
	assert_int_equal(failures, 0);
	assert_memory_equal(&config, &nothing, sizeof(config));
}

static void good_is_good(void **state)
{
	struct fault none = {.line = 99};
	char document[4096], error[CONFIG_ERROR_MAX];
	struct config config;

	(void)state;
	write_document(&none, document, sizeof(document));
	if (config_parse(document, strlen(document), "t", "/d", &config, error))
		fail_msg("%s", error);
}

static void check(const char *text, size_t len, const char *want)
{
	struct config config;
	char error[CONFIG_ERROR_MAX];

	assert_int_equal(config_parse(text, len, "t", "/d", &config, error), -EINVAL);
	assert_string_equal(error, want);
}

static void texts_that_are_none(void **state)
{
	char *blank = malloc(1024 * 1024 + 1);

	(void)state;
	assert_non_null(blank);
	check("", 0,
		"t:1:1: (document): the file is empty; allowed: one JSON object (RFC 8259) in "
		"UTF-8");
	check("{\"a\0\":1}", 8,
		"t:1:4: (document): a NUL octet is no part of a text; allowed: one JSON object "
		"(RFC 8259) in UTF-8");
	memset(blank, ' ', 1024 * 1024 + 1);
	check(blank, 1024 * 1024 + 1,
		"t:1:1: (document): the text has 1048577 octets; allowed: at most 1 MiB");
	memset(blank, '[', 1024 * 1024);
	check(blank, 1024 * 1024,
		"t:1:17: (document): is nested too deep; allowed: 16 objects and arrays within "
		"each "
		"other");
	free(blank);
}

/* However long the names and values are, the error is one line that fits. */
static void long_names_are_cut(void **state)
{
	static char text[200000], name[3000];
	char error[CONFIG_ERROR_MAX];
	struct config config;
	size_t len = 0;

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	text[len++] = '{';
	text[len++] = '"';
	memset(text + len, '~', 100000);
	len += 100000;
	strcpy(text + len, "\": 1}");
	assert_int_equal(config_parse(text, strlen(text), name, "/d", &config, error), -EINVAL);
	assert_true(strlen(error) < CONFIG_ERROR_MAX);
	assert_null(strchr(error, '\n'));
	assert_non_null(strstr(error, "unknown key; allowed: log, run_directory"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"the document that the faults change is right", good_is_good, NULL, NULL, NULL},
		{"each fault has its line, column, pointer and remedy", each_fault, NULL, NULL,
			NULL},
		{"texts that are no JSON at all", texts_that_are_none, NULL, NULL, NULL},
		{"an error stays one line of bounded length", long_names_are_cut, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
