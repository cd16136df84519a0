/* SPDX-License-Identifier: BSD-3-Clause */
/* SAs from files: what the reader without a tree takes is what the one with a tree takes, and all
 * that it leaves is judged there. */
#include "config_sa_read.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "random.h"

#define KEY  "'key': '000102030405060708090a0b0c0d0e0f10111213'"
#define REST "'algorithm': 'hmac-sha-1-96', 'local': '203.0.113.9', 'remote': '198.51.100.23'"
#define GOOD "'direction': 'inbound', " KEY ", " REST

static char text[4096];

/* Quotation marks are written as ' here. */
static struct json_element element(const char *from)
{
	size_t len = strlen(from);

	memcpy(text, from, len + 1);
	for (char *c = text; *c; c++)
		if (*c == '\'')
			*c = '"';
	return (struct json_element){.text = text, .len = len, .line = 7, .column = 3};
}

static int read_tree(const char *from, struct config_sa *out, char *error)
{
	struct json_element one = element(from);

	return config_sa_read("f", &one, "/sas/4", out, error);
}

static bool read_plain(const char *from, struct config_sa *out)
{
	struct json_element one = element(from);

	return config_sa_read_plain(one.text, one.len, out);
}

static void assert_alike(const struct config_sa *a, const struct config_sa *b)
{
	struct sa_parameters of_a, of_b;

	config_sa_parameters(a, &of_a);
	config_sa_parameters(b, &of_b);
	assert_memory_equal(&of_a, &of_b, sizeof(of_a));
	assert_string_equal(a->label, b->label);
	assert_int_equal(a->key.len, b->key.len);
}

static void both_take(void **state)
{
	static const char *const texts[] = {
		"{" GOOD "}",
		"{" GOOD ", 'spi': 256, 'replay_window': 1024, 'label': 'a/b@c.d:e-f_1'}",
		"{ 'spi' : 4294967295 ,\n\t" GOOD ", 'local_port': 1, 'remote_port': 65535 }",
		"{" GOOD ", 'transports': ['tcp']}",
		"{" GOOD ", 'transports': [ 'tcp' , 'udp' ]}",
		"{'direction': 'outbound', 'spi': 300, 'algorithm': 'hmac-md5-96', 'key': "
		"'FFeeDDccBBaa99887766554433221100', 'local': '2001:db8::9', 'remote': "
		"'2001:DB8::1'}",
	};
	struct config_sa plain, tree;
	struct sa_parameters sa;
	char error[CONFIG_ERROR_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_true(read_plain(texts[i], &plain));
		assert_int_equal(read_tree(texts[i], &tree, error), 0);
		assert_alike(&plain, &tree);
	}
	config_sa_parameters(&plain, &sa);
	assert_int_equal(sa.key[0], 0xff);
	assert_int_equal(sa.transports, SA_TRANSPORT_UDP | SA_TRANSPORT_TCP);
	assert_int_equal(sa.ports[0].local, SA_PORT_ANY);
}

static void tree_takes_what_is_written_oddly(void **state)
{
	struct config_sa sa;
	char error[CONFIG_ERROR_MAX];

	(void)state;
	assert_false(read_plain("{" GOOD ", 'l\\u0061bel': '\\u0061'}", &sa));
	assert_int_equal(read_tree("{" GOOD ", 'l\\u0061bel': '\\u0061'}", &sa, error), 0);
	assert_string_equal(sa.label, "a");
}

static void neither_takes(void **state)
{
	static const struct {
		const char *text, *error; /* behind "f:" */
	} rows[] = {
		{"{", "7:4: /sas/4: this is not JSON; allowed: JSON, each member once"},
		{"{" GOOD ",}", NULL},
		{"{" GOOD "} x", NULL},
		{"{" GOOD " 'spi': 300}", NULL},
		{"{" GOOD ", 'spi': 300, 'spi': 300}", NULL},
		{"7", "7:3: /sas/4: is an integer; allowed: an object"},
		{"{" GOOD ", 'spi': 0300}", NULL},
		{"{" GOOD ", 'spi': 300.0}", NULL},
		{"{" GOOD ", 'spi': 3e2}", NULL},
		{"{" GOOD ", 'spi': -300}", NULL},
		{"{" GOOD ", 'spi': '300'}", NULL},
		{"{" GOOD ", 'spi': 255}", NULL},
		{"{" GOOD ", 'spi': 4294967296}", NULL},
		{"{" GOOD ", 'spi': 18446744073709551616}", NULL},
		{"{" GOOD ", 'replay_window': 33}", NULL},
		{"{" GOOD ", 'replay_window': 0}", NULL},
		{"{" GOOD ", 'local_port': 0}", NULL},
		{"{" GOOD ", 'remote_port': 65536}", NULL},
		{"{" GOOD ", 'transports': []}", NULL},
		{"{" GOOD ", 'transports': ['udp', 'udp']}", NULL},
		{"{" GOOD ", 'transports': ['udp', 'tcp', 'udp']}", NULL},
		{"{" GOOD ", 'transports': 'udp'}", NULL},
		{"{" GOOD ", 'label': ''}", NULL},
		{"{" GOOD ", 'label': 'a b'}", NULL},
		{"{" GOOD ", 'label': "
		 "'a-label-of-48-characters-which-is-one-more-than-47'}",
			NULL},
		{"{" GOOD ", 'colour': 1}", NULL},
		{"{'direction': 'inbound', " KEY ", 'local': '203.0.113.9'}", NULL},
		{"{'direction': 'up', " KEY ", " REST "}", NULL},
		{"{'direction': 'outbound', " KEY ", " REST "}",
			"7:3: /sas/4/spi: is missing; allowed: outbound, what the other end has "
			"chosen: an integer from 256 to 4294967295"},
		{"{'direction': 'outbound', 'spi': 300, 'replay_window': 64, " KEY ", " REST "}",
			NULL},
		{"{'direction': 'inbound', 'key': '00112233445566778899aabbccddeeff', " REST "}",
			"7:35: /sas/4/key: has 32 hexadecimal digits, not the 40 of hmac-sha-1-96; "
			"allowed: 32 hexadecimal digits for hmac-md5-96, 40 for hmac-sha-1-96"},
		{"{'direction': 'inbound', 'key': '0011x', " REST "}",
			"7:35: /sas/4/key: is not a key; allowed: 32 hexadecimal digits for "
			"hmac-md5-96, 40 for hmac-sha-1-96"},
		{"{'direction': 'inbound',\n " KEY ", 'algorithm': 'hmac-sha-1-96', 'local': "
		 "'203.0.113.9', 'remote': '::1:2'}",
			NULL},
		{"{'direction': 'inbound',\n " KEY ", 'algorithm': 'hmac-sha-1-96', 'local': "
		 "'203.0.113.9', 'remote': '224.0.0.1'}",
			"8:117: /sas/4/remote: \"224.0.0.1\" is not a host's address; allowed: a "
			"unicast IPv4 or IPv6 literal"},
	};
	char error[CONFIG_ERROR_MAX];
	struct config_sa sa;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (read_plain(rows[i].text, &sa))
			fail_msg("taken without a tree: %s", rows[i].text);
		if (read_tree(rows[i].text, &sa, error) != -EINVAL)
			fail_msg("taken: %s", rows[i].text);
		assert_int_equal(strncmp(error, "f:", 2), 0);
		if (rows[i].error)
			assert_string_equal(error + 2, rows[i].error);
		assert_null(strstr(error, "0011"));
		assert_null(strstr(error, "00010203"));
	}
}

/* Any octet of a good text changed: where the plain reader takes it, so does the other, alike. */
static void plain_is_never_wider(void **state)
{
	static const char good[] =
		"{" GOOD ", 'spi': 300, 'label': 'a', 'transports': ['udp', 'tcp'],"
		" 'local_port': 6100, 'replay_window': 64}";
	static const char octets[] = "\"\\{}[],: 019aZ.-_/x\n\x80\x01";
	const struct random random = random_system();
	struct config_sa plain, tree;
	char error[CONFIG_ERROR_MAX], copy[sizeof(text)];
	unsigned taken = 0;

	(void)state;
	for (unsigned turn = 0; turn < 20000; turn++) {
		struct json_element one = element(good);
		uint32_t draw = random_u32(&random);

		text[draw % one.len] = octets[(draw >> 16) % (sizeof(octets) - 1)];
		if (!config_sa_read_plain(one.text, one.len, &plain))
			continue;
		taken++;
		memcpy(copy, text, sizeof(copy));
		if (config_sa_read("f", &one, "/sas/4", &tree, error) != 0)
			fail_msg("%s: %s", error, copy);
		assert_alike(&plain, &tree);
	}
	assert_true(taken > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_take),
		cmocka_unit_test(tree_takes_what_is_written_oddly),
		cmocka_unit_test(neither_takes),
		cmocka_unit_test(plain_is_never_wider),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
