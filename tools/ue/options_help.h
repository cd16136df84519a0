/* SPDX-License-Identifier: BSD-3-Clause */
/* What portcullis-ue says of its own command line. */
#pragma once

/* On standard output. */
void options_help(void);
