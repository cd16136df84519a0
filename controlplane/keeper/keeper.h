/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a role keeps what its successor shall know when the process starts anew. What is kept
 * becomes durable with the turn of the event loop, and is worth something as long as the data plane
 * has the SAs that belong to it. */
#pragma once

#include <stdint.h>

#include "record.h"

struct keeper {
	void (*put)(void *context, uint64_t id, const struct record *record); /* or replaces */
	void (*remove)(void *context, uint64_t id); /* also what is not there */
	void *context;
};
