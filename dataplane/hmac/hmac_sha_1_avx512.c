/* SPDX-License-Identifier: BSD-3-Clause */
/* SHA-1 (FIPS 180-4 §6.1.2), two groups of 16 packets side by side: their states and the latest
 * words stay in registers, the other words go through memory. One group alone fits as a whole.
 * Where lengths differ much, a lane takes two packets, so that lanes end at about the same time. */
#include "hmac_avx512.h"

#include "hmac_lanes.h"

HMAC_CODE_BOUNDS(hmac_sha_1);

#define GROUPS 2
#define BESIDE (GROUPS * HMAC_LANES)
#define WORDS  5
#define GAIN   2 /* blocks that must be saved, or lanes take one packet each */

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

HMAC_CODE(hmac_sha_1)
HMAC_ONCE void inner_block(struct hmac_lanes *lanes, unsigned block, __m512i w[16])
{
	hmac_lanes_fetch(lanes, block, w);
	HMAC_EACH(unsigned i = 0; i < 16; i++)
	w[i] = swap(w[i]);
}

HMAC_INLINE void compress_groups(
	struct hmac_lanes *lanes, unsigned groups, unsigned from, unsigned to, bool outer)
{
	__m512i s[GROUPS][WORDS], w[GROUPS][16], latest[GROUPS][4];

	for (unsigned block = from; block < to; block++) {
		HMAC_EACH(unsigned g = 0; g < groups; g++)
		{
			if (outer)
				outer_block(&lanes[g], w[g]);
			else
				inner_block(&lanes[g], block, w[g]);
			HMAC_EACH(unsigned i = 0; groups > 1 && i < 16; i++)
			HMAC_IN_MEMORY(w[g][i]);
		}
		HMAC_EACH(unsigned g = 0; g < groups; g++)
		memcpy(s[g], lanes[g].state, sizeof(s[g]));
		STEPS_20(0, CHOICE, 0x5a827999)
		STEPS_20(20, PARITY, 0x6ed9eba1)
		STEPS_20(40, MAJORITY, 0x8f1bbcdc)
		STEPS_20(60, PARITY, 0xca62c1d6)
		HMAC_EACH(unsigned g = 0; g < groups; g++)
		hmac_lanes_add(&lanes[g], s[g], WORDS);
	}
}

HMAC_CODE(hmac_sha_1)
HMAC_ONCE void compress_1(struct hmac_lanes *lanes, unsigned from, unsigned to, bool outer)
{
	compress_groups(lanes, 1, from, to, outer);
}

HMAC_CODE(hmac_sha_1)
HMAC_ONCE void compress_2(struct hmac_lanes *lanes, unsigned from, unsigned to, bool outer)
{
	compress_groups(lanes, GROUPS, from, to, outer);
}

static void compress(
	struct hmac_lanes *lanes, unsigned groups, unsigned from, unsigned to, bool outer)
{
	if (groups == 1)
		compress_1(lanes, from, to, outer);
	else
		compress_2(lanes, from, to, outer);
}

/* Opens 1 … BESIDE packets; returns how many groups they are. */
HMAC_CODE(hmac_sha_1)
HMAC_ONCE unsigned open_groups(struct hmac_lanes lanes[GROUPS], struct icv_packet *const *packets,
	unsigned count, uint32_t *code_at)
{
	unsigned groups = 0, taken = 0, blocks = 0;

	for (; groups < GROUPS && taken < count; groups++) {
		unsigned left = count - taken;
		unsigned some = left < HMAC_LANES ? left : HMAC_LANES;

		hmac_lanes_open(&lanes[groups], packets + taken, some, length_word);
		blocks += lanes[groups].longest;
		taken += some;
	}
	HMAC_KEEP_CODE(hmac_sha_1, code_at, blocks);
	return groups;
}

HMAC_CODE(hmac_sha_1)
HMAC_ONCE void write_tags(const struct hmac_lanes *lanes, unsigned groups)
{
	for (unsigned g = 0; g < groups; g++)
		hmac_lanes_write_tags(&lanes[g], swap(lanes[g].state[0]), swap(lanes[g].state[1]),
			swap(lanes[g].state[2]));
}

/* Whether two packets per lane, as hash_mixed takes them, are hashed sooner than one after the
 * other: by the blocks that the longest lanes have. */
static bool is_mixed(struct icv_packet *const *packets, unsigned count)
{
	unsigned apart;

	if (count <= BESIDE + HMAC_LANES)
		return false;
	apart = icv_packet_blocks(packets[0]) + icv_packet_blocks(packets[BESIDE]);
	for (unsigned i = 0; i < count - BESIDE; i++)
		if (icv_packet_blocks(packets[i]) + icv_packet_blocks(packets[count - 1 - i]) +
				GAIN >
			apart)
			return false;
	return true;
}

/* Each lane takes one of the shorter packets, then one of the longer ones, the shortest with
 * the longest. Long ones last, as many short ones are of one length: their lanes turn at once. */
HMAC_CODE(hmac_sha_1)
HMAC_ONCE void hash_mixed(struct hmac_lanes lanes[2 * GROUPS], struct icv_packet *const *packets,
	unsigned count, uint32_t *code_at)
{
	struct icv_packet *rising[BESIDE];
	unsigned longer, both_until;

	for (unsigned i = 0; i < count - BESIDE; i++)
		rising[i] = packets[count - 1 - i];
	open_groups(lanes, rising, count - BESIDE, code_at);
	open_groups(lanes + GROUPS, packets, BESIDE, code_at);
	for (unsigned g = 0; g < GROUPS; g++)
		hmac_lanes_chain(&lanes[g], &lanes[GROUPS + g]);
	longer = lanes[1].longest > lanes[0].longest;
	both_until = lanes[1 - longer].longest;
	compress_2(lanes, 0, both_until, false);
	compress_1(&lanes[longer], both_until, lanes[longer].longest, false);
	for (unsigned g = 0; g < GROUPS; g++)
		hmac_lanes_exchange(&lanes[g], UINT16_MAX);
	compress_2(lanes, 0, 1, true);
	compress_2(lanes + GROUPS, 0, 1, true);
	write_tags(lanes, 2 * GROUPS);
}

HMAC_CODE(hmac_sha_1)
void hmac_sha_1_avx512(struct icv_packet *const *packets, unsigned count, uint32_t *code_at)
{
	struct hmac_lanes lanes[2 * GROUPS];

	while (count > 0) {
		unsigned taken = count < 2 * BESIDE ? count : 2 * BESIDE;

		if (is_mixed(packets, taken)) {
			hash_mixed(lanes, packets, taken, code_at);
		} else {
			unsigned groups;

			taken = count < BESIDE ? count : BESIDE;
			groups = open_groups(lanes, packets, taken, code_at);
			hmac_lanes_hash(lanes, groups, compress);
			write_tags(lanes, groups);
		}
		packets += taken;
		count -= taken;
	}
}

void hmac_sha_1_avx512_first(const uint8_t (*blocks)[ICV_BLOCK_LEN], unsigned count,
	uint8_t (*states)[SA_HASH_STATE_LEN])
{
	static const uint32_t first[WORDS] = {
		0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
	struct hmac_lanes lanes;

	hmac_lanes_open_first(&lanes, blocks, count, first, WORDS);
	compress_1(&lanes, 0, 1, false);
	hmac_lanes_write_states(&lanes, WORDS, states);
}
