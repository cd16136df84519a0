/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE's way to the network: a UDP socket for what travels bare, a raw one for ESP. Whole IP
 * packets leave by the raw one, so that a hostile UE can write any header that it likes. What comes
 * in fragments the kernel puts together before it is seen here. */
#pragma once

#include <event2/event.h>
#include <stddef.h>
#include <stdint.h>

#include "ip_packet.h"
#include "net_address.h"

#define ACCESS_ERROR_MAX 160

struct access_receiver {
	void (*datagram)(void *context, const struct net_endpoint *source,
		const struct net_address *to, const uint8_t *bytes, size_t len);
	void (*packet)(void *context, const struct ip_packet *packet); /* with ESP inside */
	void *context;
};

struct access {
	struct access_receiver receiver;
	struct event *udp, *raw;
	int udp_fd, raw_fd;
	uint32_t fragment_id; /* the last one */
	const char *device;
};

/* Binds local (unspecified: every address of this namespace) and sees all ESP that comes to this
 * namespace. device: whatever the routes say, only by this interface; NULL: as they say. 0, or
 * -errno and a line in error. */
int access_open(struct access *access, struct event_base *base, const struct net_endpoint *local,
	const char *device, const struct access_receiver *receiver, char error[ACCESS_ERROR_MAX])
	__attribute__((warn_unused_result));
void access_close(struct access *access);

/* From the bound port and this address. 0, or -errno. */
int access_send_datagram(struct access *access, const struct net_address *from,
	const struct net_endpoint *to, const uint8_t *bytes, size_t len)
	__attribute__((warn_unused_result));

/* A whole IP packet, to the link-layer neighbour that leads to next_hop whatever its header says
 * (IPv6: where a router leads there). Longer than the MTU it leaves in fragments. 0, or -errno. */
int access_send_packet(struct access *access, const struct net_address *next_hop,
	const uint8_t *packet, size_t len) __attribute__((warn_unused_result));

/* The longest packet on the way to next_hop, in octets, or -errno. */
int access_mtu(const struct access *access, const struct net_address *next_hop)
	__attribute__((warn_unused_result));
