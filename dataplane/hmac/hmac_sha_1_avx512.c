/* SPDX-License-Identifier: BSD-3-Clause */
/* SHA-1 (FIPS 180-4 §6.1.2), a group of 16 packets after the other: of two
 * side by side, too much would have to go through memory. */
#include "hmac_avx512.h"

#include "hmac_lanes.h"

#define GROUPS 1

/* Truth tables of b, c, d for the ternary instruction. */
#define CHOICE   0xca
#define PARITY   0x96
#define MAJORITY 0xe8

struct state {
	__m512i a, b, c, d, e;
};

/* The order of the additions: what depends on a comes last. */
#define STEP(t, f, k, a, b, c, d, e)                                                               \
	HMAC_EACH(unsigned g = 0; g < groups; g++)                                                 \
	{                                                                                          \
		__m512i sum;                                                                       \
                                                                                                   \
		if ((t) >= 16) {                                                                   \
			sum = _mm512_ternarylogic_epi32(w[g][((t) + 13) % 16],                     \
				w[g][((t) + 8) % 16], w[g][((t) + 2) % 16], PARITY);               \
			sum = _mm512_xor_si512(w[g][(t) % 16], sum);                               \
			w[g][(t) % 16] = _mm512_rol_epi32(sum, 1);                                 \
		}                                                                                  \
		sum = _mm512_add_epi32(_mm512_add_epi32(s[g].e, k), w[g][(t) % 16]);               \
		sum = _mm512_add_epi32(sum, _mm512_ternarylogic_epi32(s[g].b, s[g].c, s[g].d, f)); \
		s[g].e = _mm512_add_epi32(sum, _mm512_rol_epi32(s[g].a, 5));                       \
		s[g].b = _mm512_rol_epi32(s[g].b, 30);                                             \
	}
#define STEPS_5(t, f, k)                   \
	STEP((t) + 0, f, k, a, b, c, d, e) \
	STEP((t) + 1, f, k, e, a, b, c, d) \
	STEP((t) + 2, f, k, d, e, a, b, c) \
	STEP((t) + 3, f, k, c, d, e, a, b) \
	STEP((t) + 4, f, k, b, c, d, e, a)
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

/* The inner hash, 20 octets, in its padding (RFC 3174 §4), over the outer state. */
HMAC_INLINE void outer_block(struct hmac_lanes *lanes, struct state *s, __m512i w[16])
{
	w[0] = s->a;
	w[1] = s->b;
	w[2] = s->c;
	w[3] = s->d;
	w[4] = s->e;
	w[5] = _mm512_set1_epi32((int)0x80000000);
	HMAC_EACH(unsigned i = 6; i < 15; i++)
	w[i] = _mm512_setzero_si512();
	w[15] = _mm512_set1_epi32((ICV_BLOCK_LEN + 20) * 8);
	*s = (struct state){lanes->outer[0], lanes->outer[1], lanes->outer[2], lanes->outer[3],
		lanes->outer[4]};
	lanes->active = UINT16_MAX;
}

HMAC_INLINE void inner_block(struct hmac_lanes *lanes, unsigned block, __m512i w[16])
{
	hmac_lanes_fetch(lanes, block, w);
	HMAC_EACH(unsigned i = 0; i < 16; i++)
	w[i] = swap(w[i]);
}

HMAC_INLINE void add(struct state *s, __mmask16 active, const struct state *old)
{
	s->a = _mm512_mask_add_epi32(old->a, active, old->a, s->a);
	s->b = _mm512_mask_add_epi32(old->b, active, old->b, s->b);
	s->c = _mm512_mask_add_epi32(old->c, active, old->c, s->c);
	s->d = _mm512_mask_add_epi32(old->d, active, old->d, s->d);
	s->e = _mm512_mask_add_epi32(old->e, active, old->e, s->e);
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
				inner_block(&lanes[g], block, w[g]);
			old[g] = s[g];
		}
		STEPS_20(0, CHOICE, 0x5a827999)
		STEPS_20(20, PARITY, 0x6ed9eba1)
		STEPS_20(40, MAJORITY, 0x8f1bbcdc)
		STEPS_20(60, PARITY, 0xca62c1d6)
		HMAC_EACH(unsigned g = 0; g < groups; g++)
		add(&s[g], lanes[g].active, &old[g]);
	}
	HMAC_EACH(unsigned g = 0; g < groups; g++)
	memcpy(lanes[g].state, &s[g], sizeof(s[g]));
}

static void compress(
	struct hmac_lanes *lanes, unsigned groups, unsigned from, unsigned to, bool outer)
{
	(void)groups;
	compress_groups(lanes, GROUPS, from, to, outer);
}

void hmac_sha_1_avx512(struct icv_packet *const *packets, unsigned count)
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
			hmac_lanes_write_tags(&lanes[g], swap(lanes[g].state[0]),
				swap(lanes[g].state[1]), swap(lanes[g].state[2]));
		packets += taken;
		count -= taken;
	}
}
