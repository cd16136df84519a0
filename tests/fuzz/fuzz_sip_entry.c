/* SPDX-License-Identifier: BSD-3-Clause */
/* One datagram through the whole SIP entry: parsed, judged, answered, repeated. What was accepted
 * must print to what parses to the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "sip_contact.h"
#include "sip_entry.h"
#include "sip_list.h"
#include "sip_max_forwards.h"
#include "sip_option_tags.h"
#include "sip_parse.h"
#include "sip_print.h"
#include "sip_validate.h"
#include "sip_via.h"

#define CHECK(condition)          \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t now;

static uint64_t now_ms(void *context)
{
	(void)context;
	return now;
}

static int discard(void *context, const struct sip_flow *flow, const void *bytes, size_t len)
{
	struct sip_message *message;

	(void)context, (void)flow;
	/* What leaves answers a keep-alive, or is SIP, whatever came in. */
	if ((len == 2 && memcmp(bytes, "\r\n", 2) == 0) ||
		(len == 32 && memcmp(bytes, "\1\1\0\x0c\x21\x12\xa4\x42", 8) == 0)) {
		CHECK(flow->transport == SIP_UDP);
		return 0;
	}
	CHECK(sip_parse(bytes, len, &message) == 0);
	CHECK(!message->is_request && !message->defect);
	sip_message_destroy(message);
	return 0;
}

/* Does what roles do with a request, then answers. */
static void element(void *context, struct sip_message *request, struct sip_reply_to reply_to)
{
	struct sip_contact contacts[SIP_CONTACTS_MAX];
	struct sip_list_item item;
	size_t count;

	(void)context;
	for (sip_list_start(&item, request, SIP_HEADER_ROUTE); sip_list_next(&item);)
		CHECK(item.value.len > 0);
	(void)!sip_contact_parse(request, contacts, &count);
	(void)!sip_option_tags_remove(request, SIP_HEADER_REQUIRE, "sec-agree");
	CHECK(!sip_option_tags_contain(request, SIP_HEADER_REQUIRE, "sec-agree"));
	(void)!sip_max_forwards_step(request);
	(void)!sip_via_push(request, SIP_UDP, "2001:db8::1", 5060, "z9hG4bKown");
	(void)!sip_via_pop(request);
	sip_hop_refuse(request, reply_to, 200, NULL, "tag");
}

static void check_round_trip(const uint8_t *data, size_t size)
{
	static char first[SIP_MESSAGE_MAX], second[SIP_MESSAGE_MAX];
	struct sip_message *message, *again, *clone;
	size_t first_len, second_len;

	if (sip_parse(data, size, &message))
		return;
	if (sip_validate(message).kind == SIP_VALID &&
		sip_print(message, first, sizeof(first), &first_len) == 0) {
		CHECK(sip_parse(first, first_len, &again) == 0);
		CHECK(sip_validate(again).kind == SIP_VALID);
		CHECK(sip_print(again, second, sizeof(second), &second_len) == 0);
		CHECK(first_len == second_len && memcmp(first, second, first_len) == 0);
		sip_message_destroy(again);
		CHECK(sip_message_clone(message, &clone) == 0);
		CHECK(sip_print(clone, second, sizeof(second), &second_len) == 0);
		CHECK(first_len == second_len && memcmp(first, second, first_len) == 0);
		sip_message_destroy(clone);
	}
	sip_message_destroy(message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sip_entry *entry;
	struct sip_flow flow = {.transport = SIP_UDP, .local.port = 5060, .remote.port = 40112};

	if (!entry) {
		static uint64_t seed = 1;
		const struct sip_entry_settings settings = {
			.clock = {.now_ms = now_ms},
			.random = random_seeded(&seed),
			.timers = SIP_TIMERS_CORE,
			.transactions_max = 8,
			.element = {.send = element},
			.sender = {.send = discard},
		};

		log_open("fuzz", LOG_ERROR);
		CHECK(sip_entry_create(&settings, &entry) == 0);
	}
	CHECK(net_address_parse("203.0.113.9", 11, &flow.local.address) == 0);
	CHECK(net_address_parse("198.51.100.23", 13, &flow.remote.address) == 0);
	check_round_trip(data, size);
	sip_entry_receive(entry, data, size, &flow);
	sip_entry_receive(entry, data, size, &flow);
	flow.transport = SIP_TCP;
	sip_entry_receive(entry, data, size, &flow);
	sip_entry_refuse(entry, data, size, &flow, "Reason");
	now += 16000;
	sip_entry_expire(entry);
	return 0;
}
