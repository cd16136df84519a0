/* SPDX-License-Identifier: BSD-3-Clause */
/* The ISIM: between the challenge of SM6 and the response of SM7. */
#include "isim_card.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "isim.h"

static void set_key(struct secret *out, const uint8_t *bytes, uint8_t len)
{
	memcpy(out->bytes, bytes, len);
	out->len = len;
}

enum isim_verdict isim_card_answer(struct isim_card *card, const uint8_t rand[AKA_RAND_LEN],
	const uint8_t autn[AKA_AUTN_LEN], struct isim_keys *keys, uint8_t auts[AKA_AUTS_LEN])
{
	struct isim_answer answer;

	if (isim_answer_challenge(&card->milenage, rand, autn, &answer))
		return ISIM_WRONG_MAC;
	if (!sqn_array_accept(&card->sqn, answer.sqn, 0)) {
		secret_wipe_bytes(&answer, sizeof(answer));
		isim_make_auts(&card->milenage, rand, sqn_array_highest(&card->sqn), auts);
		return ISIM_WRONG_SQN;
	}
	set_key(&keys->res, answer.res, sizeof(answer.res));
	set_key(&keys->ck, answer.ck, sizeof(answer.ck));
	set_key(&keys->ik, answer.ik, sizeof(answer.ik));
	secret_wipe_bytes(&answer, sizeof(answer));
	return ISIM_ACCEPTED;
}

int isim_card_load(struct isim_card *card, const char *path)
{
	struct sqn_array array = {0};
	FILE *file = fopen(path, "r");
	int error = 0;
	unsigned i;

	if (!file)
		return errno == ENOENT ? 0 : -errno;
	for (i = 0; i < SQN_ARRAY_SIZE; i++) {
		if (fscanf(file, "%11" SCNx64 "\n", &array.seq[i]) != 1)
			error = -EINVAL;
	}
	fclose(file);
	if (!error)
		card->sqn = array;
	return error;
}

int isim_card_save(const struct isim_card *card, const char *path)
{
	FILE *file = fopen(path, "w");
	unsigned i;

	if (!file)
		return -errno;
	for (i = 0; i < SQN_ARRAY_SIZE; i++)
		fprintf(file, "%" PRIx64 "\n", card->sqn.seq[i]);
	return fclose(file) ? -errno : 0;
}
