/* SPDX-License-Identifier: BSD-3-Clause */
/* Before the first packet: whom the settings protect, as the packet path looks it up. */
#pragma once

#include "config.h"
#include "policy.h"

/* This gateway's P-CSCF, and the hosts behind the inside port. policy stays where it is. */
void host_policy_fill(const struct config *config, struct policy *policy);
