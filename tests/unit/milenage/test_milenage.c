/* SPDX-License-Identifier: BSD-3-Clause */
#include "milenage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "../vectors.h"

static struct aes128 *aes;

static void check_set(json_t *set)
{
	uint8_t k[16], op[16], opc[16], rand[16], sqn[6], amf[2], want[16], got[16], ak[6];
	struct milenage milenage;

	vectors_hex(set, "k", k, 16);
	vectors_hex(set, "op", op, 16);
	vectors_hex(set, "opc", want, 16);
	vectors_hex(set, "rand", rand, 16);
	vectors_hex(set, "sqn", sqn, 6);
	vectors_hex(set, "amf", amf, 2);
	milenage_derive_opc(aes, k, op, opc);
	assert_memory_equal(opc, want, 16);

	milenage_open(&milenage, aes, k, opc);
	milenage_challenge(&milenage, rand);
	vectors_hex(set, "f1", want, 8);
	milenage_f1(&milenage, sqn, amf, got);
	assert_memory_equal(got, want, 8);
	vectors_hex(set, "f1star", want, 8);
	milenage_f1_star(&milenage, sqn, amf, got);
	assert_memory_equal(got, want, 8);
	milenage_f2_f5(&milenage, got, ak);
	vectors_hex(set, "f2", want, 8);
	assert_memory_equal(got, want, 8);
	vectors_hex(set, "f5", want, 6);
	assert_memory_equal(ak, want, 6);
	vectors_hex(set, "f3", want, 16);
	milenage_f3(&milenage, got);
	assert_memory_equal(got, want, 16);
	vectors_hex(set, "f4", want, 16);
	milenage_f4(&milenage, got);
	assert_memory_equal(got, want, 16);
	vectors_hex(set, "f5star", want, 6);
	milenage_f5_star(&milenage, ak);
	assert_memory_equal(ak, want, 6);
	milenage_close(&milenage);
}

static void check_sets(const char *specification, size_t count)
{
	json_t *root = vectors_load("milenage-ts35208.json");
	json_t *sets = vectors_get(root, specification);

	assert_int_equal(json_array_size(sets), count);
	for (size_t i = 0; i < count; i++) {
		print_message("# %s set %zu\n", specification, i + 1);
		check_set(json_array_get(sets, i));
	}
	json_decref(root);
}

static void ts35208(void **state)
{
	(void)state;
	check_sets("ts35208", 20);
}

static void ts35207(void **state)
{
	(void)state;
	check_sets("ts35207", 6);
}

static void close_leaves_no_key(void **state)
{
	static const uint8_t k[16] = {1}, opc[16] = {2}, rand[16] = {3};
	struct milenage milenage, nothing;

	(void)state;
	memset(&nothing, 0, sizeof(nothing));
	milenage_open(&milenage, aes, k, opc);
	milenage_challenge(&milenage, rand);
	milenage_close(&milenage);
	assert_memory_equal(&milenage, &nothing, sizeof(nothing));
}

static int open_aes(void **state)
{
	(void)state;
	aes = aes128_create();
	return aes ? 0 : -1;
}

static int close_aes(void **state)
{
	(void)state;
	aes128_free(aes);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"AKA-2 P-AKA TS 35.208 test sets 1-20", ts35208, NULL, NULL, NULL},
		{"AKA-2 TS 35.207 test sets 1-6", ts35207, NULL, NULL, NULL},
		{"closing wipes K, OPc and TEMP", close_leaves_no_key, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, open_aes, close_aes);
}
