/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the packet's way runs. The only thing here that the kernel hears of, beside the ports, is
 * one wake-up per slice of commands and burst, where there is something to tell. */
#include "worker.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_pause.h>

#include "icv.h"
#include "log.h"
#include "pipeline.h"

#define POLLS_BEFORE_NAP 10000 /* about a millisecond */
#define NAP_NS           50000
#define TOO_BIG_RATE     1000 /* answers a second to senders inside */

int worker_open(struct worker *worker, uint32_t number, const struct policy *policy,
	const struct config_dataplane *config, struct sa_channel *channel,
	const struct sa_memory *memory, int wake_fd)
{
	int error = icv_open(config->integrity_engine, &worker->path.icv);

	if (error) {
		log_error("the integrity engine %s does not start: %s%s",
			icv_engine_name(config->integrity_engine), strerror(-error),
			error == -ENOTSUP ? ": this CPU has not what it needs; set "
					    "/dataplane/integrity_engine to \"auto\""
					  : "");
		return error;
	}
	worker->path.policy = policy;
	worker->path.counters = sa_channel_counters(channel, number);
	worker->path.counters->icv_engine = icv_engine(worker->path.icv);
	worker->path.channel = channel;
	worker->path.worker = number;
	token_bucket_init(&worker->path.plain_sip, config->plain_sip_rate, rte_get_tsc_hz(),
		rte_get_tsc_cycles());
	token_bucket_init(
		&worker->path.too_big, TOO_BIG_RATE, rte_get_tsc_hz(), rte_get_tsc_cycles());
	sa_table_attach(&worker->path.table, sa_memory_part(memory, number));
	worker->path.counters->sas = worker->path.table.part.head->used;
	fragments_init(
		&worker->path.fragments, worker->path.table.part.head->seed, rte_get_tsc_hz());
	fragment_id_init(&worker->path.fragment_ids, worker->path.table.part.head->seed,
		(uint32_t)rte_get_tsc_cycles()); /* not where the last one began */
	sa_channel_resume_worker(channel, number);
	worker->apply = (struct sa_apply){.path = &worker->path,
		.channel = channel,
		.worker = number,
		.again = true,
		.patience = SA_APPLY_PATIENCE_US * rte_get_tsc_hz() / 1000000};
	worker->wake_fd = wake_fd;
	atomic_init(&worker->running, false);
	atomic_init(&worker->stop, false);
	return 0;
}

void worker_close(struct worker *worker)
{
	icv_close(worker->path.icv);
	worker->path.icv = NULL;
}

static void wake_control_plane(const struct worker *worker)
{
	const uint64_t one = 1;

	/* It can only fail where 2^64 wake-ups wait already: then one more changes nothing. */
	if (write(worker->wake_fd, &one, sizeof(one)) < 0)
		return;
}

/* A NIC's worker polls on: that is what its CPU is for. Ports of the kernel's cost far more than a
 * nap, and on a small machine the kernel needs the CPU to serve them. */
static void rest(const struct worker *worker, unsigned idle_polls)
{
	const struct timespec nap = {.tv_nsec = NAP_NS};

	if (worker->naps && idle_polls > POLLS_BEFORE_NAP)
		(void)nanosleep(&nap, NULL);
	else
		rte_pause();
}

int worker_run(void *context)
{
	struct worker *worker = context;
	unsigned idle_polls = 0;

	atomic_store(&worker->running, true);
	while (!atomic_load_explicit(&worker->stop, memory_order_relaxed)) {
		unsigned busy = pipeline_poll_outside(&worker->path, &worker->burst);
		unsigned events;

		busy += pipeline_poll_inside(&worker->path, &worker->burst);
		busy += pipeline_poll_workers(&worker->path, &worker->burst);
		events = sa_apply_poll(&worker->apply, busy > 0, worker->burst.now) +
			 worker->path.events;
		worker->path.events = 0;
		if (events > 0)
			wake_control_plane(worker);
		idle_polls = busy + events > 0 || worker->apply.flushing ? 0 : idle_polls + 1;
		if (idle_polls > 0)
			rest(worker, idle_polls);
	}
	atomic_store(&worker->running, false);
	return 0;
}
