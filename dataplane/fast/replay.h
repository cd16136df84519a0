/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps from outside, before and after integrity_verify: each number once. */
#pragma once

#include "burst.h"
#include "path.h"

/* RFC 4303 §3.4.3, INT-6: before the ICV, what can not be new goes at once; fills sequence. */
void replay_check(struct path *path, struct burst *burst);

/* After the ICV: checked again packet by packet, since two copies may be in one burst, and only
 * then moved. A forged packet never comes here. */
void replay_move(struct path *path, struct burst *burst);
