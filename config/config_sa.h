/* SPDX-License-Identifier: BSD-3-Clause */
/* A security association with a key that somebody gives by hand (RFC 4301 §4.5.1): in the settings'
 * "sas", or an element of a file of them. */
#pragma once

#include "config.h"

#define CONFIG_SA_MEMBER "sas"

/* The value for the data plane. spi and, inbound, replay_window are 0 where they are left out. The
 * caller wipes it. */
void config_sa_parameters(const struct config_sa *sa, struct sa_parameters *out);
