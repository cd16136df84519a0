/* SPDX-License-Identifier: BSD-3-Clause */
/* Step from outside: the control plane learns which SAs are in use. */
#pragma once

#include "path.h"

/* An authentic packet has come by this SA, which announced none yet: P-USE. */
void first_use(struct path *path, struct sa_entry *sa);
