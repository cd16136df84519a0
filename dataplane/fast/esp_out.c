/* SPDX-License-Identifier: BSD-3-Clause */
/* Packet by packet up to the hash, then all through the engine. */
#include "esp_out.h"

#include "encap.h"
#include "integrity.h"

static void before_hash(struct path *path, struct burst *burst, struct icv_packet *packets)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		enum drop_reason reason = encap(path, burst, i);
		struct icv_packet *packet = &packets[kept];

		if (unlikely(reason != BURST_KEPT)) {
			burst_drop(burst, i, reason, path->counters);
			continue;
		}
		integrity_packet(burst, i, packet);
		packet->tag = burst_payload(burst, i) + packet->len;
		burst_keep(burst, i, &kept);
	}
	burst->count = kept;
}

static void behind_hash(struct path *path, struct burst *burst, const struct icv_packet *packets)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		struct sa_entry *sa = burst->sa[i];

		if (unlikely(!packets[i].done)) {
			burst_drop(burst, i, DROP_ICV, path->counters);
			continue;
		}
		sa->packets++;
		sa->octets += burst->shape[i].len;
		burst_keep(burst, i, &kept);
	}
	path->counters->esp_out += kept;
	burst->count = kept;
}

void esp_out(struct path *path, struct burst *burst)
{
	struct icv_packet packets[BURST_MAX];

	before_hash(path, burst, packets);
	icv_compute(path->icv, packets, burst->count);
	behind_hash(path, burst, packets);
}
