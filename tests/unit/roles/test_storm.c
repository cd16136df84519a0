/* SPDX-License-Identifier: BSD-3-Clause */
/* One seed, thousands of steps in random order: a UE that registers, fails, vanishes, repeats and
 * leaves, before a data plane that works, refuses or sleeps. Afterwards nothing is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "network.h"
#include "store_registration.h"
#include "ue.h"

#define STEPS 4000

static uint64_t seed, stream;
static struct random dice;
static uint16_t port_c; /* of the last challenge, or of what became of it */

static unsigned roll(unsigned sides)
{
	return random_u32(&dice) % sides;
}

static bool answered(unsigned status)
{
	char line[16];

	snprintf(line, sizeof(line), "SIP/2.0 %u ", status);
	return strncmp(network.answer, line, strlen(line)) == 0;
}

static void first(bool on_old_set)
{
	uint16_t offered = (uint16_t)(40000 + roll(40));

	ue_register(&(struct ue){.authorization = ue_first_authorization,
		.offered_port_c = offered,
		.verify = on_old_set ? ue_server_list : NULL,
		.port_c = on_old_set ? port_c : 0});
	if (!answered(401))
		return;
	ue_take_challenge();
	port_c = offered;
}

static void answer(bool right, const char *expires)
{
	if (!right)
		ue_isim.res[0] ^= 1;
	ue_register(&(struct ue){.authorization = ue_answer_authorization(),
		.offered_port_c = port_c,
		.verify = ue_server_list,
		.port_c = port_c,
		.contact_expires = expires});
}

static void step(void)
{
	switch (roll(12)) {
	case 0:
	case 1:
	case 2:
		first(false);
		break;
	case 3:
		first(true);
		break;
	case 4:
	case 5:
	case 6:
		answer(true, roll(8) == 0 ? "0" : "3600");
		break;
	case 7:
		answer(false, "3600");
		break;
	case 8:
		ue_register(&(struct ue){.authorization = ue_first_authorization,
			.offered_port_c = port_c,
			.verify = "ipsec-3gpp;alg=hmac-md5-96",
			.port_c = port_c});
		break;
	case 9:
		ue_register(&(struct ue){.authorization = ue_first_authorization,
			.offered_port_c = port_c,
			.verify = ue_server_list,
			.port_c = port_c,
			.contact_expires = "0"});
		break;
	case 10:
		network.worker = roll(4) == 0   ? WORKER_REFUSES
				 : roll(4) == 0 ? WORKER_SLEEPS
						: WORKER_WORKS;
		break;
	default:
		network_wait_ms(roll(4) == 0 ? roll(4000000) : roll(10000));
	}
}

/* Whatever the roles hold now, as one number. */
static size_t held(void)
{
	struct pcscf_gauges pcscf;
	struct scscf_gauges scscf;

	pcscf_gauge(network.roles.pcscf, &pcscf);
	scscf_gauge(network.roles.scscf, &scscf);
	return pcscf.requests + pcscf.sets + pcscf.users + pcscf.half_open +
	       pcscf.half_open_sources + pcscf.sa_client.adds + pcscf.sa_client.watched +
	       pcscf.sa_client.deletions + icscf_requests(network.roles.icscf) + scscf.requests +
	       scscf.users + scscf.registrations + scscf.identities + scscf.challenges +
	       scscf.subscriptions + network.roles.timers.armed +
	       sip_entry_transactions(network.entry);
}

static void nothing_is_left(void **state)
{
	unsigned registered = 0;

	(void)state;
	seed = stream = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 10) : (uint64_t)time(NULL);
	dice = random_seeded(&stream);
	print_message("# SEED=%llu\n", (unsigned long long)seed);
	trace_remove(&network.roles.trace, &network.listener);
	ue_server_list[0] = '\0';
	port_c = UE_PORT_C;
	for (unsigned i = 0; i < STEPS; i++) {
		step();
		registered += answered(200);
		assert_true(network.sa_count <= 40);
	}
	/* The storm was one: it got through at times. */
	assert_in_range(registered, 50, STEPS);

	network.worker = WORKER_WORKS;
	for (unsigned i = 0; i < 100; i++)
		network_wait_ms(100000);
	assert_int_equal(network.sa_count, 0);
	assert_int_equal(held(), 0);
	assert_null(network.roles.timers.root);
	assert_int_equal(network_flag(UE_IMPU).flag, STORE_UNREGISTERED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-LIFE P-TBL F-1 after a storm nothing is left", nothing_is_left, network_open,
			network_close, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
