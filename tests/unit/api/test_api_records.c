/* SPDX-License-Identifier: BSD-3-Clause */
/* Records behind a question: taken whole and in order, when he can who takes them, and overwritten
 * before their memory is free again. */
#include "api.h"

#include <errno.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>
#include <event2/event.h>

#define RECORD_LEN 37 /* meets the end of any buffer in its middle */
#define SECRET     "a key that nobody finds"
#define MANY       20000

struct record {
	char secret[RECORD_LEN - 4];
	uint8_t number[4]; /* all 255: the last one */
};

static struct {
	char folder[32], path[64];
	struct event_base *base;
	struct api *api;
	struct api_records records;
	uint32_t taken, room;
	unsigned gone, leaks;
	int fd;
} fixture;

/* libevent's memory comes and goes here. */
static void free_looked_through(void *memory)
{
	if (memory && memmem(memory, malloc_usable_size(memory), SECRET, strlen(SECRET)))
		fixture.leaks++;
	free(memory);
}

static void *realloc_moved(void *memory, size_t len)
{
	size_t old = memory ? malloc_usable_size(memory) : 0;
	void *moved = len > 0 ? malloc(len) : NULL;

	if (moved && memory)
		memcpy(moved, memory, old < len ? old : len);
	if (moved || len == 0)
		free_looked_through(memory);
	return moved;
}

static bool take(struct api_records *records, const void *octets)
{
	struct record record;
	uint32_t number;

	assert_ptr_equal(records, &fixture.records);
	memcpy(&record, octets, sizeof(record));
	memcpy(&number, record.number, sizeof(number));
	if (number == UINT32_MAX) {
		api_records_answer(records, 0, "all", NULL);
		return true;
	}
	if (fixture.room == 0)
		return false;
	fixture.room--;
	assert_string_equal(record.secret, SECRET);
	assert_int_equal(number, fixture.taken);
	fixture.taken++;
	return true;
}

static void gone(struct api_records *records)
{
	assert_ptr_equal(records, &fixture.records);
	fixture.gone++;
}

static void give(void *context, struct api_client *client, const json_t *arguments)
{
	(void)context;
	(void)arguments;
	fixture.records = (struct api_records){
		.record_len = sizeof(struct record), .take = take, .gone = gone};
	api_records_open(client, &fixture.records, "records");
}

static void echo(void *context, struct api_client *client, const json_t *arguments)
{
	(void)context;
	(void)arguments;
	api_answer(client, 0, "yes", NULL);
}

static const struct api_command commands[] = {{"give", give, NULL}, {"echo", echo, NULL}};

static int set_up(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)state;
	memset(&fixture, 0, sizeof(fixture));
	strcpy(fixture.folder, "/tmp/api.XXXXXX");
	assert_non_null(mkdtemp(fixture.folder));
	snprintf(fixture.path, sizeof(fixture.path), "%s/api.sock", fixture.folder);
	fixture.base = event_base_new();
	assert_int_equal(api_open(fixture.base, fixture.path, commands, 2, &fixture.api), 0);
	fixture.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	strcpy(address.sun_path, fixture.path);
	assert_int_equal(
		connect(fixture.fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	api_close(fixture.api);
	event_base_free(fixture.base);
	if (fixture.fd >= 0)
		close(fixture.fd);
	unlink(fixture.path);
	rmdir(fixture.folder);
	assert_int_equal(fixture.leaks, 0);
	return 0;
}

static void turn(void)
{
	event_base_loop(fixture.base, EVLOOP_NONBLOCK);
}

/* As much as goes into the socket now. */
static size_t write_some(const void *octets, size_t len)
{
	ssize_t sent = send(fixture.fd, octets, len, MSG_NOSIGNAL);

	return sent > 0 ? (size_t)sent : 0;
}

static void write_all(const void *octets, size_t len)
{
	for (size_t at = 0; at < len; turn())
		at += write_some((const char *)octets + at, len - at);
}

static void expect_answer(const char *text)
{
	char answer[256];
	size_t len = 0;

	while (len == 0 || answer[len - 1] != '\n') {
		if (recv(fixture.fd, answer + len, 1, 0) == 1)
			len++;
		else
			turn();
	}
	answer[len - 1] = '\0';
	assert_non_null(strstr(answer, text));
}

static void begin(void)
{
	static const char question[] = "{\"command\":\"give\"}\n";

	write_all(question, strlen(question));
	expect_answer("\"records\"");
}

static struct record record_of(uint32_t number)
{
	struct record record = {SECRET, {0}};

	memcpy(record.number, &number, sizeof(number));
	return record;
}

static void all_are_taken_in_order(void **state)
{
	static struct record all[MANY + 1];
	static const char question[] = "{\"command\":\"echo\"}\n";

	(void)state;
	for (uint32_t i = 0; i < MANY; i++)
		all[i] = record_of(i);
	all[MANY] = record_of(UINT32_MAX);
	memset(all[MANY].secret, 0, sizeof(all[MANY].secret));
	fixture.room = MANY;
	begin();
	write_all(all, sizeof(all));
	expect_answer("\"all\"");
	assert_int_equal(fixture.taken, MANY);
	write_all(question, strlen(question));
	expect_answer("\"yes\"");
	assert_int_equal(fixture.gone, 0);
}

/* Who has no room reads no further, and goes on where he was; memory stays bounded meanwhile. */
static void waits_for_room(void **state)
{
	static struct record all[MANY];
	size_t at = 0;

	(void)state;
	for (uint32_t i = 0; i < MANY; i++)
		all[i] = record_of(i);
	begin();
	for (unsigned i = 0; i < 1000; i++, turn())
		at += write_some((const char *)all + at, sizeof(all) - at);
	assert_int_equal(fixture.taken, 0);
	assert_true(at < sizeof(all));
	while (fixture.taken < MANY) {
		fixture.room = 100;
		api_records_resume(&fixture.records);
		turn();
		at += write_some((const char *)all + at, sizeof(all) - at);
		assert_true(fixture.taken % 100 == 0 || fixture.room > 0);
	}
}

static void the_giver_goes(void **state)
{
	struct record some[10];

	(void)state;
	for (uint32_t i = 0; i < 10; i++)
		some[i] = record_of(i);
	fixture.room = 3;
	begin();
	write_all(some, sizeof(some) - 5);
	while (fixture.taken < 3)
		turn();
	close(fixture.fd);
	fixture.fd = -1;
	for (unsigned i = 0; i < 100; i++)
		turn();
	assert_int_equal(fixture.gone, 0);
	/* What he has given whole is taken yet. */
	fixture.room = 100;
	api_records_resume(&fixture.records);
	while (fixture.gone == 0)
		turn();
	assert_null(fixture.records.client);
	assert_int_equal(fixture.taken, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, set_up, tear_down, NULL}
		T("INT-5 all are taken, in order", all_are_taken_in_order),
		T("INT-5 waits for room", waits_for_room),
		T("INT-5 the giver goes", the_giver_goes),
	};

	event_set_mem_functions(malloc, realloc_moved, free_looked_through);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
