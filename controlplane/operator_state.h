/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside the operator's commands only. Each handler answers one question. */
#pragma once

#include "api.h"
#include "operator.h"

struct operator
{
	struct api *api;
	struct operator_view view;
};

void operator_counters(void *operator, struct api_client * client, const json_t *arguments);
void operator_sa(void *operator, struct api_client * client, const json_t *arguments);
void operator_ue(void *operator, struct api_client * client, const json_t *arguments);
void operator_trace(void *operator, struct api_client * client, const json_t *arguments);

/* The argument "impi": true and the text, or NULL where it is left out; false after a refusal
 * where it is no string, or missing and needed. */
bool operator_impi(struct operator* operator, struct api_client * client, const json_t *arguments,
	bool needed, const char **impi);

/* {"sas": […]} of all, or of one IMPI's sets; new reference. */
json_t *operator_list_sas(const struct operator* operator, const char * impi);
