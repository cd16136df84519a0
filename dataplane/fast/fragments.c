/* SPDX-License-Identifier: BSD-3-Clause */
/* Called by reassemble.c. An oldest packet gives way to a new one, of all and of a source: a flood,
 * also one under another's address, costs those who wait long, and not the fragments of one packet,
 * which follow each other closely. */
#include "fragments.h"

#include <string.h>

#include <rte_mbuf.h>

#include "buffer.h"
#include "net_address.h"
#include "sa_table_hash.h"

_Static_assert(sizeof(struct fragments_key) == 48, "hashed without holes");
_Static_assert(FRAGMENTS_SEED_WORDS == SA_SEED_WORDS, "the table's seed serves");

void fragments_init(
	struct fragments *fragments, const uint64_t seed[FRAGMENTS_SEED_WORDS], uint64_t ticks)
{
	memset(fragments, 0, sizeof(*fragments));
	memcpy(fragments->seed, seed, sizeof(fragments->seed));
	fragments->life = ticks * FRAGMENTS_LIFE_S;
	for (uint16_t i = 1; i <= FRAGMENTS_PACKETS; i++)
		fragments->packets[i].next = i < FRAGMENTS_PACKETS ? i + 1 : 0;
	fragments->free = 1;
}

static unsigned bucket_of(const struct fragments *fragments, const struct fragments_key *key)
{
	const uint64_t *seed = fragments->seed;
	uint64_t words[6], hash;

	memcpy(words, key, sizeof(words));
	hash = sa_table_hash_mix(words[0] ^ seed[0], words[1] ^ seed[1]);
	hash = sa_table_hash_mix(hash ^ words[2], words[3] ^ seed[2]);
	hash = sa_table_hash_mix(hash ^ words[4], words[5] ^ seed[3]);
	return (hash >> 32) % FRAGMENTS_BUCKETS;
}

/* Who has an IPv6 address has 2^64 of them. What outside sends counts not for the hosts inside. */
static uint16_t source_of(const struct fragments *fragments, const struct fragments_key *key)
{
	uint64_t address;

	memcpy(&address, key->source, sizeof(address));
	address = sa_table_hash_mix(address ^ fragments->seed[0], fragments->seed[1] | 1);
	address = sa_table_hash_mix(address, fragments->seed[2] | 1);
	return (uint16_t)((address >> 32) % FRAGMENTS_BUCKETS + key->inside * FRAGMENTS_BUCKETS);
}

static uint16_t find(const struct fragments *fragments, const struct fragments_key *key)
{
	uint16_t number = fragments->buckets[bucket_of(fragments, key)];

	while (number && memcmp(&fragments->packets[number].key, key, sizeof(*key)) != 0)
		number = fragments->packets[number].next;
	return number;
}

static void remove_from_source(struct fragments *fragments, const struct fragments_packet *packet)
{
	struct fragments_packet *packets = fragments->packets;
	struct fragments_source *source = &fragments->sources[packet->source];

	*(packet->source_older ? &packets[packet->source_older].source_newer : &source->oldest) =
		packet->source_newer;
	*(packet->source_newer ? &packets[packet->source_newer].source_older : &source->newest) =
		packet->source_older;
	source->held = (uint16_t)(source->held - packet->count);
}

/* Out of all lists; its buffers are the caller's. */
static void remove_packet(struct fragments *fragments, uint16_t number)
{
	struct fragments_packet *packets = fragments->packets, *packet = &packets[number];
	uint16_t *at = &fragments->buckets[bucket_of(fragments, &packet->key)];

	while (*at != number)
		at = &packets[*at].next;
	*at = packet->next;
	*(packet->older ? &packets[packet->older].newer : &fragments->oldest) = packet->newer;
	*(packet->newer ? &packets[packet->newer].older : &fragments->newest) = packet->older;
	fragments->held -= packet->count;
	remove_from_source(fragments, packet);
	packet->next = fragments->free;
	fragments->free = number;
}

static void drop_packet(struct fragments *fragments, uint16_t number, enum drop_reason reason,
	struct worker_counters *counters)
{
	struct fragments_packet *packet = &fragments->packets[number];

	counters->dropped[reason] += packet->count;
	remove_packet(fragments, number);
	while (packet->first) {
		struct rte_mbuf *next = packet->first->next;

		packet->first->next = NULL;
		buffer_give(packet->first);
		packet->first = next;
	}
}

void fragments_expire(struct fragments *fragments, uint64_t now, struct worker_counters *counters)
{
	while (fragments->oldest && fragments->packets[fragments->oldest].until <= now)
		drop_packet(fragments, fragments->oldest, DROP_FRAGMENT_TIMEOUT, counters);
}

static uint16_t add_packet(
	struct fragments *fragments, const struct fragments_key *key, uint64_t now)
{
	uint16_t number = fragments->free, *bucket = &fragments->buckets[bucket_of(fragments, key)];
	uint16_t source_number = source_of(fragments, key);
	struct fragments_source *source = &fragments->sources[source_number];
	struct fragments_packet *packets = fragments->packets, *packet = &packets[number];

	fragments->free = packet->next;
	*packet = (struct fragments_packet){.key = *key,
		.until = now + fragments->life,
		.source = source_number,
		.next = *bucket,
		.older = fragments->newest,
		.source_older = source->newest};
	*bucket = number;
	*(packet->older ? &packets[packet->older].newer : &fragments->oldest) = number;
	fragments->newest = number;
	*(source->newest ? &packets[source->newest].source_newer : &source->oldest) = number;
	source->newest = number;
	return number;
}

static uint32_t offset_of(const struct rte_mbuf *mbuf)
{
	return mbuf->hash.usr;
}

static uint32_t end_of(const struct rte_mbuf *mbuf)
{
	return mbuf->hash.usr + mbuf->data_len;
}

/* RFC 8200 §4.5: a copy that the network made harms nobody; any other overlap may hide something
 * from somebody. */
static enum drop_reason overlap(const struct rte_mbuf *there, const struct fragment *fragment)
{
	const uint8_t *payload =
		rte_pktmbuf_mtod_offset(fragment->mbuf, const uint8_t *, fragment->head_len);

	if (offset_of(there) == fragment->offset && there->data_len == fragment->len &&
		memcmp(rte_pktmbuf_mtod(there, const void *), payload, fragment->len) == 0)
		return DROP_FRAGMENT_DUPLICATE;
	return DROP_FRAGMENT_OVERLAP;
}

/* behind: the waiting fragment that would follow, or NULL. */
static int judge(const struct fragments_packet *packet, const struct fragment *fragment,
	const struct rte_mbuf *behind)
{
	uint32_t end = (uint32_t)fragment->offset + fragment->len;

	if (behind && offset_of(behind) < end)
		return overlap(behind, fragment);
	if (fragment->more ? packet->end && end >= packet->end : packet->end || behind)
		return DROP_FRAGMENT_SHAPE;
	return FRAGMENTS_WAITS;
}

static void insert(struct fragments *fragments, struct fragments_packet *packet,
	const struct fragment *fragment, struct rte_mbuf **at)
{
	struct rte_mbuf *mbuf = fragment->mbuf;

	mbuf->hash.usr = fragment->offset;
	rte_pktmbuf_adj(mbuf, fragment->head_len);
	mbuf->next = *at;
	*at = mbuf;
	packet->len += fragment->len;
	packet->count++;
	fragments->held++;
	fragments->sources[packet->source].held++;
	if (!fragment->more)
		packet->end = (uint32_t)fragment->offset + fragment->len;
	if (fragment->offset == 0) {
		packet->link_len = fragment->link_len;
		packet->head_len = fragment->head_len;
	}
}

static void take_whole(struct fragments *fragments, uint16_t number, struct fragment *out)
{
	const struct fragments_packet *packet = &fragments->packets[number];
	struct rte_mbuf *first = packet->first;

	*out = (struct fragment){.key = packet->key,
		.mbuf = first,
		.link_len = packet->link_len,
		.head_len = packet->head_len};
	first->nb_segs = packet->count;
	first->data_off = (uint16_t)(first->data_off - packet->head_len);
	first->data_len = (uint16_t)(first->data_len + packet->head_len);
	first->pkt_len = packet->head_len + packet->end;
	remove_packet(fragments, number);
}

int fragments_add(struct fragments *fragments, const struct fragment *fragment, uint64_t now,
	struct worker_counters *counters, struct fragment *out)
{
	struct fragments_packet *packet;
	struct fragments_source *source;
	struct rte_mbuf **at;
	uint16_t number;
	int verdict;

	fragments_expire(fragments, now, counters);
	if (fragments->held >= FRAGMENTS_HELD)
		drop_packet(fragments, fragments->oldest, DROP_FRAGMENT_FLOOD, counters);
	number = find(fragments, &fragment->key);
	if (!number) {
		if (!fragments->free)
			drop_packet(fragments, fragments->oldest, DROP_FRAGMENT_FLOOD, counters);
		number = add_packet(fragments, &fragment->key, now);
	}
	packet = &fragments->packets[number];
	at = &packet->first;
	while (*at && end_of(*at) <= fragment->offset)
		at = &(*at)->next;
	verdict = judge(packet, fragment, *at);
	if (verdict != FRAGMENTS_WAITS) {
		if (verdict != DROP_FRAGMENT_DUPLICATE)
			drop_packet(fragments, number, (enum drop_reason)verdict, counters);
		return verdict;
	}
	insert(fragments, packet, fragment, at);
	if (packet->len == packet->end) {
		take_whole(fragments, number, out);
		return FRAGMENTS_WHOLE;
	}
	source = &fragments->sources[packet->source];
	if (source->held > FRAGMENTS_PER_SOURCE)
		drop_packet(fragments, source->oldest, DROP_FRAGMENT_SOURCE, counters);
	return FRAGMENTS_WAITS;
}
