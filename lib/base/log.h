/* SPDX-License-Identifier: BSD-3-Clause */
/* One line per event on standard error: "2026-01-31T12:00:00.123Z warning pcscf: text key=value".
 * Never on the packet path, never a key. A line that a packet or a message from outside can
 * trigger goes through log_metered. */
#pragma once

#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG };

/* Lines above this level are not written; LOG_NOTICE until set. component: of this process. */
void log_open(const char *component, enum log_level level);

void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One per place in the code (static). */
struct log_meter {
	uint64_t second;
	uint32_t lines, suppressed;
};

/* At most 10 lines a second; the first line of a later second says how many were left out. */
void log_metered(struct log_meter *meter, enum log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#define log_error(...)   log_write(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_WARNING, __VA_ARGS__)
#define log_notice(...)  log_write(LOG_NOTICE, __VA_ARGS__)
#define log_info(...)    log_write(LOG_INFO, __VA_ARGS__)
#define log_debug(...)   log_write(LOG_DEBUG, __VA_ARGS__)
