/* SPDX-License-Identifier: BSD-3-Clause */
/* From outside, the last check. */
#include "selectors.h"

#include <stdbool.h>

#include "bytes.h"
#include "ip_header.h"
#include "wire.h"

#define KEPT DROP_REASON_COUNT /* not a reason: it belongs to its SA */

static bool transport_fits(uint8_t protocol, const uint8_t *payload, unsigned len)
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

static bool port_fits(uint16_t selector, uint16_t port)
{
	return selector == port || selector == SA_PORT_ANY;
}

static enum drop_reason judge(const struct burst *burst, unsigned i)
{
	const struct sa_entry *sa = burst->sa[i];
	const uint8_t *ip = burst->ip[i], *payload = burst_payload(burst, i);
	uint8_t family = burst->family[i];
	uint16_t remote, local;

	if (family != sa->family ||
		!ip_header_same_address(family, ip_header_source(ip, family), sa->remote) ||
		!ip_header_same_address(family, ip_header_target(ip, family), sa->local))
		return DROP_SELECTOR_ADDRESS;
	if (!transport_fits(burst->protocol[i], payload, burst_payload_len(burst, i)))
		return DROP_TRANSPORT_LENGTH;
	remote = bytes_load_be16(payload);
	local = bytes_load_be16(payload + 2);
	for (unsigned pair = 0; pair < sa->port_pairs; pair++)
		if (port_fits(sa->ports[pair].local, local) &&
			port_fits(sa->ports[pair].remote, remote))
			return KEPT;
	return DROP_SELECTOR_PORT;
}

void selectors(struct path *path, struct burst *burst)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		enum drop_reason reason = judge(burst, i);

		if (reason != KEPT) {
			burst_drop(burst, i, reason, path->counters);
			continue;
		}
		burst->sa[i]->packets++;
		burst->sa[i]->octets += burst->ip_len[i];
		path->counters->esp_in++;
		burst_keep(burst, i, &kept);
	}
	burst->count = kept;
}
