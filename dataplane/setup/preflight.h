/* SPDX-License-Identifier: BSD-3-Clause */
/* Before anything is touched: is all there that the settings ask of this machine? */
#pragma once

#include <stdbool.h>

#include "config.h"

/* 0, or -errno after an error line that says what is missing and what to type. */
int preflight(const struct config_dataplane *config) __attribute__((warn_unused_result));

/* Free hugepages of any size, in MiB. */
unsigned long preflight_free_hugepages_mb(void);

/* What the settings and this machine come to. */
bool preflight_uses_hugepages(const struct config_dataplane *config);
