/* SPDX-License-Identifier: BSD-3-Clause */
/* Pass, third in both directions: packets in pieces become whole before anybody judges them. */
#pragma once

#include "burst.h"
#include "path.h"

/* Fragments to the protected host (RFC 791 §3.2, RFC 8200 §4.5; overlaps as in RFC 5722) leave the
 * burst and wait; the one that makes its packet whole is replaced by it, parsed anew. Fragments to
 * others stay as they are. */
void reassemble_inbound(struct path *path, struct burst *burst);

/* The same with fragments from the protected host. */
void reassemble_outbound(struct path *path, struct burst *burst);

/* Where no packets come, too: what waits too long goes. */
void reassemble_expire(struct path *path, uint64_t now);
