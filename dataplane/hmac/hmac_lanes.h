/* SPDX-License-Identifier: BSD-3-Clause */
/* What the AVX-512 hashes share: a group of 16 packets, one per 32-bit lane, and how their octets
 * get into lanes and out again. A packet that has ended before the longest of its group keeps its
 * hash by a mask; its lane reads on where the longest one reads. */
#pragma once

#include <stddef.h>
#include <string.h>

#include <immintrin.h>

#include "icv_packet.h"

#define HMAC_LANES       16
#define HMAC_STATE_WORDS 5
#define HMAC_AHEAD       (2 * ICV_BLOCK_LEN)
#define HMAC_TAIL_LEN    (2 * ICV_BLOCK_LEN)

#define HMAC_INLINE static inline __attribute__((always_inline))

/* for, over constant numbers: unrolled. Groups stand side by side, so that each hides the others'
 * latency. HMAC_LOOP stays a loop, and what is HMAC_ONCE stands once in the program: all of it
 * shall fit the CPU's first cache of code. */
#ifdef __clang__
#define HMAC_EACH _Pragma("unroll") for
#define HMAC_LOOP _Pragma("nounroll") for
#define HMAC_ONCE static __attribute__((noinline))
#else
#define HMAC_EACH _Pragma("GCC unroll 80") for
#define HMAC_LOOP _Pragma("GCC unroll 1") for
#define HMAC_ONCE static __attribute__((noinline, noclone))
#endif

/* A hash's functions stand in a section of its name, whose bounds the linker tells. */
#define HMAC_CODE(hash)        __attribute__((section(#hash)))
#define HMAC_CODE_BOUNDS(hash) extern const uint8_t __start_##hash[], __stop_##hash[]
#define HMAC_KEEP_CODE(hash, at, blocks) \
	hmac_lanes_keep_code(__start_##hash, __stop_##hash, at, blocks)
/* Lines asked for per block of a group: one of code for eight of packets. */
#define HMAC_CODE_LINES 2

/* A value that is read from memory where it is used, so that the registers keep what changes. */
#define HMAC_IN_MEMORY(value) __asm__("" : "+m"(value))

struct hmac_lanes {
	__m512i state[HMAC_STATE_WORDS]; /* inner, then outer hash; MD5: 4 words */
	__m512i outer[HMAC_STATE_WORDS]; /* the key's outer state */
	/* Where a lane's block 0 would be if all of its blocks lay where the next one lies. */
	uintptr_t at[HMAC_LANES];
	uintptr_t tail[HMAC_LANES];
	uint32_t whole[HMAC_LANES] __attribute__((aligned(64))); /* blocks that lie in the packet */
	uint32_t blocks[HMAC_LANES] __attribute__((aligned(64))); /* those and the tail's */
	uint32_t longest; /* blocks of the first one, which has the most */
	uint32_t block;   /* the next one; behind the longest's, the outer hash's */
	uint32_t turn;    /* the block before which a lane moves to its tail, or ends */
	__mmask16 active; /* lanes that have not ended */
	unsigned count;
	struct icv_packet *packet[HMAC_LANES];
	/* The last octets with the padding: built aside, as packets are not ours to write behind.
	 */
	uint8_t tails[HMAC_LANES][HMAC_TAIL_LEN] __attribute__((aligned(64)));
};

/* Beside the packets' octets, the hash's own code is asked for as if it were data, line by line.
 * Packets stream through the second cache. Code that always comes out of the first one is not asked
 * for there, so they push it out, and with it out of the first. at: of the line that is next. */
HMAC_INLINE void hmac_lanes_keep_code(
	const uint8_t *start, const uint8_t *stop, uint32_t *at, unsigned blocks)
{
	for (unsigned left = blocks * HMAC_CODE_LINES; left > 0; left--) {
		if (*at >= (size_t)(stop - start))
			*at = 0;
		_mm_prefetch((const void *)(start + *at), _MM_HINT_T0);
		*at += ICV_BLOCK_LEN;
	}
}

/* 64 octets of each place, from offset on, as 16 words of 16 lanes. */
HMAC_INLINE void hmac_lanes_transpose(
	const uintptr_t at[HMAC_LANES], size_t offset, __m512i words[16])
{
	__m512i half[16]; /* r + j: words j, 4 + j, 8 + j, 12 + j of places r … r + 3 */

	HMAC_EACH(unsigned r = 0; r < HMAC_LANES; r += 4)
	{
		__m512i row0 = _mm512_loadu_si512((const void *)(at[r] + offset));
		__m512i row1 = _mm512_loadu_si512((const void *)(at[r + 1] + offset));
		__m512i row2 = _mm512_loadu_si512((const void *)(at[r + 2] + offset));
		__m512i row3 = _mm512_loadu_si512((const void *)(at[r + 3] + offset));
		__m512i low01 = _mm512_unpacklo_epi32(row0, row1);
		__m512i high01 = _mm512_unpackhi_epi32(row0, row1);
		__m512i low23 = _mm512_unpacklo_epi32(row2, row3);
		__m512i high23 = _mm512_unpackhi_epi32(row2, row3);

		half[r] = _mm512_unpacklo_epi64(low01, low23);
		half[r + 1] = _mm512_unpackhi_epi64(low01, low23);
		half[r + 2] = _mm512_unpacklo_epi64(high01, high23);
		half[r + 3] = _mm512_unpackhi_epi64(high01, high23);
	}
	HMAC_EACH(unsigned j = 0; j < 4; j++)
	{
		__m512i low0 = _mm512_shuffle_i32x4(half[j], half[4 + j], 0x44);
		__m512i high0 = _mm512_shuffle_i32x4(half[j], half[4 + j], 0xee);
		__m512i low1 = _mm512_shuffle_i32x4(half[8 + j], half[12 + j], 0x44);
		__m512i high1 = _mm512_shuffle_i32x4(half[8 + j], half[12 + j], 0xee);

		words[j] = _mm512_shuffle_i32x4(low0, low1, 0x88);
		words[4 + j] = _mm512_shuffle_i32x4(low0, low1, 0xdd);
		words[8 + j] = _mm512_shuffle_i32x4(high0, high1, 0x88);
		words[12 + j] = _mm512_shuffle_i32x4(high0, high1, 0xdd);
	}
}

/* bits: the length of key block and data, as this hash writes it. */
HMAC_INLINE void hmac_lanes_open_lane(struct hmac_lanes *lanes, unsigned lane, uint64_t bits)
{
	const struct icv_packet *packet = lanes->packet[lane];
	unsigned rest = packet->len % ICV_BLOCK_LEN, whole = packet->len / ICV_BLOCK_LEN;
	unsigned blocks = icv_packet_blocks(packet), turn = whole > 0 ? whole : blocks;
	uint8_t *tail = lanes->tails[lane];
	__mmask64 present = _bzhi_u64(UINT64_MAX, rest);

	_mm512_store_si512(
		tail, _mm512_maskz_loadu_epi8(present, packet->data + packet->len - rest));
	_mm512_store_si512(tail + ICV_BLOCK_LEN, _mm512_setzero_si512());
	tail[rest] = 0x80;
	memcpy(tail + (blocks - whole) * ICV_BLOCK_LEN - sizeof(bits), &bits, sizeof(bits));
	lanes->at[lane] = (uintptr_t)(whole > 0 ? packet->data : tail);
	lanes->tail[lane] = (uintptr_t)tail;
	lanes->whole[lane] = whole;
	lanes->blocks[lane] = blocks;
	lanes->turn = turn < lanes->turn ? turn : lanes->turn;
}

/* Inner and outer states of all lanes, out of the SAs' hot cache lines. */
HMAC_INLINE void hmac_lanes_load_states(struct hmac_lanes *lanes)
{
	uintptr_t entries[HMAC_LANES];
	__m512i words[16];

	_Static_assert(offsetof(struct sa_entry, inner) == 16, "words 4 … 8 of the hot line");
	_Static_assert(offsetof(struct sa_entry, outer) == 36, "words 9 … 13");
	for (unsigned i = 0; i < HMAC_LANES; i++)
		entries[i] = (uintptr_t)lanes->packet[i]->sa;
	hmac_lanes_transpose(entries, 0, words);
	HMAC_EACH(unsigned i = 0; i < HMAC_STATE_WORDS; i++)
	{
		lanes->state[i] = words[4 + i];
		lanes->outer[i] = words[9 + i];
	}
}

/* count: 1 … 16 packets, the longest first. Lanes without a packet repeat the first. */
HMAC_INLINE void hmac_lanes_open(struct hmac_lanes *lanes, struct icv_packet *const *packets,
	unsigned count, uint64_t (*length_word)(uint64_t bits))
{
	lanes->count = count;
	lanes->turn = UINT32_MAX;
	lanes->active = UINT16_MAX;
	for (unsigned i = 0; i < count; i++) {
		lanes->packet[i] = packets[i];
		hmac_lanes_open_lane(
			lanes, i, length_word((ICV_BLOCK_LEN + (uint64_t)packets[i]->len) * 8));
	}
	for (unsigned i = count; i < HMAC_LANES; i++) {
		lanes->packet[i] = lanes->packet[0];
		lanes->at[i] = lanes->at[0];
		lanes->tail[i] = lanes->tail[0];
		lanes->whole[i] = lanes->whole[0];
		lanes->blocks[i] = lanes->blocks[0];
	}
	lanes->longest = lanes->blocks[0];
	lanes->block = 0;
	hmac_lanes_load_states(lanes);
}

/* count: 1 … 16 blocks, each the first one of a hash that begins with these words. */
HMAC_INLINE void hmac_lanes_open_first(struct hmac_lanes *lanes,
	const uint8_t (*blocks)[ICV_BLOCK_LEN], unsigned count, const uint32_t *words,
	unsigned word_count)
{
	for (unsigned i = 0; i < HMAC_LANES; i++)
		lanes->at[i] = (uintptr_t)blocks[i < count ? i : 0];
	for (unsigned i = 0; i < word_count; i++)
		lanes->state[i] = _mm512_set1_epi32((int)words[i]);
	lanes->count = count;
	lanes->longest = 1;
	lanes->block = 0;
	lanes->turn = UINT32_MAX;
	lanes->active = UINT16_MAX;
}

/* Each lane's state, as it is; states that have fewer words end with zeros. */
HMAC_INLINE void hmac_lanes_write_states(
	const struct hmac_lanes *lanes, unsigned word_count, uint8_t (*states)[SA_HASH_STATE_LEN])
{
	uint32_t words[HMAC_STATE_WORDS][HMAC_LANES] __attribute__((aligned(64))) = {0};

	for (unsigned i = 0; i < word_count; i++)
		_mm512_store_si512(words[i], lanes->state[i]);
	for (unsigned lane = 0; lane < lanes->count; lane++)
		for (unsigned i = 0; i < HMAC_STATE_WORDS; i++)
			memcpy(states[lane] + 4 * i, &words[i][lane], 4);
}

/* The places of 16 lanes. */
struct hmac_places {
	__m512i low, high;
};

HMAC_INLINE struct hmac_places hmac_places_load(const uintptr_t at[HMAC_LANES])
{
	return (struct hmac_places){_mm512_loadu_si512(at), _mm512_loadu_si512(at + 8)};
}

HMAC_INLINE void hmac_places_store(uintptr_t at[HMAC_LANES], struct hmac_places places)
{
	_mm512_storeu_si512(at, places.low);
	_mm512_storeu_si512(at + 8, places.high);
}

/* In the lanes of mask those of other. */
HMAC_INLINE struct hmac_places hmac_places_move(
	struct hmac_places places, __mmask16 mask, struct hmac_places other)
{
	return (struct hmac_places){_mm512_mask_mov_epi64(places.low, (__mmask8)mask, other.low),
		_mm512_mask_mov_epi64(places.high, (__mmask8)(mask >> 8), other.high)};
}

/* So many octets before. */
HMAC_INLINE struct hmac_places hmac_places_before(struct hmac_places places, size_t octets)
{
	const __m512i many = _mm512_set1_epi64((long long)octets);

	return (struct hmac_places){
		_mm512_sub_epi64(places.low, many), _mm512_sub_epi64(places.high, many)};
}

/* The first lane's in all of them. */
HMAC_INLINE struct hmac_places hmac_places_first(struct hmac_places places)
{
	const __m512i first = _mm512_broadcastq_epi64(_mm512_castsi512_si128(places.low));

	return (struct hmac_places){first, first};
}

/* Before the next block, lanes move to their tails, or end. Masks stay masks:
 * GCC 12 may keep one of 16 bits in memory and read 32 bits of it where it becomes a number. */
HMAC_INLINE void hmac_lanes_turn(struct hmac_lanes *lanes)
{
	const size_t past = (size_t)lanes->block * ICV_BLOCK_LEN;
	const __m512i here = _mm512_set1_epi32((int)lanes->block), never = _mm512_set1_epi32(-1);
	struct hmac_places at = hmac_places_load(lanes->at), tail = hmac_places_load(lanes->tail);
	__m512i whole = _mm512_load_si512(lanes->whole), blocks = _mm512_load_si512(lanes->blocks);
	__mmask16 ended = _mm512_cmple_epu32_mask(blocks, here);
	__m512i next;

	at = hmac_places_move(
		at, _mm512_cmpeq_epi32_mask(whole, here), hmac_places_before(tail, past));
	/* What has ended reads on where the first lane does, which ends last. */
	hmac_places_store(lanes->at, hmac_places_move(at, ended, hmac_places_first(at)));
	next = _mm512_mask_mov_epi32(never, _mm512_cmpgt_epu32_mask(whole, here), whole);
	lanes->active = _mm512_cmpgt_epu32_mask(blocks, here);
	next = _mm512_mask_min_epu32(next, lanes->active, next, blocks);
	lanes->turn = _mm512_reduce_min_epu32(next);
}

/* The group's next block. A block has more steps than the CPU looks ahead, so the
 * octets of those behind it are asked for here: they are in the caches when their turn comes. */
HMAC_INLINE void hmac_lanes_fetch(struct hmac_lanes *lanes, __m512i words[16])
{
	const size_t offset = (size_t)lanes->block * ICV_BLOCK_LEN;

	if (lanes->block == lanes->turn)
		hmac_lanes_turn(lanes);
	hmac_lanes_transpose(lanes->at, offset, words);
	for (unsigned i = 0; i < HMAC_LANES; i++)
		_mm_prefetch((const void *)(lanes->at[i] + offset + HMAC_AHEAD), _MM_HINT_T0);
}

/* Each packet's first three words, as this hash writes them. */
HMAC_INLINE void hmac_lanes_write_tags(
	const struct hmac_lanes *lanes, __m512i a, __m512i b, __m512i c)
{
	__m512i low = _mm512_unpacklo_epi32(a, b), high = _mm512_unpackhi_epi32(a, b);
	__m512i row[4] = {
		_mm512_unpacklo_epi64(low, _mm512_unpacklo_epi32(c, c)),
		_mm512_unpackhi_epi64(low, _mm512_unpacklo_epi32(c, c)),
		_mm512_unpacklo_epi64(high, _mm512_unpackhi_epi32(c, c)),
		_mm512_unpackhi_epi64(high, _mm512_unpackhi_epi32(c, c)),
	};
	uint8_t tags[4][64] __attribute__((aligned(64)));

	for (unsigned r = 0; r < 4; r++)
		_mm512_store_si512(tags[r], row[r]);
	for (unsigned i = 0; i < lanes->count; i++) {
		memcpy(lanes->packet[i]->tag, tags[i % 4] + i / 4 * 16, SA_ICV_LEN);
		lanes->packet[i]->done = true;
	}
}

/* The inner hash, of so many words, in its padding, over the outer state. one_bit: the word that
 * begins the padding; length_at: the one that holds the length. */
HMAC_INLINE void hmac_lanes_open_outer(struct hmac_lanes *lanes, unsigned word_count,
	uint32_t one_bit, unsigned length_at, __m512i words[16])
{
	HMAC_EACH(unsigned i = 0; i < 16; i++)
	words[i] = i < word_count ? lanes->state[i] : _mm512_setzero_si512();
	HMAC_EACH(unsigned i = 0; i < word_count; i++)
	lanes->state[i] = lanes->outer[i];
	words[word_count] = _mm512_set1_epi32((int)one_bit);
	words[length_at] = _mm512_set1_epi32((int)(ICV_BLOCK_LEN + 4 * word_count) * 8);
	lanes->active = UINT16_MAX;
}

/* The states' new words, in those lanes that have not ended. */
HMAC_INLINE void hmac_lanes_add(struct hmac_lanes *lanes, const __m512i *words, unsigned count)
{
	HMAC_EACH(unsigned i = 0; i < count; i++)
	lanes->state[i] =
		_mm512_mask_add_epi32(lanes->state[i], lanes->active, lanes->state[i], words[i]);
}
