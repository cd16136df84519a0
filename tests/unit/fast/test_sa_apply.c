/* SPDX-License-Identifier: BSD-3-Clause */
/* The worker's end of the channel, with the test as the control plane. */
#include "sa_apply.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#define RING 64

static struct sa_channel *channel;
static struct sa_apply apply;
static int channel_fd;

static int setup(void **state)
{
	const struct sa_channel_size size = {.workers = 1, .commands = RING, .events = RING};

	if (fixture_setup(state) || sa_channel_create(&size, &channel_fd) ||
		sa_channel_map(channel_fd, &channel))
		return -1;
	apply = (struct sa_apply){.path = &fx.path, .channel = channel};
	return 0;
}

static int teardown(void **state)
{
	sa_channel_unmap(channel);
	close(channel_fd);
	return fixture_teardown(state);
}

static void send_command(
	uint32_t type, uint64_t cookie, uint64_t handle, const struct sa_parameters *parameters)
{
	struct sa_command command = {.type = type, .cookie = cookie, .handle = handle};

	if (parameters)
		command.parameters = *parameters;
	assert_true(sa_channel_send_commands(channel, 0, &command, 1));
}

static void send_epoch(uint32_t type, uint64_t handle, uint16_t epoch)
{
	const struct sa_command command = {.type = type, .handle = handle, .epoch = epoch};

	assert_true(sa_channel_send_commands(channel, 0, &command, 1));
}

static struct sa_event take_event(void)
{
	struct sa_event event;

	assert_int_equal(sa_channel_receive_events(channel, 0, &event, 1), 1);
	return event;
}

/* INT-4: acknowledged is live: a packet that follows the event finds the SA. */
static void acknowledged_is_live(void **state)
{
	struct sa_parameters sa = fixture_sa(4711, SA_INBOUND, SA_HMAC_SHA_1_96);
	struct sa_event event;
	uint8_t frame[256];
	size_t len = fixture_udp(frame, REMOTE, PORT_UC, LOCAL, PORT_S, 40);

	(void)state;
	send_command(SA_COMMAND_ADD, 1, 0, &sa);
	assert_int_equal(sa_apply_slice(&apply), 1);
	event = take_event();
	assert_int_equal(event.cookie, 1);
	assert_int_equal(event.status, 0);
	assert_int_equal(fx.counters.sas, 1);
	fixture_put(frame, fixture_esp(frame, len, &sa, 1));
	pipeline_inbound(&fx.path, &fx.burst);
	fixture_expect(1, 0);
	fixture_free_burst();
	send_command(SA_COMMAND_DELETE, 2, event.handle, NULL);
	assert_int_equal(sa_apply_slice(&apply), 1);
	assert_int_equal(take_event().status, 0);
	assert_int_equal(fx.counters.sas, 0);
	len = fixture_udp(frame, REMOTE, PORT_UC, LOCAL, PORT_S, 40);
	fixture_put(frame, fixture_esp(frame, len, &sa, 2));
	pipeline_inbound(&fx.path, &fx.burst);
	fixture_expect_drop(DROP_SPI_UNKNOWN);
}

static void refusals_are_told(void **state)
{
	struct sa_parameters sa = fixture_sa(4711, SA_INBOUND, SA_HMAC_SHA_1_96), bad = sa;

	(void)state;
	bad.spi = 0;
	send_command(SA_COMMAND_ADD, 1, 0, &bad);
	bad = sa;
	bad.algorithm = 77;
	send_command(SA_COMMAND_ADD, 2, 0, &bad);
	send_command(SA_COMMAND_ADD, 3, 0, &sa);
	send_command(SA_COMMAND_ADD, 4, 0, &sa);
	send_command(SA_COMMAND_DELETE, 5, 12345, NULL);
	send_command(99, 6, 0, NULL);
	assert_int_equal(sa_apply_slice(&apply), 6);
	assert_int_equal(take_event().status, -EINVAL);
	assert_int_equal(take_event().status, -EINVAL);
	assert_int_equal(take_event().status, 0);
	assert_int_equal(take_event().status, -EEXIST);
	assert_int_equal(take_event().status, -ENOENT);
	assert_int_equal(take_event().status, -EINVAL);
	assert_int_equal(fx.counters.sa_added, 1);
	assert_int_equal(fx.counters.sa_refused, 5);
}

/* Packets do not wait for a long queue, and no command is taken that could not be answered. */
static void slices_are_bounded(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < RING; i++) {
		struct sa_parameters sa = fixture_sa(1000 + i, SA_INBOUND, SA_HMAC_MD5_96);

		send_command(SA_COMMAND_ADD, i, 0, &sa);
	}
	assert_int_equal(sa_apply_slice(&apply), SA_APPLY_COMMANDS);
	assert_int_equal(sa_apply_slice(&apply), RING - SA_APPLY_COMMANDS);
	for (uint32_t i = 0; i < 3; i++)
		send_command(SA_COMMAND_DELETE, 100 + i, 0, NULL);
	assert_int_equal(sa_apply_slice(&apply), 0); /* the ring of events is full */
	for (uint32_t i = 0; i < 2; i++)
		assert_int_equal(take_event().cookie, i);
	assert_int_equal(sa_apply_slice(&apply), 2);
	assert_int_equal(take_event().cookie, 2);
	assert_int_equal(sa_apply_slice(&apply), 1);
}

/* Between packets: until the first one has waited long enough, or a slice is full. */
static void commands_wait_for_company(void **state)
{
	(void)state;
	apply.patience = 100;
	send_command(SA_COMMAND_DELETE, 1, 0, NULL);
	assert_int_equal(sa_apply_poll(&apply, true, 1000), 1); /* for the first time */
	send_command(SA_COMMAND_DELETE, 2, 0, NULL);
	assert_int_equal(sa_apply_poll(&apply, true, 1099), 0);
	assert_int_equal(sa_apply_poll(&apply, true, 1100), 1);
	for (uint32_t i = 0; i < SA_APPLY_COMMANDS - 1; i++)
		send_command(SA_COMMAND_DELETE, 3 + i, 0, NULL);
	assert_int_equal(sa_apply_poll(&apply, true, 1101), 0);
	send_command(SA_COMMAND_DELETE, 99, 0, NULL);
	assert_int_equal(sa_apply_poll(&apply, true, 1102), SA_APPLY_COMMANDS);
	send_command(SA_COMMAND_DELETE, 100, 0, NULL);
	assert_int_equal(sa_apply_poll(&apply, false, 1103), 1); /* no packet to hold up */
}

static void flush_takes_all_and_keeps_the_order(void **state)
{
	struct sa_parameters sa = fixture_sa(1000, SA_INBOUND, SA_HMAC_MD5_96);
	unsigned slices = 0, events = 0;

	(void)state;
	for (uint32_t i = 0; i < 20; i++) {
		sa.spi = 1000 + i;
		(void)fixture_add(&sa);
	}
	send_command(SA_COMMAND_FLUSH, 1, 0, NULL);
	send_command(SA_COMMAND_ADD, 2, 0, &sa); /* its SPI is free only behind the flush */
	while (events < 2 && slices < 100) {
		events += sa_apply_slice(&apply);
		slices++;
	}
	assert_int_equal(take_event().cookie, 1);
	assert_int_equal(take_event().status, 0);
	assert_int_equal(fx.path.table.part.head->used, 1);
	assert_int_equal(fx.counters.sa_deleted, 20);
	assert_int_equal(fx.counters.sas, 1);
}

static void expect_passes(const struct sa_parameters *sa)
{
	uint8_t frame[256];
	size_t len = fixture_udp(frame, REMOTE, PORT_UC, LOCAL, PORT_S, 40);

	fixture_put(frame, fixture_esp(frame, len, sa, 1));
	pipeline_inbound(&fx.path, &fx.burst);
	fixture_expect(1, 0);
	fixture_free_burst();
}

/* The keys of a slice are hashed together, by algorithm, whatever stands between them. */
static void each_sa_has_its_own_key(void **state)
{
	struct sa_parameters sas[5], bad = fixture_sa(4711, SA_INBOUND, SA_HMAC_SHA_1_96);

	(void)state;
	for (uint32_t i = 0; i < 5; i++)
		sas[i] =
			fixture_sa(1000 + i, SA_INBOUND, i % 2 ? SA_HMAC_MD5_96 : SA_HMAC_SHA_1_96);
	bad.spi = 0;
	send_command(SA_COMMAND_ADD, 1, 0, &sas[0]);
	send_command(SA_COMMAND_DELETE, 2, 12345, NULL);
	send_command(SA_COMMAND_ADD, 3, 0, &sas[1]);
	send_command(SA_COMMAND_USAGE, 4, 12345, NULL);
	send_command(SA_COMMAND_ADD, 5, 0, &bad);
	send_command(SA_COMMAND_ADD, 6, 0, &sas[2]);
	send_command(SA_COMMAND_ADD, 7, 0, &sas[3]);
	send_command(SA_COMMAND_FLUSH, 8, 0, NULL);
	send_command(SA_COMMAND_ADD, 9, 0, &sas[4]);
	assert_int_equal(sa_apply_slice(&apply), 7);
	for (unsigned i = 0; i < 4; i++)
		expect_passes(&sas[i]);
	for (uint64_t cookie = 1; cookie <= 7; cookie++)
		assert_int_equal(take_event().cookie, cookie);
	while (sa_apply_slice(&apply) == 0)
		; /* the flush */
	assert_int_equal(take_event().cookie, 8);
	assert_int_equal(fx.counters.sas, 0);
	assert_int_equal(sa_apply_slice(&apply), 1);
	assert_int_equal(take_event().cookie, 9);
	expect_passes(&sas[4]);
}

/* The worker dies between two steps, and another one takes its place. */
static void successor(void)
{
	sa_channel_resume_worker(channel, 0);
	sa_table_attach(&fx.path.table, fx.path.table.part);
	apply = (struct sa_apply){.path = &fx.path, .channel = channel, .again = true};
}

/* Carried out, and not answered. */
static void a_successor_answers_for_its_predecessor(void **state)
{
	static const uint8_t algorithms[] = {SA_HMAC_SHA_1_96, SA_HMAC_MD5_96};
	uint64_t cookie = 1;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct sa_parameters sa =
			fixture_sa(4711 + i, i < 2 ? SA_INBOUND : SA_OUTBOUND, algorithms[i % 2]);
		uint64_t handle;
		struct sa_event event;

		sa.ports[0].remote = (uint16_t)(PORT_UC + i);
		send_command(SA_COMMAND_ADD, ++cookie, 0, &sa);
		send_command(SA_COMMAND_ADD, ++cookie, 0, &sa);
		handle = fixture_add(&sa);
		successor();
		assert_int_equal(sa_apply_slice(&apply), 2);
		event = take_event();
		assert_int_equal(event.status, 0);
		assert_int_equal(event.handle, handle);
		/* Only the first: who begins later finds it taken. */
		assert_int_equal(take_event().status, -EEXIST);
	}
	assert_int_equal(fx.path.table.part.head->used, 4);
}

/* There is no place for it: it is there already. */
static void a_successor_knows_who_had_the_last_place(void **state)
{
	const uint32_t capacity = fx.path.table.part.capacity;
	struct sa_parameters sa = fixture_sa(0, SA_INBOUND, SA_HMAC_SHA_1_96);
	uint64_t handle = 0;
	struct sa_event event;

	(void)state;
	for (uint32_t i = 0; i < capacity; i++) {
		sa.spi = SA_SPI_MIN + i;
		handle = fixture_add(&sa);
	}
	send_command(SA_COMMAND_ADD, 1, 0, &sa);
	successor();
	assert_int_equal(sa_apply_slice(&apply), 1);
	event = take_event();
	assert_int_equal(event.status, 0);
	assert_int_equal(event.handle, handle);
	sa.spi++;
	send_command(SA_COMMAND_ADD, 2, 0, &sa);
	successor();
	assert_int_equal(sa_apply_slice(&apply), 1);
	assert_int_equal(take_event().status, -ENOSPC);
}

/* Another SA's SPI or flow is taken, for a successor too. */
static void a_successor_takes_no_other_for_it(void **state)
{
	struct sa_parameters sa = fixture_sa(4711, SA_INBOUND, SA_HMAC_SHA_1_96), other;

	(void)state;
	(void)fixture_add(&sa);
	for (unsigned i = 0; i < 5; i++) {
		other = sa;
		other.key[3] ^= i == 0;
		other.ports[0].remote ^= i == 1;
		other.remote.bytes[3] ^= i == 2;
		other.replay_window = i == 3 ? 32 : other.replay_window;
		other.transports = i == 4 ? SA_TRANSPORT_UDP : other.transports;
		send_command(SA_COMMAND_ADD, 10 + i, 0, &other);
		successor();
		assert_int_equal(sa_apply_slice(&apply), 1);
		assert_int_equal(take_event().status, -EEXIST);
	}
	assert_int_equal(fx.path.table.part.head->used, 1);
}

/* A flush that was begun is a flush that is done, once. */
static void a_flush_outlives_its_worker(void **state)
{
	struct sa_parameters sa = fixture_sa(1000, SA_INBOUND, SA_HMAC_MD5_96);

	(void)state;
	(void)fixture_add(&sa);
	send_command(SA_COMMAND_FLUSH, 8, 0, NULL);
	assert_int_equal(sa_apply_slice(&apply), 0);
	successor();
	while (sa_apply_slice(&apply) == 0)
		;
	assert_int_equal(take_event().cookie, 8);
	assert_int_equal(fx.path.table.part.head->used, 0);
	successor();
	assert_int_equal(sa_apply_slice(&apply), 0);
	assert_false(apply.flushing);
}

static int keep(uint64_t handle, uint16_t epoch)
{
	struct sa_event event;

	send_epoch(SA_COMMAND_KEEP, handle, epoch);
	assert_int_equal(sa_apply_slice(&apply), 1);
	event = take_event();
	assert_true(event.handle == handle);
	return event.status;
}

static void flush(uint16_t epoch)
{
	send_epoch(SA_COMMAND_FLUSH, 0, epoch);
	while (sa_apply_slice(&apply) == 0)
		;
	assert_int_equal(take_event().status, 0);
}

/* What a control plane that starts knows stays as it is; what it does not know goes. */
static void what_is_kept_outlives_a_flush(void **state)
{
	struct sa_parameters sas[3];
	uint64_t handles[3];
	uint8_t frame[256];
	size_t len = fixture_udp(frame, REMOTE, PORT_UC, LOCAL, PORT_S, 40);

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		sas[i] = fixture_sa(1000 + i, SA_INBOUND, SA_HMAC_SHA_1_96);
		handles[i] = fixture_add(&sas[i]);
	}
	fixture_put(frame, fixture_esp(frame, len, &sas[1], 7));
	pipeline_inbound(&fx.path, &fx.burst);
	fixture_expect(1, 0);
	fixture_free_burst();
	assert_int_equal(keep(handles[1], 3), 0);
	assert_int_equal(keep(handles[1], 3), 0);
	assert_int_equal(keep(handles[2], 2), 0); /* by another one, long ago */
	assert_int_equal(keep(handles[1] + (1ull << 32), 3), -ENOENT);
	assert_int_equal(fx.counters.sa_refused, 0);
	/* A worker that dies in the midst of it takes nothing more. */
	send_epoch(SA_COMMAND_FLUSH, 0, 3);
	for (unsigned slice = 0; slice < 2; slice++)
		assert_int_equal(sa_apply_slice(&apply), 0);
	successor();
	while (sa_apply_slice(&apply) == 0)
		;
	(void)take_event();
	assert_int_equal(fx.path.table.part.head->used, 1);
	/* The replay window as well. */
	len = fixture_udp(frame, REMOTE, PORT_UC, LOCAL, PORT_S, 40);
	fixture_put(frame, fixture_esp(frame, len, &sas[1], 7));
	pipeline_inbound(&fx.path, &fx.burst);
	fixture_expect_drop(DROP_REPLAY_DUPLICATE);
	/* What is added behind it belongs to this control plane, until another one starts. */
	assert_int_equal(keep(handles[1], 4), 0);
	handles[0] = fixture_add(&sas[0]);
	flush(4);
	assert_int_equal(fx.path.table.part.head->used, 1);
	flush(0);
	assert_int_equal(fx.path.table.part.head->used, 0);
	/* Nor is who comes to live in its place. */
	assert_int_equal(sa_handle_place(fixture_add(&sas[1])), sa_handle_place(handles[1]));
	flush(4);
	assert_int_equal(fx.path.table.part.head->used, 0);
}

static struct sa_event add_in(const struct sa_parameters *sa, uint16_t epoch)
{
	const struct sa_command command = {
		.type = SA_COMMAND_ADD, .epoch = epoch, .parameters = *sa};

	assert_true(sa_channel_send_commands(channel, 0, &command, 1));
	assert_int_equal(sa_apply_slice(&apply), 1);
	return take_event();
}

/* INT-6: a control plane that begins anew gives the same SA once more: no number comes twice under
 * one key. Another key is another SA, and the same one twice is an error. */
static void what_is_added_anew_goes_on(void **state)
{
	static const uint8_t algorithms[] = {SA_HMAC_SHA_1_96, SA_HMAC_MD5_96};
	struct sa_parameters sa;
	struct sa_event first;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		sa = fixture_sa(4711, i < 2 ? SA_INBOUND : SA_OUTBOUND, algorithms[i % 2]);
		first = add_in(&sa, 1);
		assert_int_equal(first.status, 0);
		assert_int_equal(add_in(&sa, 1).status, -EEXIST);
		fx.path.table.part.entries[sa_handle_place(first.handle)].top = 77;
		assert_true(add_in(&sa, 2).handle == first.handle);
		assert_int_equal(sa_table_get(&fx.path.table, first.handle)->top, 77);
		assert_int_equal(add_in(&sa, 2).status, -EEXIST);
		flush(2);
		assert_int_equal(fx.path.table.part.head->used, 1);
		flush(3);
		assert_int_equal(fx.path.table.part.head->used, 0);
	}
	assert_int_equal(fx.counters.sa_added, 4);
}

/* Another key, or half of a flow: what a predecessor left and nobody keeps makes room; what is
 * kept, or was added by the same control plane, does not. */
static void what_nobody_keeps_makes_room(void **state)
{
	struct sa_parameters sa = fixture_sa(4711, SA_INBOUND, SA_HMAC_SHA_1_96), two = sa;

	(void)state;
	assert_int_equal(add_in(&sa, 1).status, 0);
	sa.key[5] ^= 1;
	assert_int_equal(add_in(&sa, 1).status, -EEXIST);
	assert_int_equal(keep(add_in(&sa, 2).handle, 2), 0);
	sa.key[5] ^= 2;
	assert_int_equal(add_in(&sa, 2).status, -EEXIST);
	assert_int_equal(fx.path.table.part.head->used, 1);
	assert_int_equal(fx.counters.sa_deleted, 1);

	two = fixture_sa(4712, SA_OUTBOUND, SA_HMAC_SHA_1_96);
	for (uint16_t i = 0; i < 2; i++) {
		two.ports[0].remote = (uint16_t)(PORT_UC + i);
		assert_int_equal(add_in(&two, 2).status, 0);
	}
	two.port_pairs = 2;
	two.ports[1] = two.ports[0];
	two.ports[0].remote = PORT_UC;
	assert_int_equal(add_in(&two, 2).status, -EEXIST);
	assert_int_equal(add_in(&two, 3).status, 0);
	assert_int_equal(fx.path.table.part.head->used, 2);
	assert_int_equal(fx.counters.sa_deleted, 3);
}

/* The numbers of this one SA, while it lives; what is refused is not counted as a refusal. */
static void usage_is_told(void **state)
{
	struct sa_parameters sa = fixture_sa(4711, SA_INBOUND, SA_HMAC_SHA_1_96);
	uint64_t handle = fixture_add(&sa);
	struct sa_event event;
	uint8_t frame[256];
	size_t len = fixture_udp(frame, REMOTE, PORT_UC, LOCAL, PORT_S, 40);

	(void)state;
	fixture_put(frame, fixture_esp(frame, len, &sa, 1));
	pipeline_inbound(&fx.path, &fx.burst);
	fixture_expect(1, 0);
	fixture_free_burst();
	for (unsigned i = 0; i < 2; i++) {
		send_command(SA_COMMAND_USAGE, 7, handle, NULL);
		assert_int_equal(sa_apply_slice(&apply), 1);
		event = take_event();
		assert_int_equal(event.cookie, 7);
		assert_int_equal(event.handle, handle);
		assert_int_equal(event.status, i == 0 ? 0 : -ENOENT);
		assert_int_equal(event.packets, i == 0 ? 1 : 0);
		assert_int_equal(event.octets, i == 0 ? 20 + 8 + 40 : 0);
		send_command(SA_COMMAND_DELETE, 8, handle, NULL);
		assert_int_equal(sa_apply_slice(&apply), 1);
		(void)take_event();
	}
	assert_int_equal(fx.counters.sa_refused, 1); /* the second deletion */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, setup, teardown, NULL}
		T("INT-4 acknowledged is live", acknowledged_is_live),
		T("INT-4 refusals are told", refusals_are_told),
		T("usage of an SA is told", usage_is_told),
		T("INT-4 slices are bounded", slices_are_bounded),
		T("P-SPI each SA of a slice has its own key", each_sa_has_its_own_key),
		T("INT-4 commands wait for company", commands_wait_for_company),
		T("INT-4 flush takes all and keeps the order", flush_takes_all_and_keeps_the_order),
		T("INT-4 a successor answers for its predecessor",
			a_successor_answers_for_its_predecessor),
		T("INT-4 a successor knows who had the last place",
			a_successor_knows_who_had_the_last_place),
		T("INT-4 a successor takes no other SA for it", a_successor_takes_no_other_for_it),
		T("INT-4 a flush outlives its worker", a_flush_outlives_its_worker),
		T("INT-4 what is kept outlives a flush", what_is_kept_outlives_a_flush),
		T("INT-6 what is added anew goes on", what_is_added_anew_goes_on),
		T("INT-4 what nobody keeps makes room", what_nobody_keeps_makes_room),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
