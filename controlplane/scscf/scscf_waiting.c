/* SPDX-License-Identifier: BSD-3-Clause */
#include "scscf_waiting.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scscf_state.h"

static void release(struct scscf_waiting *waiting)
{
	secret_wipe(&waiting->xres);
	free(waiting->impu);
	free(waiting->call_id);
	free(waiting);
}

int scscf_waiting_start(struct scscf_user *user, const struct cx_vector *vector,
	const struct scscf_request *asked, unsigned resyncs)
{
	struct scscf_waiting *waiting = calloc(1, sizeof(*waiting));

	if (!waiting)
		return -ENOMEM;
	waiting->impu = strdup(asked->impu);
	waiting->call_id = strndup(asked->call_id.at, asked->call_id.len);
	if (!waiting->impu || !waiting->call_id) {
		release(waiting);
		return -ENOMEM;
	}
	aka_nonce_print(vector->rand, vector->autn, waiting->nonce);
	waiting->xres = vector->xres;
	waiting->resyncs = resyncs;
	waiting->was_protected = asked->is_protected;
	waiting->user = user;
	waiting->next = user->waiting;
	user->waiting = waiting;
	user->scscf->challenges++;
	timer_queue_arm(user->scscf->settings.timers, &waiting->timer,
		user->scscf->settings.reg_await_auth_ms, scscf_challenge_timeout, waiting);
	return 0;
}

struct scscf_waiting *scscf_waiting_surplus(const struct scscf_user *user)
{
	struct scscf_waiting *older = user->waiting->next, *oldest = NULL, *oldest_bare = NULL;
	unsigned count = 1;

	for (; older; older = older->next) {
		if (strcmp(older->call_id, user->waiting->call_id) == 0)
			return older;
		count++;
		oldest = older;
		if (!older->was_protected)
			oldest_bare = older;
	}
	if (count <= SCSCF_WAITING_MAX)
		return NULL;
	return oldest_bare ? oldest_bare : oldest;
}

struct scscf_waiting *scscf_waiting_find(
	const struct scscf_user *user, const struct scscf_request *asked)
{
	struct scscf_waiting *waiting = user ? user->waiting : NULL;

	while (waiting && !(sip_text_equal(sip_text(waiting->nonce), asked->nonce) &&
				  sip_text_equal(sip_text(waiting->call_id), asked->call_id) &&
				  strcmp(waiting->impu, asked->impu) == 0))
		waiting = waiting->next;
	return waiting;
}

bool scscf_waiting_of(
	const struct scscf_user *user, const char *impu, const struct scscf_waiting *but)
{
	for (const struct scscf_waiting *one = user->waiting; one; one = one->next)
		if (one != but && strcmp(one->impu, impu) == 0)
			return true;
	return false;
}

void scscf_waiting_end(struct scscf_waiting *waiting)
{
	struct scscf_waiting **at = &waiting->user->waiting;

	while (*at != waiting)
		at = &(*at)->next;
	*at = waiting->next;
	waiting->user->scscf->challenges--;
	timer_queue_disarm(waiting->user->scscf->settings.timers, &waiting->timer);
	release(waiting);
}
