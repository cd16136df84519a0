/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_stream.h"

#include <stdlib.h>
#include <time.h>

#include "random.h"
#include "sip_example.h"

#define REQUEST(body_len, body) \
	SIP_EXAMPLE_LINE SIP_EXAMPLE_ROWS "Content-Length: " body_len "\r\n\r\n" body

struct row {
	const char *octets;
	enum sip_stream_kind kind;
	size_t left; /* octets behind the piece */
	const char *fault;
};

static void first_pieces(void **state)
{
	static const struct row rows[] = {
		{"", SIP_STREAM_MORE, 0, NULL},
		{"\r", SIP_STREAM_MORE, 0, NULL},
		{"\r\n", SIP_STREAM_BLANK, 0, NULL},
		{"\r\n\r\n", SIP_STREAM_BLANK, 2, NULL},
		{"REG", SIP_STREAM_MORE, 0, NULL},
		{REQUEST("0", ""), SIP_STREAM_MESSAGE, 0, NULL},
		{REQUEST("3", "abc"), SIP_STREAM_MESSAGE, 0, NULL},
		{REQUEST("3", "abcREG"), SIP_STREAM_MESSAGE, 3, NULL},
		{REQUEST("4", "abc"), SIP_STREAM_MORE, 0, NULL},
		{REQUEST(" 003 ", "abc"), SIP_STREAM_MESSAGE, 0, NULL},
		{SIP_EXAMPLE_LINE "l:1\r\n\r\nx", SIP_STREAM_MESSAGE, 0, NULL},
		{SIP_EXAMPLE_LINE "CONTENT-LENGTH : 1\r\n\r\nx", SIP_STREAM_MESSAGE, 0, NULL},
		{SIP_EXAMPLE_LINE "l: 1\n\nx", SIP_STREAM_MESSAGE, 0, NULL},
		{SIP_EXAMPLE_LINE "Subject: x\r\n l: 9\r\nl: 1\r\n\r\nx", SIP_STREAM_MESSAGE, 0,
			NULL},
		{SIP_EXAMPLE, SIP_STREAM_BROKEN, 0, "No Content-Length"},
		{REQUEST("3", "abc") REQUEST("3", "abc"), SIP_STREAM_MESSAGE,
			strlen(REQUEST("3", "abc")), NULL},
		{SIP_EXAMPLE_LINE "l: 1\r\nl: 1\r\n\r\nx", SIP_STREAM_BROKEN, 1,
			"Not One Content-Length"},
		{SIP_EXAMPLE_LINE "l: 1\r\nContent-Length: 2\r\n\r\n", SIP_STREAM_BROKEN, 0,
			"Not One Content-Length"},
		{SIP_EXAMPLE_LINE "l: 1\r\n 2\r\n\r\n", SIP_STREAM_BROKEN, 0,
			"Folded Content-Length"},
		{REQUEST("-1", ""), SIP_STREAM_BROKEN, 0, "Bad Content-Length"},
		{REQUEST("", ""), SIP_STREAM_BROKEN, 0, "Bad Content-Length"},
		{REQUEST("1x", ""), SIP_STREAM_BROKEN, 0, "Bad Content-Length"},
		{REQUEST("65536", ""), SIP_STREAM_BROKEN, 0, "Bad Content-Length"},
		{REQUEST("4294967295", ""), SIP_STREAM_BROKEN, 0, "Bad Content-Length"},
		{REQUEST("18446744073709551617", ""), SIP_STREAM_BROKEN, 0, "Bad Content-Length"},
		{REQUEST("65535", ""), SIP_STREAM_BROKEN, 0, "Message Too Large"},
		{"\x16\x03\x01", SIP_STREAM_BROKEN, 3, "Not SIP"},
		{"\rx", SIP_STREAM_BROKEN, 2, "Not SIP"},
		{"\n", SIP_STREAM_BROKEN, 1, "Not SIP"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sip_stream stream = {.line = 0};
		size_t len = strlen(rows[i].octets);
		struct sip_stream_piece piece = sip_stream_next(&stream, rows[i].octets, len);

		if (piece.kind != rows[i].kind)
			fail_msg("row %zu: kind %d", i, piece.kind);
		if (piece.kind == SIP_STREAM_BROKEN)
			assert_string_equal(piece.fault, rows[i].fault);
		if (piece.kind != SIP_STREAM_MORE && len - piece.len != rows[i].left)
			fail_msg("row %zu: %zu octets left", i, len - piece.len);
	}
}

/* A head without an end: known to be too long at the limit, not before, not later. */
static void endless_head(void **state)
{
	static char octets[SIP_MESSAGE_MAX + 1];
	struct sip_stream stream = {.line = 0};
	struct sip_stream_piece piece;

	(void)state;
	memset(octets, 'a', sizeof(octets));
	for (size_t len = 1; len < SIP_MESSAGE_MAX; len++) {
		piece = sip_stream_next(&stream, octets, len);
		assert_int_equal(piece.kind, SIP_STREAM_MORE);
	}
	piece = sip_stream_next(&stream, octets, SIP_MESSAGE_MAX);
	assert_int_equal(piece.kind, SIP_STREAM_BROKEN);
	assert_string_equal(piece.fault, "Message Too Large");
	assert_int_equal(piece.len, SIP_MESSAGE_MAX);
}

/* However TCP cuts it: the same pieces. */
static void any_segments(void **state)
{
	static const char octets[] = "\r\n" REQUEST("3", "abc") "\r\n\r\n" REQUEST("0", "")
		REQUEST("12", "REGISTER sip") "\r\n" REQUEST("1", "\n") "\r\n\r\n\r\n";
	static const enum sip_stream_kind expected[] = {SIP_STREAM_BLANK, SIP_STREAM_MESSAGE,
		SIP_STREAM_BLANK, SIP_STREAM_PING, SIP_STREAM_MESSAGE, SIP_STREAM_MESSAGE,
		SIP_STREAM_BLANK, SIP_STREAM_MESSAGE, SIP_STREAM_BLANK, SIP_STREAM_PING,
		SIP_STREAM_BLANK};
	uint64_t seed = (uint64_t)time(NULL), state_of_random = seed;
	struct random random = random_seeded(&state_of_random);

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		struct sip_stream stream = {.line = 0};
		size_t from = 0, to = 0, pieces = 0;

		while (to < strlen(octets)) {
			struct sip_stream_piece piece;
			size_t step = 1 + random_u32(&random) % (round % 2 ? 3 : 900);
			char *copy; /* so that the sanitizer sees a look beyond the end */

			to = to + step < strlen(octets) ? to + step : strlen(octets);
			for (;;) {
				copy = malloc(to - from + 1);
				assert_non_null(copy);
				memcpy(copy, octets + from, to - from);
				piece = sip_stream_next(&stream, copy, to - from);
				free(copy);
				if (piece.kind == SIP_STREAM_MORE)
					break;
				if (pieces == 11 || piece.kind != expected[pieces])
					fail_msg("seed %llu, round %u: piece %zu is a %d",
						(unsigned long long)seed, round, pieces,
						piece.kind);
				pieces++;
				from += piece.len;
			}
		}
		assert_int_equal(pieces, 11);
		assert_int_equal(from, strlen(octets));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_pieces),
		cmocka_unit_test(endless_head),
		{"P-USE messages come out of any segments", any_segments, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
