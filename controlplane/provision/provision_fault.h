/* SPDX-License-Identifier: BSD-3-Clause */
/* What is wrong with a subscriber's text, and where: "FILE:3:14: /subscribers/2/k: …". Never a key:
 * no message quotes a value. */
#pragma once

#include <stdbool.h>

#include "json_position.h"
#include "json_stream.h"

#define PROVISION_MEMBER    "subscribers"
#define PROVISION_ERROR_MAX 1024

struct provision_place {
	const char *name; /* of the file */
	const struct json_element *element;
	struct json_path path; /* within the element */
};

/* At the value (or the key) that the path names. Always -EINVAL. */
int provision_fault(const struct provision_place *place, bool of_key,
	char error[PROVISION_ERROR_MAX], const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* At an offset of the element's text. Always -EINVAL. */
int provision_fault_at(const struct provision_place *place, size_t offset,
	char error[PROVISION_ERROR_MAX], const char *format, ...)
	__attribute__((format(printf, 4, 5)));
