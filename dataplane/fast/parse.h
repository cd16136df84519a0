/* SPDX-License-Identifier: BSD-3-Clause */
/* Pass: frames become IP packets. Second in both directions. */
#pragma once

#include "burst.h"
#include "path.h"

/* From frames to IP packets: fills ip, ip_len, ip_header_len, family, protocol and flags. What is
 * kept is as long as its IP length says: Ethernet padding is gone. */
void parse(struct path *path, struct burst *burst);

/* Packet i alone, whatever was known of it before. BURST_KEPT, or why it goes no further. */
enum drop_reason parse_packet(struct path *path, struct burst *burst, unsigned i);
