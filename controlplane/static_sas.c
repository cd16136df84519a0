/* SPDX-License-Identifier: BSD-3-Clause */
#include "static_sas.h"

#include <errno.h>

#include "config_sa.h"
#include "log.h"
#include "secret.h"

#define AGAIN_MS 1000
#define FORGIVEN 3

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

static void give_again(struct static_sas *all, uint64_t index)
{
	all->states[index].waits = true;
	if (!all->again.armed)
		timer_queue_arm(all->timers, &all->again, AGAIN_MS, give, all);
}

static void added(
	struct manual_sa_giver *giver, uint64_t index, const struct manual_sa *sa, int status)
{
	struct static_sas *all = of_giver(giver);

	if (status == 0) {
		log_info("/" CONFIG_SA_MEMBER "/%u: label=%s spi=%u", (unsigned)index, sa->label,
			sa->spi);
		wipe_key(all, index);
	} else if (status == -ETIMEDOUT) {
		if (all->states[index].forgiven == 0)
			log_warning("/" CONFIG_SA_MEMBER "/%u: %s; it is given again",
				(unsigned)index, manual_sas_why(status));
		all->states[index].forgiven = FORGIVEN;
		give_again(all, index);
	} else if (status == -EEXIST && all->states[index].forgiven > 0) {
		/* The one before was taken late, and goes now. */
		all->states[index].forgiven--;
		give_again(all, index);
	} else {
		refuse(all, index, manual_sas_why(status));
	}
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
		.giver = {.added = added, .room = room}};
	for (size_t i = 0; i < config->sa_count; i++)
		all->states[i].waits = true;
	give(all);
}

void static_sas_leave(struct static_sas *all)
{
	if (!all->sas)
		return;
	timer_queue_disarm(all->timers, &all->again);
	manual_sas_leave(all->sas, &all->giver);
	config_wipe_keys(all->config);
}
