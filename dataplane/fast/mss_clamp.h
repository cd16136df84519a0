/* SPDX-License-Identifier: BSD-3-Clause */
/* Pass in both directions, where packets of an SA are plain: segments that still fit inside ESP. */
#pragma once

#include "burst.h"
#include "path.h"

/* A SYN's maximum segment size (RFC 9293 §3.7.1) is lowered, where it is larger, to what fits the
 * outside port inside ESP; the TCP checksum follows. Neither end knows of ESP by itself. */
void mss_clamp(struct path *path, struct burst *burst);
