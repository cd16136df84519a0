/* SPDX-License-Identifier: BSD-3-Clause */
/* SM10 and what stays behind it: identities, contacts, times, de-registration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scscf_bench.h"

static void assert_flag(const char *impu, enum store_flag flag)
{
	assert_int_equal(home_flag(&bench.home, impu).flag, flag);
}

/* Challenged and answered, with these contacts. */
static unsigned registers(const struct bench_register *what)
{
	struct bench_register answer = *what;

	bench_challenged(&(struct bench_register){
		.protection = "no", .impu = what->impu, .call_id = what->call_id});
	answer.authorization = bench_credentials("yes");
	return bench_register(&answer);
}

static unsigned leaves(const char *contacts, const char *expires)
{
	return bench_register(&(struct bench_register){
		.protection = "yes", .contacts = contacts, .expires = expires});
}

static void the_200_tells_what_the_ue_may_use(void **state)
{
	(void)state;
	bench_registered();
	assert_string_equal(bench_row("P-Associated-URI:"), "P-Associated-URI: <" HOME_IMPU ">");
	assert_int_equal(bench_rows("P-Associated-URI: <sip:a2@home.net>"), 1);
	assert_int_equal(bench_rows("P-Associated-URI:"), 2);
	assert_null(strstr(bench.answer, "tel:+15550100"));
	assert_null(strstr(bench.answer, HOME_OTHER));
	assert_string_equal(bench_row("Service-Route:"), "Service-Route: <" BENCH_SCSCF ";lr>");
	assert_string_equal(bench_row("Path:"), "Path: <sip:term@pcscf.visited.net;lr>");
	assert_string_equal(bench_row("Contact:"), "Contact: <" BENCH_CONTACT_AT ">;expires=3600");
	assert_int_equal(bench_rows("Contact:"), 1);
	assert_int_equal(bench_rows("Via:"), 2);
}

struct seen {
	unsigned sets;
	size_t identities, bindings;
	char default_identity[64], contact[128], path[128];
	uint64_t left_ms;
};

static void see(void *context, const struct scscf_view *view)
{
	struct seen *seen = context;

	seen->sets++;
	seen->identities = view->identity_count;
	seen->bindings = view->binding_count;
	snprintf(seen->default_identity, sizeof(seen->default_identity), "%s",
		view->identities[0].identity);
	snprintf(seen->contact, sizeof(seen->contact), "%s", view->bindings[0].contact);
	snprintf(seen->path, sizeof(seen->path), "%s", view->bindings[0].path);
	seen->left_ms = view->bindings[0].expires_ms - view->now_ms;
}

static struct seen show(const char *impi)
{
	struct seen seen = {.sets = 0};

	scscf_show(bench.scscf, impi, see, &seen);
	return seen;
}

static void the_implicit_set_is_registered(void **state)
{
	struct seen seen;

	(void)state;
	bench_registered();
	seen = show(HOME_IMPI);
	assert_int_equal(seen.sets, 1);
	assert_int_equal(seen.identities, 3);
	assert_string_equal(seen.default_identity, HOME_IMPU);
	assert_string_equal(seen.contact, BENCH_CONTACT_AT);
	assert_string_equal(seen.path, "<sip:term@pcscf.visited.net;lr>");
	assert_int_equal(seen.left_ms, 3600 * 1000);
	assert_int_equal(show("b@home.net").sets, 0);
	/* A sibling counts as registered: no Cx-Put for it. */
	bench.events[0] = '\0';
	assert_int_equal(registers(&(struct bench_register){.impu = "sip:a2@home.net"}), 200);
	assert_int_equal(bench_events("Cx-Put"), 0);
	assert_int_equal(scscf_registrations(bench.scscf), 1);
	/* Another set does not. */
	assert_int_equal(registers(&(struct bench_register){.impu = HOME_OTHER}), 200);
	assert_int_equal(bench_events("Cx-Put"), 1);
	assert_int_equal(scscf_registrations(bench.scscf), 2);
	assert_int_equal(show(HOME_IMPI).sets, 2);
}

static void success_moves_the_expiry_and_nothing_else_does(void **state)
{
	(void)state;
	bench_registered();
	bench_wait_ms(3000 * 1000);
	bench_registered();
	bench_wait_ms(3000 * 1000);
	assert_int_equal(scscf_registrations(bench.scscf), 1);
	/* A challenge alone does not. */
	bench_challenged(&(struct bench_register){.protection = "no"});
	bench_wait_ms(600 * 1000 - 1);
	assert_int_equal(scscf_registrations(bench.scscf), 1);
	assert_flag("sip:a2@home.net", STORE_REGISTERED);
	bench_wait_ms(1);
	assert_int_equal(scscf_registrations(bench.scscf), 0);
	assert_int_equal(scscf_counters(bench.scscf)->expired, 1);
	assert_flag(HOME_IMPU, STORE_UNREGISTERED);
	assert_flag("sip:a2@home.net", STORE_UNREGISTERED);
	assert_null(bench.timers.root);
}

static void each_contact_has_its_own_time(void **state)
{
	(void)state;
	assert_int_equal(
		registers(&(struct bench_register){
			.contacts = "<sip:a@198.51.100.1>;expires=100, <sip:a@198.51.100.2>",
			.expires = "200"}),
		200);
	assert_int_equal(bench_rows("Contact:"), 2);
	assert_int_equal(bench_rows("Contact: <sip:a@198.51.100.1>;expires=100"), 1);
	assert_int_equal(bench_rows("Contact: <sip:a@198.51.100.2>;expires=200"), 1);
	bench_wait_ms(100 * 1000);
	assert_int_equal(show(HOME_IMPI).bindings, 1);
	assert_string_equal(show(HOME_IMPI).contact, "sip:a@198.51.100.2");
	bench_wait_ms(100 * 1000);
	assert_int_equal(scscf_registrations(bench.scscf), 0);
}

static void a_contact_that_is_due_is_not_shown(void **state)
{
	(void)state;
	assert_int_equal(
		registers(&(struct bench_register){.contacts = "<sip:a@198.51.100.1>;expires=100"}),
		200);
	/* Its timer did not run yet. */
	bench_challenged(&(struct bench_register){.protection = "yes"});
	bench.now_ms += 101 * 1000;
	assert_int_equal(
		bench_register(&(struct bench_register){.authorization = bench_credentials("yes")}),
		200);
	assert_int_equal(bench_rows("Contact:"), 1);
	assert_string_equal(bench_row("Contact:"), "Contact: <" BENCH_CONTACT_AT ">;expires=3600");
	bench_wait_ms(1);
	assert_int_equal(show(HOME_IMPI).bindings, 1);
	assert_flag(HOME_IMPU, STORE_REGISTERED);
}

static void times_are_bounded(void **state)
{
	(void)state;
	assert_int_equal(registers(&(struct bench_register){
				 .contacts = "<" BENCH_CONTACT_AT ">;expires=4294967295"}),
		200);
	assert_non_null(strstr(bench_row("Contact:"), ";expires=7200"));
	assert_int_equal(
		registers(&(struct bench_register){.contacts = "<" BENCH_CONTACT_AT ">"}), 200);
	assert_non_null(strstr(bench_row("Contact:"), ";expires=7200"));
	assert_int_equal(registers(&(struct bench_register){
				 .contacts = "<" BENCH_CONTACT_AT ">;expires=60"}),
		200);
	assert_non_null(strstr(bench_row("Contact:"), ";expires=60"));
	assert_int_equal(registers(&(struct bench_register){
				 .contacts = "<" BENCH_CONTACT_AT ">;expires=59"}),
		423);
	assert_string_equal(bench_row("Min-Expires:"), "Min-Expires: 60");
	assert_int_equal(show(HOME_IMPI).left_ms, 60 * 1000);
}

static void what_is_kept_is_bounded(void **state)
{
	static char text[16 * 1024], value[6 * 1024];
	static const struct {
		struct bench_register what;
		unsigned status;
	} rows[] = {
		{{.contacts = "*"}, 400},
		{{.contacts = "*", .expires = "1"}, 400},
		{{.contacts = "*, <sip:a@b.net>", .expires = "0"}, 400},
		{{.contacts = "<sip:a@b.net"}, 400},
		{{.contacts = "<sip:a@b.net>;expires=1;expires=2"}, 400},
		{{.contacts = "<sip:a@b.net;x=1;X=2>"}, 400},
		{{.contacts = "<sip:a@b.net;=1>"}, 400},
		{{.expires = "x"}, 0},
		{{.expires = "4294967296"}, 0},
		{{.call_id = value}, 400},
		{{.path = text}, 400},
	};

	(void)state;
	memset(value, 'c', SCSCF_CALL_ID_MAX);
	snprintf(text, sizeof(text), "<sip:%0*d@b.net;lr>", SCSCF_PATH_MAX, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned status = bench_register(&rows[i].what);

		if (rows[i].status ? status != rows[i].status : status != 0 && status != 400)
			fail_msg("row %zu: %u", i, status);
	}
	memset(value, 0, sizeof(value));
	snprintf(value, sizeof(value), "<sip:a@b.net>;x=%0*d", SCSCF_CONTACT_MAX, 0);
	assert_int_equal(bench_register(&(struct bench_register){.contacts = value}), 400);
	for (unsigned count = 32; count <= 33; count++) {
		strcpy(value, "<sip:a@b.net");
		for (unsigned i = 0; i < count; i++)
			snprintf(value + strlen(value), sizeof(value) - strlen(value), ";p%u", i);
		strcat(value, ">");
		assert_int_equal(bench_register(&(struct bench_register){.contacts = value}),
			count == 32 ? 401 : 400);
	}
	value[0] = '\0';
	for (unsigned i = 0; i <= SCSCF_BINDINGS_MAX; i++)
		snprintf(value + strlen(value), sizeof(value) - strlen(value), "%s<sip:a@b%u.net>",
			i > 0 ? "," : "", i);
	assert_int_equal(bench_register(&(struct bench_register){.contacts = value}), 403);
	assert_int_equal(bench_events("Cx-Put"), 1);
}

static void contacts_of_one_call_do_not_add_up(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3 * SCSCF_BINDINGS_MAX; i++) {
		char contact[64];

		snprintf(contact, sizeof(contact), "<sip:a@198.51.100.%u>;expires=3600", i);
		assert_int_equal(registers(&(struct bench_register){.contacts = contact}), 200);
		bench_wait_ms(1000);
		assert_int_equal(bench_rows("Contact:"),
			i < SCSCF_BINDINGS_MAX ? i + 1 : SCSCF_BINDINGS_MAX);
	}
	assert_int_equal(show(HOME_IMPI).bindings, SCSCF_BINDINGS_MAX);
	/* The last ones are those that stayed. */
	assert_null(strstr(bench.answer, "<sip:a@198.51.100.15>"));
	assert_non_null(strstr(bench.answer, "<sip:a@198.51.100.16>"));
	/* Those of one REGISTER do not displace each other. */
	assert_int_equal(
		registers(&(struct bench_register){
			.contacts = "<sip:a@b.net>;expires=60,<sip:a@c.net>;expires=3600"}),
		200);
	assert_int_equal(bench_rows("Contact:"), SCSCF_BINDINGS_MAX);
	assert_non_null(strstr(bench.answer, "<sip:a@b.net>"));
	assert_non_null(strstr(bench.answer, "<sip:a@c.net>"));
}

/* Also not where the UE counts downwards, or not at all. */
static void what_is_out_of_order_does_not_add_up(void **state)
{
	static const unsigned cseqs[] = {102, 101, 98, 97, 1};
	char contacts[512] = "";

	(void)state;
	for (unsigned i = 0; i < SCSCF_BINDINGS_MAX; i++)
		snprintf(contacts + strlen(contacts), sizeof(contacts) - strlen(contacts),
			"%s<sip:a@198.51.100.%u>", i > 0 ? "," : "", i);
	bench_challenged(&(struct bench_register){.protection = "no", .cseq = 101});
	assert_int_equal(
		bench_register(&(struct bench_register){.authorization = bench_credentials("yes"),
			.cseq = 102,
			.contacts = contacts}),
		200);
	for (unsigned i = 0; i < sizeof(cseqs) / sizeof(cseqs[0]); i++) {
		unsigned told = bench_events("SAR");

		snprintf(contacts, sizeof(contacts), "<sip:a@198.51.100.%u>", 100 + i);
		bench_challenged(&(struct bench_register){.protection = "yes"});
		assert_int_equal(bench_register(&(struct bench_register){
					 .authorization = bench_credentials("yes"),
					 .cseq = cseqs[i],
					 .contacts = contacts}),
			500);
		assert_int_equal(bench_events("SAR"), told);
		assert_int_equal(show(HOME_IMPI).bindings, SCSCF_BINDINGS_MAX);
	}
	assert_flag(HOME_IMPU, STORE_REGISTERED);
	bench_challenged(&(struct bench_register){.protection = "yes", .cseq = 103});
	assert_int_equal(
		bench_register(&(struct bench_register){.authorization = bench_credentials("yes"),
			.cseq = 104,
			.contacts = "<sip:a@198.51.100.99>"}),
		200);
	assert_int_equal(bench_rows("Contact:"), SCSCF_BINDINGS_MAX);
	assert_non_null(strstr(bench.answer, "<sip:a@198.51.100.99>"));
}

static void whoever_begins_anew_replaces(void **state)
{
	(void)state;
	bench_registered();
	/* To ask what is bound replaces nothing. */
	assert_int_equal(registers(&(struct bench_register){.call_id = "q", .contacts = ""}), 200);
	assert_string_equal(bench_row("Contact:"), "Contact: <" BENCH_CONTACT_AT ">;expires=3600");
	assert_int_equal(registers(&(struct bench_register){
				 .call_id = "n", .contacts = "<sip:a@198.51.100.9>"}),
		200);
	assert_int_equal(bench_rows("Contact:"), 1);
	assert_non_null(strstr(bench_row("Contact:"), "<sip:a@198.51.100.9>"));
}

static void what_is_out_of_order_changes_nothing(void **state)
{
	(void)state;
	bench_registered();
	assert_int_equal(bench_register(&(struct bench_register){.protection = "yes",
				 .cseq = 2, /* that which bound it */
				 .contacts = "<" BENCH_CONTACT_AT ">;expires=0"}),
		500);
	assert_int_equal(bench_register(&(struct bench_register){
				 .protection = "yes", .cseq = 1, .contacts = "*", .expires = "0"}),
		500);
	assert_int_equal(show(HOME_IMPI).bindings, 1);
	assert_flag(HOME_IMPU, STORE_REGISTERED);
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_int_equal(bench_register(&(struct bench_register){
				 .authorization = bench_credentials("yes"), .cseq = 1}),
		500);
	assert_flag(HOME_IMPU, STORE_REGISTERED);
}

static void nothing_to_bind_registers_nobody(void **state)
{
	(void)state;
	assert_int_equal(registers(&(struct bench_register){.contacts = ""}), 200);
	assert_int_equal(bench_rows("Contact:"), 0);
	assert_int_equal(scscf_registrations(bench.scscf), 0);
	assert_flag(HOME_IMPU, STORE_UNREGISTERED);
}

static void deregistration(void **state)
{
	static const struct {
		const char *contacts, *expires;
	} ways[] = {
		{"<" BENCH_CONTACT_AT ">;expires=0", NULL},
		{"<" BENCH_CONTACT_AT ">", "0"},
		{"*", "0"},
	};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		bench_registered();
		assert_int_equal(leaves(ways[i].contacts, ways[i].expires), 200);
		assert_int_equal(bench_rows("Contact:"), 0);
		assert_int_equal(scscf_registrations(bench.scscf), 0);
		assert_int_equal(scscf_counters(bench.scscf)->deregistered, i + 1);
		assert_flag(HOME_IMPU, STORE_UNREGISTERED);
		assert_flag("sip:a2@home.net", STORE_UNREGISTERED);
		assert_null(bench.timers.root);
	}
}

static void one_of_two_contacts_leaves(void **state)
{
	(void)state;
	assert_int_equal(registers(&(struct bench_register){
				 .contacts = "<sip:a@198.51.100.1>, <sip:a@198.51.100.2>"}),
		200);
	/* Who binds while another leaves does not leave. */
	assert_int_equal(leaves("<sip:a@198.51.100.3>, <sip:a@198.51.100.2>;expires=0", NULL), 401);
	assert_int_equal(leaves("<sip:a@198.51.100.1>;expires=0", NULL), 200);
	assert_int_equal(bench_rows("Contact:"), 1);
	assert_flag(HOME_IMPU, STORE_REGISTERED);
	/* One that is not bound. */
	assert_int_equal(leaves("<sip:a@198.51.100.7>;expires=0", NULL), 200);
	assert_flag(HOME_IMPU, STORE_REGISTERED);
	assert_int_equal(leaves("<sip:a@198.51.100.2>;expires=0", NULL), 200);
	assert_flag(HOME_IMPU, STORE_UNREGISTERED);
}

static void a_stranger_does_not_deregister(void **state)
{
	(void)state;
	bench_registered();
	bench_challenged(
		&(struct bench_register){.protection = "no", .contacts = "*", .expires = "0"});
	assert_int_equal(bench_register(&(struct bench_register){.impi = "b@home.net",
				 .protection = "yes",
				 .contacts = "*",
				 .expires = "0"}),
		403);
	assert_int_equal(show(HOME_IMPI).bindings, 1);
	assert_flag(HOME_IMPU, STORE_REGISTERED);
}

static void one_at_a_time_tells_the_hss(void **state)
{
	(void)state;
	bench_registered();
	bench.turn_held = true;
	assert_int_equal(leaves("*", "0"), 0);
	assert_int_equal(leaves("*", "0"), 500);
	/* The expiry waits, too. */
	bench_wait_ms(3600 * 1000);
	assert_int_equal(scscf_registrations(bench.scscf), 1);
	bench.turn_held = false;
	home_turn(&bench.home);
	assert_int_equal(bench.status, 200);
	assert_int_equal(scscf_registrations(bench.scscf), 0);
	assert_int_equal(bench_events("SAR"), 2);
	assert_flag(HOME_IMPU, STORE_UNREGISTERED);
	assert_null(bench.timers.root);
}

#define NAMED(text, function)                                 \
	{                                                     \
		text, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NAMED("A-SM10 P-ID the 200 tells what the UE may use",
			the_200_tells_what_the_ue_may_use),
		NAMED("REG-7 the implicit set is registered", the_implicit_set_is_registered),
		NAMED("REG-8 success moves the expiry, nothing else does",
			success_moves_the_expiry_and_nothing_else_does),
		NAMED("REG-8 each contact has its own time", each_contact_has_its_own_time),
		NAMED("REG-8 a contact that is due is not shown",
			a_contact_that_is_due_is_not_shown),
		NAMED("REG-8 times are bounded", times_are_bounded),
		NAMED("RFC 3261 10.3 what is kept is bounded", what_is_kept_is_bounded),
		NAMED("RFC 3261 10.3 contacts of one call do not add up",
			contacts_of_one_call_do_not_add_up),
		NAMED("RFC 3261 10.3 what is out of order does not add up",
			what_is_out_of_order_does_not_add_up),
		NAMED("P-REREG whoever begins anew replaces", whoever_begins_anew_replaces),
		NAMED("RFC 3261 10.3 what is out of order changes nothing",
			what_is_out_of_order_changes_nothing),
		NAMED("FLAG-2 nothing to bind registers nobody", nothing_to_bind_registers_nobody),
		NAMED("P-ERR de-registration", deregistration),
		NAMED("P-ERR one of two contacts leaves", one_of_two_contacts_leaves),
		NAMED("REG-1 a stranger does not de-register", a_stranger_does_not_deregister),
		NAMED("FLAG-2 one at a time tells the HSS", one_at_a_time_tells_the_hss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
