/* SPDX-License-Identifier: BSD-3-Clause */
/* The P-CSCF's sockets: the unprotected port and port_ps for UDP and TCP, and every port_pc, from
 * which TCP only goes out (P-PORT, P-USE). */
#pragma once

#include "config.h"
#include "sip_transport.h"

/* 0, or -errno after a line in the log that says which address and port, and what to do. */
int listeners_open(struct sip_transport *transport, const struct config_pcscf *pcscf)
	__attribute__((warn_unused_result));

/* As many connections as the process may have descriptors for, which is raised to its limit. */
struct sip_tcp_limits listeners_limits(void);
