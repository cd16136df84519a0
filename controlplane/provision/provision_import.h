/* SPDX-License-Identifier: BSD-3-Clause */
/* {"subscribers": [subscriber, …]} (provision_reader.h) into the subscribers' store: all or
 * nothing, with memory for one at a time. */
#pragma once

#include "aes128.h"
#include "provision_fault.h"
#include "subscriber_write.h"

/* fd stays the caller's; name stands for it in messages; source: subscriber_write_commit. 0 and the
 * number of those written; or -errno, and one line in error. */
int provision_import(int fd, const char *name, const struct aes128 *aes,
	struct subscriber_store *store, enum subscriber_write kind, const char *source,
	uint64_t *count, char error[PROVISION_ERROR_MAX]) __attribute__((warn_unused_result));
