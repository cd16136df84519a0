/* SPDX-License-Identifier: BSD-3-Clause */
/* The API's answers as text for a person; each takes the answer's "arguments". */
#pragma once

#include <jansson.h>

void answer_text_status(const json_t *answer);
void answer_text_counters(const json_t *answer);
void answer_text_sa(const json_t *answer);
void answer_text_ue(const json_t *answer);

void answer_text_reauth(const json_t *answer);
void answer_text_deregister(const json_t *answer);

void answer_text_subscriber(const json_t *subscriber);

/* One hop of a trace. */
void answer_text_hop(const json_t *answer);
