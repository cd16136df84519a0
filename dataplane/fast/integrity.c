/* SPDX-License-Identifier: BSD-3-Clause */
/* The whole burst goes through the engine at once, so that all of its lanes work. */
#include "integrity.h"

#include <string.h>

#include "icv.h"

static void packet_of(
	const struct burst *burst, unsigned i, uint8_t *tag, struct icv_packet *packet)
{
	packet->sa = burst->sa[i];
	packet->data = burst_payload(burst, i);
	packet->len = burst_payload_len(burst, i) - SA_ICV_LEN;
	packet->tag = tag;
}

/* Takes the same time whatever they hold. */
static bool same_icv(const uint8_t *a, const uint8_t *b)
{
	uint64_t first[2];
	uint32_t last[2];

	_Static_assert(SA_ICV_LEN == sizeof(first[0]) + sizeof(last[0]), "all of it");
	memcpy(&first[0], a, sizeof(first[0]));
	memcpy(&first[1], b, sizeof(first[1]));
	memcpy(&last[0], a + sizeof(first[0]), sizeof(last[0]));
	memcpy(&last[1], b + sizeof(first[1]), sizeof(last[1]));
	return ((first[0] ^ first[1]) | (last[0] ^ last[1])) == 0;
}

void integrity_verify(struct path *path, struct burst *burst)
{
	struct icv_packet packets[BURST_MAX];
	uint8_t tags[BURST_MAX][16];
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++)
		packet_of(burst, i, tags[i], &packets[i]);
	icv_compute(path->icv, packets, burst->count);
	for (unsigned i = 0; i < burst->count; i++) {
		const uint8_t *received = packets[i].data + packets[i].len;

		rte_prefetch0(burst->sa[i]); /* the hash has displaced it; the window moves next */
		if (packets[i].done && same_icv(tags[i], received))
			burst_keep(burst, i, &kept);
		else
			burst_drop(burst, i, DROP_ICV, path->counters);
	}
	burst->count = kept;
}

void integrity_protect(struct path *path, struct burst *burst)
{
	struct icv_packet packets[BURST_MAX];
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		packet_of(burst, i, NULL, &packets[i]);
		packets[i].tag = burst_payload(burst, i) + packets[i].len;
	}
	icv_compute(path->icv, packets, burst->count);
	for (unsigned i = 0; i < burst->count; i++) {
		struct sa_entry *sa = burst->sa[i];

		if (!packets[i].done) {
			burst_drop(burst, i, DROP_ICV, path->counters);
			continue;
		}
		sa->packets++;
		sa->octets += burst->ip_len[i];
		path->counters->esp_out++;
		burst_keep(burst, i, &kept);
	}
	burst->count = kept;
}
