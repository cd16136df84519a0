/* SPDX-License-Identifier: BSD-3-Clause */
/* Pass from outside, after guard: whose ESP is it? */
#pragma once

#include "burst.h"
#include "path.h"

/* Finds the inbound SA of each ESP packet by its SPI alone (RFC 4303 §3.4.2); fills sa. */
void sa_lookup(struct path *path, struct burst *burst);
