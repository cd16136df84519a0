/* SPDX-License-Identifier: BSD-3-Clause */
/* SQN_HE per IMPI (TS 33.102 §6.3.2). A read sees the writes of its own turn. */
#pragma once

#include <stdint.h>

#include "store.h"

struct store_sqn {
	uint64_t sqn;
	int64_t stamp; /* the import whose SQN it has taken into account (subscriber.h) */
};

/* 0; -ENOENT where none was stored; -EIO. */
int store_sqn_get(struct store *store, const char *impi, struct store_sqn *out)
	__attribute__((warn_unused_result));

/* 0, or -EIO: then the whole turn fails. */
int store_sqn_put(struct store *store, const char *impi, const struct store_sqn *sqn)
	__attribute__((warn_unused_result));
