/* SPDX-License-Identifier: BSD-3-Clause */
/* What our own port passes cost, which no row contains. */
#pragma once

#include "bench_gateway.h"

/* TSC cycles per packet of port_rx and port_tx on DPDK's null device, mbufs included. */
double bench_port_measure(struct bench_gateway *gateway);
