/* SPDX-License-Identifier: BSD-3-Clause */
/* What the network begins by itself: re-authentication and de-registration. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "scscf_bench.h"
#include "scscf_network.h"

#define WITHIN_S 120

static void assert_flag(const char *impu, enum store_flag flag)
{
	assert_int_equal(home_flag(&bench.home, impu).flag, flag);
}

static unsigned answer(const char *credentials)
{
	return bench_register(&(struct bench_register){.authorization = credentials});
}

static void policy(enum scscf_ignored_action ignored)
{
	bench_policy(
		&(struct scscf_policy){.reauthenticate_within_s = WITHIN_S, .ignored = ignored});
}

static void the_next_register_is_authenticated(void **state)
{
	(void)state;
	policy(SCSCF_IGNORED_DEREGISTER);
	assert_int_equal(scscf_network_reauthenticate(bench.scscf, HOME_IMPI), -ENOENT);
	bench_registered();
	assert_int_equal(bench_register(&(struct bench_register){.protection = "yes"}), 200);
	assert_int_equal(scscf_network_reauthenticate(bench.scscf, HOME_IMPI), 0);
	bench_challenged(&(struct bench_register){.protection = "yes"});
	assert_int_equal(answer(bench_credentials("yes")), 200);
	assert_string_equal(bench_row("Contact:"), "Contact: <" BENCH_CONTACT_AT ">;expires=3600");
	/* Once. */
	assert_int_equal(bench_register(&(struct bench_register){.protection = "yes"}), 200);
	bench_wait_ms(WITHIN_S * 1000);
	assert_int_equal(scscf_registrations(bench.scscf), 1);
}

static void all_contacts_have_their_times_back(void **state)
{
	(void)state;
	policy(SCSCF_IGNORED_DEREGISTER);
	bench_registered();
	assert_int_equal(bench_register(&(struct bench_register){.protection = "yes",
				 .contacts = "<sip:a@198.51.100.9>;expires=1000"}),
		200);
	assert_int_equal(
		bench_register(&(struct bench_register){.protection = "yes", .impu = HOME_OTHER}),
		200);
	assert_int_equal(scscf_network_reauthenticate(bench.scscf, HOME_IMPI), 0);
	bench_wait_ms(WITHIN_S * 1000 - 1000);
	bench_challenged(&(struct bench_register){.protection = "yes"});
	assert_int_equal(answer(bench_credentials("yes")), 200);
	assert_int_equal(bench_rows("Contact: <sip:a@198.51.100.9>;expires=881"), 1);
	bench_wait_ms(3000 * 1000);
	assert_flag(HOME_IMPU, STORE_REGISTERED);
	assert_flag(HOME_OTHER, STORE_REGISTERED);
	bench_wait_ms(600 * 1000);
	assert_int_equal(scscf_registrations(bench.scscf), 0);
}

static void who_ignores_it_is_deregistered(void **state)
{
	(void)state;
	policy(SCSCF_IGNORED_DEREGISTER);
	bench_registered();
	assert_int_equal(scscf_network_reauthenticate(bench.scscf, HOME_IMPI), 0);
	bench_wait_ms(WITHIN_S * 1000 - 1);
	assert_flag(HOME_IMPU, STORE_REGISTERED);
	bench_wait_ms(1);
	assert_flag(HOME_IMPU, STORE_UNREGISTERED);
	assert_int_equal(scscf_counters(bench.scscf)->reauthentications_ignored, 1);
	assert_null(bench.timers.root);
}

static void who_ignores_it_is_asked_again(void **state)
{
	(void)state;
	policy(SCSCF_IGNORED_ASK_AGAIN);
	bench_registered();
	assert_int_equal(scscf_network_reauthenticate(bench.scscf, HOME_IMPI), 0);
	bench_wait_ms(WITHIN_S * 1000);
	bench_wait_ms(WITHIN_S * 1000);
	assert_flag(HOME_IMPU, STORE_REGISTERED);
	assert_int_equal(scscf_counters(bench.scscf)->reauthentications_ignored, 2);
	/* It is still asked for. */
	bench_challenged(&(struct bench_register){.protection = "yes"});
	/* Never beyond what it once was granted. */
	for (unsigned i = 2; i < 3600 / WITHIN_S - 1; i++)
		bench_wait_ms(WITHIN_S * 1000);
	assert_flag(HOME_IMPU, STORE_REGISTERED);
	bench_wait_ms(WITHIN_S * 1000);
	assert_flag(HOME_IMPU, STORE_UNREGISTERED);
	assert_null(bench.timers.root);
}

static void the_watcher_hears_of_it(void **state)
{
	size_t count;

	(void)state;
	policy(SCSCF_IGNORED_ASK_AGAIN);
	bench_registered();
	assert_int_equal(bench.told, 0);
	assert_int_equal(scscf_network_reauthenticate(bench.scscf, HOME_IMPI), 0);
	assert_int_equal(bench.told, 1);
	assert_int_equal(bench.told_remaining_ms, WITHIN_S * 1000);
	assert_string_equal(bench.told_impu, HOME_IMPU);
	/* Each time that it is asked again. */
	bench_wait_ms(WITHIN_S * 1000);
	assert_int_equal(bench.told, 2);
	assert_int_equal(bench.told_remaining_ms, WITHIN_S * 1000);
	/* Asked once more in between: never longer than the contact lasts. */
	for (unsigned i = 1; i < 3600 / WITHIN_S - 1; i++)
		bench_wait_ms(WITHIN_S * 1000);
	bench_wait_ms(WITHIN_S * 1000 - 5000);
	assert_int_equal(scscf_network_reauthenticate(bench.scscf, HOME_IMPI), 0);
	assert_int_equal(bench.told_remaining_ms, 5000);
	assert_int_equal(scscf_network_deregister(bench.scscf, HOME_IMPI, &count), 0);
	assert_int_equal(bench.told_remaining_ms, 0);
	assert_string_equal(bench.told_impu, HOME_IMPU);
}

static void a_failure_is_no_answer(void **state)
{
	char report[512];

	(void)state;
	policy(SCSCF_IGNORED_DEREGISTER);
	bench_registered();
	assert_int_equal(scscf_network_reauthenticate(bench.scscf, HOME_IMPI), 0);
	bench_challenged(&(struct bench_register){.protection = "yes"});
	snprintf(report, sizeof(report),
		"Digest username=\"" HOME_IMPI
		"\",nonce=\"%s\",response=\"\",integrity-protected=\"yes\"",
		bench.nonce);
	assert_int_equal(answer(report), 403);
	assert_flag(HOME_IMPU, STORE_REGISTERED);
	bench_challenged(&(struct bench_register){.protection = "yes"});
	assert_int_equal(answer(bench_credentials("yes")), 200);
	bench_wait_ms(WITHIN_S * 1000);
	assert_flag(HOME_IMPU, STORE_REGISTERED);
}

static void deregistration(void **state)
{
	static const char *const names[] = {
		HOME_IMPI, HOME_IMPU, "sip:a2@home.net", "SIP:a@HOME.net;x=y", "tel:+1-555-0100"};
	size_t count = 0;

	(void)state;
	policy(SCSCF_IGNORED_DEREGISTER);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(scscf_network_deregister(bench.scscf, names[i], &count), -ENOENT);
		bench_registered();
		assert_int_equal(bench_register(&(struct bench_register){
					 .protection = "yes", .impu = HOME_OTHER}),
			200);
		/* The answer to this one comes too late. */
		bench_challenged(&(struct bench_register){.protection = "no"});
		assert_int_equal(scscf_network_deregister(bench.scscf, names[i], &count), 0);
		home_turn(&bench.home);
		assert_int_equal(count, i == 0 ? 2 : 1);
		assert_flag(HOME_IMPU, STORE_UNREGISTERED);
		assert_flag("sip:a2@home.net", STORE_UNREGISTERED);
		assert_flag(HOME_OTHER, i == 0 ? STORE_UNREGISTERED : STORE_REGISTERED);
		assert_int_equal(answer(bench_credentials("yes")), 401);
		bench_wait_ms(BENCH_AWAIT_MS);
		if (i > 0)
			assert_int_equal(
				scscf_network_deregister(bench.scscf, HOME_OTHER, &count), 0);
		home_turn(&bench.home);
		assert_null(bench.timers.root);
		assert_int_equal(scscf_registrations(bench.scscf), 0);
	}
	assert_int_equal(scscf_counters(bench.scscf)->ended, 10);
	assert_int_equal(scscf_network_deregister(bench.scscf, "", &count), -ENOENT);
	assert_int_equal(scscf_network_deregister(bench.scscf, "b@home.net", &count), -ENOENT);
}

static void one_at_a_time_tells_the_hss(void **state)
{
	size_t count;

	(void)state;
	policy(SCSCF_IGNORED_DEREGISTER);
	bench_registered();
	bench.turn_held = true;
	bench_register(&(struct bench_register){.protection = "yes"});
	assert_int_equal(scscf_network_deregister(bench.scscf, HOME_IMPI, &count), -EBUSY);
	bench.turn_held = false;
	home_turn(&bench.home);
	assert_int_equal(bench.status, 200);
	assert_int_equal(scscf_network_deregister(bench.scscf, HOME_IMPI, &count), 0);
	home_turn(&bench.home);
	assert_flag(HOME_IMPU, STORE_UNREGISTERED);
}

#define NAMED(text, function)                                 \
	{                                                     \
		text, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NAMED("REG-4 NET-1 the next REGISTER is authenticated",
			the_next_register_is_authenticated),
		NAMED("REG-4 REG-8 all contacts have their times back",
			all_contacts_have_their_times_back),
		NAMED("NET-3 who ignores it is de-registered", who_ignores_it_is_deregistered),
		NAMED("NET-2 NET-3 the watcher hears of it", the_watcher_hears_of_it),
		NAMED("NET-3 who ignores it is asked again", who_ignores_it_is_asked_again),
		NAMED("REG-9 NET-3 a failure is no answer", a_failure_is_no_answer),
		NAMED("REG-7 FLAG-2 de-registration by IMPI and by IMPU", deregistration),
		NAMED("FLAG-2 one at a time tells the HSS", one_at_a_time_tells_the_hss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
