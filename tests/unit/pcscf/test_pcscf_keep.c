/* SPDX-License-Identifier: BSD-3-Clause */
/* Another P-CSCF takes the place of one that died: UEs do not notice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../seed.h"
#include "pcscf_bench.h"

#define OLD_MS   128000
#define FIRST_MS 630000 /* 600 s of registration and 30 s */

static unsigned count_records(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < BENCH_RECORDS; i++)
		count += bench.records[i].len > 0;
	return count;
}

static void restart(void)
{
	bench_restart();
	bench_worker(0);
}

/* What came without authentication, on the set of the last challenge. */
static void refresh(unsigned status)
{
	struct bench_register again = bench_sm7();

	again.authorization = NULL;
	bench_ue(&again);
	if (status == 200) {
		bench_assert_has(bench.forwarded_text, "integrity-protected=\"yes\"");
		bench_home_accepts(600);
	}
	assert_int_equal(bench.status, status);
}

static void a_registration_goes_on(void **state)
{
	size_t spis;

	(void)state;
	bench_reach_registration();
	spis = bench_spis();
	bench_wait_ms(1000);
	restart();
	assert_int_equal(pcscf_counters(bench.pcscf)->sets_restored, 1);
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
	assert_int_equal(bench.deleted, 0);
	assert_int_equal(bench_spis(), spis);
	refresh(200);
	bench_assert_flow(BENCH_UE, 6101, BENCH_PORT_US);
	restart();
	/* To the moment that the refresh has set. */
	bench_wait_ms(FIRST_MS - 1);
	assert_int_equal(bench_sets(), 1);
	bench_wait_ms(1);
	assert_int_equal(bench_sets(), 0);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
	assert_int_equal(bench_spis(), 0);
	assert_int_equal(count_records(), 0);
}

/* P-LIFE goes on where it was. */
static void the_new_and_the_old_set_go_on(void **state)
{
	(void)state;
	bench_reach_registration();
	bench_reauthenticate(41000);
	restart();
	assert_int_equal(bench_sets_in(SA_SET_NEW), 1);
	assert_int_equal(bench_sets_in(SA_SET_REPLACED), 1);
	bench_first_use(6);
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
	assert_int_equal(bench_sets_in(SA_SET_OLD), 1);
	bench_wait_ms(1000);
	restart();
	assert_int_equal(bench_sets_in(SA_SET_OLD), 1);
	bench_wait_ms(OLD_MS - 1000);
	assert_int_equal(bench_sets(), 1);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
	refresh(200);
}

/* Nobody uses the new one: the old one hands over when the predecessor would have made it. */
static void the_old_set_hands_over(void **state)
{
	(void)state;
	bench_reach_registration();
	bench_wait_ms(100000);
	bench_reauthenticate(41000);
	restart();
	bench_wait_ms(FIRST_MS - 100000 - OLD_MS - 1);
	assert_int_equal(bench_sets_in(SA_SET_REPLACED), 1);
	bench_wait_ms(1);
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
	assert_int_equal(bench_sets_in(SA_SET_OLD), 1);
}

/* The ports and SPIs of a set that goes on are its own. */
static void what_comes_next_is_another_set(void **state)
{
	(void)state;
	bench_reach_registration();
	restart();
	bench_reauthenticate(41000);
	assert_int_equal(bench_sets_in(SA_SET_NEW), 1);
	assert_int_equal(bench_sets_in(SA_SET_REPLACED), 1);
	assert_int_not_equal(bench.sas[0].spi, bench.sas[4].spi);
	bench_first_use(6);
	bench_wait_ms(OLD_MS);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
}

/* What was not finished begins anew: nothing of it is kept. */
static void a_challenge_is_forgotten(void **state)
{
	(void)state;
	bench_reach_challenge();
	restart();
	assert_int_equal(bench_sets(), 0);
	assert_int_equal(count_records(), 0);
	assert_int_equal(bench_spis(), 0);
	bench_reach_registration();
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
}

static void what_has_ended_does_not_come_back(void **state)
{
	struct bench_register leave;

	(void)state;
	bench_reach_registration();
	pcscf_keep(bench.pcscf);
	assert_int_equal(count_records(), 1);
	leave = bench_sm7();
	leave.authorization = NULL;
	bench_ue(&leave);
	bench_home_accepts(0);
	assert_int_equal(bench_sets_in(SA_SET_CLOSING), 1);
	restart();
	assert_int_equal(bench_sets(), 0);
	assert_int_equal(count_records(), 0);
}

/* One SA is no more: its set has nothing left that could be relied on. */
static void a_set_without_one_of_its_sas_ends(void **state)
{
	(void)state;
	bench_reach_registration();
	bench_restart();
	bench.gone = bench.next_handle - 1;
	bench_worker(0);
	assert_int_equal(bench_sets(), 0);
	assert_int_equal(pcscf_counters(bench.pcscf)->sets_lost, 1);
	assert_int_equal(bench.deleted, 3);
	assert_int_equal(bench_spis(), 0);
	assert_int_equal(count_records(), 0);
}

/* The next process is replaced, too, before the data plane has answered all that it asked. */
static void one_that_goes_early_takes_nothing_away(void **state)
{
	(void)state;
	bench_reach_registration();
	bench_restart();
	assert_true(bench_worker_once(0));
	restart();
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
	assert_int_equal(pcscf_counters(bench.pcscf)->sets_lost, 0);
	assert_int_equal(bench.deleted, 0);
	/* A set that ends meanwhile has each of its SAs deleted once. */
	bench_restart();
	assert_true(bench_worker_once(0));
	bench_wait_ms(FIRST_MS);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
}

/* With other settings, nobody would hear what the UE says. */
static void other_ports_end_it(void **state)
{
	uint8_t octets[4096];
	size_t len, at = 0;

	(void)state;
	bench_reach_registration();
	pcscf_keep(bench.pcscf);
	len = bench.records[1].len;
	memcpy(octets, bench.records[1].octets, len);
	while (memcmp(octets + at, "\0\0\x17\xd4", 4) != 0) /* 6100 */
		assert_true(++at + 4 < len);
	octets[at + 3]--;
	bench_set_record(1, octets, len);
	restart();
	assert_int_equal(bench_sets() + count_records(), 0);
}

static void only_what_has_changed_is_written(void **state)
{
	(void)state;
	bench_reach_registration();
	assert_true(pcscf_has_changes(bench.pcscf));
	pcscf_keep(bench.pcscf);
	assert_int_equal(bench.kept, 1);
	assert_false(pcscf_has_changes(bench.pcscf));
	restart();
	pcscf_keep(bench.pcscf);
	assert_int_equal(bench.kept, 1);
	refresh(200);
	pcscf_keep(bench.pcscf);
	assert_int_equal(bench.kept, 2);
}

/* Whatever a record says: it comes back whole, or nothing of it does. */
static void assert_whole_or_nothing(const uint8_t *octets, size_t len)
{
	bool restored;

	pcscf_keep(bench.pcscf);
	bench_set_record(1, octets, len);
	restart();
	restored = bench.records[1].len > 0;
	assert_int_equal(bench_sets(), restored ? 2 : 0);
	assert_int_equal(bench_spis(), restored ? 4 : 0);
}

static void damaged_records_leave_nothing(void **state)
{
	uint64_t seed;
	const struct random random = seed_random(&seed);
	uint8_t octets[4096];
	size_t len;

	(void)state;
	bench_reach_registration();
	bench_reauthenticate(41000);
	pcscf_keep(bench.pcscf);
	len = bench.records[1].len;
	assert_true(len <= sizeof(octets));
	memcpy(octets, bench.records[1].octets, len);
	assert_whole_or_nothing(octets, len);
	for (size_t cut = 0; cut < len; cut++) {
		assert_whole_or_nothing(octets, cut);
		assert_int_equal(bench_sets(), 0);
	}
	for (unsigned i = 0; i < 2000; i++) {
		uint32_t at = random_u32(&random) % (uint32_t)len;
		uint8_t bit = (uint8_t)(1u << random_u32(&random) % 8);

		octets[at] ^= bit;
		assert_whole_or_nothing(octets, len);
		octets[at] ^= bit;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, bench_open, bench_close, NULL}
		T("INT-4 a registration goes on", a_registration_goes_on),
		T("P-LIFE the new and the old set go on", the_new_and_the_old_set_go_on),
		T("P-LIFE the old set hands over", the_old_set_hands_over),
		T("P-SPI what comes next is another set", what_comes_next_is_another_set),
		T("P-LIFE a challenge is forgotten", a_challenge_is_forgotten),
		T("P-ERR what has ended does not come back", what_has_ended_does_not_come_back),
		T("INT-4 a set without one of its SAs ends", a_set_without_one_of_its_sas_ends),
		T("INT-4 one that goes early takes nothing away",
			one_that_goes_early_takes_nothing_away),
		T("P-PORT other ports end it", other_ports_end_it),
		T("only what has changed is written", only_what_has_changed_is_written),
		T("damaged records leave nothing", damaged_records_leave_nothing),
	};

	return cmocka_run_group_tests_name("pcscf_keep", tests, NULL, NULL);
}
