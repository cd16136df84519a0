/* SPDX-License-Identifier: BSD-3-Clause */
/* MD5 (RFC 1321 §3.4), one to four groups of 16 packets side by side: a step of MD5 waits for the
 * one before it with all that it does. The rounds are loops, so that their code stays where the CPU
 * has it decoded. */
#include "hmac_avx512.h"

#include "hmac_tracks.h"

HMAC_CODE_BOUNDS(hmac_md5);

#define GROUPS 4
#define WORDS  4
#define STEPS  64

/* Truth tables of b, c, d for the ternary instruction: F, G, H, I. */
#define F 0xca
#define G 0xe4
#define H 0x96
#define I 0x39

/* 2^32 |sin(t + 1)| */
static const uint32_t constants[STEPS] = {0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee,
	0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1,
	0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340,
	0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6,
	0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
	0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60,
	0xbebfbc70, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5,
	0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3,
	0x8f0ccc92, 0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1,
	0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};

/* The word of each step. */
#define FROM(word, step) \
	(word) % 16, ((word) + (step)) % 16, ((word) + 2 * (step)) % 16, ((word) + 3 * (step)) % 16
#define ORDER(word, step)                                                                   \
	FROM(word, step), FROM((word) + 4 * (step), step), FROM((word) + 8 * (step), step), \
		FROM((word) + 12 * (step), step)

static const uint32_t order[STEPS] = {ORDER(0, 1), ORDER(1, 5), ORDER(5, 3), ORDER(0, 7)};

/* The order of the additions: what depends on b comes last. */
#define STEP(t, f, turn, a, b, c, d)                                                           \
	{                                                                                      \
		const __m512i constant = _mm512_set1_epi32((int)constants[t]);                 \
		const unsigned word = order[t];                                                \
                                                                                               \
		HMAC_EACH(unsigned g = 0; g < groups; g++)                                     \
		{                                                                              \
			__m512i sum = _mm512_add_epi32(s[g][a], constant);                     \
                                                                                               \
			sum = _mm512_add_epi32(sum, w[g][word]);                               \
			sum = _mm512_add_epi32(                                                \
				sum, _mm512_ternarylogic_epi32(s[g][b], s[g][c], s[g][d], f)); \
			s[g][a] = _mm512_add_epi32(s[g][b], _mm512_rol_epi32(sum, turn));      \
		}                                                                              \
	}
#define ROUND(from, f, r0, r1, r2, r3)                          \
	HMAC_LOOP(unsigned t = (from); t < (from) + 16; t += 4) \
	{                                                       \
		STEP(t, f, r0, 0, 1, 2, 3)                      \
		STEP(t + 1, f, r1, 3, 0, 1, 2)                  \
		STEP(t + 2, f, r2, 2, 3, 0, 1)                  \
		STEP(t + 3, f, r3, 1, 2, 3, 0)                  \
	}

static uint64_t length_word(uint64_t bits)
{
	return bits;
}

/* The padding: RFC 1321 §3.1, §3.2. */
HMAC_CODE(hmac_md5) HMAC_ONCE void outer_block(struct hmac_lanes *lanes, __m512i w[16])
{
	hmac_lanes_open_outer(lanes, WORDS, 0x80, 14, w);
}

HMAC_CODE(hmac_md5) HMAC_ONCE void inner_block(struct hmac_lanes *lanes, __m512i w[16])
{
	hmac_lanes_fetch(lanes, w);
}

HMAC_INLINE void compress_groups(struct hmac_lanes *const *tracks, unsigned groups, unsigned blocks)
{
	struct hmac_lanes *lanes[GROUPS]; /* not to be read again behind so many stores */
	__m512i s[GROUPS][WORDS], w[GROUPS][16];

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
		}
		HMAC_EACH(unsigned g = 0; g < groups; g++)
		HMAC_EACH(unsigned i = 0; i < WORDS; i++)
		s[g][i] = lanes[g]->state[i];
		ROUND(0, F, 7, 12, 17, 22)
		ROUND(16, G, 5, 9, 14, 20)
		ROUND(32, H, 4, 11, 16, 23)
		ROUND(48, I, 6, 10, 15, 21)
		HMAC_EACH(unsigned g = 0; g < groups; g++)
		hmac_lanes_add(lanes[g], s[g], WORDS);
	}
}

HMAC_CODE(hmac_md5)
HMAC_ONCE void compress(struct hmac_lanes *const *lanes, unsigned groups, unsigned blocks)
{
	switch (groups) {
	case 1:
		compress_groups(lanes, 1, blocks);
		break;
	case 2:
		compress_groups(lanes, 2, blocks);
		break;
	case 3:
		compress_groups(lanes, 3, blocks);
		break;
	default:
		compress_groups(lanes, GROUPS, blocks);
	}
}

HMAC_CODE(hmac_md5)
HMAC_ONCE void open_group(struct hmac_lanes *lanes, struct icv_packet *const *packets,
	unsigned count, uint32_t *code_at)
{
	hmac_lanes_open(lanes, packets, count, length_word);
	HMAC_KEEP_CODE(hmac_md5, code_at, lanes->longest);
}

HMAC_CODE(hmac_md5) HMAC_ONCE void write_tags(const struct hmac_lanes *lanes)
{
	hmac_lanes_write_tags(lanes, lanes->state[0], lanes->state[1], lanes->state[2]);
}

HMAC_CODE(hmac_md5)
void hmac_md5_avx512(struct icv_packet *const *packets, unsigned count, uint32_t *code_at)
{
	static const struct hmac_tracks_hash hash = {open_group, compress, write_tags};
	struct hmac_lanes lanes[GROUPS];

	_Static_assert(GROUPS <= HMAC_TRACKS_MAX, "a track each");
	hmac_tracks_run(&hash, lanes, GROUPS, packets, count, code_at);
}

void hmac_md5_avx512_first(const uint8_t (*blocks)[ICV_BLOCK_LEN], unsigned count,
	uint8_t (*states)[SA_HASH_STATE_LEN])
{
	static const uint32_t first[WORDS] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
	struct hmac_lanes lanes;

	hmac_lanes_open_first(&lanes, blocks, count, first, WORDS);
	compress(&(struct hmac_lanes *){&lanes}, 1, 1);
	hmac_lanes_write_states(&lanes, WORDS, states);
}
