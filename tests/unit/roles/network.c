/* SPDX-License-Identifier: BSD-3-Clause */
#include "network.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../subscribers.h"
#include "store_registration.h"

static const char subscribers_text[] =
	"{\"subscribers\": [{\"impi\": \"alice@home.net\","
	" \"k\": \"0396eb317b6d1c36f19c1c84cd6ffd16\", \"op\": "
	"\"ff53bade17df5d4e793073ce9d7579fa\","
	" \"impus\": [{\"identity\": \"sip:001010000000001@home.net\", \"barred\": true},"
	" {\"identity\": \"sip:alice@home.net\"}, {\"identity\": \"tel:+15550100\"}]},"
	" {\"impi\": \"bob@home.net\", \"k\": \"0396eb317b6d1c36f19c1c84cd6ffd17\","
	" \"op\": \"ff53bade17df5d4e793073ce9d7579fa\","
	" \"impus\": [{\"identity\": \"sip:bob@home.net\"}]}]}";

struct network network;

static uint64_t held_now(void *context)
{
	(void)context;
	return network.now_ms;
}

static void append(char *text, size_t size, const char *what, const char *end)
{
	size_t len = strlen(text);

	assert_true(len + strlen(what) + strlen(end) < size);
	snprintf(text + len, size - len, "%s%s", what, end);
}

static void hear(void *context, const struct trace_event *event)
{
	(void)context;
	append(network.events, sizeof(network.events), event->name, " ");
	append(network.details, sizeof(network.details), event->what, "\n");
	append(network.details, sizeof(network.details), event->detail, "\n");
}

static int ue_receives(void *context, const struct sip_flow *flow, const void *bytes, size_t len)
{
	(void)context;
	assert_true(len < sizeof(network.answer));
	memcpy(network.answer, bytes, len);
	network.answer[len] = '\0';
	network.answer_flow = *flow;
	network.answers++;
	return 0;
}

/* The entry is there after the roles. */
static void to_ue(void *element, struct sip_message *request, struct sip_reply_to reply_to)
{
	(void)element;
	sip_hop_send(sip_entry_hop(network.entry), request, reply_to);
}

static void heard(void *context, const struct sip_flow *arrival)
{
	(void)context;
	pcscf_answered(network.roles.pcscf, arrival);
}

static void set_config(struct config *config)
{
	config->dataplane.replay_window = 64;
	config->dataplane.sa_capacity = 400;
	config->pcscf.unprotected_port = 5060;
	config->pcscf.server_port = 6100;
	config->pcscf.client_ports[0] = 6101;
	config->pcscf.client_ports[1] = 6102;
	config->pcscf.client_port_count = 2;
	strcpy(config->pcscf.host_name, "pcscf.home.net");
	strcpy(config->pcscf.visited_network, "home.net");
	config->pcscf.algorithms[0] = SA_HMAC_SHA_1_96;
	config->pcscf.algorithms[1] = SA_HMAC_MD5_96;
	config->pcscf.algorithm_count = 2;
	config->pcscf.reg_await_auth_ms = 240000;
	config->pcscf.old_set_ms = 128000;
	config->pcscf.half_open_max = config->pcscf.half_open_per_source = 50000;
	strcpy(config->icscf.host_name, "icscf.home.net");
	strcpy(config->icscf.scscfs[0], "sip:scscf.home.net");
	config->icscf.scscf_count = 1;
	strcpy(config->scscf.name, "sip:scscf.home.net");
	strcpy(config->scscf.realm, "home.net");
	config->scscf.vectors_per_request = 1;
	config->scscf.registration_max_s = 600000;
	config->scscf.registration_min_s = 60;
	config->scscf.reg_await_auth_ms = 240000;
	config->scscf.reauthenticate_every = 1;
	config->scscf.authenticates_each = 1;
	config->scscf.reauthenticate_within_s = 120;
	config->scscf.failures_max = 5;
}

static void open_store(void)
{
	char path[128], error[STORE_ERROR_MAX];

	snprintf(path, sizeof(path), "%s/store.db", network.directory);
	if (store_open(path, &network.store, error) != 0)
		fail_msg("%s", error);
}

static void open_storage(void)
{
	strcpy(network.directory, "/dev/shm/portcullis-roles-XXXXXX");
	assert_non_null(mkdtemp(network.directory));
	open_store();
	network.aes = aes128_create();
	assert_non_null(network.aes);
	network.subscribers = subscribers_open(network.directory);
	subscribers_import(network.subscribers, network.aes, subscribers_text);
}

static void open_channel(void)
{
	const struct sa_channel_size size = {.workers = 1, .commands = 64, .events = 64};
	int fd;

	assert_int_equal(sa_channel_create(&size, &fd), 0);
	assert_int_equal(sa_channel_map(fd, &network.channel), 0);
	close(fd);
	sa_channel_resume_worker(network.channel, 0);
}

static void open_process(void)
{
	struct sip_entry_settings entry = {.timers = sip_timers_gm(2000),
		.transactions_max = 100,
		.clock = {.now_ms = held_now},
		.random = random_seeded(&network.seed),
		.answered = heard,
		.sender = {.send = ue_receives}};
	const struct roles_settings settings = {.config = &network.config,
		.channel = network.channel,
		.store = network.store,
		.subscribers = network.subscribers,
		.aes = network.aes,
		.clock = entry.clock,
		.random = entry.random,
		.ues = {.send = to_ue}};

	assert_int_equal(roles_create(&settings, &network.roles), 0);
	sa_client_flush(network.roles.sa_client);
	entry.element = pcscf_hop(network.roles.pcscf);
	assert_int_equal(sip_entry_create(&entry, &network.entry), 0);
	network.listener = (struct trace_listener){.hear = hear};
	trace_add(&network.roles.trace, &network.listener);
	network_settle();
}

static void close_process(void)
{
	sip_entry_give_up(network.entry);
	roles_destroy(&network.roles);
	sip_entry_destroy(network.entry);
}

static int open_at(const char *pcscf, const char *ue_host)
{
	memset(&network, 0, sizeof(network));
	network.ue_host = ue_host;
	assert_int_equal(net_address_parse(pcscf, strlen(pcscf), &network.config.pcscf.address), 0);
	network.now_ms = 1000;
	network.seed = 7;
	network.next_handle = 1;
	set_config(&network.config);
	open_channel();
	open_storage();
	open_process();
	return 0;
}

void network_restart(void)
{
	/* Before its memory goes: what is not committed is lost. */
	store_close(network.store);
	open_store();
	network.roles.store = network.store;
	close_process();
	store_close(network.store);
	open_store();
	open_process();
}

int network_open(void **state)
{
	(void)state;
	return open_at("203.0.113.9", NETWORK_UE);
}

int network_open_ipv6(void **state)
{
	(void)state;
	return open_at("2001:db8:203::9", "[" NETWORK_UE_IPV6 "]");
}

int network_close(void **state)
{
	char command[128];

	(void)state;
	network_settle();
	close_process();
	store_close(network.store);
	subscriber_store_close(network.subscribers);
	aes128_free(network.aes);
	sa_channel_unmap(network.channel);
	snprintf(command, sizeof(command), "rm -rf %s", network.directory);
	return system(command);
}

static void add_sa(const struct sa_command *command, struct sa_event *event)
{
	assert_true(network.sa_count < 256);
	assert_null(sa_parameters_check(&command->parameters));
	network.sas[network.sa_count] = command->parameters;
	network.kept[network.sa_count] = command->epoch;
	event->handle = network.handles[network.sa_count++] = network.next_handle++;
}

static void remove_sa(unsigned i)
{
	network.sa_count--;
	network.sas[i] = network.sas[network.sa_count];
	network.handles[i] = network.handles[network.sa_count];
	network.kept[i] = network.kept[network.sa_count];
}

/* Its number, or that behind the last one. */
static unsigned find_sa(uint64_t handle)
{
	unsigned i = 0;

	while (i < network.sa_count && network.handles[i] != handle)
		i++;
	return i;
}

static void delete_sa(uint64_t handle)
{
	unsigned i = find_sa(handle);

	if (i == network.sa_count)
		fail_msg("an SA that is not there was deleted");
	remove_sa(i);
}

static int keep_sa(const struct sa_command *command)
{
	unsigned i = find_sa(command->handle);

	if (i == network.sa_count)
		return -ENOENT;
	network.kept[i] = command->epoch;
	return 0;
}

static void flush_sas(uint32_t epoch)
{
	for (unsigned i = network.sa_count; i-- > 0;)
		if (network.kept[i] != epoch)
			remove_sa(i);
}

static bool work(void)
{
	struct sa_command command;
	bool worked = false;

	while (network.worker != WORKER_SLEEPS &&
		sa_channel_peek_command(network.channel, 0, &command)) {
		struct sa_event event = {.cookie = command.cookie, .handle = command.handle};

		if (command.type == SA_COMMAND_ADD && network.worker == WORKER_REFUSES)
			event.status = -ENOSPC;
		else if (command.type == SA_COMMAND_ADD)
			add_sa(&command, &event);
		else if (command.type == SA_COMMAND_DELETE)
			delete_sa(command.handle);
		else if (command.type == SA_COMMAND_KEEP)
			event.status = keep_sa(&command);
		else
			flush_sas(command.epoch);
		assert_true(sa_channel_send_event(network.channel, 0, &event));
		sa_channel_consume_command(network.channel, 0);
		worked = true;
	}
	sa_client_poll(network.roles.sa_client);
	return worked;
}

void network_settle(void)
{
	do {
		roles_turn(&network.roles);
		/* Whatever it has answered, a successor would know. */
		assert_false(pcscf_has_changes(network.roles.pcscf));
		assert_false(scscf_has_changes(network.roles.scscf));
	} while (work());
	sip_entry_expire(network.entry);
}

void network_wait_ms(uint64_t ms)
{
	network.now_ms += ms;
	network_settle();
}

void network_send(const char *text, uint16_t from_port, uint16_t to_port)
{
	struct sip_flow flow = {.transport = SIP_UDP,
		.local = {.address = network.config.pcscf.address, .port = to_port},
		.remote = {.port = from_port}};

	if (flow.local.address.family == NET_IPV6)
		assert_int_equal(net_address_parse(NETWORK_UE_IPV6, strlen(NETWORK_UE_IPV6),
					 &flow.remote.address),
			0);
	else
		assert_int_equal(
			net_address_parse(NETWORK_UE, strlen(NETWORK_UE), &flow.remote.address), 0);
	network_send_octets(text, strlen(text), &flow);
}

void network_send_octets(const void *octets, size_t len, const struct sip_flow *flow)
{
	network.answer[0] = '\0';
	sip_entry_receive(network.entry, octets, len, flow);
	network_settle();
}

struct store_registration network_flag(const char *impu)
{
	struct store_registration registration;

	assert_int_equal(store_registration_get(network.store, impu, &registration), 0);
	return registration;
}
