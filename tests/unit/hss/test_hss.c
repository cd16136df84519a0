/* SPDX-License-Identifier: BSD-3-Clause */
/* The HSS behind its Cx interface, with a real store in a directory of its own. */
#include "hss.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "../subscribers.h"
#include "hex.h"
#include "hss_show.h"
#include "isim.h"
#include "sqn.h"
#include "store_sqn.h"
#include "store_turn.h"

#define K   "0396eb317b6d1c36f19c1c84cd6ffd16"
#define OPC "53c15671c60a4b731c55b4a441c0bde2"

#define IMPI "a@home.net"
#define IMPU "sip:a@home.net"

static const char subscribers_text[] =
	"{\"subscribers\": [{\"impi\": \"a@home.net\", \"k\": \"" K "\", \"opc\": \"" OPC "\","
	" \"sqn\": 64, \"impus\": [{\"identity\": \"tel:+15550100\", \"barred\": true},"
	" {\"identity\": \"sip:a@home.net\"}, {\"identity\": \"sip:a2@home.net\"},"
	" {\"identity\": \"sip:other@home.net\", \"set\": 1}]},"
	" {\"impi\": \"b@home.net\", \"k\": \"" K "\", \"opc\": \"" OPC "\","
	" \"impus\": [{\"identity\": \"sip:b@home.net\"}]}]}";

static char directory[64], path[128];
static struct aes128 *aes;
static struct store *store;
static struct subscriber_store *subscribers;
static struct hss *hss;
static struct cx cx;
static uint64_t seed;

static void open_hss(void)
{
	char error[STORE_ERROR_MAX];

	if (store_open(path, &store, error) != 0)
		fail_msg("%s", error);
	subscribers = subscribers_open(directory);
	assert_int_equal(hss_create(store, subscribers, aes, random_seeded(&seed), &hss), 0);
	cx = hss_cx(hss);
}

static void close_hss(void)
{
	store_close(store);
	subscriber_store_close(subscribers);
	hss_destroy(hss);
}

static int fresh(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/portcullis-hss-XXXXXX");
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof(path), "%s/store.db", directory);
	seed = 1;
	aes = aes128_create();
	open_hss();
	subscribers_import(subscribers, aes, subscribers_text);
	return 0;
}

static int removed(void **state)
{
	char command[160];

	(void)state;
	close_hss();
	aes128_free(aes);
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command);
}

/* What the last answer said; 0: none came. */
static enum cx_result result;
static char scscf[CX_IDENTITY_MAX];
static unsigned vector_count;
static struct cx_vector vectors[CX_VECTORS_MAX];
static char identities[512];

static void uar_answered(void *context, const struct cx_uaa *answer)
{
	(void)context;
	result = answer->result;
	snprintf(scscf, sizeof(scscf), "%s", answer->scscf);
}

static void put_answered(void *context, const struct cx_put_answer *answer)
{
	(void)context;
	result = answer->result;
}

static void mar_answered(void *context, const struct cx_maa *answer)
{
	(void)context;
	result = answer->result;
	vector_count = answer->count;
	if (answer->count > 0)
		memcpy(vectors, answer->vectors, answer->count * sizeof(vectors[0]));
}

static void sar_answered(void *context, const struct cx_saa *answer)
{
	(void)context;
	result = answer->result;
	identities[0] = '\0';
	for (size_t i = 0; i < answer->count; i++) {
		strcat(identities, answer->identities[i].barred ? "!" : "");
		strcat(identities, answer->identities[i].identity);
		strcat(identities, " ");
	}
}

/* Cx answers at the end of the turn, never inside the call. */
static enum cx_result answer_of(int status)
{
	assert_int_equal(status, 0);
	assert_int_equal(result, 0);
	store_turn_end(store);
	subscriber_store_turn_end(subscribers);
	return result;
}

static enum cx_result uar(const char *impi, const char *impu)
{
	struct cx_uar request = {.impi = impi, .impu = impu, .visited_network = "v.net"};

	result = 0;
	return answer_of(cx.uar(cx.hss, &request, uar_answered, NULL));
}

static enum cx_result put(const char *impi, const char *impu, enum cx_put_flag flag)
{
	struct cx_put request = {.impi = impi, .impu = impu, .scscf = "sip:s@h.n", .flag = flag};

	result = 0;
	return answer_of(cx.put(cx.hss, &request, put_answered, NULL));
}

static enum cx_result mar(const char *impi, const char *impu, unsigned m)
{
	struct cx_mar request = {.impi = impi, .impu = impu, .scscf = "sip:s@h.n", .vectors = m};

	result = 0;
	return answer_of(cx.mar(cx.hss, &request, mar_answered, NULL));
}

static enum cx_result sar(const char *impu, enum cx_assignment type)
{
	struct cx_sar request = {.impi = IMPI, .impu = impu, .scscf = "sip:s2@h.n", .type = type};

	result = 0;
	return answer_of(cx.sar(cx.hss, &request, sar_answered, NULL));
}

struct flag_of {
	const char *impu;
	struct store_registration found;
};

static void see(void *context, const struct hss_show_identity *identity)
{
	struct flag_of *flag = context;

	if (strcmp(identity->impu, flag->impu) == 0)
		flag->found = identity->registration;
}

static void assert_flag(const char *impu, enum store_flag expected, const char *name)
{
	struct flag_of flag = {.impu = impu};

	assert_int_equal(hss_show_subscriber(hss, IMPI, see, &flag), 0);
	assert_int_equal(flag.found.flag, expected);
	assert_string_equal(flag.found.scscf, name);
}

static void identities_must_belong_together(void **state)
{
	(void)state;
	assert_int_equal(uar(IMPI, IMPU), CX_SUCCESS);
	assert_string_equal(scscf, "");
	assert_int_equal(uar("b@home.net", IMPU), CX_IDENTITIES_DONT_MATCH);
	assert_int_equal(uar(IMPI, "sip:nobody@home.net"), CX_IDENTITIES_DONT_MATCH);
	assert_int_equal(uar("c@home.net", IMPU), CX_USER_UNKNOWN);
	assert_int_equal(uar("sip:a@home.net", IMPU), CX_USER_UNKNOWN);
	assert_int_equal(mar("", IMPU, 1), CX_USER_UNKNOWN);
	assert_int_equal(put("b@home.net", IMPU, CX_PUT_PENDING), CX_IDENTITIES_DONT_MATCH);
	assert_int_equal(mar("b@home.net", IMPU, 1), CX_IDENTITIES_DONT_MATCH);
	assert_int_equal(vector_count, 0);
	assert_flag(IMPU, STORE_UNREGISTERED, "");
}

static void the_flag_is_set_through_cx(void **state)
{
	(void)state;
	assert_int_equal(put(IMPI, IMPU, CX_PUT_PENDING), CX_SUCCESS);
	assert_flag(IMPU, STORE_PENDING, "sip:s@h.n");
	assert_int_equal(uar(IMPI, IMPU), CX_SUBSEQUENT_REGISTRATION);
	assert_string_equal(scscf, "sip:s@h.n");
	assert_int_equal(put(IMPI, IMPU, CX_PUT_CLEAR), CX_SUCCESS);
	assert_int_equal(uar(IMPI, IMPU), CX_SUCCESS);
	assert_flag(IMPU, STORE_UNREGISTERED, "");
}

/* What had been answered when the commit was done. */
static void note(void *context, int status)
{
	assert_int_equal(status, 0);
	*(enum cx_result *)context = result;
}

/* A UE hears of its failure right behind it: no restart may find the flag pending again. */
static void clear_is_answered_behind_the_commit(void **state)
{
	const struct cx_put request = {
		.impi = IMPI, .impu = IMPU, .scscf = "sip:s@h.n", .flag = CX_PUT_CLEAR};
	enum cx_result before = CX_SUCCESS;
	struct store_waiter waiter = {.durable = note, .context = &before};

	(void)state;
	assert_int_equal(put(IMPI, IMPU, CX_PUT_PENDING), CX_SUCCESS);
	result = 0;
	store_turn_wait(store, &waiter);
	assert_int_equal(answer_of(cx.put(cx.hss, &request, put_answered, NULL)), CX_SUCCESS);
	assert_int_equal(before, 0);
	assert_flag(IMPU, STORE_UNREGISTERED, "");
}

static void success_registers_the_implicit_set(void **state)
{
	(void)state;
	assert_int_equal(sar(IMPU, CX_ASSIGN_REGISTRATION), CX_SUCCESS);
	/* The default identity is the first that is not barred. */
	assert_string_equal(identities, "sip:a@home.net !tel:+15550100 sip:a2@home.net ");
	assert_flag("sip:a2@home.net", STORE_REGISTERED, "sip:s2@h.n");
	assert_flag("tel:+15550100", STORE_REGISTERED, "sip:s2@h.n");
	assert_flag("sip:other@home.net", STORE_UNREGISTERED, "");
	assert_int_equal(sar("sip:a2@home.net", CX_ASSIGN_USER_DEREGISTRATION), CX_SUCCESS);
	assert_flag(IMPU, STORE_UNREGISTERED, "");
}

/* The other end of the key: an ISIM that knows the same K; the caller closes. */
static struct milenage isim(void)
{
	struct milenage milenage;
	uint8_t k[16], opc[16];

	assert_int_equal(hex_decode(K, 32, k, 16), 0);
	assert_int_equal(hex_decode(OPC, 32, opc, 16), 0);
	milenage_open(&milenage, aes, k, opc);
	return milenage;
}

/* Returns the SQN of AUTN. */
static uint64_t accepted_sqn(const struct cx_vector *vector)
{
	struct milenage milenage = isim();
	struct isim_answer answer;

	assert_int_equal(isim_answer_challenge(&milenage, vector->rand, vector->autn, &answer), 0);
	milenage_close(&milenage);
	assert_int_equal(vector->xres.len, 8);
	assert_memory_equal(vector->xres.bytes, answer.res, 8);
	assert_int_equal(vector->ck.len, 16);
	assert_memory_equal(vector->ck.bytes, answer.ck, 16);
	assert_int_equal(vector->ik.len, 16);
	assert_memory_equal(vector->ik.bytes, answer.ik, 16);
	assert_memory_equal(answer.amf, "\x80\x00", 2);
	return answer.sqn;
}

static void vectors_are_what_the_isim_expects(void **state)
{
	(void)state;
	assert_int_equal(mar(IMPI, IMPU, 1), CX_SUCCESS);
	assert_int_equal(vector_count, 1);
	/* Behind the provisioned 64 (SEQ 2, IND 0): SEQ 3, IND 1. */
	assert_true(accepted_sqn(&vectors[0]) == (3 << SQN_IND_BITS | 1));
}

static void m_vectors_have_rising_sqns(void **state)
{
	uint64_t last = 0;

	(void)state;
	for (unsigned round = 0; round < 3; round++) {
		assert_int_equal(mar(IMPI, IMPU, 1 + round * 15), CX_SUCCESS);
		assert_int_equal(vector_count, 1 + round * 15);
		for (unsigned i = 0; i < vector_count; i++) {
			uint64_t sqn = accepted_sqn(&vectors[i]);

			assert_true(sqn > last);
			last = sqn;
		}
	}
}

static void m_is_bounded(void **state)
{
	struct cx_mar request = {.impi = IMPI, .impu = IMPU, .scscf = "", .vectors = 0};

	(void)state;
	assert_int_equal(cx.mar(cx.hss, &request, mar_answered, NULL), -EINVAL);
	request.vectors = CX_VECTORS_MAX + 1;
	assert_int_equal(cx.mar(cx.hss, &request, mar_answered, NULL), -EINVAL);
	assert_int_equal(mar(IMPI, IMPU, CX_VECTORS_MAX), CX_SUCCESS);
	assert_int_equal(vector_count, CX_VECTORS_MAX);
}

static void no_sqn_comes_again_after_a_restart(void **state)
{
	uint64_t before;

	(void)state;
	assert_int_equal(mar(IMPI, IMPU, 4), CX_SUCCESS);
	before = accepted_sqn(&vectors[3]);
	close_hss();
	open_hss();
	assert_int_equal(mar(IMPI, IMPU, 1), CX_SUCCESS);
	assert_true(accepted_sqn(&vectors[0]) > before);
}

static void no_vector_leaves_before_its_sqn_is_durable(void **state)
{
	struct cx_mar request = {.impi = IMPI, .impu = IMPU, .scscf = "", .vectors = 1};
	char *huge = calloc(1, 8 << 20);

	(void)state;
	assert_non_null(huge);
	memset(huge, 'x', (8 << 20) - 1);
	result = 0;
	vector_count = 9;
	assert_int_equal(cx.mar(cx.hss, &request, mar_answered, NULL), 0);
	/* Something else makes this turn's commit fail. */
	sqlite3_hard_heap_limit64(4 << 20);
	assert_int_equal(store_sqn_put(store, huge, &(struct store_sqn){.sqn = 1}), -EIO);
	sqlite3_hard_heap_limit64(0);
	store_turn_end(store);
	assert_int_equal(result, CX_UNABLE_TO_COMPLY);
	assert_int_equal(vector_count, 0);
	free(huge);
}

static void a_sequence_that_is_used_up_ends(void **state)
{
	(void)state;
	assert_int_equal(store_sqn_put(store, IMPI, &(struct store_sqn){.sqn = SQN_MAX}), 0);
	assert_int_equal(mar(IMPI, IMPU, 1), CX_UNABLE_TO_COMPLY);
	assert_int_equal(vector_count, 0);
}

static void auts_moves_the_sqn_only_with_a_right_mac(void **state)
{
	uint8_t auts[CX_AUTS_LEN], rand[CX_RAND_LEN];
	struct cx_mar request = {
		.impi = IMPI, .impu = IMPU, .scscf = "", .vectors = 1, .rand = rand, .auts = auts};
	struct milenage milenage = isim();
	struct store_sqn sqn = {.sqn = 0};

	(void)state;
	assert_int_equal(mar(IMPI, IMPU, 1), CX_SUCCESS);
	memcpy(rand, vectors[0].rand, sizeof(rand));
	isim_make_auts(&milenage, rand, 0x123456789a, auts);
	milenage_close(&milenage);

	auts[13] ^= 1;
	result = 0;
	assert_int_equal(answer_of(cx.mar(cx.hss, &request, mar_answered, NULL)),
		CX_AUTHENTICATION_REJECTED);
	assert_int_equal(vector_count, 0);
	assert_int_equal(store_sqn_get(store, IMPI, &sqn), 0);
	assert_true(sqn.sqn < 0x123456789a);

	auts[13] ^= 1;
	result = 0;
	assert_int_equal(answer_of(cx.mar(cx.hss, &request, mar_answered, NULL)), CX_SUCCESS);
	assert_true(accepted_sqn(&vectors[0]) > 0x123456789a);
}

#define CASE(name, function)                         \
	{                                            \
		name, function, fresh, removed, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("REG-6 AKA-1 IMPI and IMPU belong to one user",
			identities_must_belong_together),
		CASE("FLAG-1 FLAG-3 the flag is set through Cx", the_flag_is_set_through_cx),
		CASE("FLAG-3 clear is answered behind the commit",
			clear_is_answered_behind_the_commit),
		CASE("FLAG-2 REG-7 success registers the implicit set",
			success_registers_the_implicit_set),
		CASE("AKA-2 the AV is what an ISIM with the same K expects",
			vectors_are_what_the_isim_expects),
		CASE("AKA-4 the SQNs of m vectors rise", m_vectors_have_rising_sqns),
		CASE("AKA-3 m is at least one and bounded", m_is_bounded),
		CASE("P-SQN no SQN comes again after a restart",
			no_sqn_comes_again_after_a_restart),
		CASE("P-SQN no AV leaves before its SQN is durable",
			no_vector_leaves_before_its_sqn_is_durable),
		CASE("P-SQN a sequence that is used up ends", a_sequence_that_is_used_up_ends),
		CASE("C-CM3 a wrong MAC-S moves nothing, a right one the SQN",
			auts_moves_the_sqn_only_with_a_right_mac),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
