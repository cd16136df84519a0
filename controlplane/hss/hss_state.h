/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside the HSS only: what its procedures share, one procedure per file. */
#pragma once

#include "hss.h"
#include "hss_flag.h"
#include "store_turn.h"
#include "subscriber_find.h"

struct hss {
	struct store *store;
	struct subscriber_store *subscribers;
	const struct aes128 *aes;
	struct random random;
	struct subscriber_identities identities; /* of the user who was looked up last */
};

int hss_uar(void *hss, const struct cx_uar *request,
	void (*answered)(void *context, const struct cx_uaa *answer), void *context);
int hss_put(void *hss, const struct cx_put *request,
	void (*answered)(void *context, const struct cx_put_answer *answer), void *context);
int hss_mar(void *hss, const struct cx_mar *request,
	void (*answered)(void *context, const struct cx_maa *answer), void *context);
int hss_sar(void *hss, const struct cx_sar *request,
	void (*answered)(void *context, const struct cx_saa *answer), void *context);

/* REG-6: CX_SUCCESS, and the IMPU's place among the user's identities, which are valid until the
 * next check; CX_USER_UNKNOWN, CX_IDENTITIES_DONT_MATCH, or CX_UNABLE_TO_COMPLY. */
enum cx_result hss_check_user(struct hss *hss, const char *impi, const char *impu,
	const struct subscriber_identity **identity);

/* Applies the event to the flag of one IMPU. 0 or -EIO. */
int hss_change_flag(struct hss *hss, const char *impu, enum hss_flag_event event, const char *scscf)
	__attribute__((warn_unused_result));
