/* SPDX-License-Identifier: BSD-3-Clause */
#include "policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../seed.h"

static struct policy policy;

static struct net_address draw(const struct random *random, uint8_t family)
{
	struct net_address address = {.family = family};

	random_fill(random, address.bytes, family == NET_IPV4 ? 4 : 16);
	return address;
}

/* As many hosts as there may be, of both families, in random places: each has its rules, and nobody
 * else has any. */
static void each_host_is_found(void **state)
{
	uint64_t seed;
	struct random random = seed_random(&seed);
	struct net_address hosts[POLICY_HOSTS_MAX];
	const struct policy_rules *rules[POLICY_RULES_MAX];

	(void)state;
	policy_init(&policy);
	for (size_t i = 0; i < POLICY_RULES_MAX; i++)
		rules[i] = policy_add_rules(&policy, (unsigned)i);
	for (size_t i = 0; i < POLICY_HOSTS_MAX; i++) {
		hosts[i] = draw(&random, i % 2 ? NET_IPV4 : NET_IPV6);
		policy_add_host(&policy, &hosts[i], rules[i % POLICY_RULES_MAX]);
	}
	for (size_t i = 0; i < POLICY_HOSTS_MAX; i++)
		assert_ptr_equal(policy_find(&policy, hosts[i].family, hosts[i].bytes),
			rules[i % POLICY_RULES_MAX]);
	for (unsigned i = 0; i < 10000; i++) {
		struct net_address stranger = draw(&random, i % 2 ? NET_IPV4 : NET_IPV6);

		assert_null(policy_find(&policy, stranger.family, stranger.bytes));
	}
}

/* Addresses whose place is the same, at the end of the table, too. */
static void same_places(void **state)
{
	enum { LAST = (1 << POLICY_SLOT_BITS) - 1, COUNT = 20 };
	struct net_address hosts[COUNT];
	struct net_address address = {.family = NET_IPV4};
	const struct policy_rules *rules;
	unsigned count = 0;

	(void)state;
	policy_init(&policy);
	rules = policy_add_rules(&policy, 0);
	for (uint32_t i = 0; count < COUNT; i++) {
		memcpy(address.bytes, &i, sizeof(i));
		if (policy_slot(NET_IPV4, address.bytes) != LAST)
			continue;
		hosts[count++] = address;
	}
	for (unsigned i = 0; i < COUNT - 1; i++)
		policy_add_host(&policy, &hosts[i], rules);
	for (unsigned i = 0; i < COUNT - 1; i++)
		assert_ptr_equal(policy_find(&policy, NET_IPV4, hosts[i].bytes), rules);
	assert_null(policy_find(&policy, NET_IPV4, hosts[COUNT - 1].bytes));
}

static void ports(void **state)
{
	struct policy_rules *rules;

	(void)state;
	policy_init(&policy);
	rules = policy_add_rules(&policy, POLICY_PASS_TCP);
	assert_int_equal(rules->pass, POLICY_PASS_TCP);
	policy_set_port(rules->protected_ports, 0);
	policy_set_port(rules->protected_ports, 6100);
	policy_set_port(rules->protected_ports, 65535);
	for (unsigned port = 0; port <= 65535; port++) {
		assert_int_equal(policy_has_port(rules->protected_ports, (uint16_t)port),
			port == 0 || port == 6100 || port == 65535);
		assert_false(policy_has_port(rules->unprotected_ports, (uint16_t)port));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_host_is_found),
		cmocka_unit_test(same_places),
		cmocka_unit_test(ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
