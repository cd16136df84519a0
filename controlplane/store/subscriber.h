/* SPDX-License-Identifier: BSD-3-Clause */
/* Who may register: IMPI, long-term key, public identities, as plain values. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "secret.h"

#define SUBSCRIBER_NAME_MAX       256 /* IMPI, IMPU: characters with the NUL */
#define SUBSCRIBER_KEY_LEN        16
#define SUBSCRIBER_AMF_LEN        2
#define SUBSCRIBER_IDENTITIES_MAX 32 /* per IMPI */

struct subscriber_identity {
	char impu[SUBSCRIBER_NAME_MAX]; /* canonical: cx_identity.h */
	unsigned set;                   /* identities of one number are one implicit set */
	bool barred;
};

struct subscriber_identities {
	size_t count;
	struct subscriber_identity items[SUBSCRIBER_IDENTITIES_MAX];
};

/* What the AuC needs, and nobody else. Whoever read it wipes it. */
struct subscriber_keys {
	struct secret k, opc; /* SUBSCRIBER_KEY_LEN octets each */
	uint8_t amf[SUBSCRIBER_AMF_LEN];
	/* Provisioned: the first SQN lies behind it. stamp orders imports: this SQN counts beside
	 * a stored one (store_sqn.h) of an older stamp, and only upwards. */
	uint64_t sqn;
	int64_t stamp;
};

struct subscriber {
	char impi[SUBSCRIBER_NAME_MAX];
	struct subscriber_keys keys;
	struct subscriber_identities identities;
};
