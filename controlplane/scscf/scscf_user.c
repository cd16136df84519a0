/* SPDX-License-Identifier: BSD-3-Clause */
#include "scscf_user.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scscf_state.h"

struct scscf_user *scscf_user_find(const struct scscf *scscf, const char *impi)
{
	struct scscf_user *user;

	HASH_FIND_STR(scscf->users, impi, user);
	return user;
}

struct scscf_user *scscf_user_get(struct scscf *scscf, const char *impi)
{
	struct scscf_user *user = scscf_user_find(scscf, impi);

	if (user)
		return user;
	user = calloc(1, sizeof(*user));
	if (!user)
		return NULL;
	user->scscf = scscf;
	user->impi = strdup(impi);
	if (!user->impi) {
		free(user);
		return NULL;
	}
	HASH_ADD_KEYPTR(hh, scscf->users, user->impi, strlen(user->impi), user);
	if (!user->hh.tbl) {
		free(user->impi);
		free(user);
		return NULL;
	}
	return user;
}

void scscf_user_drop_vectors(struct scscf_user *user)
{
	if (user->vectors)
		secret_wipe_bytes(user->vectors, user->vector_count * sizeof(*user->vectors));
	free(user->vectors);
	user->vectors = NULL;
	user->next_vector = user->vector_count = 0;
}

void scscf_user_free(struct scscf_user *user)
{
	while (user->waiting)
		scscf_waiting_end(user->waiting);
	scscf_user_drop_vectors(user);
	HASH_DEL(user->scscf->users, user);
	free(user->impi);
	free(user);
}

void scscf_user_let_go(struct scscf_user *user)
{
	if (user->registrations == 0 && !user->assigning && !user->waiting)
		scscf_user_free(user);
}

int scscf_user_add_vectors(struct scscf_user *user, const struct cx_vector *vectors, unsigned count)
{
	unsigned left = user->vector_count - user->next_vector;
	struct cx_vector *all;

	if (left >= CX_VECTORS_MAX)
		return 0;
	all = calloc(left + count, sizeof(*all));
	if (!all)
		return -ENOMEM;
	if (left > 0)
		memcpy(all, user->vectors + user->next_vector, left * sizeof(*all));
	memcpy(all + left, vectors, count * sizeof(*all));
	scscf_user_drop_vectors(user);
	user->vectors = all;
	user->vector_count = left + count;
	return 0;
}

bool scscf_user_take_vector(struct scscf_user *user, struct cx_vector *out)
{
	if (user->next_vector == user->vector_count)
		return false;
	*out = user->vectors[user->next_vector];
	secret_wipe_bytes(&user->vectors[user->next_vector], sizeof(*out));
	user->next_vector++;
	if (user->next_vector == user->vector_count)
		scscf_user_drop_vectors(user);
	return true;
}
