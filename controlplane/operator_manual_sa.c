/* SPDX-License-Identifier: BSD-3-Clause */
/* "sa list", "sa delete": a page of SAs that were given by hand, or those that fit go. "next" in an
 * answer is the "after" of the question that goes on: of a million, no answer is about all, and
 * none to a deletion comes before the data plane has done it. */
#include "operator_manual_sa.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sa_handle.h"

#define PAGE      256 /* SAs of one answer */
#define NO_ANSWER "the data plane does not answer"

static bool read_direction(const json_t *value, struct manual_sa_filter *filter)
{
	const char *text = json_string_value(value);

	if (!text || (strcmp(text, "inbound") != 0 && strcmp(text, "outbound") != 0))
		return false;
	filter->direction = text[0] == 'i' ? SA_INBOUND : SA_OUTBOUND;
	return true;
}

static bool read_number(const json_t *value, uint32_t *out)
{
	json_int_t number = json_integer_value(value);

	if (!json_is_integer(value) || number < 0 || number > UINT32_MAX)
		return false;
	*out = (uint32_t)number;
	return true;
}

/* One member; what is wrong with it, or NULL. */
static const char *read_member(
	const char *name, const json_t *value, struct manual_sa_filter *filter, uint32_t *after)
{
	if (strcmp(name, "label") == 0) {
		filter->label = json_string_value(value);
		return filter->label ? NULL : "label must be a string";
	}
	if (strcmp(name, "spi") == 0)
		return read_number(value, &filter->spi) && filter->spi != 0
			       ? NULL
			       : "spi must be a number from 1 to 4294967295";
	if (strcmp(name, "direction") == 0)
		return read_direction(value, filter) ? NULL
						     : "direction must be inbound or outbound";
	if (strcmp(name, "address") == 0)
		return json_is_string(value) &&
				       net_address_parse(json_string_value(value),
					       json_string_length(value), &filter->address) == 0
			       ? NULL
			       : "address must be an IPv4 or IPv6 literal";
	if (strcmp(name, "after") == 0)
		return read_number(value, after) ? NULL : "after must be \"next\" of an answer";
	return "unknown argument; allowed: label, spi, direction, address, after";
}

/* False after a refusal. */
static bool read_filter(struct operator_desk *desk, struct api_client *client,
	const json_t *arguments, struct manual_sa_filter *filter, uint32_t *after)
{
	const char *name, *why = NULL;
	json_t *value;

	if (!operator_is_up(desk, client))
		return false;
	*filter = (struct manual_sa_filter){.direction = -1};
	*after = 0;
	json_object_foreach((json_t *)arguments, name, value)
	{
		why = read_member(name, value, filter, after);
		if (why)
			break;
	}
	if (why)
		api_answer(client, -EINVAL, why, NULL);
	return !why;
}

static void set_port(json_t *object, const char *name, uint16_t port)
{
	if (port != SA_PORT_ANY)
		json_object_set_new(object, name, json_integer(port));
}

/* As it was given, but for its key. */
static json_t *sa_json(const struct manual_sa *sa)
{
	char local[NET_TEXT_MAX], remote[NET_TEXT_MAX];
	json_t *transports = json_array();
	json_t *object = json_pack("{s:s, s:I, s:s, s:s, s:s}", "direction",
		sa->direction == SA_INBOUND ? "inbound" : "outbound", "spi", (json_int_t)sa->spi,
		"algorithm", sa_algorithm_name(sa->algorithm), "local",
		net_address_print(&sa->local, local), "remote",
		net_address_print(&sa->remote, remote));

	if (sa->label[0])
		json_object_set_new(object, "label", operator_text(sa->label));
	set_port(object, "local_port", sa->ports.local);
	set_port(object, "remote_port", sa->ports.remote);
	if (sa->transports & SA_TRANSPORT_UDP)
		json_array_append_new(transports, json_string("udp"));
	if (sa->transports & SA_TRANSPORT_TCP)
		json_array_append_new(transports, json_string("tcp"));
	json_object_set_new(object, "transports", transports);
	if (sa->direction == SA_INBOUND)
		json_object_set_new(object, "replay_window", json_integer(sa->replay_window));
	return object;
}

/* One page, while the data plane is asked what has passed; or, without sas, whether the last ones
 * that it had to delete are gone. */
struct page {
	struct api_later later;
	json_t *answer, *sas;
	struct sa_usage usages[PAGE / SA_CLIENT_SET_MAX];
	unsigned asked, missing;
	int status;
	char text[48];
};

static void free_page(struct page *page)
{
	for (unsigned i = 0; i < page->asked; i++)
		sa_client_usage_cancel(&page->usages[i]);
	json_decref(page->answer);
	free(page);
}

static void asker_gone(struct api_later *later)
{
	free_page((struct page *)((char *)later - offsetof(struct page, later)));
}

static void usage_known(void *context, int status)
{
	struct page *page = context;

	if (status == -ETIMEDOUT)
		page->status = status;
	if (--page->missing > 0)
		return;
	for (unsigned i = 0; i < page->asked && page->sas; i++)
		operator_write_usage(page->sas, (size_t)i * SA_CLIENT_SET_MAX, &page->usages[i]);
	status = page->sas ? 0 : page->status; /* a list can do without */
	api_later_answer(
		&page->later, status, status ? NO_ANSWER : page->text, json_incref(page->answer));
	free_page(page);
}

static void ask_usage(
	struct page *page, struct sa_client *client, const uint64_t *handles, unsigned count)
{
	for (unsigned at = 0; at < count; at += SA_CLIENT_SET_MAX) {
		unsigned some = count - at < SA_CLIENT_SET_MAX ? count - at : SA_CLIENT_SET_MAX;

		if (sa_client_usage(client, handles + at, some, &page->usages[page->asked],
			    usage_known, page) != 0)
			return;
		page->asked++;
		page->missing++;
	}
}

/* NULL after a refusal. */
static struct page *make_page(struct api_client *client)
{
	struct page *page = calloc(1, sizeof(*page));

	if (!page)
		api_answer(client, -ENOMEM, "out of memory", NULL);
	else
		page->later.gone = asker_gone;
	return page;
}

static void answer_or_wait(struct page *page, struct api_client *client)
{
	if (page->missing > 0) {
		api_wait(client, &page->later);
		return;
	}
	api_answer(client, page->status, page->status ? NO_ANSWER : page->text,
		json_incref(page->answer));
	free_page(page);
}

static void tell_next(struct page *page, const struct manual_sas *sas, uint32_t place)
{
	if (!manual_sas_at_end(sas, place))
		json_object_set_new(page->answer, "next", json_integer((json_int_t)place));
}

void operator_manual_sa_list(void *context, struct api_client *client, const json_t *arguments)
{
	struct operator_desk *desk = context;
	struct manual_sas *sas;
	const struct manual_sa *sa;
	struct manual_sa_filter filter;
	uint64_t handles[PAGE];
	unsigned count = 0;
	struct page *page;
	uint32_t place, end;

	if (!read_filter(desk, client, arguments, &filter, &place))
		return;
	page = make_page(client);
	if (!page)
		return;
	sas = desk->view.roles->manual_sas;
	snprintf(page->text, sizeof(page->text), "a page");
	page->sas = json_array();
	end = place + MANUAL_SA_TABLE_LOOK;
	while (count < PAGE && place < end &&
		(sa = manual_sas_next(sas, &filter, &place)) != NULL) {
		handles[count++] = sa->handle;
		json_array_append_new(page->sas, sa_json(sa));
	}
	page->answer = json_pack("{s:o}", "sas", page->sas);
	tell_next(page, sas, place);
	ask_usage(page, desk->view.roles->sa_client, handles, count);
	answer_or_wait(page, client);
}

/* Of each worker the one that it deletes last. Returns how many, at the beginning. */
static unsigned last_of_workers(uint64_t *handles, unsigned count)
{
	bool seen[SA_HANDLE_WORKERS] = {false};
	uint64_t last[CONFIG_WORKERS_MAX];
	unsigned found = 0;

	while (count-- > 0 && found < CONFIG_WORKERS_MAX) {
		uint32_t worker = sa_handle_worker(handles[count]);

		if (!seen[worker])
			last[found++] = handles[count];
		seen[worker] = true;
	}
	memcpy(handles, last, found * sizeof(last[0]));
	return found;
}

void operator_manual_sa_delete(void *context, struct api_client *client, const json_t *arguments)
{
	struct operator_desk *desk = context;
	uint64_t handles[MANUAL_SA_DELETED_MAX];
	struct manual_sa_filter filter;
	struct manual_sas *sas;
	uint32_t place, count;
	struct page *page;

	if (!read_filter(desk, client, arguments, &filter, &place))
		return;
	if (!filter.label && filter.spi == 0 && filter.address.family == NET_NONE) {
		api_answer(client, -EINVAL, "which? label, spi or address is needed", NULL);
		return;
	}
	page = make_page(client);
	if (!page)
		return;
	sas = desk->view.roles->manual_sas;
	count = manual_sas_delete(sas, &filter, &place, handles);
	snprintf(page->text, sizeof(page->text), "%u deleted", count);
	page->answer = json_pack("{s:I}", "deleted", (json_int_t)count);
	tell_next(page, sas, place);
	ask_usage(page, desk->view.roles->sa_client, handles, last_of_workers(handles, count));
	if (count > 0 && page->missing == 0)
		page->status = -EAGAIN;
	answer_or_wait(page, client);
}
