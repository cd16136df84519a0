/* SPDX-License-Identifier: BSD-3-Clause */
#include "home.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hex.h"
#include "hss_show.h"
#include "store_turn.h"
#include "subscribers.h"

#define K   "0396eb317b6d1c36f19c1c84cd6ffd16"
#define OPC "53c15671c60a4b731c55b4a441c0bde2"

static const char subscribers_text[] =
	"{\"subscribers\": [{\"impi\": \"a@home.net\", \"k\": \"" K "\", \"opc\": \"" OPC "\","
	" \"impus\": [{\"identity\": \"tel:+15550100\", \"barred\": true},"
	" {\"identity\": \"sip:a@home.net\"}, {\"identity\": \"sip:a2@home.net\"},"
	" {\"identity\": \"sip:other@home.net\", \"set\": 1}]},"
	" {\"impi\": \"b@home.net\", \"k\": \"" K "\", \"opc\": \"" OPC "\","
	" \"impus\": [{\"identity\": \"sip:b@home.net\"}]}]}";

void home_open(struct home *home)
{
	char path[128], error[STORE_ERROR_MAX];

	strcpy(home->directory, "/tmp/portcullis-home-XXXXXX");
	assert_non_null(mkdtemp(home->directory));
	snprintf(path, sizeof(path), "%s/store.db", home->directory);
	home->seed = 1;
	home->aes = aes128_create();
	assert_non_null(home->aes);
	if (store_open(path, &home->store, error) != 0)
		fail_msg("%s", error);
	home->subscribers = subscribers_open(home->directory);
	subscribers_import(home->subscribers, home->aes, subscribers_text);
	assert_int_equal(hss_create(home->store, home->subscribers, home->aes,
				 random_seeded(&home->seed), &home->hss),
		0);
	home->cx = hss_cx(home->hss);
}

void home_close(struct home *home)
{
	char command[160];

	store_close(home->store);
	subscriber_store_close(home->subscribers);
	hss_destroy(home->hss);
	aes128_free(home->aes);
	snprintf(command, sizeof(command), "rm -rf %s", home->directory);
	assert_int_equal(system(command), 0);
}

void home_turn(struct home *home)
{
	store_turn_end(home->store);
	subscriber_store_turn_end(home->subscribers);
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

struct store_registration home_flag(const struct home *home, const char *impu)
{
	struct flag_of flag = {.impu = impu};

	assert_int_equal(hss_show_subscriber(home->hss, HOME_IMPI, see, &flag), 0);
	return flag.found;
}

static struct milenage open_isim(const struct home *home)
{
	struct milenage milenage;
	uint8_t k[MILENAGE_KEY_LEN], opc[MILENAGE_KEY_LEN];

	assert_int_equal(hex_decode(K, strlen(K), k, sizeof(k)), 0);
	assert_int_equal(hex_decode(OPC, strlen(OPC), opc, sizeof(opc)), 0);
	milenage_open(&milenage, home->aes, k, opc);
	return milenage;
}

void home_isim(const struct home *home, const uint8_t rand[MILENAGE_RAND_LEN],
	const uint8_t autn[MILENAGE_AUTN_LEN], struct isim_answer *out)
{
	struct milenage milenage = open_isim(home);

	assert_int_equal(isim_answer_challenge(&milenage, rand, autn, out), 0);
	milenage_close(&milenage);
}

void home_auts(const struct home *home, const uint8_t rand[MILENAGE_RAND_LEN], uint64_t sqn_ms,
	uint8_t auts[MILENAGE_AUTS_LEN])
{
	struct milenage milenage = open_isim(home);

	isim_make_auts(&milenage, rand, sqn_ms, auts);
	milenage_close(&milenage);
}
