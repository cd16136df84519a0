/* SPDX-License-Identifier: BSD-3-Clause */
/* Pass from inside, after mss_clamp: ESP goes on. */
#pragma once

#include "burst.h"
#include "path.h"

/* RFC 4303 §3.3: header, number, trailer, then the ICV. */
void esp_out(struct path *path, struct burst *burst);
