/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE's SAs under the kernel's own UDP and TCP: a TUN device leads to the P-CSCF, and programs
 * of this namespace send and receive in ESP without knowing of it.
 *
 *   program → kernel → TUN → ports of an SA?  yes: ESP │ other protected port: refused │ bare ─┐
 *   program ← kernel ← TUN ← while a tunnel is open: what came in ESP                          ├
 * wire program ← kernel ←─────────────────────────────────────────────────── what comes bare ─────┘
 *
 * The UE's address stays with the access interface, where the kernel answers ARP and ND for it and
 * takes what comes bare; the TUN has it, too, so that the kernel sends with it. The simulator's own
 * sockets are bound to the access interface: to them the route through the TUN is none. */
#pragma once

#include <event2/event.h>
#include <net/if.h>
#include <stdbool.h>

#include "access.h"
#include "ip_reassembly.h"
#include "registration.h"
#include "report.h"

#define TUNNEL_ERROR_MAX 200

struct tunnel {
	struct registration *registration;
	struct access *access;
	const struct report *report;
	int fd; /* -1: there is no device */
	int mtu;
	const char *device;
	bool is_open;
	struct event *from_kernel;
	struct event *ends[3]; /* standard input, SIGTERM, SIGINT, while it is open */
	void (*done)(void *context, const char *failure);
	void *context;
	uint64_t sealed, opened, bare, refused; /* packets */
	struct ip_reassembly reassembly;
};

/* registration, access and report are set by the caller before; the rest is zero. Makes the
 * device. 0, or -errno and a line in error. */
int tunnel_open(struct tunnel *tunnel, struct event_base *base, const char *device,
	char error[TUNNEL_ERROR_MAX]) __attribute__((warn_unused_result));
void tunnel_close(struct tunnel *tunnel);

/* From now on what comes in ESP is the kernel's, until standard input has a line or ends, SIGTERM
 * or SIGINT. done is called once, later or at once. */
void tunnel_begin(struct tunnel *tunnel, struct event_base *base,
	void (*done)(void *context, const char *failure), void *context);

/* A packet with ESP inside, while the tunnel is open. */
void tunnel_packet(struct tunnel *tunnel, const struct ip_packet *packet);
