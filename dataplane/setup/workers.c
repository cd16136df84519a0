/* SPDX-License-Identifier: BSD-3-Clause */
/* Lcore 1 + n runs worker n (eal.h). */
#include "workers.h"

#include <string.h>
#include <unistd.h>

#include <rte_launch.h>

#include "hand_over_rings.h"
#include "log.h"

_Static_assert(CONFIG_WORKERS_MAX <= PATH_WORKERS_MAX, "a path has rings for all workers");

static unsigned lcore_of(uint32_t number)
{
	return 1 + number;
}

int workers_open(struct workers *workers, const struct config_dataplane *config,
	const struct policy *policy, struct sa_channel *channel, const struct sa_memory *memory,
	int wake_fd)
{
	const bool naps =
		config->outside.kind != CONFIG_PORT_PCI && config->inside.kind != CONFIG_PORT_PCI;
	uint32_t count = (uint32_t)config->worker_count;
	int error = 0;

	workers->count = 0;
	while (workers->count < count && !error) {
		struct worker *worker = &workers->worker[workers->count];

		error = worker_open(
			worker, workers->count, policy, config, channel, memory, wake_fd);
		worker->naps = naps;
		workers->count += error == 0;
	}
	sa_owner_init(&workers->owner, count);
	if (!error)
		error = hand_over_rings_open(workers->worker, count, &workers->owner);
	if (error)
		workers_close(workers);
	return error;
}

void workers_close(struct workers *workers)
{
	hand_over_rings_close(workers->worker, workers->count);
	while (workers->count > 0)
		worker_close(&workers->worker[--workers->count]);
}

void workers_wire(struct workers *workers, const struct buffers *buffers,
	const struct port *outside, const struct port *inside)
{
	for (uint16_t w = 0; w < workers->count; w++) {
		struct path *path = &workers->worker[w].path;

		path->packets = buffers->packets;
		path->large = buffers->large;
		path->outside = port_of_worker(outside, w);
		path->inside = port_of_worker(inside, w);
	}
}

/* The first count of them. */
static void stop(struct workers *workers, uint32_t count)
{
	for (uint32_t w = 0; w < count; w++)
		atomic_store(&workers->worker[w].stop, true);
	for (uint32_t w = 0; w < count; w++)
		rte_eal_wait_lcore(lcore_of(w));
}

int workers_start(struct workers *workers)
{
	for (uint32_t w = 0; w < workers->count; w++) {
		int error = rte_eal_remote_launch(worker_run, &workers->worker[w], lcore_of(w));

		if (error) {
			log_error("worker %u does not start: %s", w, strerror(-error));
			stop(workers, w);
			return error;
		}
	}
	for (uint32_t w = 0; w < workers->count; w++)
		while (!atomic_load(&workers->worker[w].running))
			usleep(100);
	return 0;
}

void workers_stop(struct workers *workers)
{
	stop(workers, workers->count);
}
