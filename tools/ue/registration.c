/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE's side of a registration: its order, its packets and its end. */
#include "registration.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "registration_state.h"

void registration_finish(
	struct registration *registration, enum registration_state state, const char *format, ...)
{
	va_list arguments;

	retransmission_stop(&registration->timers);
	registration->state = state;
	if (format) {
		va_start(arguments, format);
		vsnprintf(registration->failure, sizeof(registration->failure), format, arguments);
		va_end(arguments);
	}
	registration->done(registration->context, format ? registration->failure : NULL);
}

struct sa_set *registration_carrier(struct registration *registration)
{
	return registration->state == REGISTRATION_SM7_SENT ? &registration->set
							    : registration->sm1_set;
}

const char *registration_set_name(const struct registration *registration, const struct sa_set *set)
{
	if (!set)
		return "bare";
	return set == &registration->set ? "new" : "established";
}

static struct udp_segment segment_on(
	const struct registration *registration, const struct sa_set *set)
{
	const struct registration_settings *settings = registration->settings;

	return (struct udp_segment){
		.source = {settings->local.address, set->own.port_client},
		.destination = {settings->pcscf.address, set->peer.port_server},
		.payload = (const uint8_t *)registration->request,
		.payload_len = registration->request_len,
	};
}

struct udp_segment registration_sm7(const struct registration *registration)
{
	return segment_on(registration, &registration->set);
}

bool registration_is_busy(const struct registration *registration)
{
	return registration->state == REGISTRATION_SM1_SENT ||
	       registration->state == REGISTRATION_SM7_SENT ||
	       registration->state == REGISTRATION_REPORT_SENT;
}

int registration_send(
	struct registration *registration, struct sa_set *set, const char *text, size_t len)
{
	struct udp_segment segment = segment_on(registration, set);
	struct registration_capture packet;

	segment.payload = (const uint8_t *)text;
	segment.payload_len = len;
	packet.len = sa_set_seal(sa_set_outbound(set, segment.source.port), &segment, packet.bytes,
		sizeof(packet.bytes));
	if (packet.len == 0)
		return -EMSGSIZE;
	return access_send_packet(
		registration->access, &segment.destination.address, packet.bytes, packet.len);
}

/* Each transmission in ESP is a packet of its own, with a number of its own. */
static int send_on(struct registration *registration, struct sa_set *set)
{
	struct udp_segment segment = segment_on(registration, set);
	uint8_t packet[IP_PACKET_MAX];
	size_t len = sa_set_seal(
		sa_set_outbound(set, segment.source.port), &segment, packet, sizeof(packet));

	if (len == 0)
		return -EMSGSIZE;
	if (registration->state == REGISTRATION_SM7_SENT) {
		memcpy(registration->sm7.bytes, packet, len);
		registration->sm7.len = len;
	}
	if (loss_takes(registration->loss))
		return 0;
	return access_send_packet(registration->access, &segment.destination.address, packet, len);
}

/* What waits for its answer; for the one line about a failure. */
static const char *request_name(const struct registration *registration)
{
	return registration->state == REGISTRATION_SM1_SENT ? "SM1" : "SM7";
}

static int send_bare(struct registration *registration)
{
	const struct registration_settings *settings = registration->settings;

	if (loss_takes(registration->loss))
		return 0;
	return access_send_datagram(registration->access, &settings->local.address,
		&settings->pcscf, (const uint8_t *)registration->request,
		registration->request_len);
}

static void on_send(void *context)
{
	struct registration *registration = context;
	struct sa_set *set = registration_carrier(registration);
	unsigned left = registration->order.repeats ? 2 : 1;
	int error = 0;

	for (; left > 0 && !error; left--)
		error = set ? send_on(registration, set) : send_bare(registration);
	if (error)
		registration_finish(registration, REGISTRATION_FAILED, "%s: could not be sent: %s",
			request_name(registration), strerror(-error));
}

static void on_expired(void *context)
{
	struct registration *registration = context;
	bool sm7 = registration->state == REGISTRATION_SM7_SENT;

	if (sm7 && registration->order.conduct == REGISTRATION_WRONG_KEY)
		registration_finish(registration, REGISTRATION_FAILED, NULL);
	else
		registration_finish(registration, REGISTRATION_FAILED, "%s: no answer within %u ms",
			request_name(registration), registration->settings->timeout_ms);
}

int registration_open(struct registration *registration, struct event_base *base)
{
	registration->timers.send = on_send;
	registration->timers.expired = on_expired;
	registration->timers.context = registration;
	return retransmission_open(&registration->timers, base);
}

void registration_close(struct registration *registration)
{
	retransmission_close(&registration->timers);
	secret_wipe_bytes(&registration->keys, sizeof(registration->keys));
	sa_set_wipe(&registration->set);
	sa_set_wipe(&registration->before);
}

/* The set that stands makes room for the one that is to come (P-LIFE: it stays until SM12). */
static void make_room(struct registration *registration)
{
	if (registration->established == &registration->set) {
		registration->before = registration->set;
		registration->established = &registration->before;
	}
	sa_set_wipe(&registration->set);
}

void registration_start(struct registration *registration, const struct registration_order *order)
{
	registration->order = *order;
	if (registration->state == REGISTRATION_CHALLENGED && !order->stop_at_challenge &&
		!order->is_protected) {
		registration_request_sm7(registration);
		return;
	}
	if (order->is_protected && !registration->established) {
		registration_finish(registration, REGISTRATION_FAILED, "there is no set of SAs");
		return;
	}
	make_room(registration);
	registration->sm1_set = order->is_protected ? registration->established : NULL;
	registration->refused_challenges = 0;
	registration_request_sm1(registration);
}
