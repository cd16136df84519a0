/* SPDX-License-Identifier: BSD-3-Clause */
/* The control plane's commands, carried out by the worker between two bursts, in slices that are
 * so small that no packet waits long. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "path.h"
#include "sa_channel.h"

#define SA_APPLY_COMMANDS 32   /* of one slice */
#define SA_APPLY_PLACES   2048 /* of the table, looked at by one slice of a flush */

/* While packets keep the worker busy, commands wait this long for company. One alone costs as much
 * as eight, since packets have displaced its code and data from the caches. */
#define SA_APPLY_PATIENCE_US 300

struct sa_apply {
	struct path *path;
	struct sa_channel *channel;
	uint32_t worker;
	bool again;    /* the first command may have been carried out by a predecessor that died */
	bool flushing; /* a flush goes on over several slices; commands behind it wait */
	uint64_t flush_cookie;
	uint32_t flush_next;
	uint16_t flush_epoch;
	uint64_t patience; /* in cycles of the TSC */
	uint64_t due;      /* when those that wait have waited long enough */
};

/* One slice. Takes no more commands than the ring of events has room to answer; what is
 * acknowledged is live. Returns how many events were sent: the control plane is to be woken. */
unsigned sa_apply_slice(struct sa_apply *apply);

/* A slice when it is time for one: always where the worker is not busy, or a full one waits. now:
 * of the TSC. */
unsigned sa_apply_poll(struct sa_apply *apply, bool busy, uint64_t now);
