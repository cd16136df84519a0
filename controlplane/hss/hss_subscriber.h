/* SPDX-License-Identifier: BSD-3-Clause */
/* Who may register: IMPI, long-term key, public identities. The only place where K and OPc are. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx.h"
#include "secret.h"

#define HSS_AMF_LEN        2
#define HSS_IDENTITIES_MAX 32 /* per IMPI */

struct hss_identity {
	char *impu;   /* canonical: cx_identity_impu */
	unsigned set; /* identities of one number are one implicit registration set */
	bool barred;
};

struct hss_subscriber {
	char *impi;
	struct secret k, opc;
	uint8_t amf[HSS_AMF_LEN];
	uint64_t initial_sqn; /* where the store knows none */
	size_t identity_count;
	struct hss_identity *identities;
};

struct hss_subscribers;

struct hss_subscribers *hss_subscribers_create(void);

/* Wipes the keys. NULL is allowed. */
void hss_subscribers_destroy(struct hss_subscribers *subscribers);

/* Takes the subscriber and all that it points to, also where it fails. 0; -EEXIST where the IMPI
 * or an IMPU is known, then *conflict (static) says which kind; -ENOMEM. */
int hss_subscribers_add(struct hss_subscribers *subscribers, struct hss_subscriber *subscriber,
	const char **conflict) __attribute__((warn_unused_result));

const struct hss_subscriber *hss_subscribers_find(
	const struct hss_subscribers *subscribers, const char *impi);

/* The subscriber's own identity of that name, or NULL: REG-6. */
const struct hss_identity *hss_subscriber_identity(
	const struct hss_subscriber *subscriber, const char *impu);

size_t hss_subscribers_count(const struct hss_subscribers *subscribers);

/* Wipes and frees one that was not added. NULL is allowed. */
void hss_subscriber_destroy(struct hss_subscriber *subscriber);
