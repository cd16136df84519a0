/* SPDX-License-Identifier: BSD-3-Clause */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_LEN          1024
#define METERED_LINES_PER_SEC 10

static const char *log_component = "portcullis";
static enum log_level log_threshold = LOG_NOTICE;

void log_open(const char *component, enum log_level level)
{
	log_component = component;
	log_threshold = level;
}

/* One write(2) per line, so that lines of several processes never mix. */
__attribute__((format(printf, 2, 0))) static void write_line(
	enum log_level level, const char *format, va_list arguments)
{
	static const char *const names[] = {"error", "warning", "notice", "info", "debug"};
	char line[LINE_MAX_LEN];
	struct timespec now;
	struct tm utc;
	size_t len;
	int part;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	len = strftime(line, sizeof(line), "%Y-%m-%dT%H:%M:%S", &utc);
	len += (size_t)snprintf(line + len, sizeof(line) - len,
		".%03ldZ %s %s: ", now.tv_nsec / 1000000, names[level], log_component);
	part = vsnprintf(line + len, sizeof(line) - len - 1, format, arguments);
	if (part < 0)
		return;
	len += (size_t)part < sizeof(line) - len - 1 ? (size_t)part : sizeof(line) - len - 2;
	/* What came from outside may hold control characters: a log line stays one line. */
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	line[len++] = '\n';
	if (write(STDERR_FILENO, line, len) < 0)
		return; /* nowhere left to say so */
}

void log_write(enum log_level level, const char *format, ...)
{
	va_list arguments;

	if (level > log_threshold)
		return;
	va_start(arguments, format);
	write_line(level, format, arguments);
	va_end(arguments);
}

void log_metered(struct log_meter *meter, enum log_level level, const char *format, ...)
{
	struct timespec now;
	va_list arguments;

	if (level > log_threshold)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (meter->second != (uint64_t)now.tv_sec) {
		if (meter->suppressed > 0)
			log_write(level, "%u more lines like the next were left out",
				meter->suppressed);
		*meter = (struct log_meter){.second = (uint64_t)now.tv_sec};
	}
	if (meter->lines >= METERED_LINES_PER_SEC) {
		meter->suppressed++;
		return;
	}
	meter->lines++;
	va_start(arguments, format);
	write_line(level, format, arguments);
	va_end(arguments);
}
