/* SPDX-License-Identifier: BSD-3-Clause */
/* What became of many registrations: how long they took, and why some failed. */
#pragma once

#include <stdint.h>

#include "report.h"

#define FLEET_REASONS     16 /* what is more counts as the last one */
#define FLEET_REASON_SIZE 96

struct fleet_tally {
	double *took_ms; /* of each that registered */
	uint32_t registered, failed;
	struct fleet_reason {
		char text[FLEET_REASON_SIZE];
		uint32_t count;
	} reasons[FLEET_REASONS];
};

/* 0, or -ENOMEM. max: registrations. */
int fleet_tally_open(struct fleet_tally *tally, uint32_t max) __attribute__((warn_unused_result));
void fleet_tally_close(struct fleet_tally *tally);

/* failure: NULL where it registered. */
void fleet_tally_add(struct fleet_tally *tally, double took_ms, const char *failure);

/* The summary: registrations per second, p50 and p99, failures by reason. */
void fleet_tally_tell(struct fleet_tally *tally, const struct report *report, double elapsed_ms);
