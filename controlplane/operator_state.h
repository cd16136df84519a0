/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside the operator's commands only. Each handler answers one question. */
#pragma once

#include "api.h"
#include "operator.h"
#include "sa_client.h"

struct operator_desk {
	struct api *api;
	struct operator_view view;
};

void operator_counters(void *desk, struct api_client *client, const json_t *arguments);
void operator_sa(void *desk, struct api_client *client, const json_t *arguments);
void operator_ue(void *desk, struct api_client *client, const json_t *arguments);
void operator_trace(void *desk, struct api_client *client, const json_t *arguments);

void operator_reauth(void *desk, struct api_client *client, const json_t *arguments);
void operator_deregister(void *desk, struct api_client *client, const json_t *arguments);

/* What lives at this moment, by name; new reference. The roles are there. */
json_t *operator_gauges(const struct operator_view *view);

/* False after an answer: the control plane is starting. */
bool operator_is_up(struct operator_desk *desk, struct api_client *client);

/* The only argument that is allowed: true and its text, or NULL where it is left out; false after a
 * refusal where it is no string, or missing and needed. */
bool operator_argument(struct operator_desk *desk, struct api_client *client,
	const json_t *arguments, const char *name, bool needed, const char **out);

/* The same for "impi". */
bool operator_impi(struct operator_desk *desk, struct api_client *client, const json_t *arguments,
	bool needed, const char **impi);

/* {"sas": […]} of all, or of one IMPI's sets; new reference. */
json_t *operator_list_sas(const struct operator_desk *desk, const char *impi);

/* "packets" and "octets" of the SAs from sas[first] on. An SA that went meanwhile has none, nor any
 * where the data plane does not answer. */
void operator_write_usage(json_t *sas, size_t first, const struct sa_usage *usage);

/* As a JSON string, octets that are no printable ASCII as %XX; new reference. */
json_t *operator_text(const char *text);
