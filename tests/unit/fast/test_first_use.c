/* SPDX-License-Identifier: BSD-3-Clause */
/* The first genuine packet of an inbound SA is told to the control plane, which the test plays. */
#include "first_use.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"
#include "sa_channel.h"

#define RING 2

static struct sa_channel *channel;
static int channel_fd;

static int setup(void **state)
{
	const struct sa_channel_size size = {.workers = 1, .commands = RING, .events = RING};

	if (fixture_setup(state) || sa_channel_create(&size, &channel_fd) ||
		sa_channel_map(channel_fd, &channel))
		return -1;
	fx.path.channel = channel;
	return 0;
}

static int teardown(void **state)
{
	sa_channel_unmap(channel);
	close(channel_fd);
	return fixture_teardown(state);
}

/* A packet of the SA, from source to port, into the burst; one octet of the ICV is changed where
 * it is forged. */
static void put(const struct sa_parameters *sa, const char *source, uint16_t to_port,
	uint32_t number, bool forged)
{
	uint8_t frame[256];
	size_t len = fixture_udp(frame, source, PORT_UC, LOCAL, to_port, 40);

	len = fixture_esp(frame, len, sa, number);
	frame[len - 1] ^= forged;
	fixture_put(frame, len);
}

static void run(void)
{
	pipeline_inbound(&fx.path, &fx.burst);
	fixture_free_burst();
}

/* The handles that were told since; returns how many. */
static unsigned told(uint64_t *handles)
{
	struct sa_event events[RING];
	unsigned count = sa_channel_receive_events(channel, 0, events, RING);

	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(events[i].type, SA_EVENT_FIRST_USE);
		assert_int_equal(events[i].cookie, 0);
		assert_int_equal(events[i].status, 0);
		handles[i] = events[i].handle;
	}
	return count;
}

static void once_per_sa(void **state)
{
	struct sa_parameters sa = fixture_sa(4711, SA_INBOUND, SA_HMAC_SHA_1_96);
	uint64_t handle = fixture_add(&sa), handles[RING];

	(void)state;
	/* Several in one burst, then another burst. */
	for (uint32_t i = 1; i <= 3; i++)
		put(&sa, REMOTE, PORT_S, i, false);
	run();
	assert_int_equal(fx.path.events, 1);
	assert_int_equal(told(handles), 1);
	assert_int_equal(handles[0], handle);
	put(&sa, REMOTE, PORT_S, 4, false);
	run();
	assert_int_equal(told(handles), 0);
	assert_int_equal(fx.path.events, 1);
	assert_int_equal(fixture_entry(handle)->packets, 4);
}

static void only_a_genuine_packet_counts(void **state)
{
	struct sa_parameters sa = fixture_sa(4711, SA_INBOUND, SA_HMAC_SHA_1_96);
	uint64_t handle = fixture_add(&sa), handles[RING];

	(void)state;
	put(&sa, REMOTE, PORT_S, 1, true);  /* a wrong ICV */
	put(&sa, OTHER, PORT_S, 2, false);  /* from elsewhere */
	put(&sa, REMOTE, PORT_C, 3, false); /* to a port that is not the SA's */
	run();
	assert_int_equal(fx.burst.count, 0);
	assert_int_equal(told(handles), 0);
	put(&sa, REMOTE, PORT_S, 4, false);
	run();
	assert_int_equal(told(handles), 1);
	assert_int_equal(handles[0], handle);
}

/* The ring is full: no packet is held up, and a later packet of each SA tells it. */
static void a_full_ring_loses_none(void **state)
{
	struct sa_parameters sas[5];
	uint64_t handles[RING], seen[5];
	unsigned count = 0;

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		sas[i] = fixture_sa(4711 + i, SA_INBOUND, SA_HMAC_MD5_96);
		(void)fixture_add(&sas[i]);
	}
	for (uint32_t round = 1; round <= 4; round++) {
		unsigned now;

		for (unsigned i = 0; i < 5; i++)
			put(&sas[i], REMOTE, PORT_S, round, false);
		pipeline_inbound(&fx.path, &fx.burst);
		fixture_expect(5, 0);
		fixture_free_burst();
		now = told(handles);
		assert_int_equal(now, round <= 2 ? RING : round == 3 ? 1 : 0);
		for (unsigned i = 0; i < now; i++)
			seen[count++] = handles[i];
	}
	assert_int_equal(count, 5);
	assert_int_equal(fx.path.events, 5);
	for (unsigned i = 0; i < count; i++)
		for (unsigned k = 0; k < i; k++)
			assert_int_not_equal(seen[i], seen[k]);
}

/* A place that is used again belongs to another SA; a data plane that starts anew remembers. */
static void told_goes_with_the_sa(void **state)
{
	struct sa_parameters sa = fixture_sa(4711, SA_INBOUND, SA_HMAC_SHA_1_96);
	uint64_t handle = fixture_add(&sa), handles[RING];

	(void)state;
	put(&sa, REMOTE, PORT_S, 1, false);
	run();
	assert_int_equal(told(handles), 1);
	sa_table_attach(&fx.path.table, sa_memory_part(fx.memory, 0));
	put(&sa, REMOTE, PORT_S, 2, false);
	run();
	assert_int_equal(told(handles), 0);
	assert_int_equal(sa_table_delete(&fx.path.table, handle), 0);
	handle = fixture_add(&sa);
	put(&sa, REMOTE, PORT_S, 1, false);
	run();
	assert_int_equal(told(handles), 1);
	assert_int_equal(handles[0], handle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, setup, teardown, NULL}
		T("P-LIFE first use is told once per SA", once_per_sa),
		T("P-LIFE only a genuine packet is a use", only_a_genuine_packet_counts),
		T("P-LIFE a full ring loses no first use", a_full_ring_loses_none),
		T("P-LIFE first use goes with the SA", told_goes_with_the_sa),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
