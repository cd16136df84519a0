/* SPDX-License-Identifier: BSD-3-Clause */
/* The AuC and the ISIM against published AVs and against each other. */
#include "auc.h"
#include "isim.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "../vectors.h"
#include "bytes.h"

struct subscriber {
	struct aes128 *aes;
	struct milenage milenage;
	uint8_t rand[16], amf[2];
	uint64_t sqn;
	json_t *root, *set;
};

static int open_subscriber(void **state)
{
	static struct subscriber subscriber;
	uint8_t k[16], opc[16], sqn[6];

	subscriber.root = vectors_load("milenage-ts35208.json");
	subscriber.set = json_array_get(vectors_get(subscriber.root, "ts35208"), 4);
	vectors_hex(subscriber.set, "k", k, 16);
	vectors_hex(subscriber.set, "opc", opc, 16);
	vectors_hex(subscriber.set, "rand", subscriber.rand, 16);
	vectors_hex(subscriber.set, "amf", subscriber.amf, 2);
	vectors_hex(subscriber.set, "sqn", sqn, 6);
	subscriber.sqn = bytes_load_be48(sqn);
	subscriber.aes = aes128_create();
	if (!subscriber.aes)
		return -1;
	milenage_open(&subscriber.milenage, subscriber.aes, k, opc);
	*state = &subscriber;
	return 0;
}

static int close_subscriber(void **state)
{
	struct subscriber *subscriber = *state;

	milenage_close(&subscriber->milenage);
	aes128_free(subscriber->aes);
	json_decref(subscriber->root);
	return 0;
}

static void makes_the_published_vector(void **state)
{
	struct subscriber *s = *state;
	struct auc_vector vector;
	uint8_t want[16];

	auc_make_vector(&s->milenage, s->rand, s->sqn, s->amf, &vector);
	assert_memory_equal(vector.rand, s->rand, 16);
	vectors_hex(s->set, "f2", want, 8);
	assert_memory_equal(vector.xres, want, 8);
	vectors_hex(s->set, "f3", want, 16);
	assert_memory_equal(vector.ck, want, 16);
	vectors_hex(s->set, "f4", want, 16);
	assert_memory_equal(vector.ik, want, 16);
	vectors_hex(vectors_get(s->set, "derived"), "autn", want, 16);
	assert_memory_equal(vector.autn, want, 16);
}

static void isim_finds_the_same(void **state)
{
	struct subscriber *s = *state;
	struct auc_vector vector;
	struct isim_answer answer;

	auc_make_vector(&s->milenage, s->rand, s->sqn, s->amf, &vector);
	assert_int_equal(isim_answer_challenge(&s->milenage, vector.rand, vector.autn, &answer), 0);
	assert_int_equal(answer.sqn, s->sqn);
	assert_memory_equal(answer.amf, s->amf, 2);
	assert_memory_equal(answer.res, vector.xres, 8);
	assert_memory_equal(answer.ck, vector.ck, 16);
	assert_memory_equal(answer.ik, vector.ik, 16);
}

static void isim_refuses_every_changed_bit(void **state)
{
	struct subscriber *s = *state;
	struct isim_answer answer, untouched;
	struct auc_vector vector;

	memset(&answer, 0xa5, sizeof(answer));
	untouched = answer;
	auc_make_vector(&s->milenage, s->rand, s->sqn, s->amf, &vector);
	for (unsigned bit = 0; bit < 128; bit++) {
		vector.autn[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(
			isim_answer_challenge(&s->milenage, vector.rand, vector.autn, &answer),
			-EBADMSG);
		vector.autn[bit / 8] ^= (uint8_t)(1 << bit % 8);
		vector.rand[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(
			isim_answer_challenge(&s->milenage, vector.rand, vector.autn, &answer),
			-EBADMSG);
		vector.rand[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_memory_equal(&answer, &untouched, sizeof(answer));
}

static void auts_is_the_known_one(void **state)
{
	struct subscriber *s = *state;
	uint8_t auts[14], want[14];
	uint64_t sqn_ms = 0;

	isim_make_auts(&s->milenage, s->rand, s->sqn, auts);
	vectors_hex(vectors_get(s->set, "derived"), "auts_sqnms_equals_sqn", want, 14);
	assert_memory_equal(auts, want, 14);
	assert_int_equal(auc_check_auts(&s->milenage, s->rand, auts, &sqn_ms), 0);
	assert_int_equal(sqn_ms, s->sqn);
}

static void wrong_mac_s_moves_nothing(void **state)
{
	struct subscriber *s = *state;
	uint64_t sqn_ms = 42;
	uint8_t auts[14];

	isim_make_auts(&s->milenage, s->rand, s->sqn, auts);
	for (unsigned bit = 0; bit < 8 * sizeof(auts); bit++) {
		auts[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(auc_check_auts(&s->milenage, s->rand, auts, &sqn_ms), -EBADMSG);
		auts[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	s->rand[0] ^= 1;
	assert_int_equal(auc_check_auts(&s->milenage, s->rand, auts, &sqn_ms), -EBADMSG);
	s->rand[0] ^= 1;
	assert_int_equal(sqn_ms, 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"AKA-2 an AV is the published one", makes_the_published_vector, NULL, NULL, NULL},
		{"AKA-2 the ISIM finds what the AuC meant", isim_finds_the_same, NULL, NULL, NULL},
		{"B-SM7 the ISIM refuses a wrong MAC", isim_refuses_every_changed_bit, NULL, NULL,
			NULL},
		{"C-SM7 AUTS there and back", auts_is_the_known_one, NULL, NULL, NULL},
		{"C-SM7 a wrong MAC-S moves nothing", wrong_mac_s_moves_nothing, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, open_subscriber, close_subscriber);
}
