/* SPDX-License-Identifier: BSD-3-Clause */
/* Our Milenage for a shell, to be compared with others' (test keys only: it prints them).
 *   milenage_tool av   K opc|op HEX RAND SQN AMF   AUTN XRES CK IK
 *   milenage_tool ue   K opc|op HEX RAND AUTN      SQN RES CK IK, or "mac failure"
 *   milenage_tool auts K opc|op HEX RAND SQN_MS    AUTS
 *   milenage_tool sync K opc|op HEX RAND AUTS      SQN_MS, or "mac failure" */
#include <stdio.h>
#include <string.h>

#include "auc.h"
#include "bytes.h"
#include "hex.h"
#include "isim.h"

static void print(const void *bytes, size_t len, char end)
{
	char text[2 * MILENAGE_KEY_LEN + 1];

	hex_encode(bytes, len, text);
	printf("%s%c", text, end);
}

static int parse(const char *text, void *out, size_t len)
{
	return hex_decode(text, strlen(text), out, len);
}

static int make_av(struct milenage *milenage, const uint8_t *rand, const char *sqn, const char *amf)
{
	uint8_t sqn_octets[MILENAGE_SQN_LEN], amf_octets[MILENAGE_AMF_LEN];
	struct auc_vector av;

	if (parse(sqn, sqn_octets, sizeof(sqn_octets)) ||
		parse(amf, amf_octets, sizeof(amf_octets)))
		return 2;
	auc_make_vector(milenage, rand, bytes_load_be48(sqn_octets), amf_octets, &av);
	print(av.autn, sizeof(av.autn), ' ');
	print(av.xres, sizeof(av.xres), ' ');
	print(av.ck, sizeof(av.ck), ' ');
	print(av.ik, sizeof(av.ik), '\n');
	return 0;
}

static int answer(struct milenage *milenage, const uint8_t *rand, const char *autn)
{
	uint8_t autn_octets[MILENAGE_AUTN_LEN], sqn[MILENAGE_SQN_LEN];
	struct isim_answer out;

	if (parse(autn, autn_octets, sizeof(autn_octets)))
		return 2;
	if (isim_answer_challenge(milenage, rand, autn_octets, &out)) {
		puts("mac failure");
		return 1;
	}
	bytes_store_be48(sqn, out.sqn);
	print(sqn, sizeof(sqn), ' ');
	print(out.res, sizeof(out.res), ' ');
	print(out.ck, sizeof(out.ck), ' ');
	print(out.ik, sizeof(out.ik), '\n');
	return 0;
}

static int make_auts(struct milenage *milenage, const uint8_t *rand, const char *sqn)
{
	uint8_t sqn_octets[MILENAGE_SQN_LEN], auts[MILENAGE_AUTS_LEN];

	if (parse(sqn, sqn_octets, sizeof(sqn_octets)))
		return 2;
	isim_make_auts(milenage, rand, bytes_load_be48(sqn_octets), auts);
	print(auts, sizeof(auts), '\n');
	return 0;
}

static int check_auts(struct milenage *milenage, const uint8_t *rand, const char *auts)
{
	uint8_t auts_octets[MILENAGE_AUTS_LEN], sqn[MILENAGE_SQN_LEN];
	uint64_t sqn_ms;

	if (parse(auts, auts_octets, sizeof(auts_octets)))
		return 2;
	if (auc_check_auts(milenage, rand, auts_octets, &sqn_ms)) {
		puts("mac failure");
		return 1;
	}
	bytes_store_be48(sqn, sqn_ms);
	print(sqn, sizeof(sqn), '\n');
	return 0;
}

int main(int argc, char **argv)
{
	uint8_t k[MILENAGE_KEY_LEN], opc[MILENAGE_KEY_LEN], rand[MILENAGE_RAND_LEN];
	struct aes128 *aes = aes128_create();
	struct milenage milenage;
	int status = 2;

	if (!aes || argc < 7 || parse(argv[2], k, sizeof(k)) || parse(argv[4], opc, sizeof(opc)) ||
		parse(argv[5], rand, sizeof(rand)))
		goto free_aes;
	if (strcmp(argv[3], "op") == 0)
		milenage_derive_opc(aes, k, opc, opc);
	milenage_open(&milenage, aes, k, opc);
	if (argc == 8 && strcmp(argv[1], "av") == 0)
		status = make_av(&milenage, rand, argv[6], argv[7]);
	else if (strcmp(argv[1], "ue") == 0)
		status = answer(&milenage, rand, argv[6]);
	else if (strcmp(argv[1], "auts") == 0)
		status = make_auts(&milenage, rand, argv[6]);
	else if (strcmp(argv[1], "sync") == 0)
		status = check_auts(&milenage, rand, argv[6]);
	milenage_close(&milenage);
free_aes:
	aes128_free(aes);
	return status;
}
