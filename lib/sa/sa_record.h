/* SPDX-License-Identifier: BSD-3-Clause */
/* An SA that somebody gives by hand, on its way from the operator's command to the control plane:
 * both are of one build. */
#pragma once

#include "sa.h"

#define SA_LABEL_MAX 48 /* with the NUL */

/* line, column: where in a file it stands, from 1; both 0: the end, nothing else counts. */
struct sa_record {
	uint32_t line, column;
	char label[SA_LABEL_MAX]; /* "": none */
	struct sa_parameters sa;  /* spi 0, inbound: to be chosen; replay_window 0: the default */
};
