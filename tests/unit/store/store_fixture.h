/* SPDX-License-Identifier: BSD-3-Clause */
/* A store in a directory of its own for each test. cmocka.h first. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"

static char directory[64], path[128];

static int fresh(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/portcullis-store-XXXXXX");
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof(path), "%s/store.db", directory);
	return 0;
}

static int removed(void **state)
{
	char command[160];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command);
}

static struct store *open_store(void)
{
	char error[STORE_ERROR_MAX];
	struct store *store;

	if (store_open(path, &store, error) != 0)
		fail_msg("%s", error);
	return store;
}
