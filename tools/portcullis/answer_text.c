/* SPDX-License-Identifier: BSD-3-Clause */
#include "answer_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Names come from peers: what would move the terminal's cursor does not reach it. */
static const char *text(const json_t *object, const char *member)
{
	static char clean[8][1024];
	static unsigned turn;
	const char *value = json_string_value(json_object_get(object, member));
	char *out = clean[turn++ % 8];
	size_t len = 0;

	for (; value && value[len] != '\0' && len < sizeof(clean[0]) - 1; len++)
		out[len] =
			(unsigned char)value[len] < 0x20 || value[len] == 0x7f ? '?' : value[len];
	out[len] = '\0';
	return out;
}

static json_int_t number(const json_t *object, const char *member)
{
	return json_integer_value(json_object_get(object, member));
}

void answer_text_status(const json_t *answer)
{
	const char *side;
	json_t *link;

	puts(json_is_true(json_object_get(answer, "running")) ? "running" : "starting");
	json_object_foreach(json_object_get(answer, "links"), side, link)
		printf("%s link %s\n", side, json_string_value(link));
}

/* Only what has happened: a person looks for what is not zero. */
static void print_numbers(const char *title, json_t *numbers)
{
	const char *name;
	json_t *value;
	bool any = false;

	printf("%s\n", title);
	json_object_foreach(numbers, name, value)
	{
		if (json_integer_value(value) == 0)
			continue;
		printf("  %-28s %12" JSON_INTEGER_FORMAT "\n", name, json_integer_value(value));
		any = true;
	}
	if (!any)
		puts("  (nothing yet)");
}

void answer_text_counters(const json_t *answer)
{
	const json_t *sum = json_object_get(answer, "sum");
	json_t *workers = json_object_get(answer, "workers"), *worker;
	size_t i;

	json_array_foreach(workers, i, worker)
	{
		const json_t *counters = json_object_get(worker, "counters");

		printf("worker %" JSON_INTEGER_FORMAT ": integrity engine %s",
			number(worker, "worker"), text(worker, "integrity_engine"));
		if (json_array_size(workers) > 1)
			printf(", handed over %" JSON_INTEGER_FORMAT
			       ", taken over %" JSON_INTEGER_FORMAT " packets",
				number(counters, "handed_over_packets"),
				number(counters, "taken_over_packets"));
		putchar('\n');
	}
	print_numbers("packets", json_object_get(sum, "counters"));
	print_numbers("dropped, by reason", json_object_get(sum, "dropped"));
	print_numbers("SIP", json_object_get(answer, "sip"));
	print_numbers("P-CSCF", json_object_get(answer, "pcscf"));
	print_numbers("now", json_object_get(answer, "gauges"));
}

static void print_sas(json_t *sas)
{
	size_t i, j;
	json_t *sa, *pair;

	printf("%-8s %10s  %-13s %-21s    %-21s %-10s %8s  %s\n", "", "SPI", "algorithm", "local",
		"remote", "state", "life", "IMPI");
	json_array_foreach(sas, i, sa)
	{
		bool inbound = strcmp(text(sa, "direction"), "inbound") == 0;

		json_array_foreach(json_object_get(sa, "ports"), j, pair)
		{
			char local[128], remote[128];

			snprintf(local, sizeof(local), "%.64s:%" JSON_INTEGER_FORMAT,
				text(sa, "local"), number(pair, "local"));
			snprintf(remote, sizeof(remote), "%.64s:%" JSON_INTEGER_FORMAT,
				text(sa, "remote"), number(pair, "remote"));
			printf("%-8s %10" JSON_INTEGER_FORMAT "  %-13s %-21s %s %-21s %-10s "
			       "%7" JSON_INTEGER_FORMAT "s  %s\n",
				text(sa, "direction"), number(sa, "spi"), text(sa, "algorithm"),
				local, inbound ? "<-" : "->", remote, text(sa, "state"),
				number(sa, "remaining_ms") / 1000, text(sa, "impi"));
		}
	}
}

void answer_text_sa(const json_t *answer)
{
	print_sas(json_object_get(answer, "sas"));
}

/* What has passed on each SA, as far as the data plane told. */
static void print_usage(json_t *sas)
{
	size_t i;
	json_t *sa;

	printf("%-8s %10s  %12s %14s\n", "", "SPI", "packets", "octets");
	json_array_foreach(sas, i, sa) if (json_object_get(sa, "packets"))
		printf("%-8s %10" JSON_INTEGER_FORMAT "  %12" JSON_INTEGER_FORMAT
		       " %14" JSON_INTEGER_FORMAT "\n",
			text(sa, "direction"), number(sa, "spi"), number(sa, "packets"),
			number(sa, "octets"));
}

static void print_registration(json_t *registration)
{
	size_t i;
	json_t *contact, *identity;

	printf("  registered together:");
	json_array_foreach(json_object_get(registration, "identities"), i, identity)
		printf(" %s", json_string_value(identity));
	putchar('\n');
	json_array_foreach(json_object_get(registration, "contacts"), i, contact)
		printf("    contact %s, %" JSON_INTEGER_FORMAT " s left\n",
			text(contact, "contact"), number(contact, "remaining_ms") / 1000);
}

void answer_text_ue(const json_t *answer)
{
	json_t *identity, *registration, *sas = json_object_get(answer, "sas");
	size_t i;

	printf("%s\n", text(answer, "impi"));
	json_array_foreach(json_object_get(answer, "identities"), i, identity)
		printf("  %-48s %s%s%s%s\n", text(identity, "identity"), text(identity, "flag"),
			json_is_true(json_object_get(identity, "barred")) ? ", barred" : "",
			text(identity, "scscf")[0] ? " at " : "", text(identity, "scscf"));
	json_array_foreach(json_object_get(answer, "registrations"), i, registration)
		print_registration(registration);
	print_sas(sas);
	print_usage(sas);
}

void answer_text_subscriber(const json_t *subscriber)
{
	size_t i;
	json_t *identity;

	printf("%s\n  AMF %s, last SQN %" JSON_INTEGER_FORMAT "\n", text(subscriber, "impi"),
		text(subscriber, "amf"), number(subscriber, "sqn"));
	json_array_foreach(json_object_get(subscriber, "impus"), i, identity)
		printf("  %-48s set %" JSON_INTEGER_FORMAT "%s\n", text(identity, "identity"),
			number(identity, "set"),
			json_is_true(json_object_get(identity, "barred")) ? ", barred" : "");
}

/* The elements of a ladder, as a message meets them on its way. */
static const char *const elements[] = {"UE", "data plane", "P-CSCF", "I-CSCF", "S-CSCF", "HSS"};

#define ELEMENTS     (sizeof(elements) / sizeof(elements[0]))
#define LADDER_STEP  12 /* columns from one element to the next */
#define LADDER_WIDTH ((ELEMENTS - 1) * LADDER_STEP + 1)

static size_t element_column(const char *name)
{
	size_t i = 0;

	while (i < ELEMENTS - 1 && strcmp(elements[i], name) != 0)
		i++;
	return i * LADDER_STEP;
}

static void print_ladder_head(void)
{
	printf("%-14s", "");
	for (size_t i = 0; i < ELEMENTS; i++)
		printf("%-*s", LADDER_STEP, elements[i]);
	putchar('\n');
}

/* "|-----SM2--->|": the rungs are drawn over the elements' lines. */
static void draw_rung(const char *name, size_t from, size_t to, char line[LADDER_WIDTH + 1])
{
	size_t left = from < to ? from : to, right = from < to ? to : from;
	size_t len = strlen(name), room = right - left - 1;

	memset(line, ' ', LADDER_WIDTH);
	line[LADDER_WIDTH] = '\0';
	for (size_t i = 0; i < ELEMENTS; i++)
		line[i * LADDER_STEP] = '|';
	if (left == right)
		return;
	memset(line + left + 1, '-', room);
	line[from < to ? right - 1 : left + 1] = from < to ? '>' : '<';
	if (len < room - 1)
		memcpy(line + left + 1 + (room - len) / 2, name, len);
}

void answer_text_hop(const json_t *answer)
{
	char line[LADDER_WIDTH + 1];
	struct timespec now;
	struct tm local;

	if (!json_object_get(answer, "name")) {
		print_ladder_head(); /* the stream's first line: it runs */
		return;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &local);
	draw_rung(text(answer, "name"), element_column(text(answer, "from")),
		element_column(text(answer, "to")), line);
	printf("%02d:%02d:%02d.%03ld  %s  %s: %s, %s\n", local.tm_hour, local.tm_min, local.tm_sec,
		now.tv_nsec / 1000000, line, text(answer, "name"), text(answer, "what"),
		text(answer, "detail"));
}

void answer_text_reauth(const json_t *answer)
{
	printf("%s: its next REGISTER is authenticated, or its registration ends early\n",
		text(answer, "impi"));
}

void answer_text_deregister(const json_t *answer)
{
	printf("%s: %" JSON_INTEGER_FORMAT " registrations ended\n", text(answer, "identity"),
		number(answer, "registrations"));
}
