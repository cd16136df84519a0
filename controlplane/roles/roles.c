/* SPDX-License-Identifier: BSD-3-Clause */
/* From settings to four roles that know their neighbours. */
#include "roles.h"

#include <stdio.h>
#include <string.h>

#include "config_host.h"
#include "pcscf_network.h"
#include "roles_keep.h"
#include "store_turn.h"

#define ACKNOWLEDGE_MS 2000 /* how long the data plane may take */
#define SAS_PER_SET    4

/* NET-2: the S-CSCF tells, the P-CSCF owns the SAs. */
static void changed_by_network(
	void *context, const char *impi, const char *impu, uint64_t remaining_ms)
{
	struct roles *roles = context;

	if (remaining_ms > 0)
		pcscf_network_shorten(roles->pcscf, impi, remaining_ms);
	else
		pcscf_network_deregister(roles->pcscf, impi, impu);
}

/* The S-CSCF is there before the P-CSCF. */
static void to_pcscf(void *context, struct sip_message *request, struct sip_reply_to reply_to)
{
	struct roles *roles = context;

	sip_hop_send(pcscf_network_hop(roles->pcscf), request, reply_to);
}

static int create_scscf(const struct roles_settings *from, struct roles *roles)
{
	const struct config_scscf *config = &from->config->scscf;
	struct scscf_settings settings = {
		.vectors_per_request = config->vectors_per_request,
		.registration_min_s = config->registration_min_s,
		.registration_max_s = config->registration_max_s,
		.reg_await_auth_ms = config->reg_await_auth_ms,
		.policy =
			{
				.reauthenticate_every = config->reauthenticate_every,
				.each_identity = config->authenticates_each != 0,
				.reauthenticate_within_s = config->reauthenticate_within_s,
				.ignored = config->ignored == CONFIG_IGNORED_ASK_AGAIN
						   ? SCSCF_IGNORED_ASK_AGAIN
						   : SCSCF_IGNORED_DEREGISTER,
				.failures_max = config->failures_max,
				.failures = config->failures == CONFIG_FAILURES_DEREGISTER
						    ? SCSCF_FAILURES_DEREGISTER
						    : SCSCF_FAILURES_NONE,
			},
		.watch = {.changed = changed_by_network, .context = roles},
		.pcscf = {.send = to_pcscf, .element = roles},
		.cx = hss_cx(roles->hss),
		.timers = &roles->timers,
		.random = from->random,
		.trace = &roles->trace,
		.keeper = &roles->keep.registrations.keeper,
	};

	snprintf(settings.name, sizeof(settings.name), "%s", config->name);
	snprintf(settings.realm, sizeof(settings.realm), "%s", config->realm);
	return scscf_create(&settings, &roles->scscf);
}

/* Of the S-CSCFs that the settings name, this process has one; the others are out of reach. */
static int create_icscf(const struct roles_settings *from, struct roles *roles)
{
	struct icscf_settings settings = {
		.scscf_count = 1,
		.cx = hss_cx(roles->hss),
		.random = from->random,
		.trace = &roles->trace,
	};

	settings.scscfs[0].hop = scscf_hop(roles->scscf);
	snprintf(settings.scscfs[0].name, sizeof(settings.scscfs[0].name), "%s",
		from->config->scscf.name);
	snprintf(settings.host_name, sizeof(settings.host_name), "%s",
		from->config->icscf.host_name);
	return icscf_create(&settings, &roles->icscf);
}

static const char *fault_at_host(void *context, const struct sa_parameters *sa)
{
	const struct roles *roles = context;
	const struct config *config = roles->config;
	const struct net_endpoint remote = {sa->remote, sa->ports[0].remote};
	uint16_t port = sa->ports[0].local;

	if (!config_host_is_protected(config, &sa->local))
		return "local is no address of /pcscf or of /dataplane/protected";
	if (port != SA_PORT_ANY && !config_host_protects(config, &sa->local, port))
		return "local_port is no protected port of that host: server_port or client_ports "
		       "of /pcscf, or its protected_ports";
	if (sa->direction != SA_INBOUND || !config_host_is_own(config, &sa->local))
		return NULL;
	/* P-WHICH: the P-CSCF knows a UE by its address and port. */
	if (remote.port == SA_PORT_ANY)
		return "remote_port is missing: an inbound one for any port would speak for UEs "
		       "that register";
	if (pcscf_has_set(roles->pcscf, &remote))
		return "remote and remote_port are a registered UE's";
	return NULL;
}

static bool is_given_by_hand(void *context, const struct net_endpoint *ue)
{
	const struct roles *roles = context;
	const struct config_pcscf *pcscf = &roles->config->pcscf;

	if (manual_sas_from(roles->manual_sas, &pcscf->address, ue))
		return true;
	for (size_t i = 0; i < pcscf->further_count; i++)
		if (manual_sas_from(roles->manual_sas, &pcscf->further[i], ue))
			return true;
	return false;
}

static int create_pcscf(const struct roles_settings *from, struct roles *roles)
{
	const struct config_pcscf *config = &from->config->pcscf;
	struct pcscf_settings settings = {
		.address = config->address,
		.unprotected_port = config->unprotected_port,
		.server_port = config->server_port,
		.client_port_count = config->client_port_count,
		.policy = {.count = config->algorithm_count,
			.no_four = config->sa_form == CONFIG_SA_FORM_PAIR,
			.no_pair = config->sa_form == CONFIG_SA_FORM_FOUR},
		.replay_window = from->config->dataplane.replay_window,
		.reg_await_auth_ms = config->reg_await_auth_ms,
		.old_set_ms = config->old_set_ms,
		.half_open_max = config->half_open_max,
		.half_open_per_source = config->half_open_per_source,
		.sets_max = from->config->dataplane.sa_capacity / SAS_PER_SET *
			    sa_channel_workers(from->channel),
		.next = icscf_hop(roles->icscf),
		.home = scscf_hop(roles->scscf),
		.ues = from->ues,
		.sa_client = roles->sa_client,
		.timers = &roles->timers,
		.random = from->random,
		.trace = &roles->trace,
		.is_taken = is_given_by_hand,
		.is_taken_context = roles,
		.keeper = &roles->keep.sa_sets.keeper,
	};

	_Static_assert(sizeof(settings.client_ports) == sizeof(config->client_ports), "one size");
	_Static_assert(
		sizeof(settings.policy.algorithms) == sizeof(config->algorithms), "one size");
	memcpy(settings.client_ports, config->client_ports, sizeof(settings.client_ports));
	memcpy(settings.policy.algorithms, config->algorithms, sizeof(config->algorithms));
	snprintf(settings.host_name, sizeof(settings.host_name), "%s", config->host_name);
	snprintf(settings.visited_network, sizeof(settings.visited_network), "%s",
		config->visited_network);
	return pcscf_create(&settings, &roles->pcscf);
}

static int create_manual_sas(const struct roles_settings *from, struct roles *roles)
{
	const struct config_dataplane *config = &from->config->dataplane;
	uint64_t places = (uint64_t)config->sa_capacity * sa_channel_workers(from->channel);
	const struct manual_sas_settings settings = {
		.sa_client = roles->sa_client,
		.timers = &roles->timers,
		.capacity = places < SA_INDEX_ENTRIES ? (uint32_t)places : SA_INDEX_ENTRIES,
		.replay_window = config->replay_window,
		.fault_at_host = fault_at_host,
		.context = roles,
	};

	return manual_sas_create(&settings, &roles->manual_sas);
}

static int create_sa_client(const struct roles_settings *from, struct roles *roles)
{
	const struct sa_client_settings settings = {
		.channel = from->channel,
		.timers = &roles->timers,
		.random = from->random,
		.capacity = from->config->dataplane.sa_capacity,
		.timeout_ms = ACKNOWLEDGE_MS,
	};

	return sa_client_create(&settings, &roles->sa_client);
}

int roles_create(const struct roles_settings *settings, struct roles *roles)
{
	int status;

	*roles = (struct roles){.config = settings->config,
		.store = settings->store,
		.subscribers = settings->subscribers};
	timer_queue_init(&roles->timers, settings->clock);
	roles_keep_open(roles);
	status = create_sa_client(settings, roles);
	if (status != 0)
		return status;
	status = create_manual_sas(settings, roles);
	if (status != 0)
		goto destroy_sa_client;
	status = hss_create(settings->store, settings->subscribers, settings->aes, settings->random,
		&roles->hss);
	if (status != 0)
		goto destroy_manual_sas;
	status = create_scscf(settings, roles);
	if (status == 0)
		status = create_icscf(settings, roles);
	if (status == 0)
		status = create_pcscf(settings, roles);
	if (status == 0)
		status = roles_keep_restore(roles, settings->channel);
	if (status == 0) {
		sa_client_start(roles->sa_client);
		return 0;
	}
	pcscf_destroy(roles->pcscf);
	icscf_destroy(roles->icscf);
	scscf_destroy(roles->scscf);
	hss_destroy(roles->hss);
destroy_manual_sas:
	manual_sas_destroy(roles->manual_sas);
destroy_sa_client:
	sa_client_destroy(roles->sa_client);
	return status;
}

void roles_turn(struct roles *roles)
{
	timer_queue_run(&roles->timers);
	manual_sas_turn(roles->manual_sas);
	/* What has waited for the commit changes something in its turn: that is durable, too,
	 * before anything else is heard. */
	do {
		roles_keep_write(roles);
		store_turn_end(roles->store);
	} while (roles_keep_has_changes(roles));
	roles_keep_check(roles);
	subscriber_store_turn_end(roles->subscribers);
}

void roles_destroy(struct roles *roles)
{
	pcscf_destroy(roles->pcscf);
	icscf_destroy(roles->icscf);
	scscf_destroy(roles->scscf);
	hss_destroy(roles->hss);
	manual_sas_destroy(roles->manual_sas);
	sa_client_destroy(roles->sa_client);
}
