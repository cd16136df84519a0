/* SPDX-License-Identifier: BSD-3-Clause */
/* portcullis-ue: one UE with its ISIM, as a process in its own network namespace. Puts the parts
 * together, runs the script, says what came of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	struct report report;
	struct registration registration;
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

/* One UE and its script. */
static int run(struct ue *ue)
{
	struct registration *registration = &ue->registration;
	struct access_receiver receiver = {
		registration_datagram, registration_packet, registration};
	char why[ACCESS_ERROR_MAX];
	int error;

	if (access_open(&ue->access, ue->base, &ue->options.settings.local, NULL, &receiver, why))
		return fail("network", why);

	registration->settings = &ue->options.settings;
	registration->card = &ue->card;
	registration->access = &ue->access;
	registration->report = &ue->report;
	registration->random = random_system();
	registration->done = script_done;
	registration->context = &ue->script;
	if (registration_open(registration, ue->base)) {
		access_close(&ue->access);
		return fail("event loop", "out of memory");
	}
	ue->script = (struct script){
		.registration = registration,
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
	registration_close(registration);
	access_close(&ue->access);
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
