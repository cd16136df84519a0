/* SPDX-License-Identifier: BSD-3-Clause */
/* The registration flag: every state, every event. */
#include "hss_flag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define OLD "sip:old@h.n"
#define NEW "sip:new@h.n"

struct transition {
	enum store_flag now;
	enum hss_flag_event event;
	enum store_flag next;
	const char *scscf; /* afterwards */
};

static void assert_transition(const struct transition *transition)
{
	struct store_registration now = {.flag = transition->now}, next;

	if (now.flag != STORE_UNREGISTERED)
		strcpy(now.scscf, OLD);
	next = hss_flag_next(&now, transition->event, NEW);
	assert_int_equal(next.flag, transition->next);
	assert_string_equal(next.scscf, transition->scscf);
}

static void pending_only_where_it_was_not_registered(void **state)
{
	static const struct transition table[] = {
		{STORE_UNREGISTERED, HSS_FLAG_PUT_PENDING, STORE_PENDING, NEW},
		{STORE_PENDING, HSS_FLAG_PUT_PENDING, STORE_PENDING, NEW},
		{STORE_REGISTERED, HSS_FLAG_PUT_PENDING, STORE_REGISTERED, OLD},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_transition(&table[i]);
}

static void success_registers_at_this_scscf(void **state)
{
	static const struct transition table[] = {
		{STORE_UNREGISTERED, HSS_FLAG_REGISTERED, STORE_REGISTERED, NEW},
		{STORE_PENDING, HSS_FLAG_REGISTERED, STORE_REGISTERED, NEW},
		{STORE_REGISTERED, HSS_FLAG_REGISTERED, STORE_REGISTERED, NEW},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_transition(&table[i]);
}

static void failure_clears_only_what_was_pending(void **state)
{
	static const struct transition table[] = {
		{STORE_UNREGISTERED, HSS_FLAG_PUT_CLEAR, STORE_UNREGISTERED, ""},
		{STORE_PENDING, HSS_FLAG_PUT_CLEAR, STORE_UNREGISTERED, ""},
		{STORE_REGISTERED, HSS_FLAG_PUT_CLEAR, STORE_REGISTERED, OLD},
		{STORE_UNREGISTERED, HSS_FLAG_DEREGISTERED, STORE_UNREGISTERED, ""},
		{STORE_PENDING, HSS_FLAG_DEREGISTERED, STORE_UNREGISTERED, ""},
		{STORE_REGISTERED, HSS_FLAG_DEREGISTERED, STORE_UNREGISTERED, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_transition(&table[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"FLAG-1 pending only where it was not registered",
			pending_only_where_it_was_not_registered, NULL, NULL, NULL},
		{"FLAG-2 success registers at this S-CSCF", success_registers_at_this_scscf, NULL,
			NULL, NULL},
		{"FLAG-3 failure clears only what was pending",
			failure_clears_only_what_was_pending, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
