/* SPDX-License-Identifier: BSD-3-Clause */
/* A subscribers' store in a test's own directory, filled from JSON text. */
#pragma once

#include "aes128.h"
#include "subscriber_store.h"

/* directory/subscribers.db; fails the test where it can not be opened. */
struct subscriber_store *subscribers_open(const char *directory);

void subscribers_import(struct subscriber_store *store, const struct aes128 *aes, const char *text);
