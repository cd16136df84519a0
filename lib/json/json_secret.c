/* SPDX-License-Identifier: BSD-3-Clause */
#include "json_secret.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

static void free_wiped(void *memory)
{
	if (memory)
		explicit_bzero(memory, malloc_usable_size(memory));
	free(memory);
}

void json_secret_begin(struct json_secret *secret)
{
	json_get_alloc_funcs(&secret->malloc, &secret->free);
	json_set_alloc_funcs(secret->malloc, free_wiped);
}

void json_secret_end(const struct json_secret *secret)
{
	json_set_alloc_funcs(secret->malloc, secret->free);
}
