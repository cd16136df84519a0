/* SPDX-License-Identifier: BSD-3-Clause */
/* portcullis-ue: one UE with its ISIM, as a process in its own network namespace. Puts the parts
 * together, runs the script, says what came of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access_device.h"
#include "fleet.h"
#include "log.h"
#include "options.h"
#include "script.h"

struct ue {
	struct options options;
	struct isim_card card;
	struct aes128 *aes;
	uint8_t opc[MILENAGE_KEY_LEN];
	struct event_base *base;
	struct access access;
	char device[IFNAMSIZ]; /* that which the UE's address belongs to, where it matters */
	struct report report;
	struct registration registration;
	struct tunnel tunnel;
	struct loss loss;
	struct subscription subscription;
	struct script script;
};

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "portcullis-ue: %s: %s\n", what, why);
	return -1;
}

/* SQN_MS as a number fills every place of the array: nothing at or below it is fresh. */
static void set_sqn(struct isim_card *card, const uint8_t sqn[6])
{
	uint64_t number = 0;
	unsigned i;

	for (i = 0; i < 6; i++)
		number = number << 8 | sqn[i];
	for (i = 0; i < SQN_ARRAY_SIZE; i++)
		card->sqn.seq[i] = number >> SQN_IND_BITS;
}

static int open_card(struct ue *ue)
{
	struct options *options = &ue->options;
	int error;

	ue->aes = aes128_create();
	if (!ue->aes)
		return fail("AES", "IPsec-MB does not know this CPU");
	if (options->op_is_opc)
		memcpy(ue->opc, options->op, sizeof(ue->opc));
	else
		milenage_derive_opc(ue->aes, options->k, options->op, ue->opc);
	milenage_open(&ue->card.milenage, ue->aes, options->k, ue->opc);
	secret_wipe_bytes(options->op, sizeof(options->op));
	set_sqn(&ue->card, options->sqn);
	error = options->state_path ? isim_card_load(&ue->card, options->state_path) : 0;
	return error ? fail(options->state_path, strerror(-error)) : 0;
}

static void close_card(struct ue *ue)
{
	if (ue->aes)
		milenage_close(&ue->card.milenage);
	aes128_free(ue->aes);
	secret_wipe_bytes(ue->opc, sizeof(ue->opc));
	secret_wipe_bytes(ue->options.k, sizeof(ue->options.k));
	secret_wipe_bytes(ue->options.keyed.ik, sizeof(ue->options.keyed.ik));
}

static int open_loop(struct ue *ue)
{
	struct event_config *config = event_config_new();

	/* epoll takes no regular file, which standard input may be. */
	if (config) {
		event_config_avoid_method(config, "epoll");
		ue->base = event_base_new_with_config(config);
		event_config_free(config);
	}
	return ue->base ? 0 : fail("event loop", "out of memory");
}

static void on_datagram(void *context, const struct net_endpoint *source,
	const struct net_address *to, const uint8_t *bytes, size_t len)
{
	struct ue *ue = context;

	registration_datagram(&ue->registration, source, to, bytes, len);
}

static void on_packet(void *context, const struct ip_packet *packet)
{
	struct ue *ue = context;

	if (ue->tunnel.is_open)
		tunnel_packet(&ue->tunnel, packet);
	else
		registration_packet(&ue->registration, packet);
}

/* The way to the network, and the kernel's before it where one is wanted. */
static int open_network(struct ue *ue)
{
	const struct net_endpoint *local = &ue->options.settings.local;
	const struct access_receiver receiver = {on_datagram, on_packet, ue};
	bool tun = ue->options.tun != NULL;
	char why[TUNNEL_ERROR_MAX];

	ue->tunnel.registration = &ue->registration;
	ue->tunnel.access = &ue->access;
	ue->tunnel.report = &ue->report;
	ue->tunnel.fd = -1;
	if (tun && access_device_find(&local->address, ue->device))
		return fail("--tun", "no interface has the address of --local");
	if (access_open(&ue->access, ue->base, local, tun ? ue->device : NULL, &receiver, why))
		return fail("network", why);
	if (tun && tunnel_open(&ue->tunnel, ue->base, ue->options.tun, why)) {
		access_close(&ue->access);
		return fail("--tun", why);
	}
	return 0;
}

static void close_network(struct ue *ue)
{
	tunnel_close(&ue->tunnel);
	access_close(&ue->access);
}

/* One UE and its script. */
static int run(struct ue *ue)
{
	struct registration *registration = &ue->registration;
	int error;

	registration->settings = &ue->options.settings;
	registration->card = &ue->card;
	registration->access = &ue->access;
	registration->report = &ue->report;
	ue->loss = (struct loss){.percent = ue->options.loss_percent, .stream = ue->options.seed};
	registration->loss = &ue->loss;
	registration->random = random_system();
	registration->done = script_done;
	registration->context = &ue->script;
	if (open_network(ue))
		return -1;
	ue->subscription = (struct subscription){
		.registration = registration, .done = script_done, .context = &ue->script};
	if (registration_open(registration, ue->base) ||
		subscription_open(&ue->subscription, ue->base)) {
		registration_close(registration);
		close_network(ue);
		return fail("event loop", "out of memory");
	}
	ue->script = (struct script){
		.registration = registration,
		.subscription = &ue->subscription,
		.tunnel = &ue->tunnel,
		.keyed = &ue->options.keyed,
		.settings = &ue->options.settings,
		.report = &ue->report,
		.base = ue->base,
		.foreign = ue->options.foreign,
		.actions = ue->options.actions,
	};
	error = script_run(&ue->script);
	report_event(&ue->report, "summary",
		json_pack("{s:b, s:b, s:f, s:f, s:i}", "ok", ue->script.failures == 0, "registered",
			registration->established != NULL, "challenge_ms",
			registration->sm6_ms - registration->sm1_ms, "answer_ms",
			registration->sm12_ms - registration->sm7_ms, "failures",
			(int)ue->script.failures),
		"%s, %s", registration->established != NULL ? "registered" : "not registered",
		ue->script.failures ? "not all went as ordered" : "all went as ordered");
	subscription_close(&ue->subscription);
	registration_close(registration);
	close_network(ue);
	return error || ue->script.failures ? -1 : 0;
}

int main(int argc, char **argv)
{
	static struct ue ue;
	int status = EXIT_FAILURE, error = options_parse(argc, argv, &ue.options);

	if (error)
		return error > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	log_open("ue", LOG_NOTICE);
	report_open(&ue.report, ue.options.json);
	if (open_card(&ue))
		goto close_card;
	if (open_loop(&ue))
		goto close_card;
	error = ue.options.count > 0 ? fleet_run(&ue.options, ue.aes, ue.opc, ue.base, &ue.report)
				     : run(&ue);
	if (!error)
		status = EXIT_SUCCESS;
	error = ue.options.state_path ? isim_card_save(&ue.card, ue.options.state_path) : 0;
	if (error) {
		fail(ue.options.state_path, strerror(-error));
		status = EXIT_FAILURE;
	}
	event_base_free(ue.base);
close_card:
	close_card(&ue);
	return status;
}
