/* SPDX-License-Identifier: BSD-3-Clause */
#include "static_sas.h"

#include "config_sa.h"
#include "log.h"
#include "secret.h"

_Static_assert(CONFIG_SAS_MAX <= MANUAL_SA_UNDER_WAY, "they go down at once");

static void complain(uint64_t index, const char *why)
{
	log_error("/" CONFIG_SA_MEMBER "/%u: %s", (unsigned)index, why);
}

static void added(
	struct manual_sa_giver *giver, uint64_t index, const struct manual_sa *sa, int status)
{
	(void)giver;
	if (status != 0)
		complain(index, manual_sas_why(status));
	else
		log_info("/" CONFIG_SA_MEMBER "/%u: label=%s spi=%u", (unsigned)index, sa->label,
			sa->spi);
}

static void room(struct manual_sa_giver *giver)
{
	(void)giver;
}

void static_sas_install(struct config *config, struct manual_sas *sas)
{
	static struct manual_sa_giver giver = {.added = added, .room = room};

	for (size_t i = 0; i < config->sa_count; i++) {
		const char *why = "the ring to the data plane is full";
		struct sa_parameters sa;

		config_sa_parameters(&config->sas[i], &sa);
		if (manual_sas_add(sas, config->sas[i].label, &sa, &giver, i, &why) != 0)
			complain(i, why);
		secret_wipe_bytes(&sa, sizeof(sa));
	}
	config_wipe_keys(config);
}
