/* SPDX-License-Identifier: BSD-3-Clause */
/* The settings' "sas", given at start as the operator gives others later. */
#pragma once

#include "config.h"
#include "manual_sa.h"

/* Wipes their keys in config. One that fails is a line in the log, now or once the data plane has
 * answered. */
void static_sas_install(struct config *config, struct manual_sas *sas);
