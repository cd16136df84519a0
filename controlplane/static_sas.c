/* SPDX-License-Identifier: BSD-3-Clause */
#include "static_sas.h"

#include <errno.h>

#include "config_sa.h"
#include "log.h"
#include "secret.h"

#define AGAIN_MS  1000
#define TRIES_MAX 3 /* while there is no place: the flush is on its way */
#define SILENT_MS 2000

static struct static_sas *of_giver(struct manual_sa_giver *giver)
{
	return (struct static_sas *)((char *)giver - offsetof(struct static_sas, giver));
}

static void wipe_key(struct static_sas *all, uint64_t index)
{
	secret_wipe_bytes(&all->config->sas[index].key, sizeof(all->config->sas[index].key));
}

static void refuse(struct static_sas *all, uint64_t index, const char *why)
{
	log_error("/" CONFIG_SA_MEMBER "/%u: %s", (unsigned)index, why);
	wipe_key(all, index);
}

static void give(void *context)
{
	struct static_sas *all = context;

	for (size_t i = 0; i < all->config->sa_count; i++) {
		const struct config_sa *from = &all->config->sas[i];
		const char *why = NULL;
		struct sa_parameters sa;
		int status;

		if (!all->states[i].waits)
			continue;
		config_sa_parameters(from, &sa);
		status = manual_sas_add(all->sas, from->label, &sa, &all->giver, i, &why);
		secret_wipe_bytes(&sa, sizeof(sa));
		if (status == -EAGAIN)
			return;
		all->states[i].waits = false;
		if (status != 0)
			refuse(all, i, why);
	}
	if (!all->flushed)
		sa_client_flush(all->sa_client);
	all->flushed = true;
}

/* A predecessor's may have had the last place, until the flush. */
static bool give_again(struct static_sas *all, uint64_t index)
{
	if (all->states[index].tries++ == TRIES_MAX)
		return false;
	all->states[index].waits = true;
	if (!all->again.armed)
		timer_queue_arm(all->timers, &all->again, AGAIN_MS, give, all);
	return true;
}

static void added(
	struct manual_sa_giver *giver, uint64_t index, const struct manual_sa *sa, int status)
{
	struct static_sas *all = of_giver(giver);

	timer_queue_disarm(all->timers, &all->silence);
	if (status == -ENOSPC && give_again(all, index))
		return;
	if (status == 0) {
		log_info("/" CONFIG_SA_MEMBER "/%u: label=%s spi=%u", (unsigned)index, sa->label,
			sa->spi);
		wipe_key(all, index);
	} else {
		refuse(all, index, manual_sas_why(status));
	}
}

static void silent(void *context)
{
	(void)context;
	log_warning("/" CONFIG_SA_MEMBER ": the data plane does not answer yet; they wait for it");
}

static void room(struct manual_sa_giver *giver)
{
	give(of_giver(giver));
}

void static_sas_install(struct static_sas *all, struct config *config, struct manual_sas *sas,
	struct sa_client *sa_client, struct timer_queue *timers)
{
	*all = (struct static_sas){.config = config,
		.sas = sas,
		.sa_client = sa_client,
		.timers = timers,
		.giver = {.added = added, .room = room, .patient = true}};
	for (size_t i = 0; i < config->sa_count; i++)
		all->states[i].waits = true;
	if (config->sa_count > 0)
		timer_queue_arm(timers, &all->silence, SILENT_MS, silent, all);
	give(all);
}

void static_sas_leave(struct static_sas *all)
{
	if (!all->sas)
		return;
	timer_queue_disarm(all->timers, &all->again);
	timer_queue_disarm(all->timers, &all->silence);
	manual_sas_leave(all->sas, &all->giver);
	config_wipe_keys(all->config);
}
