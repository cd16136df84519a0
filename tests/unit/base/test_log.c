/* SPDX-License-Identifier: BSD-3-Clause */
/* What reaches standard error; it is a file for as long as a test writes. */
#include "log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static FILE *capture;
static int real_stderr;
static off_t taken;
static char written[65536];

static int begin(void **state)
{
	(void)state;
	taken = 0;
	capture = tmpfile();
	if (!capture)
		return -1;
	fflush(stderr);
	real_stderr = dup(STDERR_FILENO);
	return dup2(fileno(capture), STDERR_FILENO) < 0 ? -1 : 0;
}

static int end(void **state)
{
	(void)state;
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	fclose(capture);
	log_open("portcullis", LOG_NOTICE);
	return 0;
}

/* All that was written since the last call. */
static const char *take(void)
{
	ssize_t len = pread(fileno(capture), written, sizeof(written) - 1, taken);

	assert_true(len >= 0);
	taken += len;
	written[len] = '\0';
	return written;
}

static unsigned count_lines(const char *text)
{
	unsigned lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static void one_line_of_known_form(void **state)
{
	unsigned year, month, day, hour, minute, second, ms;
	const char *line;
	int used = 0;

	(void)state;
	log_open("pcscf", LOG_INFO);
	log_warning("text key=%d", 7);
	line = take();
	assert_int_equal(sscanf(line, "%4u-%2u-%2uT%2u:%2u:%2u.%3uZ %n", &year, &month, &day, &hour,
				 &minute, &second, &ms, &used),
		7);
	assert_int_equal(used, 25);
	assert_string_equal(line + used, "warning pcscf: text key=7\n");
}

static void threshold(void **state)
{
	(void)state;
	log_open("x", LOG_NOTICE);
	log_info("no");
	log_debug("no");
	assert_string_equal(take(), "");
	log_notice("yes");
	log_error("yes");
	assert_int_equal(count_lines(take()), 2);
	log_open("x", LOG_ERROR);
	log_warning("no");
	assert_string_equal(take(), "");
}

static void control_characters_stay_out(void **state)
{
	char octets[256] = "";
	const char *line;
	size_t len = 0;

	(void)state;
	for (unsigned c = 1; c < 256; c++)
		octets[len++] = (char)c;
	log_open("x", LOG_NOTICE);
	log_notice("impi=%s end", octets);
	line = take();
	assert_int_equal(count_lines(line), 1);
	assert_int_equal(line[strlen(line) - 1], '\n');
	for (const char *c = line; c[1]; c++)
		assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
	assert_non_null(strstr(line, " !\"#"));
	assert_non_null(strstr(line, "\xfe\xff end\n"));
}

static void long_lines_are_cut(void **state)
{
	char text[5000];
	const char *line;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_open("x", LOG_NOTICE);
	log_notice("%s", text);
	line = take();
	assert_int_equal(count_lines(line), 1);
	assert_true(strlen(line) <= 1024 && strlen(line) > 1000);
	assert_int_equal(line[strlen(line) - 1], '\n');
}

/* 25 lines in one second; where the second ends meanwhile, again. */
static void meter_full(struct log_meter *meter)
{
	uint64_t second;

	do {
		*meter = (struct log_meter){.second = 0};
		take();
		log_metered(meter, LOG_NOTICE, "first");
		second = meter->second;
		for (unsigned i = 1; i < 25; i++)
			log_metered(meter, LOG_NOTICE, "line %u", i);
	} while (meter->second != second);
}

static void metered_lines(void **state)
{
	struct log_meter meter;
	const char *lines;

	(void)state;
	log_open("x", LOG_NOTICE);
	meter_full(&meter);
	assert_int_equal(count_lines(take()), 10);
	assert_int_equal(meter.suppressed, 15);
	meter.second--; /* a second later */
	log_metered(&meter, LOG_NOTICE, "next");
	lines = take();
	assert_int_equal(count_lines(lines), 2);
	assert_non_null(strstr(lines, "x: 15 more lines like the next were left out\n"));
	assert_non_null(strstr(lines, "x: next\n"));
	meter.second--;
	log_metered(&meter, LOG_NOTICE, "last");
	assert_int_equal(count_lines(take()), 1);
}

static void unwanted_lines_are_not_counted(void **state)
{
	struct log_meter meter = {.second = 0};

	(void)state;
	log_open("x", LOG_ERROR);
	for (unsigned i = 0; i < 100; i++)
		log_metered(&meter, LOG_NOTICE, "no");
	assert_string_equal(take(), "");
	assert_int_equal(meter.suppressed, 0);
}

#define CAPTURED(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CAPTURED(one_line_of_known_form),
		CAPTURED(threshold),
		CAPTURED(control_characters_stay_out),
		CAPTURED(long_lines_are_cut),
		CAPTURED(metered_lines),
		CAPTURED(unwanted_lines_are_not_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
