/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_answers.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/queue.h>

#define CHUNK_SIZE  ((size_t)256 * 1024)
#define ANSWER_MEAN 1024 /* about; decides how many buckets there are */

struct answer {
	struct answer *next; /* in its bucket */
	uint64_t due_ms;
	uint8_t key[SIP_KEYED_HASH_LEN];
	struct sip_flow flow;
	uint32_t len;
	char octets[];
};

struct chunk {
	TAILQ_ENTRY(chunk) link;
	size_t begin, end; /* what is in use of octets */
	char octets[] __attribute__((aligned(8)));
};

TAILQ_HEAD(chunk_list, chunk);

struct sip_answers {
	struct chunk_list chunks; /* the oldest first */
	size_t chunk_count, chunks_max, count, bucket_mask;
	uint64_t shed;
	struct answer **buckets;
};

static size_t size_of(size_t len)
{
	return (sizeof(struct answer) + len + 7) & ~(size_t)7;
}

int sip_answers_create(size_t octets_max, struct sip_answers **out)
{
	struct sip_answers *answers = calloc(1, sizeof(*answers));
	size_t buckets = 64;

	if (!answers)
		return -ENOMEM;
	while (buckets < octets_max / ANSWER_MEAN)
		buckets *= 2;
	answers->buckets = calloc(buckets, sizeof(struct answer *));
	if (!answers->buckets) {
		free(answers);
		return -ENOMEM;
	}
	answers->bucket_mask = buckets - 1;
	answers->chunks_max = octets_max < CHUNK_SIZE ? 1 : octets_max / CHUNK_SIZE;
	TAILQ_INIT(&answers->chunks);
	*out = answers;
	return 0;
}

static struct answer **bucket(const struct sip_answers *answers, const uint8_t *key)
{
	size_t value;

	memcpy(&value, key, sizeof(value));
	return &answers->buckets[value & answers->bucket_mask];
}

static struct answer *oldest(struct chunk *chunk)
{
	return (struct answer *)(void *)(chunk->octets + chunk->begin);
}

static void drop_chunk(struct sip_answers *answers)
{
	struct chunk *chunk = TAILQ_FIRST(&answers->chunks);

	TAILQ_REMOVE(&answers->chunks, chunk, link);
	answers->chunk_count--;
	munmap(chunk, CHUNK_SIZE);
}

/* The oldest of all; the last one of a chunk takes it along. */
static void drop(struct sip_answers *answers)
{
	struct chunk *chunk = TAILQ_FIRST(&answers->chunks);
	struct answer *answer = oldest(chunk), **at = bucket(answers, answer->key);

	while (*at != answer)
		at = &(*at)->next;
	*at = answer->next;
	chunk->begin += size_of(answer->len);
	answers->count--;
	if (chunk->begin == chunk->end)
		drop_chunk(answers);
}

void sip_answers_destroy(struct sip_answers *answers)
{
	if (!answers)
		return;
	while (!TAILQ_EMPTY(&answers->chunks))
		drop_chunk(answers);
	free(answers->buckets);
	free(answers);
}

/* By mmap: what an hour of storm took goes back to the system when it is over. */
static struct chunk *add_chunk(struct sip_answers *answers)
{
	struct chunk *chunk;

	while (answers->chunk_count >= answers->chunks_max) {
		answers->shed++;
		drop(answers);
	}
	chunk = mmap(NULL, CHUNK_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (chunk == MAP_FAILED)
		return NULL;
	TAILQ_INSERT_TAIL(&answers->chunks, chunk, link);
	answers->chunk_count++;
	return chunk;
}

int sip_answers_keep(struct sip_answers *answers, const uint8_t *key, const struct sip_flow *flow,
	const void *octets, size_t len, uint64_t due_ms)
{
	struct chunk *chunk = TAILQ_LAST(&answers->chunks, chunk_list);
	struct answer *answer, **head = bucket(answers, key);
	size_t size = size_of(len);

	if (!chunk || size > CHUNK_SIZE - sizeof(*chunk) - chunk->end)
		chunk = add_chunk(answers);
	if (!chunk)
		return -ENOMEM;
	answer = (struct answer *)(void *)(chunk->octets + chunk->end);
	chunk->end += size;
	*answer = (struct answer){
		.next = *head, .due_ms = due_ms, .flow = *flow, .len = (uint32_t)len};
	memcpy(answer->key, key, sizeof(answer->key));
	memcpy(answer->octets, octets, len);
	*head = answer;
	answers->count++;
	return 0;
}

bool sip_answers_find(const struct sip_answers *answers, const uint8_t *key, struct sip_flow *flow,
	const void **octets, size_t *len)
{
	const struct answer *answer = *bucket(answers, key);

	while (answer && memcmp(answer->key, key, sizeof(answer->key)) != 0)
		answer = answer->next;
	if (!answer)
		return false;
	*flow = answer->flow;
	*octets = answer->octets;
	*len = answer->len;
	return true;
}

uint64_t sip_answers_expire(struct sip_answers *answers, uint64_t now)
{
	struct chunk *chunk;

	while ((chunk = TAILQ_FIRST(&answers->chunks))) {
		if (oldest(chunk)->due_ms > now)
			return oldest(chunk)->due_ms;
		drop(answers);
	}
	return UINT64_MAX;
}

size_t sip_answers_count(const struct sip_answers *answers)
{
	return answers->count;
}

uint64_t sip_answers_shed(const struct sip_answers *answers)
{
	return answers->shed;
}
