/* SPDX-License-Identifier: BSD-3-Clause */
/* The whole burst goes through the engine at once, so that all of its lanes work. */
#include "integrity.h"

#include "icv.h"
#include "secret.h"

static void packet_of(
	const struct burst *burst, unsigned i, uint8_t *tag, struct icv_packet *packet)
{
	packet->sa = burst->sa[i];
	packet->data = burst_payload(burst, i);
	packet->len = burst_payload_len(burst, i) - SA_ICV_LEN;
	packet->tag = tag;
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
		if (packets[i].done && secret_equal_bytes(tags[i], received, SA_ICV_LEN))
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
