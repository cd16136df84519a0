/* SPDX-License-Identifier: BSD-3-Clause */
/* MD5 (RFC 1321 §3.4), one to four groups of 16 packets side by side: a step of MD5 waits for the
 * one before it with all that it does. */
#include "hmac_avx512.h"

#include "hmac_lanes.h"

#define GROUPS 4

/* Truth tables of b, c, d for the ternary instruction: F, G, H, I. */
#define F 0xca
#define G 0xe4
#define H 0x96
#define I 0x39

struct state {
	__m512i a, b, c, d;
};

/* The order of the additions: what depends on b comes last. */
#define STEP(f, a, b, c, d, word, constant, turn)                                                  \
	HMAC_EACH(unsigned g = 0; g < groups; g++)                                                 \
	{                                                                                          \
		__m512i sum = _mm512_add_epi32(                                                    \
			_mm512_add_epi32(s[g].a, _mm512_set1_epi32((int)(constant))), w[g][word]); \
                                                                                                   \
		sum = _mm512_add_epi32(sum, _mm512_ternarylogic_epi32(s[g].b, s[g].c, s[g].d, f)); \
		s[g].a = _mm512_add_epi32(s[g].b, _mm512_rol_epi32(sum, turn));                    \
	}
/* Four steps whose words are step apart. */
#define STEPS_4(f, word, step, r0, r1, r2, r3, k0, k1, k2, k3)  \
	STEP(f, a, b, c, d, (word) % 16, k0, r0)                \
	STEP(f, d, a, b, c, ((word) + (step)) % 16, k1, r1)     \
	STEP(f, c, d, a, b, ((word) + 2 * (step)) % 16, k2, r2) \
	STEP(f, b, c, d, a, ((word) + 3 * (step)) % 16, k3, r3)
#define ROUND_1(word, k0, k1, k2, k3) STEPS_4(F, word, 1, 7, 12, 17, 22, k0, k1, k2, k3)
#define ROUND_2(word, k0, k1, k2, k3) STEPS_4(G, word, 5, 5, 9, 14, 20, k0, k1, k2, k3)
#define ROUND_3(word, k0, k1, k2, k3) STEPS_4(H, word, 3, 4, 11, 16, 23, k0, k1, k2, k3)
#define ROUND_4(word, k0, k1, k2, k3) STEPS_4(I, word, 7, 6, 10, 15, 21, k0, k1, k2, k3)

static uint64_t length_word(uint64_t bits)
{
	return bits;
}

/* The inner hash, 16 octets, in its padding, over the outer state. */
HMAC_INLINE void outer_block(struct hmac_lanes *lanes, struct state *s, __m512i w[16])
{
	w[0] = s->a;
	w[1] = s->b;
	w[2] = s->c;
	w[3] = s->d;
	w[4] = _mm512_set1_epi32(0x80);
	HMAC_EACH(unsigned i = 5; i < 16; i++)
	w[i] = _mm512_setzero_si512();
	w[14] = _mm512_set1_epi32((ICV_BLOCK_LEN + 16) * 8);
	*s = (struct state){lanes->outer[0], lanes->outer[1], lanes->outer[2], lanes->outer[3]};
	lanes->active = UINT16_MAX;
}

HMAC_INLINE void add(struct state *s, __mmask16 active, const struct state *old)
{
	s->a = _mm512_mask_add_epi32(old->a, active, old->a, s->a);
	s->b = _mm512_mask_add_epi32(old->b, active, old->b, s->b);
	s->c = _mm512_mask_add_epi32(old->c, active, old->c, s->c);
	s->d = _mm512_mask_add_epi32(old->d, active, old->d, s->d);
}

HMAC_INLINE void compress_groups(
	struct hmac_lanes *lanes, unsigned groups, unsigned from, unsigned to, bool outer)
{
	struct state s[GROUPS], old[GROUPS];
	__m512i w[GROUPS][16];

	HMAC_EACH(unsigned g = 0; g < groups; g++)
	memcpy(&s[g], lanes[g].state, sizeof(s[g]));
	for (unsigned block = from; block < to; block++) {
		HMAC_EACH(unsigned g = 0; g < groups; g++)
		{
			if (outer)
				outer_block(&lanes[g], &s[g], w[g]);
			else
				hmac_lanes_fetch(&lanes[g], block, w[g]);
			old[g] = s[g];
		}
		ROUND_1(0, 0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee)
		ROUND_1(4, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501)
		ROUND_1(8, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be)
		ROUND_1(12, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821)
		ROUND_2(1, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa)
		ROUND_2(5, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8)
		ROUND_2(9, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed)
		ROUND_2(13, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a)
		ROUND_3(5, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c)
		ROUND_3(1, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70)
		ROUND_3(13, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05)
		ROUND_3(9, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665)
		ROUND_4(0, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039)
		ROUND_4(12, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1)
		ROUND_4(8, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1)
		ROUND_4(4, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391)
		HMAC_EACH(unsigned g = 0; g < groups; g++)
		add(&s[g], lanes[g].active, &old[g]);
	}
	HMAC_EACH(unsigned g = 0; g < groups; g++)
	memcpy(lanes[g].state, &s[g], sizeof(s[g]));
}

static void compress(
	struct hmac_lanes *lanes, unsigned groups, unsigned from, unsigned to, bool outer)
{
	switch (groups) {
	case 1:
		compress_groups(lanes, 1, from, to, outer);
		break;
	case 2:
		compress_groups(lanes, 2, from, to, outer);
		break;
	case 3:
		compress_groups(lanes, 3, from, to, outer);
		break;
	default:
		compress_groups(lanes, 4, from, to, outer);
	}
}

void hmac_md5_avx512(struct icv_packet *const *packets, unsigned count)
{
	struct hmac_lanes lanes[GROUPS];

	while (count > 0) {
		unsigned groups = 0, taken = 0;

		for (; groups < GROUPS && taken < count; groups++) {
			unsigned left = count - taken;
			unsigned some = left < HMAC_LANES ? left : HMAC_LANES;

			hmac_lanes_open(&lanes[groups], packets + taken, some, length_word);
			taken += some;
		}
		hmac_lanes_hash(lanes, groups, compress);
		for (unsigned g = 0; g < groups; g++)
			hmac_lanes_write_tags(
				&lanes[g], lanes[g].state[0], lanes[g].state[1], lanes[g].state[2]);
		packets += taken;
		count -= taken;
	}
}
