/* SPDX-License-Identifier: BSD-3-Clause */
#include "subscriber_sqn.h"

#include <errno.h>

int subscriber_sqn_last(struct store *state, const char *impi, const struct subscriber_keys *keys,
	struct store_sqn *out)
{
	int status = state ? store_sqn_get(state, impi, out) : -ENOENT;

	if (status != 0 && status != -ENOENT)
		return status;
	/* An import lifts the SQN once, at the first AV behind it, and never lowers it; a
	 * resynchronisation after that has the last word again. */
	if (status == -ENOENT || (keys->stamp > out->stamp && keys->sqn > out->sqn))
		out->sqn = keys->sqn;
	if (status == -ENOENT || keys->stamp > out->stamp)
		out->stamp = keys->stamp;
	return 0;
}
