/* SPDX-License-Identifier: BSD-3-Clause */
/* TS 35.206 §4.1. All inputs and outputs are secret or become so: what lies on the stack is wiped.
 */
#include "milenage.h"

#include <string.h>

#include "secret.h"

/* §4.1: the rotations r2 … r5 in octets to the left, the constants c2 … c5 in the last octet.
 * r1 is 64 bits and c1 is 0. */
enum { R1 = 8, R2 = 0, R3 = 4, R4 = 8, R5 = 12, C2 = 1, C3 = 2, C4 = 4, C5 = 8 };

static void add(uint8_t out[16], const uint8_t a[16], const uint8_t b[16])
{
	for (unsigned i = 0; i < 16; i++)
		out[i] = a[i] ^ b[i];
}

static void rotate(uint8_t out[16], const uint8_t in[16], unsigned octets)
{
	for (unsigned i = 0; i < 16; i++)
		out[i] = in[(i + octets) % 16];
}

void milenage_derive_opc(const struct aes128 *aes, const uint8_t k[MILENAGE_KEY_LEN],
	const uint8_t op[MILENAGE_KEY_LEN], uint8_t opc[MILENAGE_KEY_LEN])
{
	struct aes128_key key;
	uint8_t encrypted[16];

	aes128_expand(aes, k, &key);
	aes128_encrypt(aes, &key, op, encrypted);
	add(opc, encrypted, op);
	secret_wipe_bytes(&key, sizeof(key));
	secret_wipe_bytes(encrypted, sizeof(encrypted));
}

void milenage_open(struct milenage *milenage, const struct aes128 *aes,
	const uint8_t k[MILENAGE_KEY_LEN], const uint8_t opc[MILENAGE_KEY_LEN])
{
	*milenage = (struct milenage){.aes = aes};
	aes128_expand(aes, k, &milenage->key);
	memcpy(milenage->opc, opc, sizeof(milenage->opc));
}

void milenage_close(struct milenage *milenage)
{
	secret_wipe_bytes(milenage, sizeof(*milenage));
}

/* TEMP = E_K(RAND ⊕ OPc) */
void milenage_challenge(struct milenage *milenage, const uint8_t rand[MILENAGE_RAND_LEN])
{
	add(milenage->temp, rand, milenage->opc);
	aes128_encrypt(milenage->aes, &milenage->key, milenage->temp, milenage->temp);
}

/* OUT1 = E_K(TEMP ⊕ rot(IN1 ⊕ OPc, r1) ⊕ c1) ⊕ OPc, IN1 = SQN ‖ AMF ‖ SQN ‖ AMF */
static void out1(const struct milenage *milenage, const uint8_t sqn[MILENAGE_SQN_LEN],
	const uint8_t amf[MILENAGE_AMF_LEN], uint8_t out[16])
{
	uint8_t in1[16], rotated[16];

	memcpy(in1, sqn, MILENAGE_SQN_LEN);
	memcpy(in1 + 6, amf, MILENAGE_AMF_LEN);
	memcpy(in1 + 8, in1, 8);
	add(in1, in1, milenage->opc);
	rotate(rotated, in1, R1);
	add(rotated, rotated, milenage->temp);
	aes128_encrypt(milenage->aes, &milenage->key, rotated, out);
	add(out, out, milenage->opc);
	secret_wipe_bytes(in1, sizeof(in1));
	secret_wipe_bytes(rotated, sizeof(rotated));
}

/* OUTi = E_K(rot(TEMP ⊕ OPc, ri) ⊕ ci) ⊕ OPc */
static void out2345(
	const struct milenage *milenage, unsigned rotation, uint8_t constant, uint8_t out[16])
{
	uint8_t in[16], rotated[16];

	add(in, milenage->temp, milenage->opc);
	rotate(rotated, in, rotation);
	rotated[15] ^= constant;
	aes128_encrypt(milenage->aes, &milenage->key, rotated, out);
	add(out, out, milenage->opc);
	secret_wipe_bytes(in, sizeof(in));
	secret_wipe_bytes(rotated, sizeof(rotated));
}

void milenage_f1(const struct milenage *milenage, const uint8_t sqn[MILENAGE_SQN_LEN],
	const uint8_t amf[MILENAGE_AMF_LEN], uint8_t mac_a[MILENAGE_MAC_LEN])
{
	uint8_t out[16];

	out1(milenage, sqn, amf, out);
	memcpy(mac_a, out, MILENAGE_MAC_LEN);
	secret_wipe_bytes(out, sizeof(out));
}

void milenage_f1_star(const struct milenage *milenage, const uint8_t sqn[MILENAGE_SQN_LEN],
	const uint8_t amf[MILENAGE_AMF_LEN], uint8_t mac_s[MILENAGE_MAC_LEN])
{
	uint8_t out[16];

	out1(milenage, sqn, amf, out);
	memcpy(mac_s, out + 8, MILENAGE_MAC_LEN);
	secret_wipe_bytes(out, sizeof(out));
}

void milenage_f2_f5(const struct milenage *milenage, uint8_t res[MILENAGE_RES_LEN],
	uint8_t ak[MILENAGE_SQN_LEN])
{
	uint8_t out[16];

	out2345(milenage, R2, C2, out);
	memcpy(res, out + 8, MILENAGE_RES_LEN);
	memcpy(ak, out, MILENAGE_SQN_LEN);
	secret_wipe_bytes(out, sizeof(out));
}

void milenage_f3(const struct milenage *milenage, uint8_t ck[MILENAGE_KEY_LEN])
{
	out2345(milenage, R3, C3, ck);
}

void milenage_f4(const struct milenage *milenage, uint8_t ik[MILENAGE_KEY_LEN])
{
	out2345(milenage, R4, C4, ik);
}

void milenage_f5_star(const struct milenage *milenage, uint8_t ak_star[MILENAGE_SQN_LEN])
{
	uint8_t out[16];

	out2345(milenage, R5, C5, out);
	memcpy(ak_star, out, MILENAGE_SQN_LEN);
	secret_wipe_bytes(out, sizeof(out));
}
