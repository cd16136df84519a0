/* SPDX-License-Identifier: BSD-3-Clause */
/* Many UEs in one process, each from an address of its own, at a rate. UE n has the IMPI whose
 * digits are --impi's plus n, the address --local plus n, and K with n added to its last four
 * octets, modulo 2^32 (tools/subscribers makes the same). It registers once, or goes through flows
 * that are drawn by lot; its other address is --local plus --count plus n. */
#pragma once

#include <event2/event.h>

#include "options.h"

/* Prints a summary. 0 where all went as it should, -EPROTO where not, else -errno. */
int fleet_run(const struct options *options, const struct aes128 *aes, const uint8_t opc[16],
	struct event_base *base, struct report *report) __attribute__((warn_unused_result));
