/* SPDX-License-Identifier: BSD-3-Clause */
/* What an SA may be, for the settings and for files alike: one rule, one check, the same words. */
#pragma once

#include "config.h"
#include "config_reader.h"

extern const char *const config_sa_algorithms[]; /* JSON texts, by enum sa_algorithm; NULL */

/* Reads a struct config_sa that is all zero before. */
extern const struct config_rule config_sa_rule;

/* What one member alone does not tell; place: "/sas/3", or "" where it is the text's root. 0, or
 * -EINVAL and the fault. */
int config_sa_check(struct config_reader *reader, const char *place, const struct config_sa *sa)
	__attribute__((warn_unused_result));
