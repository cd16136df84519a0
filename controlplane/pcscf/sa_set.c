/* SPDX-License-Identifier: BSD-3-Clause */
/* From negotiated numbers to SAs (TS 33.203 §7.1; RFC 3329 Appendix A). */
#include "sa_set.h"

#include <stdlib.h>
#include <string.h>

struct sa_set *sa_set_create(
	const char *impi, const char *client_list, const char *server_list, const char *nonce)
{
	struct sa_set *set = calloc(1, sizeof(*set));

	if (!set)
		return NULL;
	set->impi = strdup(impi);
	set->client_list = strdup(client_list);
	set->server_list = strdup(server_list);
	set->nonce = strdup(nonce);
	if (set->impi && set->client_list && set->server_list && set->nonce)
		return set;
	sa_set_destroy(set);
	return NULL;
}

void sa_set_forget_challenge(struct sa_set *set)
{
	free(set->client_list);
	free(set->nonce);
	set->client_list = set->nonce = NULL;
}

void sa_set_destroy(struct sa_set *set)
{
	if (!set)
		return;
	sa_set_forget_challenge(set);
	free(set->impi);
	free(set->server_list);
	free(set->associated_uris);
	free(set->service_route);
	free(set);
}

/* Two port pairs: the UE's client port to the P-CSCF's server port, and the UE's server port with
 * the P-CSCF's client port. Each is used in both directions by TCP. */
unsigned sa_set_parameters(const struct sa_set *set, const struct secret *ik_esp,
	uint16_t replay_window, struct sa_parameters out[SA_CLIENT_SET_MAX])
{
	const struct sa_port_pair pairs[2] = {
		{.local = set->own.port_s, .remote = set->offer.port_c},
		{.local = set->own.port_c, .remote = set->offer.port_s},
	};
	const uint32_t inbound[2] = {set->own.spi_s, set->own.spi_c};
	const uint32_t outbound[2] = {set->offer.spi_c, set->offer.spi_s};
	struct sa_parameters sa = {
		.algorithm = (uint8_t)set->offer.algorithm,
		.transports = SA_TRANSPORT_TCP | SA_TRANSPORT_UDP,
		.local = set->local,
		.remote = set->ue,
	};
	unsigned pairs_per_sa = set->offer.one_pair ? 2 : 1, count = 0;

	memcpy(sa.key, ik_esp->bytes, ik_esp->len);
	sa.port_pairs = (uint8_t)pairs_per_sa;
	for (unsigned i = 0; i < 2; i += pairs_per_sa) {
		memcpy(sa.ports, &pairs[i], pairs_per_sa * sizeof(pairs[0]));
		sa.direction = SA_INBOUND;
		sa.spi = inbound[i];
		sa.replay_window = replay_window;
		out[count++] = sa;
		sa.direction = SA_OUTBOUND;
		sa.spi = outbound[i];
		sa.replay_window = 0;
		out[count++] = sa;
	}
	secret_wipe_bytes(&sa, sizeof(sa));
	return count;
}
