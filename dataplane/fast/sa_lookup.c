/* SPDX-License-Identifier: BSD-3-Clause */
/* From outside, ESP only: whose is it? */
#include "sa_lookup.h"

#include "bytes.h"
#include "ip_header.h"
#include "wire.h"

#define ESP_LEN_MIN \
	(WIRE_ESP_HEADER_LEN + WIRE_ESP_ALIGN + SA_ICV_LEN) /* nothing but padding and trailer */

/* Where the hash begins, and what decap reads first. */
static void prefetch_ends(const struct burst *burst, unsigned i)
{
	const uint8_t *esp = burst_payload(burst, i);

	rte_prefetch0(esp + RTE_CACHE_LINE_SIZE);
	rte_prefetch0(esp + 2 * RTE_CACHE_LINE_SIZE);
	rte_prefetch0(burst->ip[i] + burst->shape[i].len - 1);
}

/* Keeps what may be ESP, and reads its SPI. */
static void read_spis(struct path *path, struct burst *burst, uint32_t *spis)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		unsigned len = burst_payload_len(burst, i);

		prefetch_ends(burst, i);
		/* RFC 4303 §2.4: the NULL cipher leaves all fields 4-octet aligned. */
		if (unlikely(len < ESP_LEN_MIN || len % WIRE_ESP_ALIGN != 0)) {
			burst_drop(burst, i, DROP_ESP_LENGTH, path->counters);
			continue;
		}
		spis[kept] = bytes_load_be32(burst_payload(burst, i));
		burst_keep(burst, i, &kept);
	}
	burst->count = kept;
}

static bool is_outbound_sa(struct path *path, const struct sa_flow *flow, uint32_t spi)
{
	struct sa_entry *sa;

	sa_table_find_outbound(&path->table, flow, 1, &sa);
	return sa && sa->spi == spi;
}

/* INT-2: one key serves both ways, so our own packets would verify at the UE's SPI, were they
 * looked up there. They are not; they are only named for what they are. Thrown back with the
 * addresses swapped, the ports in the payload may have been swapped too. */
static bool is_reflection(struct path *path, const struct burst *burst, unsigned i)
{
	const uint8_t *ip = burst->ip[i], *esp = burst_payload(burst, i);
	uint8_t family = burst->shape[i].family;
	uint16_t first = bytes_load_be16(esp + WIRE_ESP_HEADER_LEN);
	uint16_t second = bytes_load_be16(esp + WIRE_ESP_HEADER_LEN + 2);
	struct sa_flow flow = {.family = family, .ports = {.local = first, .remote = second}};
	uint32_t spi = bytes_load_be32(esp);

	ip_header_copy_address(family, flow.local, ip_header_target(ip, family));
	ip_header_copy_address(family, flow.remote, ip_header_source(ip, family));
	if (is_outbound_sa(path, &flow, spi))
		return true;
	flow.ports = (struct sa_port_pair){.local = second, .remote = first};
	return is_outbound_sa(path, &flow, spi);
}

static __rte_noinline void drop_unknown(struct path *path, struct burst *burst)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		if (burst->sa[i])
			burst_keep(burst, i, &kept);
		else
			burst_drop(burst, i,
				is_reflection(path, burst, i) ? DROP_REFLECTED : DROP_SPI_UNKNOWN,
				path->counters);
	}
	burst->count = kept;
}

void sa_lookup(struct path *path, struct burst *burst)
{
	uint32_t spis[BURST_MAX];

	read_spis(path, burst, spis);
	if (sa_table_find_inbound(&path->table, spis, burst->count, burst->sa) < burst->count)
		drop_unknown(path, burst);
}
