/* SPDX-License-Identifier: BSD-3-Clause */
/* The P-CSCF's sockets: the unprotected port, port_ps, and every port_pc (P-PORT). */
#pragma once

#include "config.h"
#include "sip_transport.h"

/* 0, or -errno after a line in the log that says which address and port, and what to do. */
int listeners_open(struct sip_transport *transport, const struct config_pcscf *pcscf)
	__attribute__((warn_unused_result));
