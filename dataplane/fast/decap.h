/* SPDX-License-Identifier: BSD-3-Clause */
/* Step from outside, after replay_move: ESP comes off. */
#pragma once

#include "burst.h"
#include "path.h"

/* Takes ESP off an authentic packet: checks padding and next header (RFC 4303 §3.4.4.1), moves the
 * headers up to the payload, and corrects the IP header. */
void decap(struct path *path, struct burst *burst);
