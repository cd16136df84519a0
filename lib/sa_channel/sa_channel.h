/* SPDX-License-Identifier: BSD-3-Clause */
/* The only way between the planes: per worker one lock-free single-producer single-consumer ring
 * of commands down and one of events up, and a page of counters, in memory that the supervisor
 * holds (memfd), so that either plane may die and find everything where it was.
 *
 * Threading: commands are sent by the control plane's one thread and received by the worker;
 * events are sent by the worker and received by the control plane's thread. Nothing here blocks,
 * allocates or calls the kernel, but for sa_channel_create and sa_channel_map. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa.h"
#include "worker_counters.h"

enum sa_command_type {
	/* parameters, epoch → a handle. Where a predecessor has left this very SA, with this key,
	 * it goes on with its window and its numbers; another one that is not kept makes room. */
	SA_COMMAND_ADD,
	SA_COMMAND_DELETE, /* handle */
	SA_COMMAND_USAGE,  /* handle → what has passed on that SA */
	SA_COMMAND_KEEP,   /* handle, epoch: a control plane that starts knows this SA */
	SA_COMMAND_FLUSH,  /* epoch: every SA of this worker that was not added or kept in it */
};

struct sa_command {
	uint64_t cookie; /* of the sender; comes back in the acknowledgement */
	uint64_t handle;
	uint32_t type;  /* enum sa_command_type */
	uint32_t epoch; /* of the sender: sa_channel_epoch */
	struct sa_parameters parameters;
};

enum sa_event_type {
	SA_EVENT_ACKNOWLEDGED, /* the command of this cookie has been carried out, or refused */
	SA_EVENT_FIRST_USE, /* a genuine packet has come on this inbound SA, the first one since it
			     * was added or kept; once, and behind the acknowledgement */
};

struct sa_event {
	uint64_t cookie; /* 0 where no command is answered */
	uint64_t handle; /* of the SA: names this one SA for ever, also when its slot is used again
			  */
	/* Of SA_COMMAND_USAGE: verified or protected; IP octets, inbound ones without ESP. */
	uint64_t packets, octets;
	uint32_t type;  /* enum sa_event_type */
	int32_t status; /* 0, -EEXIST (SPI or selectors taken), -ENOSPC, -ENOENT, -EINVAL */
};

struct sa_channel_size {
	uint32_t workers;
	uint32_t commands; /* per ring, a power of two */
	uint32_t events;   /* per ring, a power of two, at least commands */
};

struct sa_channel; /* one process's view of the shared memory */

/* Supervisor: makes the memory and sets up the rings. The descriptor is inherited by the planes
 * (no close-on-exec). 0, or -errno. */
int sa_channel_create(const struct sa_channel_size *size, int *fd)
	__attribute__((warn_unused_result));

/* Each plane: maps what create made; kept out of core files (keys pass through the rings).
 * 0, -EPROTO where the memory is of another version or size, or -errno. */
int sa_channel_map(int fd, struct sa_channel **out) __attribute__((warn_unused_result));
void sa_channel_unmap(struct sa_channel *channel);

/* Called once by a plane that starts, before anything else: takes its ends of the rings over from
 * a predecessor that may have died in the middle of a call. Events that the predecessor did not
 * fetch are still there; a cookie that nobody remembers is passed over. A command that it had
 * answered is gone; one that it had only carried out comes again. */
void sa_channel_resume_control(struct sa_channel *channel);
void sa_channel_resume_worker(struct sa_channel *channel, uint32_t worker);

/* Which of the control planes that have taken over so far this one is: 1 … 65535, then 1 again.
 * What it sends twice because a worker died in between means the same the second time. */
uint16_t sa_channel_epoch(const struct sa_channel *channel);

/* Of this memory, and of the SA table beside it: a random number. What a control plane has written
 * about another one's SAs says nothing about these. */
uint64_t sa_channel_instance(const struct sa_channel *channel);

uint32_t sa_channel_workers(const struct sa_channel *channel);

/* The counters of one worker, in the shared memory itself. */
struct worker_counters *sa_channel_counters(struct sa_channel *channel, uint32_t worker);

/* The links of the two ports. (the data plane's main thread) */
enum sa_channel_side { SA_CHANNEL_OUTSIDE, SA_CHANNEL_INSIDE, SA_CHANNEL_SIDES };

enum sa_channel_link {
	SA_CHANNEL_LINK_UNKNOWN, /* no data plane runs */
	SA_CHANNEL_LINK_DOWN,
	SA_CHANNEL_LINK_UP,
};

void sa_channel_set_link(
	struct sa_channel *channel, enum sa_channel_side side, enum sa_channel_link link);
enum sa_channel_link sa_channel_link(const struct sa_channel *channel, enum sa_channel_side side);
const char *sa_channel_side_name(enum sa_channel_side side); /* "outside" */
const char *sa_channel_link_name(enum sa_channel_link link); /* "up" */

/* All or none of count commands, so that a set of SAs never waits half-sent. False: the ring has
 * no room now. The worker wipes what it has taken. */
bool sa_channel_send_commands(struct sa_channel *channel, uint32_t worker,
	const struct sa_command *commands, unsigned count) __attribute__((warn_unused_result));

/* How many commands wait. */
unsigned sa_channel_commands(const struct sa_channel *channel, uint32_t worker);

/* The commands whose turn it is, up to max; returns how many. They stay in the ring until each has
 * been carried out and answered: a worker that dies meanwhile leaves them to its successor. The
 * caller wipes out. */
unsigned sa_channel_peek_commands(const struct sa_channel *channel, uint32_t worker,
	struct sa_command *out, unsigned max) __attribute__((warn_unused_result));

static inline bool sa_channel_peek_command(
	const struct sa_channel *channel, uint32_t worker, struct sa_command *out)
{
	return sa_channel_peek_commands(channel, worker, out, 1) == 1;
}

/* The first of them has been answered. The ring's copy of the key is wiped. */
void sa_channel_consume_command(struct sa_channel *channel, uint32_t worker);

/* How many events the ring takes now: a worker takes no more commands than it can answer. */
unsigned sa_channel_event_room(const struct sa_channel *channel, uint32_t worker);

bool sa_channel_send_event(struct sa_channel *channel, uint32_t worker,
	const struct sa_event *event) __attribute__((warn_unused_result));
unsigned sa_channel_receive_events(
	struct sa_channel *channel, uint32_t worker, struct sa_event *out, unsigned max);
