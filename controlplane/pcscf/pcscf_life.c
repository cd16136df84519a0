/* SPDX-License-Identifier: BSD-3-Clause */
/* What the rows of sa_set_state.c ask for: timers, the IMPI's other sets, the data plane. */
#include <errno.h>

#include "pcscf_state.h"

/* How long a set that ends still carries the last answer and its retransmissions. */
#define CLOSING_MS 8000

struct sip_flow pcscf_set_flow(const struct sa_set *set)
{
	return (struct sip_flow){
		.transport = SIP_UDP,
		.local = {.address = set->local, .port = set->own.port_c},
		.remote = {.address = set->ue, .port = set->offer.port_s},
	};
}

void pcscf_set_hold(struct sa_set *set)
{
	set->holders++;
}

void pcscf_set_release(struct sa_set *set)
{
	set->holders--;
	if (set->state == SA_SET_GONE && set->holders == 0)
		pcscf_set_destroy(set);
}

static uint64_t now_ms(const struct sa_set *set)
{
	return timer_queue_now_ms(set->pcscf->settings.timers);
}

static uint64_t remaining_ms(const struct sa_set *set)
{
	return set->end_ms > now_ms(set) ? set->end_ms - now_ms(set) : 0;
}

static void expire(void *context)
{
	struct sa_set *set = context;

	if (sa_set_state_step(set->state, SA_SET_EXPIRED).next == SA_SET_GONE)
		set->pcscf->counters.sets_expired++;
	pcscf_set_event(set, SA_SET_EXPIRED);
}

static void arm(struct sa_set *set, uint64_t delay_ms)
{
	timer_queue_arm(set->pcscf->settings.timers, &set->life, delay_ms, expire, set);
}

static void live_for(struct sa_set *set, uint64_t delay_ms)
{
	set->end_ms = now_ms(set) + delay_ms;
	pcscf_keep_changed(set);
	arm(set, delay_ms);
}

/* P-LIFE: 64 * T1, by policy. */
static void fade(struct sa_set *set)
{
	uint64_t most = set->pcscf->settings.old_set_ms;

	live_for(set, remaining_ms(set) < most ? remaining_ms(set) : most);
}

static struct sa_set *newest(const struct sa_set *set)
{
	return set->owner ? set->owner->newest : NULL;
}

struct sa_set *pcscf_set_started_on(const struct sa_set *set)
{
	struct sa_set *other = newest(set);

	while (other && (set->started_on == 0 || other->own.spi_s != set->started_on))
		other = other->next_of_impi;
	return other;
}

/* The same, where it is still in force. */
static struct sa_set *before(const struct sa_set *set)
{
	struct sa_set *other = pcscf_set_started_on(set);

	return other && sa_set_state_is_in_force(other->state) ? other : NULL;
}

/* The event for every other set of the IMPI that is in this state. */
static void tell_others(struct sa_set *set, enum sa_set_state state, enum sa_set_event event)
{
	struct sa_set *next;

	for (struct sa_set *other = newest(set); other; other = next) {
		next = other->next_of_impi;
		if (other != set && other->state == state)
			pcscf_set_event(other, event);
	}
}

/* P-LIFE: of the established sets, that on which SM1 came stays. */
static void close_others(struct sa_set *set)
{
	struct sa_set *next;

	for (struct sa_set *other = newest(set); other; other = next) {
		next = other->next_of_impi;
		if (other != set && !sa_set_state_is_incomplete(other->state) &&
			(set->started_on == 0 || other->own.spi_s != set->started_on))
			pcscf_set_event(other, SA_SET_CLOSED);
	}
}

/* Out of the table and out of the data plane. Whoever waits for its acknowledgement is told. */
static void take_away(struct sa_set *set)
{
	struct pcscf_settings *settings = &set->pcscf->settings;
	bool waited_for = set->add.cookie != 0;

	timer_queue_disarm(settings->timers, &set->life);
	if (set->sa_count == 0) {
		sa_client_cancel(settings->sa_client, &set->add);
	} else {
		sa_client_leave(settings->sa_client, &set->add);
		sa_client_delete(settings->sa_client, set->add.handles, set->sa_count);
		trace_hop(settings->trace, "SA delete", "P-CSCF", "data plane", set->impi, "delete",
			"%u SAs, SPI %u first", set->sa_count, set->own.spi_s);
	}
	sa_set_table_remove(&set->pcscf->sets, set);
	pcscf_set_hold(set);
	if (waited_for)
		set->add.added(set->add.context, -ECANCELED);
	pcscf_set_release(set);
}

static void used(struct sa_set *set)
{
	set->pcscf->counters.sets_used++;
	trace_hop(set->pcscf->settings.trace, "SA used", "data plane", "P-CSCF", set->impi,
		"first use", "SPI %u", set->own.spi_s);
	tell_others(set, SA_SET_REPLACED, SA_SET_RETIRED);
}

static void act(struct sa_set *set, enum sa_set_action action)
{
	const struct pcscf_settings *settings = &set->pcscf->settings;

	switch (action) {
	case SA_SET_NOTHING:
		break;
	case SA_SET_AWAIT_SM7:
		live_for(set, settings->reg_await_auth_ms);
		break;
	case SA_SET_FOLLOW:
		pcscf_set_event(before(set), SA_SET_FOLLOWED);
		close_others(set);
		break;
	case SA_SET_CLOSE_OTHERS:
		close_others(set);
		break;
	case SA_SET_RETIRE_BEFORE:
		used(set);
		break;
	case SA_SET_SEND_TO_END:
		arm(set, remaining_ms(set) > settings->old_set_ms
				 ? remaining_ms(set) - settings->old_set_ms
				 : 0);
		break;
	case SA_SET_HAND_OVER:
		fade(set);
		tell_others(set, SA_SET_NEW, SA_SET_USED);
		break;
	case SA_SET_FADE:
		fade(set);
		break;
	case SA_SET_LINGER:
		live_for(set, CLOSING_MS);
		break;
	case SA_SET_REMOVE:
		take_away(set);
		break;
	}
}

void pcscf_set_event(struct sa_set *set, enum sa_set_event event)
{
	struct sa_set_step step = sa_set_state_step(set->state, event);

	set->state = step.next;
	pcscf_keep_changed(set);
	if (set->is_half_open && !sa_set_state_is_incomplete(set->state)) {
		set->is_half_open = false;
		half_open_give(&set->pcscf->half_open, &set->ue);
	}
	act(set, step.action);
}

static void first_use(void *context)
{
	pcscf_set_event(context, SA_SET_USED);
}

/* From port_us, as sa_set_parameters orders them. One pair: its one inbound SA carries SM7, and
 * what comes later is seen as SIP. */
static void watch(struct sa_set *set)
{
	if (!set->offer.one_pair)
		sa_client_watch(set->pcscf->settings.sa_client, &set->add, 2, first_use, set);
}

void pcscf_set_acknowledged(struct sa_set *set)
{
	set->sa_count = set->add.count;
	pcscf_set_event(set, SA_SET_ACKNOWLEDGED);
	watch(set);
}

void pcscf_set_succeeded(struct sa_set *set, uint64_t lifetime_ms)
{
	for (const struct sa_set *other = newest(set); other; other = other->next_of_impi)
		if (other != set && sa_set_state_is_in_force(other->state) &&
			remaining_ms(other) > lifetime_ms)
			lifetime_ms = remaining_ms(other);
	if (lifetime_ms > remaining_ms(set) || set->state == SA_SET_TEMPORARY)
		live_for(set, lifetime_ms);
	pcscf_set_event(set, before(set) ? SA_SET_SUCCEEDED_BESIDE : SA_SET_SUCCEEDED);
	sa_set_forget_challenge(set);
}

void pcscf_set_end(struct sa_set *set)
{
	pcscf_set_hold(set);
	while (set->state != SA_SET_GONE) /* one that was replaced is an old one first */
		pcscf_set_event(set, SA_SET_EXPIRED);
	pcscf_set_release(set);
}

static void kept(void *context, int status)
{
	struct sa_set *set = context;

	if (status == 0 || status == -ECANCELED)
		return;
	set->pcscf->counters.sets_lost++;
	set->sa_count = 0; /* none of them is left */
	pcscf_set_end(set);
}

int pcscf_set_resume(struct sa_set *set, const uint64_t *handles, unsigned count, uint64_t end_ms)
{
	struct sa_client *sa_client = set->pcscf->settings.sa_client;
	int status = sa_client_keep(sa_client, handles, count, &set->add, kept, set);

	if (status != 0)
		return status;
	set->sa_count = count;
	pcscf_set_live_for(set, end_ms > now_ms(set) ? end_ms - now_ms(set) : 0);
	if (set->state == SA_SET_NEW)
		watch(set);
	return 0;
}

void pcscf_set_leave(struct sa_set *set)
{
	timer_queue_disarm(set->pcscf->settings.timers, &set->life);
	sa_client_leave(set->pcscf->settings.sa_client, &set->add);
	sa_set_table_remove(&set->pcscf->sets, set);
	pcscf_set_destroy(set);
}

void pcscf_set_live_for(struct sa_set *set, uint64_t lifetime_ms)
{
	live_for(set, lifetime_ms);
	if (set->state == SA_SET_REPLACED)
		act(set, SA_SET_SEND_TO_END);
}

void pcscf_set_close_all(const struct pcscf *pcscf, const char *impi)
{
	struct sa_set *next;

	for (struct sa_set *set = sa_set_table_of_impi(&pcscf->sets, impi); set; set = next) {
		next = set->next_of_impi;
		pcscf_set_event(set, SA_SET_CLOSED);
	}
}

struct sa_set *pcscf_set_latest(const struct pcscf *pcscf, const char *impi)
{
	struct sa_set *set = sa_set_table_of_impi(&pcscf->sets, impi);

	while (set && set->state != SA_SET_NEW && set->state != SA_SET_CONFIRMED)
		set = set->next_of_impi;
	return set;
}
