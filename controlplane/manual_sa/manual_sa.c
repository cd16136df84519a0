/* SPDX-License-Identifier: BSD-3-Clause */
#include "manual_sa.h"

#include <errno.h>
#include <stdlib.h>

#include "manual_sa_ends.h"
#include "secret.h"

#define CHOICES  8  /* of an SPI, before there is none */
#define RETRY_MS 20 /* a full ring says nothing when it has room again */

/* One SA that the data plane has not acknowledged yet. */
struct under_way {
	struct sa_add add;
	struct manual_sas *sas;
	struct manual_sa *sa;          /* NULL: this one is free */
	struct manual_sa_giver *giver; /* NULL: he has left */
	uint64_t index;
	struct under_way *next_free;
};

struct manual_sas {
	struct manual_sas_settings settings;
	struct manual_sa_table table;
	struct manual_sa_giver *waiting; /* for room */
	bool may_have_room;              /* something has happened since they were refused */
	struct timer retry;
	struct under_way *free;
	struct under_way under_way[MANUAL_SA_UNDER_WAY];
};

/* The allocator of the gateway's own SPIs asks. */
static bool is_taken(void *context, uint32_t spi)
{
	const struct manual_sas *sas = context;

	return manual_sa_table_inbound(&sas->table, spi) != NULL;
}

int manual_sas_create(const struct manual_sas_settings *settings, struct manual_sas **out)
{
	struct manual_sas *sas = calloc(1, sizeof(*sas));
	int status;

	if (!sas)
		return -ENOMEM;
	sas->settings = *settings;
	status = manual_sa_table_open(&sas->table, settings->capacity);
	if (status != 0) {
		free(sas);
		return status;
	}
	for (unsigned i = MANUAL_SA_UNDER_WAY; i-- > 0;) {
		sas->under_way[i].next_free = sas->free;
		sas->free = &sas->under_way[i];
	}
	sa_client_set_taken(settings->sa_client, is_taken, sas);
	*out = sas;
	return 0;
}

void manual_sas_destroy(struct manual_sas *sas)
{
	if (!sas)
		return;
	timer_queue_disarm(sas->settings.timers, &sas->retry);
	for (unsigned i = 0; i < MANUAL_SA_UNDER_WAY; i++)
		if (sas->under_way[i].sa)
			sa_client_cancel(sas->settings.sa_client, &sas->under_way[i].add);
	sa_client_set_taken(sas->settings.sa_client, NULL, NULL);
	manual_sa_table_close(&sas->table);
	free(sas);
}

const char *manual_sas_why(int status)
{
	switch (status) {
	case -EEXIST:
		return "taken: an inbound one has this SPI, or an outbound one these addresses and "
		       "ports";
	case -ENOSPC:
		return "no place left: dataplane.sa_capacity";
	case -ETIMEDOUT:
		return "the data plane does not answer";
	default:
		return "refused by the data plane";
	}
}

void manual_sas_turn(struct manual_sas *sas)
{
	struct manual_sa_giver *giver = sas->waiting;

	if (!sas->may_have_room)
		return;
	sas->may_have_room = false;
	sas->waiting = NULL;
	while (giver) {
		struct manual_sa_giver *next = giver->next;

		giver->waits = false;
		giver->room(giver);
		giver = next;
	}
}

static void release_spi(const struct manual_sas *sas, const struct sa_parameters *sa)
{
	sa_client_release_spi(sas->settings.sa_client, &sa->local, &sa->remote, sa->spi);
}

/* An SPI that was given is not the client's, who knows. */
static void remove_sa(struct manual_sas *sas, struct manual_sa *sa)
{
	if (sa->direction == SA_INBOUND)
		sa_client_release_spi(sas->settings.sa_client, &sa->local, &sa->remote, sa->spi);
	manual_sa_table_remove(&sas->table, sa);
}

static void acknowledged(void *context, int status)
{
	struct under_way *one = context;
	struct manual_sas *sas = one->sas;
	struct manual_sa *sa = one->sa;
	struct manual_sa_giver *giver = one->giver;

	if (status == 0) {
		sa->handle = one->add.handles[0];
		sa->state = MANUAL_SA_LIVE;
		sas->table.live++;
	}
	one->sa = NULL;
	one->next_free = sas->free;
	sas->free = one;
	sas->may_have_room = true;
	if (giver)
		giver->added(giver, one->index, sa, status);
	if (status != 0)
		remove_sa(sas, sa);
}

/* What sa_parameters_check does not know. NULL, or what is wrong. */
static const char *fault_of(const struct manual_sas *sas, const struct sa_parameters *sa)
{
	const struct manual_sas_settings *settings = &sas->settings;
	const char *fault;

	if (sa->port_pairs != 1)
		return "there must be one port pair";
	fault = settings->fault_at_host(settings->context, sa);
	if (fault)
		return fault;
	if (sa->replay_window > settings->replay_window)
		return "replay_window is more than /dataplane/replay_window";
	return sa_parameters_check(sa);
}

static void retry(void *context)
{
	struct manual_sas *sas = context;

	sas->may_have_room = true;
}

static int wait_for_room(struct manual_sas *sas, struct manual_sa_giver *giver)
{
	if (!giver->waits) {
		giver->waits = true;
		giver->next = sas->waiting;
		sas->waiting = giver;
	}
	return -EAGAIN;
}

static int send_down(struct manual_sas *sas, const char *label, const struct sa_parameters *sa,
	struct under_way *one, const char **why)
{
	int status;

	one->sa = manual_sa_table_insert(&sas->table, label, sa);
	if (!one->sa) {
		*why = manual_sas_why(-ENOSPC);
		return -ENOSPC;
	}
	status = sa_client_add(sas->settings.sa_client, sa, 1, &one->add, acknowledged, one);
	if (status == 0) {
		sas->free = one->next_free;
		if (one->giver->patient)
			sa_client_await(sas->settings.sa_client, &one->add);
		return 0;
	}
	manual_sa_table_remove(&sas->table, one->sa);
	one->sa = NULL;
	if (status == -EAGAIN) {
		timer_queue_arm(sas->settings.timers, &sas->retry, RETRY_MS, retry, sas);
		return wait_for_room(sas, one->giver);
	}
	*why = "out of memory";
	return status;
}

/* One that no outbound SA between these addresses has; 0: there is none. */
static uint32_t choose_spi(const struct manual_sas *sas, const struct sa_parameters *given)
{
	struct sa_parameters sa = {
		.direction = SA_INBOUND, .local = given->local, .remote = given->remote};

	for (unsigned tries = 0; tries < CHOICES; tries++) {
		sa.spi = sa_client_choose_spi(
			sas->settings.sa_client, &sa.local, &sa.remote, NULL, 0);
		if (sa.spi == 0 || !manual_sa_table_opposite(&sas->table, &sa))
			return sa.spi;
		release_spi(sas, &sa); /* the next one is another */
	}
	return 0;
}

/* Who else has the SPI, or NULL. The ICV covers no addresses: where one key serves both directions,
 * an SPI that does, too, would let a packet that has left come back as one of the other end's
 * (INT-2). */
static const char *owner_of_spi(const struct manual_sas *sas, const struct sa_parameters *sa)
{
	if (sa->direction == SA_INBOUND && manual_sa_table_inbound(&sas->table, sa->spi))
		return "another inbound one has this SPI";
	if (manual_sa_table_opposite(&sas->table, sa))
		return "one of the other direction between these addresses has this SPI";
	return NULL;
}

/* 0, or why not. */
static int judge(const struct manual_sas *sas, const struct sa_parameters *sa, const char **why)
{
	*why = fault_of(sas, sa);
	if (*why)
		return -EINVAL;
	*why = owner_of_spi(sas, sa);
	return *why ? -EEXIST : 0;
}

int manual_sas_add(struct manual_sas *sas, const char *label, const struct sa_parameters *given,
	struct manual_sa_giver *giver, uint64_t index, const char **why)
{
	struct under_way *one = sas->free;
	struct sa_parameters sa = *given;
	bool chooses = sa.direction == SA_INBOUND && sa.spi == 0;
	int status;

	if (!one)
		return wait_for_room(sas, giver);
	if (chooses)
		sa.spi = choose_spi(sas, &sa);
	if (sa.direction == SA_INBOUND && sa.replay_window == 0)
		sa.replay_window = sas->settings.replay_window;
	status = judge(sas, &sa, why);
	if (chooses && sa.spi == 0) {
		*why = manual_sas_why(-ENOSPC);
		status = -ENOSPC;
	}
	if (status == 0) {
		*one = (struct under_way){
			.sas = sas, .giver = giver, .index = index, .next_free = one->next_free};
		status = send_down(sas, label, &sa, one, why);
	}
	if (status != 0 && chooses)
		release_spi(sas, &sa);
	secret_wipe_bytes(&sa, sizeof(sa));
	return status;
}

void manual_sas_leave(struct manual_sas *sas, struct manual_sa_giver *giver)
{
	for (unsigned i = 0; i < MANUAL_SA_UNDER_WAY; i++)
		if (sas->under_way[i].giver == giver)
			sas->under_way[i].giver = NULL;
	for (struct manual_sa_giver **at = &sas->waiting; *at; at = &(*at)->next) {
		if (*at == giver) {
			*at = giver->next;
			return;
		}
	}
}

const struct manual_sa *manual_sas_next(
	const struct manual_sas *sas, const struct manual_sa_filter *filter, uint32_t *place)
{
	if (manual_sas_at_end(sas, *place))
		return NULL;
	return manual_sa_table_next(&sas->table, filter, place);
}

bool manual_sas_at_end(const struct manual_sas *sas, uint32_t place)
{
	return place >= sas->table.used_places;
}

unsigned manual_sas_delete(struct manual_sas *sas, const struct manual_sa_filter *filter,
	uint32_t *place, uint64_t handles[MANUAL_SA_DELETED_MAX])
{
	uint32_t end = *place + MANUAL_SA_TABLE_LOOK;
	unsigned count = 0;

	while (!manual_sas_at_end(sas, *place) && *place < end && count < MANUAL_SA_DELETED_MAX) {
		struct manual_sa *sa = manual_sa_table_next(&sas->table, filter, place);

		if (!sa)
			break;
		handles[count++] = sa->handle;
		remove_sa(sas, sa);
	}
	sa_client_delete(sas->settings.sa_client, handles, count);
	return count;
}

bool manual_sas_from(const struct manual_sas *sas, const struct net_address *local,
	const struct net_endpoint *remote)
{
	return manual_sa_ends_find(&sas->table, local, remote) != NULL;
}

uint32_t manual_sas_count(const struct manual_sas *sas)
{
	return sas->table.live;
}
