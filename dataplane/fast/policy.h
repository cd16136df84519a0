/* SPDX-License-Identifier: BSD-3-Clause */
/* Whom the gateway protects, and what may reach each of them without ESP. Written once at start. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "net_address.h"

#define POLICY_HOSTS_MAX 136
#define POLICY_RULES_MAX 17
#define POLICY_SLOT_BITS 10 /* so many slots that most of what is no host's meets an empty one */

/* What passes from outside, beside plain SIP; a mask. */
enum policy_pass {
	POLICY_PASS_ICMP = 1,
	POLICY_PASS_UDP = 2,   /* to ports that are neither protected nor unprotected */
	POLICY_PASS_TCP = 4,   /* the same */
	POLICY_PASS_OTHER = 8, /* other IP protocols */
};

/* Of a host, or of several that are alike. A bit per port. */
struct policy_rules {
	uint64_t protected_ports[65536 / 64];   /* nothing plain goes in or out there */
	uint64_t unprotected_ports[65536 / 64]; /* plain SIP, metered */
	unsigned pass;
};

struct policy_host {
	struct net_address address;
	const struct policy_rules *rules;
};

/* Its own pointers keep it where it is. */
struct policy {
	uint8_t slots[1 << POLICY_SLOT_BITS]; /* a host's number + 1; 0: empty */
	struct policy_host hosts[POLICY_HOSTS_MAX];
	size_t host_count;
	struct policy_rules rules[POLICY_RULES_MAX];
	size_t rules_count;
};

void policy_init(struct policy *policy);

/* At most POLICY_RULES_MAX times. No port has a bit yet. */
struct policy_rules *policy_add_rules(struct policy *policy, unsigned pass);

/* At most POLICY_HOSTS_MAX times, each address once. */
void policy_add_host(
	struct policy *policy, const struct net_address *address, const struct policy_rules *rules);

void policy_set_port(uint64_t ports[65536 / 64], uint16_t port);

static inline bool policy_has_port(const uint64_t ports[65536 / 64], uint16_t port)
{
	return ports[port / 64] >> (port % 64) & 1;
}

static inline uint32_t policy_slot(uint8_t family, const uint8_t *address)
{
	uint64_t words[2];
	uint32_t word;

	if (family == NET_IPV4) {
		memcpy(&word, address, sizeof(word));
		return (word * 0x9e3779b1u) >> (32 - POLICY_SLOT_BITS);
	}
	memcpy(words, address, sizeof(words));
	return (uint32_t)(((words[0] ^ words[1] << 1) * 0x9e3779b97f4a7c15u) >>
			  (64 - POLICY_SLOT_BITS));
}

/* True of most addresses that are no host's; false of all hosts. */
static inline bool policy_is_stranger(
	const struct policy *policy, uint8_t family, const uint8_t *address)
{
	return !policy->slots[policy_slot(family, address)];
}

/* The rules of the host whose address this is, or NULL. address: 4 or 16 octets, by the family. */
static inline const struct policy_rules *policy_find(
	const struct policy *policy, uint8_t family, const uint8_t *address)
{
	uint32_t slot = policy_slot(family, address);

	for (; policy->slots[slot]; slot = (slot + 1) % (1 << POLICY_SLOT_BITS)) {
		const struct policy_host *host = &policy->hosts[policy->slots[slot] - 1];

		if (host->address.family == family &&
			(family == NET_IPV4 ? memcmp(address, host->address.bytes, 4) == 0
					    : memcmp(address, host->address.bytes, 16) == 0))
			return host->rules;
	}
	return NULL;
}
