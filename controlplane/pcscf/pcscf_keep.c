/* SPDX-License-Identifier: BSD-3-Clause */
/* What the next P-CSCF in this place knows of an IMPI: the sets of SAs that are established, never
 * their keys, and what is registered on them. A challenge that waits is not kept: its UE begins
 * anew. Times are the timer queue's: process and successor run between two starts of the system. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "pcscf_state.h"

#define FORMAT       1
#define AHEAD_MAX_MS ((uint64_t)UINT32_MAX * 1000 + PCSCF_GUARD_MS) /* no Expires is longer */

void pcscf_keep_changed(struct sa_set *set)
{
	if (set && set->owner)
		kept_change(&set->pcscf->sets.kept, &set->owner->kept);
}

void pcscf_keep_all(struct pcscf *pcscf)
{
	for (struct sa_set *set = pcscf->sets.by_client; set; set = set->hh.next)
		pcscf_keep_changed(set);
}

bool pcscf_has_changes(const struct pcscf *pcscf)
{
	return kept_has_changes(&pcscf->sets.kept);
}

static unsigned count_established(const struct sa_set *set)
{
	unsigned count = 0;

	for (; set; set = set->next_of_impi)
		count += sa_set_state_is_established(set->state);
	return count;
}

static void put_offer(struct record *record, const struct sec_agree_offer *offer)
{
	record_put_text(record, sa_algorithm_name(offer->algorithm));
	record_put_u32(record, offer->one_pair);
	record_put_u32(record, offer->spi_c);
	record_put_u32(record, offer->spi_s);
	record_put_u32(record, offer->port_c);
	record_put_u32(record, offer->port_s);
}

static void put_own(struct record *record, const struct sec_agree_own *own)
{
	record_put_u32(record, own->spi_c);
	record_put_u32(record, own->spi_s);
	record_put_u32(record, own->port_c);
	record_put_u32(record, own->port_s);
}

static void put_set(struct record *record, const struct sa_set *set)
{
	record_put_text(record, set->server_list);
	record_put_text(record, set->associated_uris);
	record_put_text(record, set->service_route);
	record_put_text(record, sa_set_state_name(set->state));
	record_put_address(record, &set->local);
	record_put_address(record, &set->ue);
	put_offer(record, &set->offer);
	put_own(record, &set->own);
	record_put_u32(record, set->started_on);
	record_put_u64(record, set->end_ms);
	record_put_u32(record, set->sa_count);
	for (unsigned i = 0; i < set->sa_count; i++)
		record_put_u64(record, set->add.handles[i]);
}

/* The oldest first: they come back in this order. */
static void put_sets(struct record *record, const struct sa_set *set)
{
	if (!set)
		return;
	put_sets(record, set->next_of_impi);
	if (sa_set_state_is_established(set->state))
		put_set(record, set);
}

static void put_owner(struct record *record, const struct sa_set_owner *owner)
{
	record_begin(record);
	record_put_u32(record, FORMAT);
	record_put_text(record, owner->impi);
	registered_impus_put(owner->impus, record);
	record_put_u32(record, count_established(owner->newest));
	put_sets(record, owner->newest);
}

void pcscf_keep(struct pcscf *pcscf)
{
	struct record record = {.len = 0};
	struct kept *kept;

	while ((kept = kept_take(&pcscf->sets.kept)) != NULL) {
		const struct sa_set_owner *owner =
			(struct sa_set_owner *)((char *)kept - offsetof(struct sa_set_owner, kept));

		if (count_established(owner->newest) == 0) {
			kept_remove(&pcscf->sets.kept, kept);
			continue;
		}
		put_owner(&record, owner);
		kept_write(&pcscf->sets.kept, kept, &record);
	}
	record_free(&record);
}

static uint16_t get_port(struct record_reader *reader)
{
	uint32_t port = record_get_at_most(reader, UINT16_MAX);

	reader->failed |= port == 0;
	return (uint16_t)port;
}

static void get_offer(struct record_reader *reader, struct sec_agree_offer *out)
{
	char *algorithm = record_get_text(reader);

	reader->failed |= !algorithm ||
			  sa_algorithm_parse(algorithm, strlen(algorithm), &out->algorithm) != 0;
	free(algorithm);
	out->one_pair = record_get_at_most(reader, 1) == 1;
	out->spi_c = record_get_u32(reader);
	out->spi_s = record_get_u32(reader);
	out->port_c = get_port(reader);
	out->port_s = get_port(reader);
}

static bool is_client_port(const struct pcscf_settings *settings, uint16_t port)
{
	for (size_t i = 0; i < settings->client_port_count; i++)
		if (settings->client_ports[i] == port)
			return true;
	return false;
}

/* With other settings, nothing would come to its ports any more. */
static void get_own(struct record_reader *reader, const struct pcscf_settings *settings,
	struct sec_agree_own *out)
{
	out->spi_c = record_get_u32(reader);
	out->spi_s = record_get_u32(reader);
	out->port_c = get_port(reader);
	out->port_s = get_port(reader);
	reader->failed |=
		out->port_s != settings->server_port || !is_client_port(settings, out->port_c);
}

static enum sa_set_state get_state(struct record_reader *reader)
{
	char *name = record_get_text(reader);
	enum sa_set_state state = name ? sa_set_state_named(name) : SA_SET_STATE_COUNT;

	free(name);
	reader->failed |= !sa_set_state_is_established(state);
	return state;
}

/* How a set goes on. */
struct resumed {
	uint64_t end_ms, handles[SA_CLIENT_SET_MAX];
	uint32_t count;
};

static void get_resumed(struct record_reader *reader, const struct sa_set *set, struct resumed *out)
{
	out->end_ms = record_get_u64(reader);
	reader->failed |=
		out->end_ms > timer_queue_now_ms(set->pcscf->settings.timers) + AHEAD_MAX_MS;
	out->count = record_get_u32(reader);
	/* As sa_set_parameters makes them. */
	reader->failed |= out->count != (set->offer.one_pair ? 2 : 4);
	for (uint32_t i = 0; i < out->count && !reader->failed; i++)
		out->handles[i] = record_get_u64(reader);
}

/* NULL: the reader fails. */
static struct sa_set *get_set(struct record_reader *reader, struct pcscf *pcscf, const char *impi,
	struct resumed *resumed)
{
	char *server_list = record_get_text(reader);
	struct sa_set *set = sa_set_create(impi, "", server_list ? server_list : "", "");

	free(server_list);
	if (!set) {
		reader->failed = true;
		return NULL;
	}
	sa_set_forget_challenge(set);
	set->pcscf = pcscf;
	set->associated_uris = record_get_text(reader);
	set->service_route = record_get_text(reader);
	set->state = get_state(reader);
	record_get_address(reader, &set->local);
	record_get_address(reader, &set->ue);
	get_offer(reader, &set->offer);
	get_own(reader, &pcscf->settings, &set->own);
	set->started_on = record_get_u32(reader);
	get_resumed(reader, set, resumed);
	reader->failed |= set->local.family != set->ue.family;
	if (!reader->failed)
		return set;
	sa_set_destroy(set);
	return NULL;
}

static bool reclaim_spis(const struct sa_set *set)
{
	struct sa_client *sa_client = set->pcscf->settings.sa_client;

	if (!sa_client_reclaim_spi(sa_client, &set->local, &set->ue, set->own.spi_s))
		return false;
	if (set->own.spi_c == set->own.spi_s ||
		sa_client_reclaim_spi(sa_client, &set->local, &set->ue, set->own.spi_c))
		return true;
	sa_client_release_spi(sa_client, &set->local, &set->ue, set->own.spi_s);
	return false;
}

static bool restore_set(struct record_reader *reader, struct pcscf *pcscf, const char *impi)
{
	struct resumed resumed;
	struct sa_set *set = get_set(reader, pcscf, impi, &resumed);

	if (!set)
		return false;
	if (pcscf->sets.count >= pcscf->settings.sets_max || !reclaim_spis(set)) {
		sa_set_destroy(set);
		return false;
	}
	if (sa_set_table_add(&pcscf->sets, set) != 0) {
		pcscf_set_destroy(set);
		return false;
	}
	if (pcscf_set_resume(set, resumed.handles, resumed.count, resumed.end_ms) == 0)
		return true;
	pcscf_set_leave(set);
	return false;
}

static bool restore(struct record_reader *reader, struct pcscf *pcscf, const char *impi)
{
	struct registered_impus *impus = registered_impus_get(reader), **of;
	uint32_t count = record_get_at_most(reader, SA_SET_TABLE_PER_IMPI);
	bool is_whole = count > 0;

	for (uint32_t i = 0; i < count && is_whole; i++)
		is_whole = restore_set(reader, pcscf, impi);
	of = sa_set_table_impus(&pcscf->sets, impi);
	if (!is_whole || !record_is_read(reader) || !of) {
		registered_impus_destroy(impus);
		return false;
	}
	*of = impus;
	return true;
}

bool pcscf_restore(struct pcscf *pcscf, uint64_t id, const uint8_t *octets, size_t len)
{
	struct record_reader reader = {.at = octets, .left = len};
	struct sa_set *set;
	char *impi = NULL;
	bool is_restored;

	if (record_get_u32(&reader) == FORMAT)
		impi = record_get_text(&reader);
	if (!impi || strlen(impi) >= PCSCF_IMPI_MAX || !kept_is_number(id) ||
		sa_set_table_of_impi(&pcscf->sets, impi)) {
		free(impi);
		return false;
	}
	is_restored = restore(&reader, pcscf, impi);
	while (!is_restored && (set = sa_set_table_of_impi(&pcscf->sets, impi)) != NULL)
		pcscf_set_end(set);
	set = sa_set_table_of_impi(&pcscf->sets, impi);
	free(impi);
	if (!set)
		return false;
	kept_restore(&pcscf->sets.kept, &set->owner->kept, id);
	for (; set; set = set->next_of_impi)
		pcscf->counters.sets_restored++;
	return true;
}
