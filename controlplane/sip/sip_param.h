/* SPDX-License-Identifier: BSD-3-Clause */
/* Parameters ";name=value;flag" behind a Via, an address, a security mechanism. */
#pragma once

#include "sip_text.h"

/* Start with .rest = the text from the first ";" on (or empty), then sip_param_next. */
struct sip_param {
	struct sip_text name;
	struct sip_text value; /* of "a=b": b; of "a=\"b\"": b as written, without the quotes */
	bool has_value;
	bool quoted;
	struct sip_text whole; /* from the ";" to the end of the value */
	struct sip_text rest;
};

/* 1: there is one; 0: no more; -EINVAL: not parameters. */
int sip_param_next(struct sip_param *param) __attribute__((warn_unused_result));

/* The first one of that name (any case). True and *out (may be NULL) where there is one. */
bool sip_param_find(struct sip_text params, const char *name, struct sip_text *out);

/* True where no name occurs twice, all is well-formed, and there are at most 32. */
bool sip_param_unique(struct sip_text params);
