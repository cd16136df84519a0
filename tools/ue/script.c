/* SPDX-License-Identifier: BSD-3-Clause */
/* What the UE is ordered to do, one action after the other. */
#include "script.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attack.h"
#include "refresh.h"

struct conduct {
	const char *name, *what;
	struct registration_order order;
};

#define ORDER(conduct, ...)                         \
	{                                           \
		REGISTRATION_##conduct, __VA_ARGS__ \
	}
#define PROTECTED .is_protected = true
#define BARE      .is_protected = false

static const struct conduct conducts[] = {
	{"register", "SM1 to SM12; from SM7 where a challenge waits", ORDER(HONEST, BARE)},
	{"retransmit", "as register, each request is sent twice",
		ORDER(HONEST, BARE, .repeats = true)},
	{"challenge", "SM1 to SM6, SM7 waits for its order",
		ORDER(HONEST, BARE, .stop_at_challenge = true)},
	{"wrong-res", "as register, RES is wrong: to be refused in ESP", ORDER(WRONG_RES, BARE)},
	{"wrong-key", "as register, IK is wrong: to meet silence", ORDER(WRONG_KEY, BARE)},
	{"wrong-verify", "as register, Security-Verify is changed: to be refused in ESP",
		ORDER(WRONG_VERIFY, BARE)},
	{"wrong-client", "as register, Security-Client is changed in SM7: to be refused in ESP",
		ORDER(WRONG_CLIENT, BARE)},
	{"wrong-mac", "SM1, SM6, a report of a wrong MAC: to be refused", ORDER(WRONG_MAC, BARE)},
	{"wrong-sqn", "as register, the SQN is out of range: AUTS, then a new challenge",
		ORDER(WRONG_SQN, BARE)},
	{"wrong-auts", "the same with a wrong MAC-S: to be refused", ORDER(WRONG_AUTS, BARE)},
	{"silence", "SM1 to SM6, which is forgotten", ORDER(SILENCE, BARE)},
	{"reregister", "REGISTER on the set of SAs; with a challenge, or without",
		ORDER(HONEST, PROTECTED)},
	{"re-challenge", "the same until SM6", ORDER(HONEST, PROTECTED, .stop_at_challenge = true)},
	{"re-wrong-res", "wrong-res on the set of SAs", ORDER(WRONG_RES, PROTECTED)},
	{"re-wrong-mac", "wrong-mac on the set of SAs", ORDER(WRONG_MAC, PROTECTED)},
	{"re-wrong-sqn", "wrong-sqn on the set of SAs", ORDER(WRONG_SQN, PROTECTED)},
	{"re-silence", "silence on the set of SAs", ORDER(SILENCE, PROTECTED)},
	{"deregister", "the contact for no time at all, on the set of SAs",
		ORDER(HONEST, PROTECTED, .leaves = true)},
	{"deregister-all", "the same with Contact: *",
		ORDER(HONEST, PROTECTED, .leaves = true, .all_contacts = true)},
};

#define REFRESH        "refresh"
#define CHANGE_ADDRESS "change-address"

#define CONDUCTS (sizeof(conducts) / sizeof(conducts[0]))

static const struct conduct *find_conduct(const char *name)
{
	size_t i;

	for (i = 0; i < CONDUCTS; i++) {
		if (!strcmp(conducts[i].name, name))
			return &conducts[i];
	}
	return NULL;
}

const struct registration_order *script_order(const char *name)
{
	const struct conduct *conduct = find_conduct(name);

	return conduct ? &conduct->order : NULL;
}

bool script_known(const char *name, unsigned *words)
{
	*words = !strcmp(name, CHANGE_ADDRESS);
	return *words || !strcmp(name, "-") || !strcmp(name, REFRESH) || !strcmp(name, "keyed") ||
	       !strcmp(name, "tunnel") || find_conduct(name) || subscription_known(name) ||
	       attack_known(name);
}

void script_list(void)
{
	size_t i;

	for (i = 0; i < CONDUCTS; i++)
		printf("  %-16s %s\n", conducts[i].name, conducts[i].what);
	printf("  %-16s %s\n", REFRESH, "reregister, when it is time for that");
	subscription_list();
	attack_list();
	printf("  %-16s %s\n", "keyed",
		"the set of SAs of --ik and --security-server, without a registration");
	printf("  %-16s %s\n", "tunnel",
		"what comes in ESP goes to --tun, until a line or the end of standard input, or "
		"SIGTERM");
	printf("  %-16s %s\n", CHANGE_ADDRESS " ADDRESS",
		"goes there; its set of SAs stays with it");
	printf("  %-16s %s\n", "-", "actions from standard input, one per line");
}

/* The event loop comes back to it, so that a long script does not nest. */
static void next_soon(struct script *script);

void script_done(void *context, const char *failure)
{
	struct script *script = context;

	report_event(script->report, "done",
		json_pack("{s:s, s:b}", "action", script->current, "ok", failure == NULL), "%s: %s",
		script->current, failure ? failure : "as ordered");
	if (failure) {
		script->failures++;
		fprintf(stderr, "portcullis-ue: %s: %s\n", script->current, failure);
	}
	next_soon(script);
}

/* NULL, or what failed. */
static const char *change_address(struct script *script, const char *text)
{
	struct access *access = script->registration->access;
	struct access_receiver receiver = access->receiver;
	struct net_address address;

	if (net_address_parse(text, strlen(text), &address) ||
		address.family != script->settings->local.address.family)
		return "it wants an address";
	access_close(access);
	script->settings->local.address = address;
	if (access_open(access, script->base, &script->settings->local, access->device, &receiver,
		    script->error))
		return script->error;
	return NULL;
}

static void on_refresh(evutil_socket_t fd, short what, void *context)
{
	struct script *script = context;

	(void)fd;
	(void)what;
	registration_start(script->registration, script_order("reregister"));
}

/* From the 200 on. */
static void refresh_in_time(struct script *script)
{
	const struct registration *registration = script->registration;
	double left_ms = registration->sm12_ms + (double)refresh_after_ms(registration->granted_s) -
			 report_now_ms(script->report);
	struct timeval left = {.tv_sec = 0};

	if (!registration->established || registration->granted_s == 0) {
		script_done(script, "the UE is not registered");
		return;
	}
	if (left_ms > 0)
		left = (struct timeval){.tv_sec = (time_t)(left_ms / 1000),
			.tv_usec = (suseconds_t)((uint64_t)left_ms % 1000 * 1000)};
	if (event_base_once(script->base, -1, EV_TIMEOUT, on_refresh, script, &left))
		script_done(script, "out of memory");
}

static void start_action(struct script *script, const char *name)
{
	const struct registration_order *order = script_order(name);
	const size_t len = strlen(CHANGE_ADDRESS " ");

	snprintf(script->current, sizeof(script->current), "%s", name);
	if (registration_is_busy(script->registration))
		script_done(script, "a reaction to NOTIFY is under way");
	else if (order)
		registration_start(script->registration, order);
	else if (!strcmp(name, REFRESH))
		refresh_in_time(script);
	else if (subscription_known(name))
		subscription_start(script->subscription, name);
	else if (!strcmp(name, "keyed"))
		script_done(script, keyed_set_install(script->keyed, script->registration));
	else if (!strcmp(name, "tunnel"))
		tunnel_begin(script->tunnel, script->base, script_done, script);
	else if (!strncmp(name, CHANGE_ADDRESS " ", len))
		script_done(script, change_address(script, name + len));
	else if (attack_known(name))
		script_done(script, attack_run(name, script->registration, &script->foreign));
	else
		script_done(script, "no such action");
}

/* One character at a time: what follows the line stays in the pipe until its turn. */
static void on_input(evutil_socket_t fd, short what, void *context)
{
	struct script *script = context;
	char c;
	ssize_t n = read(fd, &c, 1);

	(void)what;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		event_free(script->input);
		script->input = NULL;
		next_soon(script);
		return;
	}
	if (c != '\n') {
		if (script->line_len < SCRIPT_LINE_MAX - 1)
			script->line[script->line_len++] = c;
		return;
	}
	script->line[script->line_len] = '\0';
	script->line_len = 0;
	if (script->line[0] == '\0')
		return;
	event_del(script->input);
	start_action(script, script->line);
}

static void start_from_command_line(struct script *script)
{
	char action[SCRIPT_LINE_MAX];
	unsigned words;

	(void)script_known(*script->actions, &words);
	snprintf(action, sizeof(action), "%s%s%s", script->actions[0], words ? " " : "",
		words ? script->actions[1] : "");
	script->actions += 1 + words;
	start_action(script, action);
}

static void on_next(evutil_socket_t fd, short what, void *context)
{
	struct script *script = context;

	(void)fd;
	(void)what;
	if (script->input) {
		event_add(script->input, NULL);
		return;
	}
	if (!*script->actions) {
		event_base_loopbreak(script->base);
		return;
	}
	if (strcmp(*script->actions, "-")) {
		start_from_command_line(script);
		return;
	}
	script->actions++;
	script->input =
		event_new(script->base, STDIN_FILENO, EV_READ | EV_PERSIST, on_input, script);
	if (!script->input || event_add(script->input, NULL)) {
		script->failures++;
		event_base_loopbreak(script->base);
	}
}

static void next_soon(struct script *script)
{
	struct timeval now = {0};

	if (event_base_once(script->base, -1, EV_TIMEOUT, on_next, script, &now)) {
		script->failures++;
		event_base_loopbreak(script->base);
	}
}

int script_run(struct script *script)
{
	int error;

	next_soon(script);
	error = event_base_dispatch(script->base);
	if (script->input)
		event_free(script->input);
	script->input = NULL;
	return error < 0 ? -EIO : 0;
}
