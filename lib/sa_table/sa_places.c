/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa_places.h"

#define GROUP (SA_PLACES_WORD * SA_PLACES_WORD) /* places */

static uint32_t round_up(uint32_t count, uint32_t per)
{
	return count / per + (count % per != 0);
}

static uint64_t bit(uint32_t number)
{
	return 1ull << number % SA_PLACES_WORD;
}

static uint32_t highest_bit(uint64_t word)
{
	return SA_PLACES_WORD - 1 - (uint32_t)__builtin_clzll(word);
}

size_t sa_places_words(uint32_t capacity)
{
	return (size_t)round_up(capacity, SA_PLACES_WORD) + round_up(capacity, GROUP);
}

void sa_places_open(struct sa_places *places, uint64_t *memory, uint32_t capacity)
{
	uint32_t words = round_up(capacity, SA_PLACES_WORD), groups = round_up(capacity, GROUP);

	*places = (struct sa_places){.words = memory,
		.groups = memory + words,
		.capacity = capacity,
		.highest = groups - 1};
	for (uint32_t i = 0; i < words; i++)
		places->words[i] = UINT64_MAX;
	for (uint32_t i = 0; i < groups; i++)
		places->groups[i] = UINT64_MAX;
	if (capacity % SA_PLACES_WORD)
		places->words[words - 1] = bit(capacity) - 1;
	if (words % SA_PLACES_WORD)
		places->groups[groups - 1] = bit(words) - 1;
}

void sa_places_take(struct sa_places *places, uint32_t place)
{
	uint32_t word = place / SA_PLACES_WORD;

	places->words[word] &= ~bit(place);
	if (places->words[word] == 0)
		places->groups[word / SA_PLACES_WORD] &= ~bit(word);
}

void sa_places_give(struct sa_places *places, uint32_t place)
{
	uint32_t word = place / SA_PLACES_WORD;

	places->words[word] |= bit(place);
	places->groups[word / SA_PLACES_WORD] |= bit(word);
	if (places->highest < word / SA_PLACES_WORD)
		places->highest = word / SA_PLACES_WORD;
}

uint32_t sa_places_highest(struct sa_places *places)
{
	uint32_t word;

	while (places->groups[places->highest] == 0) {
		if (places->highest == 0)
			return SA_PLACES_NONE;
		places->highest--;
	}
	word = places->highest * SA_PLACES_WORD + highest_bit(places->groups[places->highest]);
	return word * SA_PLACES_WORD + highest_bit(places->words[word]);
}

uint32_t sa_places_next(const struct sa_places *places, uint32_t from, uint32_t end)
{
	uint32_t words = round_up(end, SA_PLACES_WORD);
	uint64_t ahead = UINT64_MAX << from % SA_PLACES_WORD;

	for (uint32_t i = from / SA_PLACES_WORD; i < words; i++, ahead = UINT64_MAX) {
		uint64_t word = places->words[i] & ahead;
		uint32_t place = i * SA_PLACES_WORD + (uint32_t)__builtin_ctzll(word | bit(63));

		if (word)
			return place < end ? place : SA_PLACES_NONE;
	}
	return SA_PLACES_NONE;
}
