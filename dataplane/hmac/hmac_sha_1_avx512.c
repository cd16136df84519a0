/* SPDX-License-Identifier: BSD-3-Clause */
/* SHA-1 (FIPS 180-4 §6.1.2), two groups of 16 packets side by side: their states and the latest
 * words stay in registers, the other words go through memory. One group alone fits as a whole. */
#include "hmac_avx512.h"

#include "hmac_tracks.h"

HMAC_CODE_BOUNDS(hmac_sha_1);

#define GROUPS 2
#define WORDS  5

/* Truth tables of b, c, d for the ternary instruction. */
#define CHOICE   0xca
#define PARITY   0x96
#define MAJORITY 0xe8

/* RFC 3174 §6.1 (b), (d): word t, the three before it in latest; then the step. The order is the
 * one with the shortest chains: what was known last comes last. */
#define STEP(t, f, k, a, b, c, d, e)                                                       \
	HMAC_EACH(unsigned g = 0; g < groups; g++)                                         \
	{                                                                                  \
		__m512i word = w[g][(t) % 16], sum;                                        \
                                                                                           \
		if ((t) >= 16) {                                                           \
			word = _mm512_ternarylogic_epi32(                                  \
				w[g][((t) + 2) % 16], w[g][((t) + 8) % 16], word, PARITY); \
			word = _mm512_xor_si512(word, latest[g][((t) + 1) % 4]);           \
			word = _mm512_rol_epi32(word, 1);                                  \
			w[g][(t) % 16] = word;                                             \
			if (groups > 1)                                                    \
				HMAC_IN_MEMORY(w[g][(t) % 16]);                            \
		}                                                                          \
		latest[g][(t) % 4] = word;                                                 \
		sum = _mm512_add_epi32(_mm512_add_epi32(s[g][e], k), word);                \
		sum = _mm512_add_epi32(                                                    \
			sum, _mm512_ternarylogic_epi32(s[g][b], s[g][c], s[g][d], f));     \
		s[g][e] = _mm512_add_epi32(sum, _mm512_rol_epi32(s[g][a], 5));             \
		s[g][b] = _mm512_rol_epi32(s[g][b], 30);                                   \
	}
#define STEPS_5(t, f, k)                   \
	STEP((t) + 0, f, k, 0, 1, 2, 3, 4) \
	STEP((t) + 1, f, k, 4, 0, 1, 2, 3) \
	STEP((t) + 2, f, k, 3, 4, 0, 1, 2) \
	STEP((t) + 3, f, k, 2, 3, 4, 0, 1) \
	STEP((t) + 4, f, k, 1, 2, 3, 4, 0)
#define STEPS_20(t, f, constant)                                      \
	{                                                             \
		const __m512i k = _mm512_set1_epi32((int)(constant)); \
                                                                      \
		STEPS_5((t) + 0, f, k)                                \
		STEPS_5((t) + 5, f, k)                                \
		STEPS_5((t) + 10, f, k)                               \
		STEPS_5((t) + 15, f, k)                               \
	}

static uint64_t length_word(uint64_t bits)
{
	return __builtin_bswap64(bits);
}

HMAC_INLINE __m512i swap(__m512i words)
{
	return _mm512_shuffle_epi8(words, _mm512_broadcast_i32x4(_mm_set_epi32(
						  0x0c0d0e0f, 0x08090a0b, 0x04050607, 0x00010203)));
}

/* The padding: RFC 3174 §4. */
HMAC_CODE(hmac_sha_1) HMAC_ONCE void outer_block(struct hmac_lanes *lanes, __m512i w[16])
{
	hmac_lanes_open_outer(lanes, WORDS, 0x80000000, 15, w);
}

HMAC_CODE(hmac_sha_1) HMAC_ONCE void inner_block(struct hmac_lanes *lanes, __m512i w[16])
{
	hmac_lanes_fetch(lanes, w);
	HMAC_EACH(unsigned i = 0; i < 16; i++)
	w[i] = swap(w[i]);
}

HMAC_INLINE void compress_groups(struct hmac_lanes *const *tracks, unsigned groups, unsigned blocks)
{
	struct hmac_lanes *lanes[GROUPS]; /* not to be read again behind so many stores */
	__m512i s[GROUPS][WORDS], w[GROUPS][16], latest[GROUPS][4];

	HMAC_EACH(unsigned g = 0; g < groups; g++)
	lanes[g] = tracks[g];
	for (; blocks > 0; blocks--) {
		HMAC_EACH(unsigned g = 0; g < groups; g++)
		{
			if (lanes[g]->block == lanes[g]->longest)
				outer_block(lanes[g], w[g]);
			else
				inner_block(lanes[g], w[g]);
			lanes[g]->block++;
			HMAC_EACH(unsigned i = 0; groups > 1 && i < 16; i++)
			HMAC_IN_MEMORY(w[g][i]);
		}
		HMAC_EACH(unsigned g = 0; g < groups; g++)
		HMAC_EACH(unsigned i = 0; i < WORDS; i++)
		s[g][i] = lanes[g]->state[i];
		STEPS_20(0, CHOICE, 0x5a827999)
		STEPS_20(20, PARITY, 0x6ed9eba1)
		STEPS_20(40, MAJORITY, 0x8f1bbcdc)
		STEPS_20(60, PARITY, 0xca62c1d6)
		HMAC_EACH(unsigned g = 0; g < groups; g++)
		hmac_lanes_add(lanes[g], s[g], WORDS);
	}
}

HMAC_CODE(hmac_sha_1)
HMAC_ONCE void compress_1(struct hmac_lanes *const *lanes, unsigned blocks)
{
	compress_groups(lanes, 1, blocks);
}

HMAC_CODE(hmac_sha_1)
HMAC_ONCE void compress_2(struct hmac_lanes *const *lanes, unsigned blocks)
{
	compress_groups(lanes, GROUPS, blocks);
}

static void compress(struct hmac_lanes *const *lanes, unsigned groups, unsigned blocks)
{
	if (groups == 1)
		compress_1(lanes, blocks);
	else
		compress_2(lanes, blocks);
}

HMAC_CODE(hmac_sha_1)
HMAC_ONCE void open_group(struct hmac_lanes *lanes, struct icv_packet *const *packets,
	unsigned count, uint32_t *code_at)
{
	hmac_lanes_open(lanes, packets, count, length_word);
	HMAC_KEEP_CODE(hmac_sha_1, code_at, lanes->longest);
}

HMAC_CODE(hmac_sha_1) HMAC_ONCE void write_tags(const struct hmac_lanes *lanes)
{
	hmac_lanes_write_tags(
		lanes, swap(lanes->state[0]), swap(lanes->state[1]), swap(lanes->state[2]));
}

HMAC_CODE(hmac_sha_1)
void hmac_sha_1_avx512(struct icv_packet *const *packets, unsigned count, uint32_t *code_at)
{
	static const struct hmac_tracks_hash hash = {open_group, compress, write_tags};
	struct hmac_lanes lanes[GROUPS];

	_Static_assert(GROUPS <= HMAC_TRACKS_MAX, "a track each");
	hmac_tracks_run(&hash, lanes, GROUPS, packets, count, code_at);
}

void hmac_sha_1_avx512_first(const uint8_t (*blocks)[ICV_BLOCK_LEN], unsigned count,
	uint8_t (*states)[SA_HASH_STATE_LEN])
{
	static const uint32_t first[WORDS] = {
		0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
	struct hmac_lanes lanes;

	hmac_lanes_open_first(&lanes, blocks, count, first, WORDS);
	compress_1(&(struct hmac_lanes *){&lanes}, 1);
	hmac_lanes_write_states(&lanes, WORDS, states);
}
