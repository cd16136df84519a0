/* SPDX-License-Identifier: BSD-3-Clause */
/* What lives at this moment. Without UEs and once their timers have run, each gauge but the octets
 * of memory is back where it was at start: one that only rises is a leak. */
#include <malloc.h>

#include "operator_state.h"
#include "store.h"

/* X(value, name in JSON, meaning) */
#define GAUGES(X)                                                                              \
	X(live_sas(view), "sas", "SAs in the data plane's tables")                             \
	X(manual_sas_count(roles->manual_sas), "manual_sas", "of them, given by hand")         \
	X(pcscf.sets, "sa_sets", "sets of SAs that the P-CSCF owns")                           \
	X(pcscf.users, "sa_set_users", "IMPIs that have one")                                  \
	X(pcscf.sa_client.adds, "sa_sets_unacknowledged", "that the data plane did not take")  \
	X(pcscf.sa_client.watched, "sa_sets_unused", "new ones whose first use is awaited")    \
	X(pcscf.sa_client.deletions, "sa_deletions_waiting", "for room toward the data plane") \
	X(pcscf.sa_client.spis, "spis", "inbound ones that the gateway chose")                 \
	X(pcscf.half_open, "half_open", "registrations that began bare and are not finished")  \
	X(pcscf.half_open_sources, "half_open_sources", "addresses that these came from")      \
	X(pcscf.requests, "pcscf_requests", "requests that are not answered yet")              \
	X(icscf_requests(roles->icscf), "icscf_requests", "the same, in the I-CSCF")           \
	X(scscf.requests, "scscf_requests", "the same, in the S-CSCF; what waits for Cx")      \
	X(scscf.users, "users", "IMPIs that the S-CSCF knows")                                 \
	X(scscf.registrations, "registrations", "implicit sets that are registered")           \
	X(scscf.identities, "identities", "their public identities")                           \
	X(scscf.challenges, "challenges", "that wait for their answer")                        \
	X(scscf.subscriptions, "subscriptions", "to the reg event")                            \
	X(roles->timers.armed, "timers", "of the roles")                                       \
	X(sip_entry_transactions(entry), "transactions",                                       \
		"of servers, also those kept for whoever asks again")                          \
	X(sip_entry_client_transactions(entry), "client_transactions", "requests toward UEs")  \
	X(sip_transport_connections(view->transport), "connections", "TCP")                    \
	X(sip_transport_buffered(view->transport), "connections_octets", "that wait in them")  \
	X(store_octets(), "store_octets", "SQLite's, mostly its page caches, which fill")      \
	X(heap_octets(), "heap_octets", "all that the control plane has in use, these too")

static uint64_t live_sas(const struct operator_view *view)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < sa_channel_workers(view->channel); i++)
		sum += __atomic_load_n(
			&sa_channel_counters(view->channel, i)->sas, __ATOMIC_RELAXED);
	return sum;
}

static size_t heap_octets(void)
{
	struct mallinfo2 heap = mallinfo2();

	return heap.uordblks + heap.hblkhd;
}

json_t *operator_gauges(const struct operator_view *view)
{
	const struct roles *roles = view->roles;
	const struct sip_entry *entry = sip_transport_entry(view->transport);
	struct pcscf_gauges pcscf;
	struct scscf_gauges scscf;
	json_t *out = json_object();

	pcscf_gauge(roles->pcscf, &pcscf);
	scscf_gauge(roles->scscf, &scscf);
#define X(value, name, meaning) json_object_set_new(out, name, json_integer((json_int_t)(value)));
	GAUGES(X)
#undef X
	return out;
}
