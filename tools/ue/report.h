/* SPDX-License-Identifier: BSD-3-Clause */
/* What the UE tells: one line per event, for a person or as JSON. Never a key, never RES. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct report {
	bool json, is_silent;
	uint64_t start_us;
};

void report_open(struct report *report, bool json);

/* Milliseconds since report_open. */
double report_now_ms(const struct report *report);

/* event: one word ("SM6"); text: for a person; fields: further members of the JSON line, or NULL
 * (takes it). */
void report_event(const struct report *report, const char *event, json_t *fields,
	const char *format, ...) __attribute__((format(printf, 4, 5)));
