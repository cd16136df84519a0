/* SPDX-License-Identifier: BSD-3-Clause */
/* Step from inside, after sa_select: ESP goes on. */
#pragma once

#include "burst.h"
#include "path.h"

/* Puts ESP around the payload, with the SA's next number and room for the ICV (RFC 4303 §2, §3.3;
 * transport mode). What would not fit the outside port, or has no number left, is dropped. */
void encap(struct path *path, struct burst *burst);
