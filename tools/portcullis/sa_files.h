/* SPDX-License-Identifier: BSD-3-Clause */
/* From a file of SAs to the control plane's API, as records: the text, and what is wrong in it, is
 * for this process, so that no SIP message waits for it. */
#pragma once

#include <stdint.h>
#include <stdio.h>

struct sa_files_tally {
	uint64_t sent, refused; /* by us: a line on standard error for the first ones */
};

/* {"sas": […]}. What is wrong with one SA does not keep the others; text that is no JSON ends it.
 * 0; -EINVAL after a line where the text ended so, -EIO where the gateway no longer listens. */
int sa_files_send_all(int fd, const char *name, FILE *api, struct sa_files_tally *tally)
	__attribute__((warn_unused_result));

/* One object, and nothing else. The same results; -EINVAL also where it is wrong. */
int sa_files_send_one(int fd, const char *name, FILE *api, struct sa_files_tally *tally)
	__attribute__((warn_unused_result));

/* Nothing more comes. 0 or -EIO. */
int sa_files_end(FILE *api) __attribute__((warn_unused_result));
