/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages of a UE through a whole network: SIP entry, P-CSCF, I-CSCF, S-CSCF, HSS. An input is one
 * message or several with a line "%%" between; the first octet of each says how it comes. "$answer"
 * in it becomes the ISIM's answer to the last challenge, "$nonce" the nonce of that, "$verify" its
 * Security-Server, so that mutations of a REGISTER reach what is behind the authentication.
 * Nobody gets a 200 without such an answer, no key leaves, and in the end nothing is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../unit/roles/network.h"
#include "../unit/roles/ue.h"
#include "hex.h"
#include "log.h"

#define MESSAGES_MAX 12
#define WAIT_MS      700000000ULL /* longer than what a Contact without expires gets */

#define CHECK(condition)          \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool answered; /* an answer of the ISIM was in this input */
static bool challenged;

static void put(char *out, size_t *len, const char *octets, size_t count)
{
	if (count > SIP_MESSAGE_MAX - *len)
		count = SIP_MESSAGE_MAX - *len;
	memcpy(out + *len, octets, count);
	*len += count;
}

static size_t fill_in(const char *text, size_t len, char *out)
{
	static const char *const names[] = {"$answer", "$nonce", "$verify"};
	size_t out_len = 0;

	for (size_t at = 0, step; at < len; at += step) {
		const char *values[] = {
			challenged ? ue_answer_authorization() : "", ue_nonce, ue_server_list};

		step = 1;
		for (size_t i = 0; i < 3 && step == 1; i++) {
			size_t name_len = strlen(names[i]);

			if (len - at < name_len || memcmp(text + at, names[i], name_len) != 0)
				continue;
			put(out, &out_len, values[i], strlen(values[i]));
			answered = answered || (i == 0 && challenged);
			step = name_len;
		}
		if (step == 1)
			put(out, &out_len, text + at, 1);
	}
	return out_len;
}

static void check_answer(void)
{
	char ik[2 * sizeof(ue_isim.ik) + 1], ck[2 * sizeof(ue_isim.ck) + 1];

	CHECK(answered || strncmp(network.answer, "SIP/2.0 2", 9) != 0);
	if (strncmp(network.answer, "SIP/2.0 401 ", 12) == 0)
		challenged = ue_read_challenge();
	if (!challenged)
		return;
	hex_encode(ue_isim.ik, sizeof(ue_isim.ik), ik);
	hex_encode(ue_isim.ck, sizeof(ue_isim.ck), ck);
	CHECK(!strcasestr(network.answer, ik) && !strcasestr(network.answer, ck));
}

/* Its octet: bit 0 on the set of SAs, bit 1 by TCP, bit 2 after half of what a challenge waits. */
static void send_one(const char *text, size_t len)
{
	static char filled[SIP_MESSAGE_MAX];
	struct sip_flow flow = {.local.address = network.config.pcscf.address};
	bool is_protected;

	if (len == 0)
		return;
	is_protected = text[0] & 1;
	if (text[0] & 4)
		network_wait_ms(120000);
	flow.transport = text[0] & 2 ? SIP_TCP : SIP_UDP;
	flow.local.port = is_protected ? 6100 : 5060;
	flow.remote.port = is_protected ? UE_PORT_C : 5060;
	CHECK(net_address_parse(NETWORK_UE, strlen(NETWORK_UE), &flow.remote.address) == 0);
	network_send_octets(filled, fill_in(text + 1, len - 1, filled), &flow);
	check_answer();
}

static void count_set(void *context, const struct sa_set *set)
{
	(void)set;
	++*(unsigned *)context;
}

static void check_nothing_is_left(void)
{
	unsigned sets = 0;

	for (unsigned i = 0; i < 10; i++)
		network_wait_ms(WAIT_MS);
	pcscf_show_sets(network.roles.pcscf, NULL, count_set, &sets);
	CHECK(sets == 0 && network.sa_count == 0);
	CHECK(scscf_registrations(network.roles.scscf) == 0);
	CHECK(sip_entry_transactions(network.entry) == 0);
	CHECK(!network.roles.timers.root);
	CHECK(network_flag(UE_IMPU).flag == STORE_UNREGISTERED);
}

static void close_network(void)
{
	(void)network_close(NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool is_open;
	const char *at = (const char *)data, *end = at + size;

	if (!is_open) {
		log_open("fuzz", LOG_ERROR);
		CHECK(network_open(NULL) == 0);
		trace_remove(&network.roles.trace, &network.listener);
		CHECK(atexit(close_network) == 0);
		is_open = true;
	}
	answered = challenged = false;
	for (unsigned i = 0; i < MESSAGES_MAX && at < end; i++) {
		const char *mark = memmem(at, (size_t)(end - at), "%%\n", 3);

		send_one(at, (size_t)((mark ? mark : end) - at));
		at = mark ? mark + 3 : end;
	}
	check_nothing_is_left();
	return 0;
}
