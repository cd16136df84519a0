/* SPDX-License-Identifier: BSD-3-Clause */
/* "show ue": what the HSS, the S-CSCF and the P-CSCF know of one user; never a key. */
#include <errno.h>
#include <stdlib.h>

#include "hss_show.h"
#include "operator_state.h"
#include "sa_set_table.h"

static const char *flag_name(enum store_flag flag)
{
	static const char *const names[] = {
		[STORE_UNREGISTERED] = "unregistered",
		[STORE_PENDING] = "initial registration pending",
		[STORE_REGISTERED] = "registered",
	};

	return names[flag];
}

static void add_identity(void *context, const struct hss_show_identity *identity)
{
	json_array_append_new(
		context, json_pack("{s:s, s:b, s:i, s:s, s:s}", "identity", identity->impu,
				 "barred", identity->barred, "set", (int)identity->set, "flag",
				 flag_name(identity->registration.flag), "scscf",
				 identity->registration.scscf));
}

static json_t *binding_json(const struct scscf_binding *binding, uint64_t now_ms)
{
	return json_pack("{s:o, s:o, s:I}", "contact", operator_text(binding->contact), "path",
		operator_text(binding->path), "remaining_ms",
		(json_int_t)(binding->expires_ms > now_ms ? binding->expires_ms - now_ms : 0));
}

static void add_registration(void *context, const struct scscf_view *view)
{
	json_t *identities = json_array(), *bindings = json_array();

	for (size_t i = 0; i < view->identity_count; i++)
		json_array_append_new(identities, json_string(view->identities[i].identity));
	for (size_t i = 0; i < view->binding_count; i++)
		json_array_append_new(bindings, binding_json(&view->bindings[i], view->now_ms));
	json_array_append_new(
		context, json_pack("{s:o, s:o, s:I}", "identities", identities, "contacts",
				 bindings, "subscriptions", (json_int_t)view->subscription_count));
}

/* What the P-CSCF keeps of the 200 (REG-7), of the newest set. */
static void add_kept(void *context, const struct sa_set *set)
{
	json_t *kept = context;

	if (!set->associated_uris || json_object_size(kept) > 0)
		return;
	json_object_set_new(kept, "associated_uris", operator_text(set->associated_uris));
	if (set->service_route)
		json_object_set_new(kept, "service_route", operator_text(set->service_route));
}

/* One question, while the data plane is asked for the usage of the sets. */
struct question {
	struct api_later later;
	json_t *answer; /* complete but for the usage of its "sas" */
	bool registered;
	struct sa_usage sets[SA_SET_TABLE_PER_IMPI];
	size_t first_sa[SA_SET_TABLE_PER_IMPI]; /* in "sas" */
	size_t set_count, sa_count, missing;
	struct sa_client *sa_client;
};

static void question_free(struct question *question)
{
	for (size_t i = 0; i < question->set_count; i++)
		sa_client_usage_cancel(&question->sets[i]);
	json_decref(question->answer);
	free(question);
}

static void asker_gone(struct api_later *later)
{
	question_free((struct question *)((char *)later - offsetof(struct question, later)));
}

void operator_write_usage(json_t *sas, size_t first, const struct sa_usage *usage)
{
	if (usage->missing > 0 || usage->status != 0)
		return;
	for (unsigned i = 0; i < usage->count; i++) {
		json_t *sa = json_array_get(sas, first + i);

		json_object_set_new(
			sa, "packets", json_integer((json_int_t)usage->traffic[i].packets));
		json_object_set_new(
			sa, "octets", json_integer((json_int_t)usage->traffic[i].octets));
	}
}

static const char *state_text(bool registered)
{
	return registered ? "registered" : "not registered";
}

static void usage_known(void *context, int status)
{
	struct question *question = context;

	(void)status;
	if (--question->missing > 0)
		return;
	for (size_t i = 0; i < question->set_count; i++)
		operator_write_usage(json_object_get(question->answer, "sas"),
			question->first_sa[i], &question->sets[i]);
	api_later_answer(&question->later, 0, state_text(question->registered),
		json_incref(question->answer));
	question_free(question);
}

static void ask_usage(void *context, const struct sa_set *set)
{
	struct question *question = context;
	size_t n = question->set_count;

	if (n == SA_SET_TABLE_PER_IMPI)
		return;
	question->first_sa[n] = question->sa_count;
	question->sa_count += set->offer.one_pair ? 2 : 4;
	if (set->sa_count == 0 ||
		sa_client_usage(question->sa_client, set->add.handles, set->sa_count,
			&question->sets[n], usage_known, question) != 0)
		return;
	question->set_count++;
	question->missing++;
}

/* Takes answer. */
static void answer_with_usage(const struct operator_desk *desk, struct api_client *client,
	const char *impi, bool registered, json_t *answer)
{
	struct question *question = calloc(1, sizeof(*question));

	if (!question) {
		api_answer(client, 0, state_text(registered), answer);
		return;
	}
	question->answer = answer;
	question->registered = registered;
	question->sa_client = desk->view.roles->sa_client;
	question->later.gone = asker_gone;
	pcscf_show_sets(desk->view.roles->pcscf, impi, ask_usage, question);
	if (question->missing > 0) {
		api_wait(client, &question->later);
		return;
	}
	api_answer(client, 0, state_text(registered), json_incref(answer));
	question_free(question);
}

void operator_ue(void *context, struct api_client *client, const json_t *arguments)
{
	struct operator_desk *desk = context;
	json_t *identities, *registrations, *kept;
	const char *impi;
	int status;

	if (!operator_impi(desk, client, arguments, true, &impi))
		return;
	identities = json_array();
	status = hss_show_subscriber(desk->view.roles->hss, impi, add_identity, identities);
	if (status != 0) {
		json_decref(identities);
		api_answer(client, status,
			status == -ENOENT ? "no subscriber has this IMPI" : "the store failed",
			NULL);
		return;
	}
	registrations = json_array();
	scscf_show(desk->view.roles->scscf, impi, add_registration, registrations);
	kept = json_object();
	pcscf_show_sets(desk->view.roles->pcscf, impi, add_kept, kept);
	answer_with_usage(desk, client, impi, json_array_size(registrations) > 0,
		json_pack("{s:s, s:o, s:o, s:o, s:o}", "impi", impi, "identities", identities,
			"registrations", registrations, "pcscf", kept, "sas",
			operator_list_sas(desk, impi)));
}
