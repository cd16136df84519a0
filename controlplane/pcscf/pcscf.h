/* SPDX-License-Identifier: BSD-3-Clause */
/* The P-CSCF (TS 24.229 §5.2, TS 33.203 §7): the UE's first hop. It negotiates and owns the SAs,
 * keeps IK and CK from going further, and tells the home network what was integrity protected. */
#pragma once

#include "keeper.h"
#include "random.h"
#include "sa_client.h"
#include "sa_set.h"
#include "sec_agree_policy.h"
#include "sip_hop.h"
#include "timer_queue.h"
#include "trace.h"

#define PCSCF_CLIENT_PORTS_MAX 64
#define PCSCF_NAME_MAX         256

struct pcscf_settings {
	struct net_address address;
	uint16_t unprotected_port, server_port;
	uint16_t client_ports[PCSCF_CLIENT_PORTS_MAX]; /* at least two */
	size_t client_port_count;
	char host_name[PCSCF_NAME_MAX], visited_network[PCSCF_NAME_MAX];
	struct sec_agree_policy policy;
	uint16_t replay_window;
	uint32_t reg_await_auth_ms;
	uint32_t old_set_ms; /* what is left to a set whose successor is in use: 64 * T1 */
	size_t sets_max;     /* temporary and confirmed ones together */
	size_t half_open_max, half_open_per_source; /* half_open.h */

	struct sip_next_hop next; /* the I-CSCF: REGISTERs */
	struct sip_next_hop home; /* the S-CSCF, by Service-Route: what registered UEs ask */
	struct sip_next_hop ues;  /* the transport: requests for UEs leave by their flow */
	struct sa_client *sa_client;
	struct timer_queue *timers;
	struct random random;
	struct trace *trace;
	/* Has an SA that is not of a registration this end? NULL: none has. */
	bool (*is_taken)(void *context, const struct net_endpoint *ue);
	void *is_taken_context;
	const struct keeper *keeper; /* of established sets; NULL: there is none */
};

/* X(member, name in JSON, meaning) */
#define PCSCF_COUNTERS(X)                                                                         \
	X(registers, "pcscf_registers", "REGISTERs that were accepted for the way to the home")   \
	X(refused, "pcscf_refused", "requests that were refused here")                            \
	X(refused_half_open, "pcscf_refused_half_open",                                           \
		"for too many unfinished registrations in all")                                   \
	X(refused_half_open_source, "pcscf_refused_half_open_source",                             \
		"for too many unfinished registrations of one address")                           \
	X(refused_port_taken, "pcscf_refused_port_taken",                                         \
		"because (address, port_uc) has a set already")                                   \
	X(refused_agreement, "pcscf_refused_agreement",                                           \
		"for a changed Security-Verify or Security-Client")                               \
	X(refused_sets_per_impi, "pcscf_refused_sets_per_impi",                                   \
		"challenges without a set: the IMPI has six SAs a direction")                     \
	X(superseded, "pcscf_superseded", "challenges that something newer of the UE replaced")   \
	X(refused_no_room, "pcscf_refused_no_room", "challenges without a set: no place is left") \
	X(originated, "pcscf_originated", "SUBSCRIBEs of UEs that went to the home network")      \
	X(terminated, "pcscf_terminated", "NOTIFYs of the home network that went to UEs")         \
	X(unreachable, "pcscf_unreachable", "NOTIFYs for which no set of SAs leads to the UE")    \
	X(challenges, "pcscf_challenges", "401s that left with a set of SAs")                     \
	X(registered, "pcscf_registered", "200s to a REGISTER")                                   \
	X(failed, "pcscf_failed", "final answers that were neither")                              \
	X(sets_added, "pcscf_sa_sets_added", "sets of SAs that the data plane acknowledged")      \
	X(sets_refused, "pcscf_sa_sets_refused", "sets that it refused or did not answer")        \
	X(sets_used, "pcscf_sa_sets_used", "new sets that were used, so that the old one fades")  \
	X(sets_expired, "pcscf_sa_sets_expired", "sets that ended by their timer")                \
	X(sets_restored, "pcscf_sa_sets_restored", "sets that a predecessor left")                \
	X(sets_lost, "pcscf_sa_sets_lost", "of these, with SAs that are no more")

struct pcscf_counters {
#define X(member, name, meaning) uint64_t member;
	PCSCF_COUNTERS(X)
#undef X
};

/* What it holds now. */
struct pcscf_gauges {
	size_t requests;    /* REGISTERs that are not answered yet */
	size_t sets, users; /* sets of SAs, and the IMPIs that have one */
	size_t half_open;   /* registrations that began unprotected and are not finished */
	size_t half_open_sources;
	struct sa_client_gauges sa_client;
};

struct pcscf;

/* Copies the settings; what they point to outlives the P-CSCF. 0 or -ENOMEM. */
int pcscf_create(const struct pcscf_settings *settings, struct pcscf **out)
	__attribute__((warn_unused_result));

/* No request may be under way any more. Established sets are left to a successor, with what is kept
 * of them. */
void pcscf_destroy(struct pcscf *pcscf);

/* What a predecessor has kept of an IMPI, before any request. Its sets are as they were, those
 * aside whose SAs turn out to be gone. False: there is nothing of it that goes on; the record is to
 * be removed. */
bool pcscf_restore(struct pcscf *pcscf, uint64_t id, const uint8_t *octets, size_t len)
	__attribute__((warn_unused_result));

/* Writes what has changed since the last time; once a turn. */
void pcscf_keep(struct pcscf *pcscf);

/* All of it counts as changed: what was written is lost. */
void pcscf_keep_all(struct pcscf *pcscf);

/* Is there something to be written? */
bool pcscf_has_changes(const struct pcscf *pcscf);

/* Takes requests from UEs: request->flow says on which port, and so on which SA, they arrived. */
struct sip_next_hop pcscf_hop(struct pcscf *pcscf);

/* Takes requests from the home network toward UEs, along the Record-Route that the P-CSCF wrote. */
struct sip_next_hop pcscf_network_hop(struct pcscf *pcscf);

/* P-USE: what answers a message that came on a set leaves on that set; back stays where it came
 * bare. */
void pcscf_answer_flow(
	const struct pcscf *pcscf, const struct sip_flow *arrival, struct sip_flow *back);

/* A UE has answered a request, on this flow. */
void pcscf_answered(struct pcscf *pcscf, const struct sip_flow *arrival);

const struct pcscf_counters *pcscf_counters(const struct pcscf *pcscf);

void pcscf_gauge(const struct pcscf *pcscf, struct pcscf_gauges *out);

/* Has a registration this end, or is one about to? */
bool pcscf_has_set(const struct pcscf *pcscf, const struct net_endpoint *ue);

/* Calls see for each set, or for those of one IMPI. */
void pcscf_show_sets(const struct pcscf *pcscf, const char *impi,
	void (*see)(void *context, const struct sa_set *set), void *context);
