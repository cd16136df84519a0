/* SPDX-License-Identifier: BSD-3-Clause */
#include "api.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>
#include <event2/event.h>

#define ANSWER_MAX (4u << 20)

struct fixture {
	char folder[32], path[64];
	struct event_base *base;
	struct api *api;
	struct api_stream stream;
	struct api_later later;
	unsigned gone;
	int fd;
};

static struct fixture fixture;

static void echo(void *context, struct api_client *client, const json_t *arguments)
{
	(void)context;
	api_answer(client, 0, "as you say", json_deep_copy(arguments));
}

static void say_nothing(void *context, struct api_client *client, const json_t *arguments)
{
	(void)context;
	(void)client;
	(void)arguments;
}

static void stream_gone(struct api_stream *stream)
{
	assert_ptr_equal(stream, &fixture.stream);
	fixture.gone++;
}

static void stream(void *context, struct api_client *client, const json_t *arguments)
{
	(void)arguments;
	fixture.stream.gone = stream_gone;
	api_stream_open(client, context, "it runs");
}

static void later_gone(struct api_later *later)
{
	assert_ptr_equal(later, &fixture.later);
	fixture.gone++;
}

static void wait_for_it(void *context, struct api_client *client, const json_t *arguments)
{
	(void)arguments;
	fixture.later.gone = later_gone;
	api_wait(client, context);
}

static const struct api_command commands[] = {
	{"echo", echo, NULL},
	{"say nothing", say_nothing, NULL},
	{"stream", stream, &fixture.stream},
	{"wait", wait_for_it, &fixture.later},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int connect_client(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, fixture.path);
	assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static int set_up(void **state)
{
	(void)state;
	memset(&fixture, 0, sizeof(fixture));
	strcpy(fixture.folder, "/tmp/api.XXXXXX");
	assert_non_null(mkdtemp(fixture.folder));
	snprintf(fixture.path, sizeof(fixture.path), "%s/api.sock", fixture.folder);
	fixture.base = event_base_new();
	assert_int_equal(api_open(fixture.base, fixture.path, commands, COMMANDS, &fixture.api), 0);
	fixture.fd = connect_client();
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
	return 0;
}

/* Lets the loop run until the client has a whole line, or the end of the file ("" then). */
static char *read_line(void)
{
	static char text[ANSWER_MAX];
	size_t len = 0;

	for (;;) {
		ssize_t got = recv(fixture.fd, text + len, 1, 0);

		if (got == 1 && text[len++] == '\n')
			break;
		if (got == 0 || (got < 0 && errno == ECONNRESET))
			break;
		if (got < 0)
			event_base_loop(fixture.base, EVLOOP_ONCE);
	}
	text[len] = '\0';
	return text;
}

static void write_text(const char *text, size_t len)
{
	while (len > 0) {
		ssize_t sent = send(fixture.fd, text, len, MSG_NOSIGNAL);

		if (sent > 0) {
			text += sent;
			len -= (size_t)sent;
		} else if (errno == EAGAIN) {
			event_base_loop(fixture.base, EVLOOP_ONCE);
		} else {
			return; /* it has been cut off */
		}
	}
}

static void ask(const char *question, const char *answer)
{
	write_text(question, strlen(question));
	assert_string_equal(read_line(), answer);
}

static void answers_in_order(void **state)
{
	(void)state;
	ask("{\"command\":\"echo\",\"arguments\":{\"a\":[1]}}\n{\"command\":\"echo\"}\n",
		"{\"result\":0,\"text\":\"as you say\",\"arguments\":{\"a\":[1]}}\n");
	assert_string_equal(
		read_line(), "{\"result\":0,\"text\":\"as you say\",\"arguments\":{}}\n");
}

static void refuses_what_is_no_question(void **state)
{
	(void)state;
	ask("[]\n", "{\"result\":-22,\"text\":\"no \\\"command\\\" (a string) in an object\","
		    "\"arguments\":{}}\n");
	ask("{\"command\":7}\n", "{\"result\":-22,\"text\":\"no \\\"command\\\" (a string) in an "
				 "object\",\"arguments\":{}}\n");
	ask("{\"command\":\"echo\",\"arguments\":[]}\n",
		"{\"result\":-22,\"text\":\"\\\"arguments\\\" is no object\",\"arguments\":{}}\n");
	ask("{\"command\":\"no\"}\n",
		"{\"result\":-2,\"text\":\"unknown command\",\"arguments\":{}}\n");
	ask("{\"command\":\"say nothing\"}\n",
		"{\"result\":-5,\"text\":\"the command gave no answer\",\"arguments\":{}}\n");
	write_text("{\"command\"\n", 11);
	assert_non_null(strstr(read_line(), "\"result\":-22"));
	write_text("\xff\x00{\n", 4);
	assert_non_null(strstr(read_line(), "\"result\":-22"));
	ask("{\"command\":\"echo\"}\n",
		"{\"result\":0,\"text\":\"as you say\",\"arguments\":{}}\n");
}

static void bounds_a_line(void **state)
{
	static char text[200000];

	(void)state;
	memset(text, ' ', sizeof(text));
	write_text(text, sizeof(text));
	assert_non_null(strstr(read_line(), "\"result\":-90"));
	assert_string_equal(read_line(), "");
}

static void streams_until_the_reader_leaves(void **state)
{
	(void)state;
	ask("{\"command\":\"stream\"}\n", "{\"result\":0,\"text\":\"it runs\",\"arguments\":{}}\n");
	api_stream_send(&fixture.stream, json_pack("{s:i}", "n", 1));
	assert_string_equal(read_line(), "{\"arguments\":{\"n\":1}}\n");
	close(fixture.fd);
	fixture.fd = -1;
	while (fixture.gone == 0)
		event_base_loop(fixture.base, EVLOOP_ONCE);
	assert_null(fixture.stream.client);
	api_stream_send(&fixture.stream, json_object());
	assert_int_equal(fixture.gone, 1);
}

static void cuts_off_who_does_not_read(void **state)
{
	char value[1001] = "";

	(void)state;
	ask("{\"command\":\"stream\"}\n", "{\"result\":0,\"text\":\"it runs\",\"arguments\":{}}\n");
	memset(value, 'x', 1000);
	for (unsigned i = 0; i < 10000; i++) {
		api_stream_send(&fixture.stream, json_pack("{s:s}", "v", value));
		event_base_loop(fixture.base, EVLOOP_NONBLOCK);
	}
	assert_int_equal(fixture.gone, 1);
}

/* Its own answer comes first, then those to what was asked meanwhile. */
static void answers_later(void **state)
{
	static const char questions[] = "{\"command\":\"wait\"}\n{\"command\":\"echo\"}\n";

	(void)state;
	write_text(questions, strlen(questions));
	while (!fixture.later.client)
		event_base_loop(fixture.base, EVLOOP_ONCE);
	event_base_loop(fixture.base, EVLOOP_NONBLOCK);
	api_later_answer(&fixture.later, 0, "at last", NULL);
	assert_null(fixture.later.client);
	assert_string_equal(read_line(), "{\"result\":0,\"text\":\"at last\",\"arguments\":{}}\n");
	assert_string_equal(
		read_line(), "{\"result\":0,\"text\":\"as you say\",\"arguments\":{}}\n");
	assert_int_equal(fixture.gone, 0);
}

static void hears_that_nobody_waits_any_more(void **state)
{
	static const char question[] = "{\"command\":\"wait\"}\n";

	(void)state;
	write_text(question, strlen(question));
	while (!fixture.later.client)
		event_base_loop(fixture.base, EVLOOP_ONCE);
	close(fixture.fd);
	fixture.fd = -1;
	while (fixture.gone == 0)
		event_base_loop(fixture.base, EVLOOP_ONCE);
	assert_null(fixture.later.client);
}

static void closes_with_a_stream_open(void **state)
{
	(void)state;
	ask("{\"command\":\"stream\"}\n", "{\"result\":0,\"text\":\"it runs\",\"arguments\":{}}\n");
	api_close(fixture.api);
	fixture.api = NULL;
	assert_int_equal(fixture.gone, 1);
}

static void is_private_and_replaces_a_dead_socket(void **state)
{
	struct stat file;

	(void)state;
	assert_int_equal(stat(fixture.path, &file), 0);
	assert_int_equal(file.st_mode & 07777, 0600);
	api_close(fixture.api); /* the path stays, as after a crash */
	assert_int_equal(api_open(fixture.base, fixture.path, commands, COMMANDS, &fixture.api), 0);
	close(fixture.fd);
	fixture.fd = connect_client();
	ask("{\"command\":\"echo\"}\n",
		"{\"result\":0,\"text\":\"as you say\",\"arguments\":{}}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(answers_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_what_is_no_question, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bounds_a_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(streams_until_the_reader_leaves, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cuts_off_who_does_not_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answers_later, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			hears_that_nobody_waits_any_more, set_up, tear_down),
		cmocka_unit_test_setup_teardown(closes_with_a_stream_open, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			is_private_and_replaces_a_dead_socket, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
