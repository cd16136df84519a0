/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside the operator's commands only: SAs that are given by hand. */
#pragma once

#include "operator_state.h"

void operator_manual_sa_import(void *desk, struct api_client *client, const json_t *arguments);
void operator_manual_sa_list(void *desk, struct api_client *client, const json_t *arguments);
void operator_manual_sa_delete(void *desk, struct api_client *client, const json_t *arguments);
