/* SPDX-License-Identifier: BSD-3-Clause */
/* What an operator may ask of the control plane, as commands of the API. Never a key. */
#pragma once

#include "roles.h"
#include "sa_channel.h"
#include "sip_transport.h"

struct event_base;
struct operator_desk;

struct operator_view {
	struct roles *roles;
	struct sa_channel *channel;
	struct sip_transport *transport;
};

/* Opens the API at path. What view points to outlives it. 0 or -errno. */
int operator_open(struct event_base *base, const char *path, struct operator_desk **out)
	__attribute__((warn_unused_result));

/* Before this, questions are answered with "starting". */
void operator_serve(struct operator_desk *desk, const struct operator_view *view);

void operator_close(struct operator_desk *desk);
