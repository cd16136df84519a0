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
#define HMAC_AHEAD       (3 * ICV_BLOCK_LEN)
#define HMAC_TAIL_LEN    (2 * ICV_BLOCK_LEN)

#define HMAC_INLINE static inline __attribute__((always_inline))

/* for, over a constant number of groups: side by side, so that each hides the others' latency. */
#ifdef __clang__
#define HMAC_EACH _Pragma("unroll") for
#else
#define HMAC_EACH _Pragma("GCC unroll 16") for
#endif

struct hmac_lanes {
	__m512i state[HMAC_STATE_WORDS]; /* inner, then outer hash; MD5: 4 words */
	__m512i outer[HMAC_STATE_WORDS]; /* the key's outer state */
	/* Where a lane's block 0 would be if all of its blocks lay where the next one lies. */
	uintptr_t at[HMAC_LANES];
	uintptr_t tail[HMAC_LANES];
	uint32_t whole[HMAC_LANES] __attribute__((aligned(64))); /* blocks that lie in the packet */
	uint32_t blocks[HMAC_LANES] __attribute__((aligned(64))); /* those and the tail's */
	uint32_t longest;                                         /* blocks[0] */
	uint32_t turn;    /* the block before which a lane moves to its tail, or ends */
	__mmask16 active; /* lanes that have not ended */
	unsigned count;
	struct icv_packet *packet[HMAC_LANES];
	/* The last octets with the padding: built aside, as packets are not ours to write behind.
	 */
	uint8_t tails[HMAC_LANES][HMAC_TAIL_LEN] __attribute__((aligned(64)));
};

/* 4 octets of 16 places each: row r holds 16 octets of places r, 4 + r, 8 + r, 12 + r. */
HMAC_INLINE __m512i hmac_lanes_row(const uintptr_t at[HMAC_LANES], size_t offset, unsigned r)
{
	__m512i row = _mm512_castsi128_si512(_mm_loadu_si128((const void *)(at[r] + offset)));

	row = _mm512_mask_broadcast_i32x4(
		row, 0x00f0, _mm_loadu_si128((const void *)(at[4 + r] + offset)));
	row = _mm512_mask_broadcast_i32x4(
		row, 0x0f00, _mm_loadu_si128((const void *)(at[8 + r] + offset)));
	return _mm512_mask_broadcast_i32x4(
		row, 0xf000, _mm_loadu_si128((const void *)(at[12 + r] + offset)));
}

/* 64 octets of each place as 16 words of 16 lanes. */
HMAC_INLINE void hmac_lanes_transpose(
	const uintptr_t at[HMAC_LANES], size_t offset, __m512i words[16])
{
	HMAC_EACH(unsigned q = 0; q < 4; q++)
	{
		__m512i row0 = hmac_lanes_row(at, offset + 16 * q, 0);
		__m512i row1 = hmac_lanes_row(at, offset + 16 * q, 1);
		__m512i row2 = hmac_lanes_row(at, offset + 16 * q, 2);
		__m512i row3 = hmac_lanes_row(at, offset + 16 * q, 3);
		__m512i low01 = _mm512_unpacklo_epi32(row0, row1);
		__m512i high01 = _mm512_unpackhi_epi32(row0, row1);
		__m512i low23 = _mm512_unpacklo_epi32(row2, row3);
		__m512i high23 = _mm512_unpackhi_epi32(row2, row3);

		words[4 * q] = _mm512_unpacklo_epi64(low01, low23);
		words[4 * q + 1] = _mm512_unpackhi_epi64(low01, low23);
		words[4 * q + 2] = _mm512_unpacklo_epi64(high01, high23);
		words[4 * q + 3] = _mm512_unpackhi_epi64(high01, high23);
	}
}

/* bits: the length of key block and data, as this hash writes it. */
HMAC_INLINE void hmac_lanes_build_tail(struct hmac_lanes *lanes, unsigned lane, uint64_t bits)
{
	const struct icv_packet *packet = lanes->packet[lane];
	unsigned rest = packet->len % ICV_BLOCK_LEN;
	__mmask64 present = _bzhi_u64(UINT64_MAX, rest);
	__mmask8 fits = rest < 56 ? 0x80 : 0;
	__m512i last = _mm512_maskz_loadu_epi8(present, packet->data + packet->len - rest);

	last = _mm512_mask_blend_epi8(UINT64_C(1) << rest, last, _mm512_set1_epi8((char)0x80));
	last = _mm512_mask_set1_epi64(last, fits, (long long)bits);
	_mm512_store_si512(lanes->tails[lane], last);
	_mm512_store_si512(
		lanes->tails[lane] + ICV_BLOCK_LEN, _mm512_maskz_set1_epi64(0x80, (long long)bits));
	lanes->at[lane] = (uintptr_t)packet->data;
	lanes->tail[lane] = (uintptr_t)lanes->tails[lane];
	lanes->whole[lane] = packet->len / ICV_BLOCK_LEN;
	lanes->blocks[lane] = icv_packet_blocks(packet);
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
	for (unsigned i = 0; i < HMAC_LANES; i++)
		lanes->packet[i] = packets[i < count ? i : 0];
	for (unsigned i = 0; i < count; i++)
		hmac_lanes_build_tail(
			lanes, i, length_word((ICV_BLOCK_LEN + (uint64_t)packets[i]->len) * 8));
	for (unsigned i = count; i < HMAC_LANES; i++) {
		lanes->at[i] = lanes->at[0];
		lanes->tail[i] = lanes->tail[0];
		lanes->whole[i] = lanes->whole[0];
		lanes->blocks[i] = lanes->blocks[0];
	}
	lanes->longest = lanes->blocks[0];
	lanes->turn = 0;
	hmac_lanes_load_states(lanes);
}

/* Of the places of 16 lanes, those of the lanes in mask become the ones of other. */
HMAC_INLINE void hmac_lanes_move(
	uintptr_t places[HMAC_LANES], __mmask16 mask, __m512i low, __m512i high)
{
	_mm512_mask_storeu_epi64(places, (__mmask8)mask, low);
	_mm512_mask_storeu_epi64(places + 8, (__mmask8)(mask >> 8), high);
}

/* Before this block, lanes move to their tails or end. Masks stay masks: GCC 12 may keep one of 16
 * bits in memory and read 32 bits of it where it becomes a number. */
HMAC_INLINE void hmac_lanes_turn(struct hmac_lanes *lanes, unsigned block)
{
	const __m512i here = _mm512_set1_epi32((int)block), never = _mm512_set1_epi32(-1);
	const __m512i past = _mm512_set1_epi64((long long)block * ICV_BLOCK_LEN);
	__m512i whole = _mm512_load_si512(lanes->whole), blocks = _mm512_load_si512(lanes->blocks);
	__mmask16 ended = _mm512_cmpeq_epi32_mask(blocks, here);
	__m512i first, next;

	hmac_lanes_move(lanes->at, _mm512_cmpeq_epi32_mask(whole, here),
		_mm512_sub_epi64(_mm512_loadu_si512(lanes->tail), past),
		_mm512_sub_epi64(_mm512_loadu_si512(lanes->tail + 8), past));
	/* What has ended reads on where lane 0 does, the longest. */
	first = _mm512_set1_epi64((long long)lanes->at[0]);
	hmac_lanes_move(lanes->at, ended, first, first);
	first = _mm512_set1_epi64((long long)lanes->tail[0]);
	hmac_lanes_move(lanes->tail, ended, first, first);
	whole = _mm512_mask_mov_epi32(whole, ended, _mm512_set1_epi32((int)lanes->whole[0]));
	_mm512_store_si512(lanes->whole, whole);
	next = _mm512_mask_mov_epi32(never, _mm512_cmpgt_epu32_mask(whole, here), whole);
	lanes->active = _mm512_cmpgt_epu32_mask(blocks, here);
	next = _mm512_mask_min_epu32(next, lanes->active, next, blocks);
	lanes->turn = _mm512_reduce_min_epu32(next);
}

/* The group's next block. A block has more steps than the CPU looks ahead, so the octets of those
 * behind it are asked for here: they are in the caches when their turn comes. */
HMAC_INLINE void hmac_lanes_fetch(struct hmac_lanes *lanes, unsigned block, __m512i words[16])
{
	const size_t offset = (size_t)block * ICV_BLOCK_LEN;

	if (block == lanes->turn)
		hmac_lanes_turn(lanes, block);
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

/* The inner hash of all packets, whose groups stand from long to short, then the outer one.
 * compress hashes blocks [from, to) of the first groups; outer: the outer hash of all lanes. */
HMAC_INLINE void hmac_lanes_hash(struct hmac_lanes *lanes, unsigned groups,
	void (*compress)(
		struct hmac_lanes *lanes, unsigned groups, unsigned from, unsigned to, bool outer))
{
	unsigned from = 0;

	for (unsigned left = groups; left > 0; left--) {
		unsigned to = lanes[left - 1].longest;

		if (to > from)
			compress(lanes, left, from, to, false);
		from = to;
	}
	compress(lanes, groups, 0, 1, true);
}
