/* SPDX-License-Identifier: BSD-3-Clause */
/* "show ue": what the HSS, the S-CSCF and the P-CSCF know of one user; never a key. */
#include <errno.h>

#include "hss_show.h"
#include "operator_state.h"

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
	api_answer(client, 0, json_array_size(registrations) > 0 ? "registered" : "not registered",
		json_pack("{s:s, s:o, s:o, s:o, s:o}", "impi", impi, "identities", identities,
			"registrations", registrations, "pcscf", kept, "sas",
			operator_list_sas(desk, impi)));
}
