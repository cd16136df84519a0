/* SPDX-License-Identifier: BSD-3-Clause */
/* What a peer wrote, for the operator: any octets become JSON, and none steers his terminal. */
#include <stdlib.h>
#include <string.h>

#include "operator_state.h"

json_t *operator_text(const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	char *escaped = malloc(3 * strlen(text) + 1), *end = escaped;
	json_t *value;

	if (!escaped)
		return json_null();
	for (; *text; text++) {
		unsigned char octet = (unsigned char)*text;

		if (octet >= 0x20 && octet < 0x7f) {
			*end++ = *text;
			continue;
		}
		*end++ = '%';
		*end++ = digits[octet >> 4];
		*end++ = digits[octet & 0xf];
	}
	*end = '\0';
	value = json_string(escaped);
	free(escaped);
	return value;
}
