/* SPDX-License-Identifier: BSD-3-Clause */
/* What the UE is ordered to do, one action after the other: from the command line, and from
 * standard input where "-" stands among them. */
#pragma once

#include <event2/event.h>
#include <stdbool.h>

#include "keyed_set.h"
#include "subscription.h"
#include "tunnel.h"

#define SCRIPT_LINE_MAX 64

struct script {
	struct registration *registration;
	struct subscription *subscription;
	struct tunnel *tunnel;
	const struct keyed_set *keyed;
	struct registration_settings *settings; /* the registration's */
	const struct report *report;
	struct event_base *base;
	struct net_address foreign;
	char *const *actions; /* NULL at the end */
	struct event *input;  /* while standard input is read */
	char line[SCRIPT_LINE_MAX];
	size_t line_len;
	char current[SCRIPT_LINE_MAX];
	char error[ACCESS_ERROR_MAX];
	unsigned failures;
};

/* Whether name is an action; "-" is one. *words: how many words follow it on the command line. */
bool script_known(const char *name, unsigned *words);
void script_list(void);

/* The members up to actions are set by the caller before. Returns when the last action is over
 * or standard input ends; failures says how many did not go as ordered. 0, or -errno. */
int script_run(struct script *script) __attribute__((warn_unused_result));

/* The order of an action that is a registration, or NULL. */
const struct registration_order *script_order(const char *name);

/* The registration's done. */
void script_done(void *context, const char *failure);
