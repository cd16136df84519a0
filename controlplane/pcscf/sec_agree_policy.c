/* SPDX-License-Identifier: BSD-3-Clause */
/* Negotiation of the integrity algorithm (INT-1; RFC 3329 §2.3; TS 33.203 §7.2). */
#include "sec_agree_policy.h"

#include <errno.h>
#include <string.h>

static bool is_usable(
	const struct sec_agree_policy *policy, const struct sip_sec_agree_mechanism *offer)
{
	if (!offer->is_ipsec_3gpp || !sip_text_equal_nocase(offer->prot, sip_text("esp")) ||
		!sip_text_equal_nocase(offer->mod, sip_text("trans")) ||
		!sip_text_equal_nocase(offer->ealg, sip_text("null")))
		return false;
	/* RFC 4303 §2.1: 0–255 are reserved. P-PORT: never 5060 or 5061. */
	if (offer->form == SIP_SEC_AGREE_ONE_PAIR)
		return !policy->no_pair && offer->spi >= SA_SPI_MIN && offer->port1 != 5060 &&
		       offer->port1 != 5061 && offer->port2 != 5060 && offer->port2 != 5061;
	return offer->form == SIP_SEC_AGREE_FOUR && !policy->no_four &&
	       offer->spi_c >= SA_SPI_MIN && offer->spi_s >= SA_SPI_MIN &&
	       offer->spi_c != offer->spi_s && offer->port_c != 5060 && offer->port_c != 5061 &&
	       offer->port_s != 5060 && offer->port_s != 5061;
}

/* RFC 3329 Appendix A: port1 is where the UE receives, port2 is where it sends from. */
static struct sec_agree_offer take(
	const struct sip_sec_agree_mechanism *offer, enum sa_algorithm algorithm)
{
	if (offer->form == SIP_SEC_AGREE_ONE_PAIR)
		return (struct sec_agree_offer){.algorithm = algorithm,
			.one_pair = true,
			.spi_c = offer->spi,
			.spi_s = offer->spi,
			.port_c = offer->port2,
			.port_s = offer->port1};
	return (struct sec_agree_offer){.algorithm = algorithm,
		.spi_c = offer->spi_c,
		.spi_s = offer->spi_s,
		.port_c = offer->port_c,
		.port_s = offer->port_s};
}

int sec_agree_policy_choose(const struct sec_agree_policy *policy,
	const struct sip_sec_agree *client, struct sec_agree_offer *out)
{
	for (size_t i = 0; i < policy->count; i++) {
		for (size_t k = 0; k < client->count; k++) {
			const struct sip_sec_agree_mechanism *offer = &client->list[k];
			enum sa_algorithm algorithm;

			if (!is_usable(policy, offer) ||
				sa_algorithm_parse(offer->alg.at, offer->alg.len, &algorithm) != 0)
				continue;
			if (algorithm != policy->algorithms[i])
				continue;
			*out = take(offer, algorithm);
			return 0;
		}
	}
	return -ENOENT;
}

int sec_agree_policy_list(const struct sec_agree_policy *policy, const struct sec_agree_own *own,
	bool one_pair, char out[SEC_AGREE_TEXT_MAX])
{
	struct sip_sec_agree list;

	list.count = policy->count;
	for (size_t i = 0; i < policy->count; i++) {
		struct sip_sec_agree_mechanism *entry = &list.list[i];

		*entry = (struct sip_sec_agree_mechanism){
			.name = sip_text("ipsec-3gpp"),
			.is_ipsec_3gpp = true,
			.q_thousandths = (uint16_t)(900 - 100 * i),
			.alg = sip_text(sa_algorithm_name(policy->algorithms[i])),
			.ealg = sip_text("null"),
			.prot = sip_text("esp"),
			.mod = sip_text("trans"),
			.form = !own       ? SIP_SEC_AGREE_NO_SA
				: one_pair ? SIP_SEC_AGREE_ONE_PAIR
					   : SIP_SEC_AGREE_FOUR,
		};
		if (!own)
			continue;
		entry->spi_c = own->spi_c;
		entry->spi_s = entry->spi = own->spi_s;
		entry->port_c = entry->port2 = own->port_c;
		entry->port_s = entry->port1 = own->port_s;
	}
	return sip_sec_agree_print(&list, out, SEC_AGREE_TEXT_MAX);
}
