/* SPDX-License-Identifier: BSD-3-Clause */
/* Before the hash: vectors are full where packets of one length follow each other. */
#pragma once

#include "icv_packet.h"

/* By blocks, the longest first; equal ones keep their order. count up to BURST_MAX. */
void icv_order(struct icv_packet **packets, unsigned count);
