/* SPDX-License-Identifier: BSD-3-Clause */
/* A whole network in one process: SIP entry, P-CSCF, I-CSCF, S-CSCF, HSS with a store; the test is
 * the UE with its ISIM, the worker of the data plane, and the clock. */
#pragma once

#include "roles.h"
#include "sip_entry.h"
#include "sip_message.h"
#include "store_registration.h"

#define NETWORK_UE      "198.51.100.23"
#define NETWORK_UE_IPV6 "2001:db8:198:51::23"

struct network {
	struct config config;
	struct roles roles;
	struct sip_entry *entry;
	struct sa_channel *channel;
	struct store *store;
	struct subscriber_store *subscribers;
	struct aes128 *aes;
	uint64_t now_ms, seed;
	char directory[64];

	const char *ue_host; /* its address as SIP writes it */

	/* what the UE got last; "": nothing */
	char answer[SIP_MESSAGE_MAX + 1];
	struct sip_flow answer_flow;
	unsigned answers;

	/* live in the data plane */
	struct sa_parameters sas[256];
	uint64_t handles[256];
	uint32_t kept[256]; /* the epoch in which it was kept last */
	unsigned sa_count;
	uint64_t next_handle;
	enum { WORKER_WORKS, WORKER_REFUSES, WORKER_SLEEPS } worker;

	char events[2048];
	char details[32768];
	struct trace_listener listener;
};

extern struct network network;

int network_open(void **state);
int network_open_ipv6(void **state);
int network_close(void **state);

/* The process is killed as it stands, and another one takes its place; the worker goes on. */
void network_restart(void);

/* Until nothing moves any more: timers, commits, the worker. */
void network_settle(void);
void network_wait_ms(uint64_t ms);

/* One datagram from the UE; port 5060 to 5060, or from its port_uc to port_ps. */
void network_send(const char *text, uint16_t from_port, uint16_t to_port);

/* The same with any octets, on any flow. */
void network_send_octets(const void *octets, size_t len, const struct sip_flow *flow);

/* The registration flag of an IMPU of alice's, and her S-CSCF. */
struct store_registration network_flag(const char *impu);
