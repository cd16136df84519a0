/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_uri.h"

#include <errno.h>

#include "sip_contact.h"
#include "sip_example.h"
#include "sip_uri_equal.h"

static void identities(void **state)
{
	static const struct {
		const char *uri, *identity;
	} known[] = {
		{"sip:alice@Home.NET", "sip:alice@home.net"},
		{"SIP:alice:secret@home.net;transport=tcp?subject=x", "sip:alice@home.net"},
		{"sips:%61lice@home.net", "sips:alice@home.net"},
		{"sip:Alice@home.net:5061;lr", "sip:Alice@home.net:5061"},
		{"sip:home.net", "sip:home.net"},
		{"sip:home.net:5060;lr", "sip:home.net:5060"},
		{"sip:a@[2001:DB8:0::1]:5060", "sip:a@[2001:db8::1]:5060"},
		{"sip:a;x=1@192.0.2.1", "sip:a;x=1@192.0.2.1"},
		{"sip:+4912345@home.net;user=phone", "sip:+4912345@home.net"},
		{"tel:+49-12(3).45;ext=1", "tel:+4912345"},
		{"tel:7042;phone-context=Home.net", "tel:7042;phone-context=home.net"},
	};
	struct sip_arena arena = {.blocks = NULL};
	struct sip_uri uri;
	char out[128];

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (sip_uri_parse(&arena, sip_text(known[i].uri), &uri))
			fail_msg("refused: %s", known[i].uri);
		assert_int_equal(sip_uri_identity(&uri, out, sizeof(out)), 0);
		assert_string_equal(out, known[i].identity);
		assert_int_equal(sip_uri_identity(&uri, out, strlen(known[i].identity)), -ENOSPC);
	}
	sip_arena_release(&arena);
}

/* The examples of RFC 3261 §19.1.4 among them. */
static void equal_uris(void **state)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} pairs[] = {
		{"sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp",
			true},
		{"sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true},
		{"sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5", true},
		{"sip:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP",
			false},
		{"sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false},
		{"sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false},
		{"sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off", false},
		{"sip:carol@chicago.com", "sips:carol@chicago.com", false},
		{"sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", false},
		{"sip:a@[2001:DB8:0:0::1]:5062", "sip:a@[2001:db8::1]:5062", true},
		{"sip:a@[2001:db8::1]", "sip:a@[2001:db8::2]", false},
		{"sip:a@[::ffff:192.0.2.1]", "sip:a@192.0.2.1", false},
		{"tel:+49-12(3)", "tel:+49123", true},
		{"tel:+49123", "tel:+49124", false},
		{"urn:a:b", "urn:a:b", true},
		{"urn:a:b", "urn:a:B", false},
	};
	struct sip_arena arena = {.blocks = NULL};
	struct sip_uri a, b;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		assert_int_equal(sip_uri_parse(&arena, sip_text(pairs[i].a), &a), 0);
		assert_int_equal(sip_uri_parse(&arena, sip_text(pairs[i].b), &b), 0);
		if (sip_uri_equal(&a, &b) != pairs[i].equal ||
			sip_uri_equal(&b, &a) != pairs[i].equal)
			fail_msg("%s, %s", pairs[i].a, pairs[i].b);
	}
	sip_arena_release(&arena);
}

static void refuses_what_is_no_uri(void **state)
{
	static const char *const bad[] = {"", "sip", "sip:", ":a", "sip:@a", "sip:a@", "sip:a@b@c",
		"sip:a@b;x=@c", "sip:a b@c", "sip:a@b c", "sip:a@b\"", "<sip:a>", "sip:a%00b@c",
		"sip:a%0d@c", "sip:a%7f@c", "sip:a%4@c", "sip:a%zz@c", "sip:a%@c", "sip:a@b:0",
		"sip:a@b:65536", "sip:a@b:x", "sip:a@b:-1", "sip:a@[::1", "sip:a@[::g]",
		"sip:a@b/c", "sip:a@;lr", "tel:", "tel:-", "tel:+", "tel:12+3", "tel:12x",
		"sip:a@b:99999999999999999999", "sip:a@\xc3\xa9", "s p:a", "sip:a@b\x01"};
	static char long_uri[5000] = "sip:";
	struct sip_arena arena = {.blocks = NULL};
	struct sip_uri uri;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (sip_uri_parse(&arena, sip_text(bad[i]), &uri) != -EINVAL)
			fail_msg("accepted: %s", bad[i]);
	memset(long_uri + 4, 'a', sizeof(long_uri) - 5);
	assert_int_equal(sip_uri_parse(&arena, sip_text(long_uri), &uri), -EINVAL);
	assert_int_equal(sip_uri_parse(&arena, (struct sip_text){"sip:a\0b", 7}, &uri), -EINVAL);
	assert_int_equal(sip_uri_parse(&arena, sip_text("http://a/b?c"), &uri), 0);
	assert_int_equal(uri.scheme, SIP_URI_OTHER);
	sip_arena_release(&arena);
}

static void addresses(void **state)
{
	static const struct {
		const char *value, *display, *uri, *params;
	} known[] = {
		{"<sip:a@b>", "", "sip:a@b", ""},
		{"<sip:a@b;lr>;tag=1", "", "sip:a@b;lr", ";tag=1"},
		{"sip:a@b;tag=1", "", "sip:a@b", ";tag=1"},
		{"Alice B <sip:a@b> ; x", "Alice B", "sip:a@b", "; x"},
		{"\"A <sip:c@d>, \\\"\" <sip:a@b>", "\"A <sip:c@d>, \\\"\"", "sip:a@b", ""},
	};
	static const char *const bad[] = {"", "<>", "<sip:a@b", "sip:a@b>", "\"a\" sip:a@b",
		"\"a <sip:a@b>", "<sip:a@b>x", "<sip:a@b>;", "<sip:a@b>;=1", "<sip:a@b> <sip:c@d>",
		"sip:a@b?x=y", "sip:a@b,sip:c@d", "a", "\"", "\"\\"};
	struct sip_arena arena = {.blocks = NULL};
	struct sip_name_addr address;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_int_equal(
			sip_name_addr_parse(&arena, sip_text(known[i].value), &address), 0);
		sip_example_assert_text(address.display, known[i].display);
		sip_example_assert_text(address.uri.text, known[i].uri);
		sip_example_assert_text(address.params, known[i].params);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (sip_name_addr_parse(&arena, sip_text(bad[i]), &address) != -EINVAL)
			fail_msg("accepted: %s", bad[i]);
	sip_arena_release(&arena);
}

static void contacts(void **state)
{
	static const struct {
		const char *rows, *printed; /* the last one, with expires 60 */
		int result;
		size_t count;
		uint32_t expires_s;
	} known[] = {
		{"X: y", "", 0, 0, 0},
		{"Contact: *", "", 0, 1, 0},
		{"m: <sip:a@b>;expires=600000", "<sip:a@b>;expires=60", 0, 1, 600000},
		{"Contact: sip:c@d\r\nm: \"A\" <sip:a@b;x>;q=0.5;EXPIRES=\"0\";+g.3gpp.x=\"a,b\"",
			"\"A\" <sip:a@b;x>;q=0.5;+g.3gpp.x=\"a,b\";expires=60", 0, 2, 0},
		{"m: <sip:a@b>;expires=4294967296", "<sip:a@b>;expires=60", 0, 1, 3600},
		{"m: <sip:a@b>;expires=-1", "<sip:a@b>;expires=60", 0, 1, 3600},
		{"m: <sip:a@b>;expires=1;expires=2", "", -EINVAL, 0, 0},
		{"m: <sip:a@b>, *", "", -EINVAL, 0, 0},
		{"m: *\r\nm: *", "", -EINVAL, 0, 0},
		{"m: <sip:a@b", "", -EINVAL, 0, 0},
		{"m: a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1", "",
			-EINVAL, 0, 0},
		{"m: sip:1,sip:1,sip:1,sip:1,sip:1,sip:1,sip:1,sip:1,sip:1,sip:1,sip:1,sip:1,"
		 "sip:1,sip:1,sip:1,sip:1,sip:1",
			"", -E2BIG, 0, 0},
	};
	struct sip_contact out[SIP_CONTACTS_MAX];
	char text[128];
	size_t count;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct sip_message *message = sip_example_with(known[i].rows);
		const struct sip_contact *last;

		assert_int_equal(sip_contact_parse(message, out, &count), known[i].result);
		if (known[i].result == 0) {
			assert_int_equal(count, known[i].count);
			last = &out[count > 0 ? count - 1 : 0];
			if (count > 0 && !last->wildcard) {
				assert_int_equal(last->expires_s, known[i].expires_s);
				assert_int_equal(
					sip_contact_print(last, 60, text, sizeof(text)), 0);
				assert_string_equal(text, known[i].printed);
				assert_int_equal(
					sip_contact_print(last, 60, text, strlen(text)), -ENOSPC);
			}
		}
		sip_message_destroy(message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identities),
		cmocka_unit_test(equal_uris),
		cmocka_unit_test(refuses_what_is_no_uri),
		cmocka_unit_test(addresses),
		cmocka_unit_test(contacts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
