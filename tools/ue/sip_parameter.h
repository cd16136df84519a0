/* SPDX-License-Identifier: BSD-3-Clause */
/* Lists within a header row: entries parted by commas, parameters parted by ';' (RFC 3329) or ','
 * (RFC 2617), with quotes respected. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sip_text.h"

/* Takes the first element off rest, trimmed; false when nothing is left. */
bool sip_parameter_next(struct sip_slice *rest, char separator, struct sip_slice *out);

/* The value of name=value among the elements of list, without its quotes; whatever the case. */
bool sip_parameter_find(
	struct sip_slice list, char separator, const char *name, struct sip_slice *out);

/* 1 to 10 digits. 0, -ENOENT where there is no such parameter, or -EINVAL. */
int sip_parameter_number(struct sip_slice list, char separator, const char *name, uint32_t *out)
	__attribute__((warn_unused_result));

bool sip_parameter_is(struct sip_slice value, const char *text);
