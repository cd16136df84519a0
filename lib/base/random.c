/* SPDX-License-Identifier: BSD-3-Clause */
#include "random.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* What the kernel gave in one call and nobody has had yet: the last left octets. */
struct pool {
	uint8_t octets[512];
	size_t left;
};

static void ask_kernel(uint8_t *at, size_t len)
{
	while (len > 0) {
		ssize_t got = getrandom(at, len, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			abort();
		at += got;
		len -= (size_t)got;
	}
}

static void system_fill(void *context, void *out, size_t len)
{
	static _Thread_local struct pool pool;
	uint8_t *from;

	(void)context;
	if (len > sizeof(pool.octets)) {
		ask_kernel(out, len);
		return;
	}
	if (pool.left < len) {
		ask_kernel(pool.octets, sizeof(pool.octets));
		pool.left = sizeof(pool.octets);
	}
	from = pool.octets + sizeof(pool.octets) - pool.left;
	memcpy(out, from, len);
	explicit_bzero(from, len); /* nobody else learns what was drawn */
	pool.left -= len;
}

struct random random_system(void)
{
	return (struct random){.fill = system_fill, .context = NULL};
}

/* SplitMix64 (Steele, Lea, Flood 2014): the sequence is a function of the seed alone. */
static uint64_t seeded_next(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static void seeded_fill(void *context, void *out, size_t len)
{
	uint8_t *at = out;

	while (len > 0) {
		uint64_t value = seeded_next(context);
		size_t part = len < sizeof(value) ? len : sizeof(value);

		memcpy(at, &value, part);
		at += part;
		len -= part;
	}
}

struct random random_seeded(uint64_t *state)
{
	return (struct random){.fill = seeded_fill, .context = state};
}
