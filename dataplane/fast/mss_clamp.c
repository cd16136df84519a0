/* SPDX-License-Identifier: BSD-3-Clause */
/* From outside behind selectors, from inside behind sa_select. */
#include "mss_clamp.h"

#include "bytes.h"
#include "wire.h"

#define OPTION_END     0
#define OPTION_NOTHING 1
#define OPTION_MSS     2
#define OPTION_MSS_LEN 4

/* The option's value, or NULL: there is none, or what is there is no list of options. */
static uint8_t *find_mss(uint8_t *tcp, unsigned header_len)
{
	unsigned at = WIRE_TCP_LEN;

	while (at + 1 < header_len && tcp[at] != OPTION_END) {
		if (tcp[at] == OPTION_NOTHING) {
			at++;
			continue;
		}
		if (tcp[at + 1] < 2 || tcp[at + 1] > header_len - at)
			return NULL;
		if (tcp[at] == OPTION_MSS)
			return tcp[at + 1] == OPTION_MSS_LEN ? tcp + at + 2 : NULL;
		at += tcp[at + 1];
	}
	return NULL;
}

/* RFC 1624 §3, eqn. 3, with the value's octets where the sum sees them: at an odd place swapped. */
static void set_mss(uint8_t *tcp, uint8_t *value, uint16_t mss)
{
	uint16_t old = bytes_load_be16(value), new = mss;
	uint32_t sum = (uint16_t)~bytes_load_be16(tcp + WIRE_TCP_SUM_AT);

	bytes_store_be16(value, mss);
	if ((value - tcp) % 2 != 0) {
		old = __builtin_bswap16(old);
		new = __builtin_bswap16(new);
	}
	sum += (uint16_t)~old + (uint32_t) new;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	bytes_store_be16(tcp + WIRE_TCP_SUM_AT, (uint16_t)~sum);
}

static void clamp(const struct path *path, const struct burst *burst, unsigned i)
{
	unsigned header_len, max, len = burst_payload_len(burst, i);
	uint8_t *tcp = burst_payload(burst, i), *value;

	if (len < WIRE_TCP_LEN || !(tcp[WIRE_TCP_FLAGS_AT] & WIRE_TCP_SYN))
		return;
	header_len = (tcp[WIRE_TCP_OFFSET_AT] >> 4) * 4u;
	if (header_len < WIRE_TCP_LEN || header_len > len)
		return;
	max = wire_esp_payload_max(path->outside.mtu - burst->shape[i].header_len) - WIRE_TCP_LEN;
	value = find_mss(tcp, header_len);
	if (value && bytes_load_be16(value) > max)
		set_mss(tcp, value, (uint16_t)max);
}

static bool has_tcp(const struct burst *burst)
{
	unsigned found = 0;

	for (unsigned i = 0; i < burst->count; i++)
		found |= burst->shape[i].protocol == WIRE_PROTOCOL_TCP;
	return found;
}

void mss_clamp(struct path *path, struct burst *burst)
{
	if (!has_tcp(burst))
		return;
	for (unsigned i = 0; i < burst->count; i++)
		if (burst->shape[i].protocol == WIRE_PROTOCOL_TCP)
			clamp(path, burst, i);
}
