/* SPDX-License-Identifier: BSD-3-Clause */
#include "drop_reason.h"

static const struct {
	const char *name, *text;
} reasons[DROP_REASON_COUNT] = {
#define X(constant, name, text) {name, text},
	DROP_REASONS(X)
#undef X
};

const char *drop_reason_name(enum drop_reason reason)
{
	return reasons[reason].name;
}

const char *drop_reason_text(enum drop_reason reason)
{
	return reasons[reason].text;
}
