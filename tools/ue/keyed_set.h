/* SPDX-License-Identifier: BSD-3-Clause */
/* A set of SAs by hand, where nobody is there who registers the UE: a data plane alone, or a lab's
 * traffic. */
#pragma once

#include "registration.h"

struct keyed_set {
	uint8_t ik[16];
	const char *security_server; /* the P-CSCF's side, as in SM6; NULL: none is given */
};

/* The UE's side is that of the settings' offer. From now on the set stands as after SM12. NULL, or
 * why it can not be. */
const char *keyed_set_install(const struct keyed_set *keyed, struct registration *registration)
	__attribute__((warn_unused_result));
