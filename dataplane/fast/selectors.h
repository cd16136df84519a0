/* SPDX-License-Identifier: BSD-3-Clause */
/* Step from outside, the last that judges: is it what its SA is for? */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "burst.h"
#include "bytes.h"
#include "ip_header.h"
#include "path.h"
#include "wire.h"

static inline bool selectors_transport_fits(uint8_t protocol, const uint8_t *payload, unsigned len)
{
	unsigned announced;

	if (protocol == WIRE_PROTOCOL_UDP) {
		if (len < WIRE_UDP_LEN)
			return false;
		announced = bytes_load_be16(payload + WIRE_UDP_LENGTH_AT);
		return announced >= WIRE_UDP_LEN && announced <= len;
	}
	if (len < WIRE_TCP_LEN)
		return false;
	announced = (payload[WIRE_TCP_OFFSET_AT] >> 4) * 4u;
	return announced >= WIRE_TCP_LEN && announced <= len;
}

_Static_assert(offsetof(struct sa_port_pair, local) == 0 &&
		       offsetof(struct sa_port_pair, remote) == 2 &&
		       sizeof(struct sa_port_pair) == sizeof(uint32_t) &&
		       __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	"a pair is the number that begins a packet from the UE");

static inline bool selectors_port_fits(uint16_t selector, uint16_t port)
{
	return selector == port || selector == SA_PORT_ANY;
}

/* Does the packet belong to its SA? Addresses, transport header and ports (RFC 4301 §5.2 step 4):
 * the ICV covers neither the IP header nor who may use the key for what.
 * protocol, payload, len: UDP or TCP inside ESP. */
static inline enum drop_reason selectors(const struct burst *burst, unsigned i, uint8_t protocol,
	const uint8_t *payload, unsigned len)
{
	const struct sa_entry *sa = burst->sa[i];
	const uint8_t *ip = burst->ip[i];
	uint8_t family = burst->shape[i].family;
	uint16_t remote, local;
	uint32_t ports;

	if (family != sa->family ||
		!ip_header_same_address(family, ip_header_source(ip, family), sa->remote) ||
		!ip_header_same_address(family, ip_header_target(ip, family), sa->local))
		return DROP_SELECTOR_ADDRESS;
	if (!selectors_transport_fits(protocol, payload, len))
		return DROP_TRANSPORT_LENGTH;
	/* Nearly always the first pair, in one comparison. */
	memcpy(&ports, &sa->ports[0], sizeof(ports));
	if (likely(bytes_load_be32(payload) == ports))
		return BURST_KEPT;
	remote = bytes_load_be16(payload);
	local = bytes_load_be16(payload + 2);
	for (unsigned pair = 0; pair < sa->port_pairs; pair++)
		if (selectors_port_fits(sa->ports[pair].local, local) &&
			selectors_port_fits(sa->ports[pair].remote, remote))
			return BURST_KEPT;
	return DROP_SELECTOR_PORT;
}
