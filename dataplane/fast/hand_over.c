/* SPDX-License-Identifier: BSD-3-Clause */
/* Between parse and everything that has a state: so each SA and each fragment has one writer. */
#include "hand_over.h"

#include <rte_cycles.h>
#include <rte_ring.h>

#include "flat.h"
#include "ip_header.h"
#include "sa_owner.h"

_Static_assert(WIRE_IPV4_TARGET_AT == WIRE_IPV4_SOURCE_AT + 4, "the addresses lie side by side");
_Static_assert(WIRE_IPV6_TARGET_AT == WIRE_IPV6_SOURCE_AT + 16, "the addresses lie side by side");

/* What no SA and no fragment that waits can concern is judged where it is: a stranger's flood must
 * not fill the rings. */
static uint32_t owner_of(
	const struct path *path, const struct burst *burst, unsigned i, enum path_side side)
{
	uint8_t family = burst->shape[i].family;
	const uint8_t *ip = burst->ip[i], *source = ip_header_source(ip, family);

	if (family == NET_NONE ||
		!policy_find(path->policy, family,
			side == PATH_OUTSIDE ? ip_header_target(ip, family) : source))
		return path->worker;
	return sa_owner_worker(path->hand_over.owner,
		family == NET_IPV4 ? sa_owner_fold(source, 8) : sa_owner_fold(source, 32));
}

/* All packets of one other worker. The large buffers are few, and the ports live by them: none that
 * could be in a small one goes on a way of its own. */
static void give(struct path *path, struct burst *burst, const uint8_t *owners, uint32_t to,
	struct rte_ring *ring)
{
	struct rte_mbuf *packets[BURST_MAX];
	unsigned numbers[BURST_MAX], count = 0, taken;

	for (unsigned i = 0; i < burst->count; i++) {
		if (owners[i] != to)
			continue;
		if (!flat_shrink(path->packets, &burst->mbuf[i])) {
			burst_drop(burst, i, DROP_NO_BUFFER, path->counters);
			continue;
		}
		numbers[count] = i;
		packets[count++] = burst->mbuf[i];
	}
	taken = rte_ring_sp_enqueue_burst(ring, (void *const *)packets, count, NULL);
	path->counters->handed_over += taken;
	for (unsigned n = taken; n < count; n++)
		burst_drop(burst, numbers[n], DROP_HAND_OVER_FULL, path->counters);
}

static void hand_over(struct path *path, struct burst *burst, enum path_side side)
{
	uint32_t others = 0; /* a bit for each worker that something is for */
	uint8_t owners[BURST_MAX];
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		owners[i] = (uint8_t)owner_of(path, burst, i, side);
		others |= 1u << owners[i];
	}
	others &= ~(1u << path->worker);
	if (others == 0)
		return;
	for (; others != 0; others &= others - 1) {
		uint32_t to = (uint32_t)__builtin_ctz(others);

		give(path, burst, owners, to, path->hand_over.to[side][to]);
	}
	for (unsigned i = 0; i < burst->count; i++)
		if (owners[i] == path->worker)
			burst_keep(burst, i, &kept);
	burst->count = kept;
}

void hand_over_outside(struct path *path, struct burst *burst)
{
	if (path->hand_over.workers > 1)
		hand_over(path, burst, PATH_OUTSIDE);
}

void hand_over_inside(struct path *path, struct burst *burst)
{
	if (path->hand_over.workers > 1)
		hand_over(path, burst, PATH_INSIDE);
}

void hand_over_receive(struct path *path, enum path_side side, struct burst *burst)
{
	struct path_hand_over *rings = &path->hand_over;
	uint32_t from = rings->first[side];

	burst_begin(burst);
	/* Each time another one comes first, so that none of them waits behind a busy one for ever.
	 */
	rings->first[side] = from + 1 < rings->workers ? from + 1 : 0;
	for (uint32_t n = 0; n < rings->workers && burst->count < BURST_MAX; n++) {
		struct rte_ring *ring = rings->from[side][from];

		if (ring)
			burst->count += rte_ring_sc_dequeue_burst(ring,
				(void **)(burst->mbuf + burst->count), BURST_MAX - burst->count,
				NULL);
		from = from + 1 < rings->workers ? from + 1 : 0;
	}
	burst->now = rte_rdtsc();
	path->counters->taken_over += burst->count;
}
