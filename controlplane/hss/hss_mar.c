/* SPDX-License-Identifier: BSD-3-Clause */
/* MAR: the AuC makes authentication vectors (TS 33.102 §6.3.2, §6.3.5; Annex C.1). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "auc.h"
#include "hss_state.h"
#include "sqn.h"
#include "subscriber_sqn.h"

struct pending {
	struct store_waiter waiter;
	void (*answered)(void *context, const struct cx_maa *answer);
	void *context;
	enum cx_result result;
	unsigned count;
	struct cx_vector vectors[];
};

/* P-SQN: only now, with the SQN on the disk, may the vectors leave. */
static void durable(void *context, int status)
{
	struct pending *pending = context;
	struct cx_maa answer = {.result = status == 0 ? pending->result : CX_UNABLE_TO_COMPLY};

	if (answer.result == CX_SUCCESS) {
		answer.count = pending->count;
		answer.vectors = pending->vectors;
	}
	pending->answered(pending->context, &answer);
	secret_wipe_bytes(pending, sizeof(*pending) + pending->count * sizeof(pending->vectors[0]));
	free(pending);
}

static int make_vector(const struct hss *hss, struct milenage *milenage, uint64_t sqn,
	const uint8_t amf[SUBSCRIBER_AMF_LEN], struct cx_vector *out)
{
	struct auc_vector vector;
	uint8_t rand[CX_RAND_LEN];
	int status;

	random_fill(&hss->random, rand, sizeof(rand));
	auc_make_vector(milenage, rand, sqn, amf, &vector);
	memcpy(out->rand, rand, sizeof(out->rand));
	memcpy(out->autn, vector.autn, sizeof(out->autn));
	status = secret_set(&out->xres, vector.xres, sizeof(vector.xres));
	if (status == 0)
		status = secret_set(&out->ck, vector.ck, sizeof(vector.ck));
	if (status == 0)
		status = secret_set(&out->ik, vector.ik, sizeof(vector.ik));
	secret_wipe_bytes(&vector, sizeof(vector));
	return status;
}

/* The vectors in the order of their SQNs (AKA-4). sqn: the last that was used, before and after. */
static int make_vectors(const struct hss *hss, const struct subscriber_keys *keys,
	const struct cx_mar *request, uint64_t *sqn, struct pending *pending)
{
	struct milenage milenage;
	int status = 0;

	milenage_open(&milenage, hss->aes, keys->k.bytes, keys->opc.bytes);
	/* A wrong MAC-S never moves the SQN. */
	if (request->auts)
		status = auc_check_auts(&milenage, request->rand, request->auts, sqn);
	while (status == 0 && pending->count < request->vectors) {
		status = sqn_next(*sqn, sqn);
		if (status == 0)
			status = make_vector(hss, &milenage, *sqn, keys->amf,
				&pending->vectors[pending->count++]);
	}
	milenage_close(&milenage);
	return status;
}

static enum cx_result answer_request(
	struct hss *hss, const struct cx_mar *request, struct pending *pending)
{
	const struct subscriber_identity *identity;
	enum cx_result result = hss_check_user(hss, request->impi, request->impu, &identity);
	struct subscriber_keys keys;
	struct store_sqn sqn;
	int status;

	if (result != CX_SUCCESS)
		return result;
	status = subscriber_find_keys(hss->subscribers, request->impi, &keys);
	if (status == 0)
		status = subscriber_sqn_last(hss->store, request->impi, &keys, &sqn);
	if (status == 0)
		status = make_vectors(hss, &keys, request, &sqn.sqn, pending);
	if (status == 0)
		status = store_sqn_put(hss->store, request->impi, &sqn);
	secret_wipe_bytes(&keys, sizeof(keys));
	if (status == -EBADMSG)
		return CX_AUTHENTICATION_REJECTED;
	return status == 0 ? CX_SUCCESS : CX_UNABLE_TO_COMPLY;
}

int hss_mar(void *context, const struct cx_mar *request,
	void (*answered)(void *context, const struct cx_maa *answer), void *asker)
{
	struct hss *hss = context;
	struct pending *pending;

	if (request->vectors < 1 || request->vectors > CX_VECTORS_MAX)
		return -EINVAL;
	pending = calloc(1, sizeof(*pending) + request->vectors * sizeof(pending->vectors[0]));
	if (!pending)
		return -ENOMEM;
	pending->waiter = (struct store_waiter){.durable = durable, .context = pending};
	pending->answered = answered;
	pending->context = asker;
	pending->result = answer_request(hss, request, pending);
	store_turn_wait(hss->store, &pending->waiter);
	return 0;
}
