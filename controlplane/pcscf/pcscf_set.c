/* SPDX-License-Identifier: BSD-3-Clause */
/* Sets of SAs as the P-CSCF uses them: every set has an owner, an end and a cap. */
#include <errno.h>
#include <string.h>

#include "esp_key.h"
#include "pcscf_state.h"

/* How long a set that ends still carries the last answer and its retransmissions. */
#define CLOSING_MS 8000

/* What is left to the old set after a re-authentication on it: 64 * T1 of IMS (P-LIFE). */
#define REPLACED_MS 128000

static bool is_incomplete(const struct sa_set *set)
{
	return set->state == SA_SET_ADDING || set->state == SA_SET_TEMPORARY;
}

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
		sa_set_destroy(set);
}

static void expire(void *context)
{
	struct sa_set *set = context;

	set->pcscf->counters.sets_expired++;
	pcscf_set_event(set, SA_SET_EXPIRED);
}

static void arm_life(struct sa_set *set, uint64_t delay_ms)
{
	timer_queue_arm(set->pcscf->settings.timers, &set->life, delay_ms, expire, set);
}

/* Out of the table and out of the data plane. Whoever waits for its acknowledgement is told. */
static void take_away(struct sa_set *set)
{
	struct pcscf_settings *settings = &set->pcscf->settings;
	bool waited_for = set->add.cookie != 0;

	timer_queue_disarm(settings->timers, &set->life);
	sa_client_cancel(settings->sa_client, &set->add);
	if (set->sa_count > 0) {
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

void pcscf_set_event(struct sa_set *set, enum sa_set_event event)
{
	enum sa_set_state next = sa_set_state_next(set->state, event);

	if (next == set->state)
		return;
	set->state = next;
	if (next == SA_SET_TEMPORARY)
		arm_life(set, set->pcscf->settings.reg_await_auth_ms);
	else if (next == SA_SET_CLOSING)
		arm_life(set, CLOSING_MS);
	else if (next == SA_SET_GONE)
		take_away(set);
}

static uint64_t remaining_ms(const struct sa_set *set)
{
	uint64_t now = timer_queue_now_ms(set->pcscf->settings.timers);

	return set->life.armed && set->life.due_ms > now ? set->life.due_ms - now : 0;
}

void pcscf_set_extend(struct sa_set *set, uint64_t lifetime_ms)
{
	for (const struct sa_set *other = sa_set_table_of_impi(&set->pcscf->sets, set->impi); other;
		other = other->next_of_impi)
		if (other->state == SA_SET_CONFIRMED && other != set &&
			remaining_ms(other) > lifetime_ms)
			lifetime_ms = remaining_ms(other);
	if (lifetime_ms > remaining_ms(set) || set->state != SA_SET_CONFIRMED)
		arm_life(set, lifetime_ms);
}

void pcscf_set_replace_others(struct sa_set *set)
{
	struct sa_set *next;

	for (struct sa_set *other = sa_set_table_of_impi(&set->pcscf->sets, set->impi); other;
		other = next) {
		next = other->next_of_impi;
		if (other == set || other->state != SA_SET_CONFIRMED)
			continue;
		if (other->own.spi_s != set->started_on)
			pcscf_set_event(other, SA_SET_CLOSED);
		else if (remaining_ms(other) > REPLACED_MS)
			arm_life(other, REPLACED_MS);
	}
}

void pcscf_set_close_all(struct sa_set *set)
{
	struct sa_set *next;

	for (struct sa_set *other = sa_set_table_of_impi(&set->pcscf->sets, set->impi); other;
		other = next) {
		next = other->next_of_impi;
		pcscf_set_event(other, SA_SET_CLOSED);
	}
}

struct sa_set *pcscf_set_current(const struct pcscf *pcscf, const char *impi)
{
	struct sa_set *set = sa_set_table_of_impi(&pcscf->sets, impi);

	while (set && set->state != SA_SET_CONFIRMED)
		set = set->next_of_impi;
	return set;
}

static bool is_of_same_ue(const struct pcscf_register *attempt, const struct sa_set *set)
{
	return net_address_equal(&set->ue, &attempt->flow.remote.address);
}

/* The oldest set of this UE that ends anyway, or NULL: its end has begun, or the UE authenticates
 * itself anew although it was replaced already. An attempt that came bare takes no established
 * set away. */
static struct sa_set *find_spare(const struct pcscf_register *attempt)
{
	const struct sa_set *current = pcscf_set_current(attempt->pcscf, attempt->impi);
	struct sa_set *spare = NULL;

	for (struct sa_set *set = sa_set_table_of_impi(&attempt->pcscf->sets, attempt->impi); set;
		set = set->next_of_impi) {
		bool replaced = attempt->arrived && set->state == SA_SET_CONFIRMED &&
				set != attempt->arrived && set != current;

		if (is_of_same_ue(attempt, set) && (set->state == SA_SET_CLOSING || replaced))
			spare = set;
	}
	return spare;
}

/* Whether a set between this UE and that port of ours stands: another one would have the same
 * selectors outbound, where port_us stays. */
static bool is_client_port_used(const struct pcscf_register *attempt, uint16_t port)
{
	for (const struct sa_set *set = sa_set_table_of_impi(&attempt->pcscf->sets, attempt->impi);
		set; set = set->next_of_impi)
		if (set->own.port_c == port && is_of_same_ue(attempt, set))
			return true;
	return false;
}

/* P-PORT: port_pc is another one on each authentication. Two ports are enough. */
static void free_client_port(const struct pcscf_register *attempt)
{
	const struct pcscf_settings *settings = &attempt->pcscf->settings;
	struct sa_set *spare;

	for (size_t i = 0; i < settings->client_port_count; i++)
		if (!is_client_port_used(attempt, settings->client_ports[i]))
			return;
	spare = find_spare(attempt);
	if (spare)
		pcscf_set_event(spare, SA_SET_EXPIRED);
}

/* P-TBL, P-ERR: a new challenge deletes the previous incomplete set of this UE; and no IMPI has
 * more than three sets, of which an established one is never taken away for an attempt. */
static int make_room(const struct pcscf_register *attempt)
{
	const struct pcscf *pcscf = attempt->pcscf;
	struct sa_set *set, *next, *oldest = NULL;
	unsigned count = 0;

	for (set = sa_set_table_of_impi(&pcscf->sets, attempt->impi); set; set = next) {
		next = set->next_of_impi;
		if (is_of_same_ue(attempt, set) &&
			(is_incomplete(set) ||
				(set->state == SA_SET_CLOSING &&
					set->offer.port_c == attempt->offer.port_c))) {
			pcscf_set_event(set, SA_SET_EXPIRED);
			continue;
		}
		if (set->state != SA_SET_CONFIRMED)
			oldest = set;
		count++;
	}
	if (!oldest)
		oldest = find_spare(attempt);
	if (count >= SA_SET_TABLE_PER_IMPI && !oldest)
		return -EUSERS;
	if (count >= SA_SET_TABLE_PER_IMPI)
		pcscf_set_event(oldest, SA_SET_EXPIRED);
	return pcscf->sets.count < pcscf->settings.sets_max ? 0 : -ENOSPC;
}

static uint16_t choose_client_port(const struct pcscf_register *attempt)
{
	struct pcscf *pcscf = attempt->pcscf;
	const struct pcscf_settings *settings = &pcscf->settings;
	uint16_t port = 0;

	for (size_t i = 0; i < settings->client_port_count; i++) {
		port = settings->client_ports[pcscf->next_client_port++ %
					      settings->client_port_count];
		if (!is_client_port_used(attempt, port))
			break;
	}
	return port;
}

/* P-SPI: two SPIs of ours, unlike each other and unlike those of SM1. */
static struct sec_agree_own choose_own(const struct pcscf_register *attempt)
{
	struct pcscf *pcscf = attempt->pcscf;
	uint32_t avoid[3] = {attempt->offer.spi_c, attempt->offer.spi_s};
	struct sec_agree_own own = {.port_s = pcscf->settings.server_port};

	own.spi_s = avoid[2] = spi_allocator_next(&pcscf->spis, avoid, 2);
	own.spi_c =
		attempt->offer.one_pair ? own.spi_s : spi_allocator_next(&pcscf->spis, avoid, 3);
	own.port_c = choose_client_port(attempt);
	return own;
}

static struct sa_set *make_set(const struct pcscf_register *attempt, const char *nonce)
{
	struct pcscf *pcscf = attempt->pcscf;
	struct sec_agree_own own = choose_own(attempt);
	char list[SEC_AGREE_TEXT_MAX];
	struct sa_set *set;

	if (sec_agree_policy_list(&pcscf->settings.policy, &own, attempt->offer.one_pair, list) !=
		0)
		return NULL;
	set = sa_set_create(attempt->impi, attempt->client_list, list, nonce);
	if (!set)
		return NULL;
	set->pcscf = pcscf;
	set->local = attempt->flow.local.address;
	set->ue = attempt->flow.remote.address;
	set->offer = attempt->offer;
	set->own = own;
	set->started_on = attempt->arrived ? attempt->arrived->own.spi_s : 0;
	return set;
}

static int send_set(struct pcscf_register *attempt, struct sa_set *set, const struct secret *ik,
	void (*added)(void *context, int status))
{
	const struct pcscf_settings *settings = &attempt->pcscf->settings;
	struct sa_parameters sas[SA_CLIENT_SET_MAX];
	struct secret ik_esp = {0};
	unsigned count;
	int status = esp_key_expand(ik, sa_key_len(set->offer.algorithm), &ik_esp);

	if (status != 0)
		return status;
	count = sa_set_parameters(set, &ik_esp, settings->replay_window, sas);
	status = sa_client_add(settings->sa_client, sas, count, &set->add, added, attempt);
	secret_wipe_bytes(sas, sizeof(sas));
	secret_wipe(&ik_esp);
	return status;
}

int pcscf_set_start(struct pcscf_register *attempt, const struct secret *ik, const char *nonce,
	void (*added)(void *context, int status))
{
	struct sa_set *set;
	int status = make_room(attempt);

	if (status != 0)
		return status;
	free_client_port(attempt);
	set = make_set(attempt, nonce);
	if (!set)
		return -ENOMEM;
	status = sa_set_table_add(&attempt->pcscf->sets, set);
	if (status != 0)
		goto destroy_set;
	status = send_set(attempt, set, ik, added);
	if (status != 0)
		goto remove_set;
	pcscf_set_hold(set);
	attempt->created = set;
	return 0;
remove_set:
	sa_set_table_remove(&attempt->pcscf->sets, set);
destroy_set:
	sa_set_destroy(set);
	return status;
}
