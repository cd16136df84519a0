/* SPDX-License-Identifier: BSD-3-Clause */
/* Sets of SAs as the P-CSCF uses them: every set has an owner, an end and a cap. */
#include <errno.h>
#include <string.h>

#include "esp_key.h"
#include "pcscf_state.h"

static bool is_of_same_ue(const struct pcscf_register *attempt, const struct sa_set *set)
{
	return net_address_equal(&set->ue, &attempt->flow.remote.address);
}

/* How easily a set gives way to an attempt of its IMPI; 0: never. An established set that is in
 * force stays, but for one that is new and that its UE obviously does not know: it begins anew on
 * the set before it. What came bare may be anyone's; what was begun on a set is its UE's. */
static unsigned spare_rank(const struct pcscf_register *attempt, const struct sa_set *set)
{
	switch (set->state) {
	case SA_SET_CLOSING:
		return 4;
	case SA_SET_ADDING:
	case SA_SET_TEMPORARY:
		return set->started_on != 0 ? 1 : 3;
	case SA_SET_OLD:
		return set == attempt->arrived ? 0 : 2;
	case SA_SET_NEW:
		return attempt->arrived && attempt->arrived->state == SA_SET_REPLACED;
	default:
		return 0;
	}
}

/* The oldest of those that give way most easily, or NULL. */
static struct sa_set *find_spare(const struct pcscf_register *attempt, bool same_ue)
{
	struct sa_set *spare = NULL;
	unsigned best = 1;

	for (struct sa_set *set = sa_set_table_of_impi(&attempt->pcscf->sets, attempt->impi); set;
		set = set->next_of_impi) {
		unsigned rank = spare_rank(attempt, set);

		if (rank < best || (same_ue && !is_of_same_ue(attempt, set)))
			continue;
		best = rank;
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
	spare = find_spare(attempt, true);
	if (spare)
		pcscf_set_event(spare, SA_SET_EXPIRED);
}

struct sa_set *pcscf_set_adding(const struct pcscf_register *attempt)
{
	struct sa_set *set = sa_set_table_of_impi(&attempt->pcscf->sets, attempt->impi);

	while (set && (set->state != SA_SET_ADDING || !is_of_same_ue(attempt, set)))
		set = set->next_of_impi;
	return set;
}

/* P-ERR: a new challenge deletes the previous incomplete set of this UE. Returns how many sets the
 * IMPI has left. */
static unsigned drop_incomplete(const struct pcscf_register *attempt)
{
	struct sa_set *next;
	unsigned count = 0;

	for (struct sa_set *set = sa_set_table_of_impi(&attempt->pcscf->sets, attempt->impi); set;
		set = next) {
		next = set->next_of_impi;
		if (is_of_same_ue(attempt, set) &&
			(sa_set_state_is_incomplete(set->state) ||
				(set->state == SA_SET_CLOSING &&
					set->offer.port_c == attempt->offer.port_c)))
			pcscf_set_event(set, SA_SET_EXPIRED);
		else
			count++;
	}
	return count;
}

/* P-TBL: no IMPI has more than three sets. */
static int make_room(const struct pcscf_register *attempt)
{
	struct pcscf *pcscf = attempt->pcscf;
	unsigned count = drop_incomplete(attempt);
	struct sa_set *spare = NULL;

	if (count >= SA_SET_TABLE_PER_IMPI) {
		spare = find_spare(attempt, false);
		if (!spare) {
			pcscf->counters.refused_sets_per_impi++;
			return -EUSERS;
		}
		pcscf_set_event(spare, SA_SET_EXPIRED);
	}
	if (pcscf->sets.count < pcscf->settings.sets_max)
		return 0;
	pcscf->counters.refused_no_room++;
	return -ENOSPC;
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

static void release_spis(
	struct pcscf *pcscf, const struct sip_flow *flow, uint32_t spi_s, uint32_t spi_c)
{
	const struct net_address *local = &flow->local.address, *ue = &flow->remote.address;

	sa_client_release_spi(pcscf->settings.sa_client, local, ue, spi_s);
	sa_client_release_spi(pcscf->settings.sa_client, local, ue, spi_c);
}

/* P-SPI: two SPIs of ours, unlike each other and unlike those of SM1. -ENOSPC: there are none. */
static int choose_own(const struct pcscf_register *attempt, struct sec_agree_own *own)
{
	struct pcscf *pcscf = attempt->pcscf;
	struct sa_client *sas = pcscf->settings.sa_client;
	const struct net_address *local = &attempt->flow.local.address;
	const struct net_address *ue = &attempt->flow.remote.address;
	uint32_t avoid[3] = {attempt->offer.spi_c, attempt->offer.spi_s};

	*own = (struct sec_agree_own){.port_s = pcscf->settings.server_port};
	own->spi_s = avoid[2] = sa_client_choose_spi(sas, local, ue, avoid, 2);
	own->spi_c = attempt->offer.one_pair ? own->spi_s
					     : sa_client_choose_spi(sas, local, ue, avoid, 3);
	if (own->spi_s == 0 || own->spi_c == 0) {
		release_spis(pcscf, &attempt->flow, own->spi_s, own->spi_c);
		return -ENOSPC;
	}
	own->port_c = choose_client_port(attempt);
	return 0;
}

static struct sa_set *create_set(
	const struct pcscf_register *attempt, const struct sec_agree_own *own)
{
	char list[SEC_AGREE_TEXT_MAX];

	if (sec_agree_policy_list(
		    &attempt->pcscf->settings.policy, own, attempt->offer.one_pair, list) != 0)
		return NULL;
	return sa_set_create(attempt->impi, attempt->client_list, list, attempt->challenge_nonce);
}

static int make_set(const struct pcscf_register *attempt, struct sa_set **out)
{
	struct sec_agree_own own;
	struct sa_set *set;
	int status = choose_own(attempt, &own);

	if (status != 0)
		return status;
	set = create_set(attempt, &own);
	if (!set) {
		release_spis(attempt->pcscf, &attempt->flow, own.spi_s, own.spi_c);
		return -ENOMEM;
	}
	set->pcscf = attempt->pcscf;
	set->local = attempt->flow.local.address;
	set->ue = attempt->flow.remote.address;
	set->offer = attempt->offer;
	set->own = own;
	set->started_on = attempt->arrived ? attempt->arrived->own.spi_s : 0;
	*out = set;
	return 0;
}

void pcscf_set_destroy(struct sa_set *set)
{
	const struct sip_flow flow = pcscf_set_flow(set);

	release_spis(set->pcscf, &flow, set->own.spi_s, set->own.spi_c);
	sa_set_destroy(set);
}

static int send_set(struct pcscf_register *attempt, struct sa_set *set,
	void (*added)(void *context, int status))
{
	const struct pcscf_settings *settings = &attempt->pcscf->settings;
	struct sa_parameters sas[SA_CLIENT_SET_MAX];
	struct secret ik_esp = {0};
	unsigned count;
	int status = esp_key_expand(&attempt->ik, sa_key_len(set->offer.algorithm), &ik_esp);

	secret_wipe(&attempt->ik);

	if (status != 0)
		return status;
	count = sa_set_parameters(set, &ik_esp, settings->replay_window, sas);
	status = sa_client_add(settings->sa_client, sas, count, &set->add, added, attempt);
	secret_wipe_bytes(sas, sizeof(sas));
	secret_wipe(&ik_esp);
	return status;
}

bool pcscf_set_is_taken_by_hand(const struct pcscf_register *attempt)
{
	const struct pcscf_settings *settings = &attempt->pcscf->settings;
	struct net_endpoint ue = {attempt->flow.remote.address, attempt->offer.port_c};

	if (!settings->is_taken)
		return false;
	if (settings->is_taken(settings->is_taken_context, &ue))
		return true;
	ue.port = attempt->offer.port_s;
	return settings->is_taken(settings->is_taken_context, &ue);
}

int pcscf_set_start(struct pcscf_register *attempt, void (*added)(void *context, int status))
{
	struct sa_set *set;
	int status;

	if (pcscf_set_is_taken_by_hand(attempt)) /* since SM1 */
		return -EEXIST;
	status = make_room(attempt);
	if (status != 0)
		return status;
	free_client_port(attempt);
	status = make_set(attempt, &set);
	if (status != 0)
		return status;
	status = sa_set_table_add(&attempt->pcscf->sets, set);
	if (status != 0)
		goto destroy_set;
	status = send_set(attempt, set, added);
	if (status != 0)
		goto remove_set;
	pcscf_set_hold(set);
	attempt->created = set;
	set->is_half_open = attempt->is_half_open;
	attempt->is_half_open = false;
	return 0;
remove_set:
	sa_set_table_remove(&attempt->pcscf->sets, set);
destroy_set:
	pcscf_set_destroy(set);
	return status;
}
