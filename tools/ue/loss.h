/* SPDX-License-Identifier: BSD-3-Clause */
/* A network that loses packets, in both directions of one UE. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct loss {
	uint32_t percent; /* of all packets */
	uint64_t stream;  /* of random numbers; its seed at first */
	uint32_t lost;
};

/* Whether this packet is lost, which is counted. loss NULL: none ever is. */
bool loss_takes(struct loss *loss);
