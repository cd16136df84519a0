/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys pass through jansson's strings: between begin and end it overwrites what it frees. */
#pragma once

#include <jansson.h>

struct json_secret {
	json_malloc_t malloc;
	json_free_t free;
};

/* Values that were made before may be freed in between, and the reverse. */
void json_secret_begin(struct json_secret *secret);
void json_secret_end(const struct json_secret *secret);
