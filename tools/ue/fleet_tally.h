/* SPDX-License-Identifier: BSD-3-Clause */
/* What became of many flows: how long registrations took, and why some flows failed. */
#pragma once

#include "fleet_walk.h"
#include "report.h"

#define FLEET_REASONS     32 /* what is more counts as the last one */
#define FLEET_REASON_SIZE 128

struct fleet_tally {
	float *took_ms; /* of each that registered */
	uint32_t took_room;
	uint32_t begun, registered, failed; /* flows */
	uint64_t lost;                      /* packets, on purpose */
	struct fleet_flow_tally {
		uint32_t as_ordered, failed;
	} * flows; /* as fleet_flows */
	struct fleet_reason {
		char text[FLEET_REASON_SIZE];
		uint32_t count;
	} reasons[FLEET_REASONS];
};

/* 0 or -ENOMEM. */
int fleet_tally_open(struct fleet_tally *tally) __attribute__((warn_unused_result));
void fleet_tally_close(struct fleet_tally *tally);

/* failure: NULL where it went as it should. */
void fleet_tally_add(struct fleet_tally *tally, const struct fleet_flow *flow, double took_ms,
	const char *failure);

/* The summary: registrations per second, p50 and p99, each flow, failures by reason. */
void fleet_tally_tell(
	struct fleet_tally *tally, const struct report *report, uint64_t seed, double elapsed_ms);
