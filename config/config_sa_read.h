/* SPDX-License-Identifier: BSD-3-Clause */
/* SAs from files of their own. */
#pragma once

#include "config_sa.h"
#include "json_stream.h"

/* An element of {"sas": […]}, or a text of its own where prefix is "". Faults never quote a key.
 * 0, or -EINVAL and "NAME:3:14: PREFIX/key: …; allowed: …". The caller wipes out. */
int config_sa_read(const char *name, const struct json_element *element, const char *prefix,
	struct config_sa *out, char error[CONFIG_ERROR_MAX]) __attribute__((warn_unused_result));

/* The same where the text is an object without escapes or unknown members, and right: many times
 * as fast, since it needs no tree. False: config_sa_read is to judge it. */
bool config_sa_read_plain(const char *text, size_t len, struct config_sa *out);
