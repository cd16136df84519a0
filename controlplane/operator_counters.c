/* SPDX-License-Identifier: BSD-3-Clause */
/* "show counters": each worker's, their sum, the control plane's own; and the gauges. */
#include <errno.h>

#include "icv_engine.h"
#include "operator_state.h"

static json_t *worker_json(const struct worker_counters *counters)
{
	json_t *plain = json_object(), *dropped = json_object();

#define X(member, name) \
	json_object_set_new(plain, name, json_integer((json_int_t)counters->member));
	WORKER_COUNTERS(X)
#undef X
	for (unsigned reason = 0; reason < DROP_REASON_COUNT; reason++)
		json_object_set_new(dropped, drop_reason_name((enum drop_reason)reason),
			json_integer((json_int_t)counters->dropped[reason]));
	return json_pack("{s:o, s:o}", "counters", plain, "dropped", dropped);
}

/* One writer elsewhere: each number is read once. */
static struct worker_counters read_worker(struct sa_channel *channel, uint32_t worker)
{
	const struct worker_counters *live = sa_channel_counters(channel, worker);
	struct worker_counters copy;

#define X(member, name) copy.member = __atomic_load_n(&live->member, __ATOMIC_RELAXED);
	WORKER_COUNTERS(X)
#undef X
	for (unsigned reason = 0; reason < DROP_REASON_COUNT; reason++)
		copy.dropped[reason] = __atomic_load_n(&live->dropped[reason], __ATOMIC_RELAXED);
	copy.icv_engine = __atomic_load_n(&live->icv_engine, __ATOMIC_RELAXED);
	return copy;
}

static json_t *sip_json(const struct operator_desk *desk)
{
	const struct sip_counters *sip =
		sip_entry_counters(sip_transport_entry(desk->view.transport));
	json_t *out = json_object();

#define X(member, name, meaning) \
	json_object_set_new(out, name, json_integer((json_int_t)sip->member));
	SIP_COUNTERS(X)
#undef X
	return out;
}

#define X(member, name, meaning) \
	json_object_set_new(out, name, json_integer((json_int_t)counters->member));

static json_t *pcscf_json(const struct pcscf_counters *counters)
{
	json_t *out = json_object();

	PCSCF_COUNTERS(X)
	return out;
}

static json_t *icscf_json(const struct icscf_counters *counters)
{
	json_t *out = json_object();

	ICSCF_COUNTERS(X)
	return out;
}

static json_t *scscf_json(const struct scscf_counters *counters)
{
	json_t *out = json_object();

	SCSCF_COUNTERS(X)
	return out;
}
#undef X

void operator_counters(void *context, struct api_client *client, const json_t *arguments)
{
	struct operator_desk *desk = context;
	const struct roles *roles = desk->view.roles;
	struct worker_counters sum = {0};
	json_t *workers;

	(void)arguments;
	if (!roles) {
		api_answer(client, -EAGAIN, "the control plane is starting", NULL);
		return;
	}
	workers = json_array();
	for (uint32_t i = 0; i < sa_channel_workers(desk->view.channel); i++) {
		struct worker_counters worker = read_worker(desk->view.channel, i);
		json_t *row = worker_json(&worker);

		json_object_set_new(row, "worker", json_integer(i));
		json_object_set_new(row, "integrity_engine",
			json_string(icv_engine_name((enum icv_engine)worker.icv_engine)));
		json_array_append_new(workers, row);
		worker_counters_add(&sum, &worker);
	}
	api_answer(client, 0, "counters of all workers and of the control plane",
		json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "workers", workers, "sum",
			worker_json(&sum), "sip", sip_json(desk), "pcscf",
			pcscf_json(pcscf_counters(roles->pcscf)), "icscf",
			icscf_json(icscf_counters(roles->icscf)), "scscf",
			scscf_json(scscf_counters(roles->scscf)), "gauges",
			operator_gauges(&desk->view)));
}
