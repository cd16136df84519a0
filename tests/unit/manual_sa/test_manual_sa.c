/* SPDX-License-Identifier: BSD-3-Clause */
/* SAs that are given by hand, by one who is far ahead of the data plane, which the test plays. */
#include "manual_sa.h"
#include "spi_allocator.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define RING     4096
#define CAPACITY 3000
#define SEED     7

static struct {
	struct sa_channel *channel;
	struct sa_client *client;
	struct manual_sas *sas;
	struct timer_queue timers;
	struct manual_sa_giver giver;
	uint64_t now_ms, seed, next_handle;
	unsigned live, failed, rooms;
	uint64_t last_index;
	struct manual_sa last;
	int last_status;
} t;

static uint64_t held_now(void *context)
{
	(void)context;
	return t.now_ms;
}

static const char *fault_at_host(void *context, const struct sa_parameters *sa)
{
	(void)context;
	return sa->local.bytes[3] == 9 ? NULL : "no host of ours";
}

static void added(
	struct manual_sa_giver *giver, uint64_t index, const struct manual_sa *sa, int status)
{
	assert_ptr_equal(giver, &t.giver);
	*(status ? &t.failed : &t.live) += 1;
	t.last_index = index;
	t.last = *sa;
	t.last_status = status;
}

static void room(struct manual_sa_giver *giver)
{
	assert_ptr_equal(giver, &t.giver);
	t.rooms++;
}

/* Answers what waits, up to max commands: additions with status; the number of them. */
static unsigned answer(unsigned max, int status, struct sa_command *last)
{
	struct sa_command command;
	unsigned count = 0;

	for (; count < max && sa_channel_peek_command(t.channel, 0, &command); count++) {
		bool is_add = command.type == SA_COMMAND_ADD;
		struct sa_event event = {.type = SA_EVENT_ACKNOWLEDGED,
			.cookie = command.cookie,
			.status = is_add ? status : 0,
			.handle = is_add ? ++t.next_handle : command.handle};

		if (last)
			*last = command;
		assert_true(sa_channel_send_event(t.channel, 0, &event));
		sa_channel_consume_command(t.channel, 0);
	}
	sa_client_poll(t.client);
	manual_sas_turn(t.sas);
	return count;
}

static int open_all(void **state)
{
	const struct sa_channel_size size = {.workers = 1, .commands = RING, .events = RING};
	struct manual_sas_settings settings = {
		.capacity = CAPACITY, .replay_window = 128, .fault_at_host = fault_at_host};
	struct sa_client_settings client = {.timers = &t.timers,
		.random = random_seeded(&t.seed),
		.capacity = CAPACITY,
		.timeout_ms = 2000};
	int fd;

	(void)state;
	memset(&t, 0, sizeof(t));
	t.now_ms = 1000;
	t.seed = SEED;
	t.giver = (struct manual_sa_giver){.added = added, .room = room};
	timer_queue_init(&t.timers, (struct clock){.now_ms = held_now});
	assert_int_equal(sa_channel_create(&size, &fd), 0);
	assert_int_equal(sa_channel_map(fd, &t.channel), 0);
	close(fd);
	sa_channel_resume_worker(t.channel, 0);
	client.channel = t.channel;
	assert_int_equal(sa_client_create(&client, &t.client), 0);
	settings.sa_client = t.client;
	settings.timers = &t.timers;
	assert_int_equal(manual_sas_create(&settings, &t.sas), 0);
	sa_client_start(t.client);
	sa_client_flush(t.client);
	assert_int_equal(answer(8, 0, NULL), 1); /* the flush */
	return 0;
}

static int close_all(void **state)
{
	(void)state;
	manual_sas_destroy(t.sas);
	sa_client_destroy(t.client);
	sa_channel_unmap(t.channel);
	return 0;
}

static struct sa_parameters sa_of(enum sa_direction direction, uint32_t spi)
{
	return (struct sa_parameters){.spi = spi,
		.direction = (uint8_t)direction,
		.algorithm = SA_HMAC_SHA_1_96,
		.transports = SA_TRANSPORT_UDP,
		.port_pairs = 1,
		.local = {{203, 0, 113, 9}, NET_IPV4},
		.remote = {{10, (uint8_t)(spi >> 16), (uint8_t)(spi >> 8), (uint8_t)spi}, NET_IPV4},
		.ports = {{6100, SA_PORT_ANY}}};
}

static int add(const struct sa_parameters *sa, const char *label, const char **why)
{
	char room_for_label[SA_LABEL_MAX] = "";

	*why = NULL;
	strcpy(room_for_label, label);
	return manual_sas_add(t.sas, room_for_label, sa, &t.giver, sa->spi, why);
}

static unsigned count_of(const struct manual_sa_filter *filter)
{
	uint32_t place = 0;
	unsigned count = 0;

	do
		while (manual_sas_next(t.sas, filter, &place))
			count++;
	while (!manual_sas_at_end(t.sas, place));
	return count;
}

static unsigned delete_page(const struct manual_sa_filter *filter, uint32_t *place)
{
	uint64_t handles[MANUAL_SA_DELETED_MAX];

	return manual_sas_delete(t.sas, filter, place, handles);
}

#define ALL (&(struct manual_sa_filter){.direction = -1})

/* INT-4: it is there once the data plane has said so, and not before. */
static void live_when_acknowledged(void **state)
{
	struct sa_parameters sa = sa_of(SA_INBOUND, 300);
	struct sa_command command;
	const char *why;

	(void)state;
	assert_int_equal(add(&sa, "one", &why), 0);
	assert_int_equal(count_of(ALL), 0);
	assert_int_equal(answer(8, 0, &command), 1);
	assert_int_equal(command.parameters.replay_window, 128); /* the default */
	assert_int_equal(t.live, 1);
	assert_int_equal(t.last_index, 300);
	assert_string_equal(t.last.label, "one");
	assert_int_equal(t.last.handle, t.next_handle);
	assert_int_equal(count_of(ALL), 1);
	assert_int_equal(manual_sas_count(t.sas), 1);
	/* Refused by the data plane, or not answered: nothing stays. */
	sa = sa_of(SA_OUTBOUND, 301);
	assert_int_equal(add(&sa, "", &why), 0);
	answer(8, -EEXIST, NULL);
	assert_int_equal(t.last_status, -EEXIST);
	assert_int_equal(add(&sa, "", &why), 0);
	t.now_ms += 2001;
	timer_queue_run(&t.timers);
	assert_int_equal(t.last_status, -ETIMEDOUT);
	assert_int_equal(t.failed, 2);
	assert_int_equal(count_of(ALL), 1);
}

/* P-SPI: given and chosen ones do not meet. */
static void spis_are_taken_once(void **state)
{
	struct sa_parameters sa = sa_of(SA_INBOUND, 300), out = sa_of(SA_OUTBOUND, 300);
	uint64_t seed = SEED;
	const struct random random = random_seeded(&seed);
	struct spi_allocator twin;
	const char *why;
	uint32_t first, next;

	(void)state;
	assert_int_equal(add(&sa, "", &why), 0);
	assert_int_equal(add(&sa, "", &why), -EEXIST); /* also while it is under way */
	assert_non_null(strstr(why, "SPI"));
	/* INT-2: nor both ways between the same addresses, whichever is first. */
	assert_int_equal(add(&out, "", &why), -EEXIST);
	assert_non_null(strstr(why, "other direction"));
	out.remote.bytes[3]++;
	assert_int_equal(add(&out, "", &why), 0);
	answer(8, 0, NULL);
	assert_int_equal(add(&sa, "", &why), -EEXIST);
	assert_int_equal(add(&out, "", &why), 0);
	answer(8, -EEXIST, NULL); /* outbound, the data plane judges */
	out = sa_of(SA_OUTBOUND, 301);
	assert_int_equal(add(&out, "", &why), 0);
	out.direction = SA_INBOUND;
	assert_int_equal(add(&out, "", &why), -EEXIST);
	answer(8, 0, NULL);
	/* What the allocator would say next is given by hand: it says another. */
	assert_int_equal(spi_allocator_open(&twin, 1, CAPACITY, &random), 0);
	first = spi_allocator_next(&twin, 0, NULL, 0);
	spi_allocator_release(&twin, 0, first);
	next = spi_allocator_next(&twin, 0, NULL, 0);
	spi_allocator_close(&twin);
	assert_int_equal(sa_client_choose_spi(t.client, &sa.local, &sa.remote, NULL, 0), first);
	sa_client_release_spi(t.client, &sa.local, &sa.remote, first);
	sa = sa_of(SA_INBOUND, next);
	assert_int_equal(add(&sa, "", &why), 0);
	sa = sa_of(SA_INBOUND, 0);
	assert_int_equal(add(&sa, "", &why), 0);
	answer(8, 0, NULL);
	assert_int_not_equal(t.last.spi, next);
	assert_true(t.last.spi >= SA_SPI_MIN);
	assert_int_equal(count_of(ALL), 5);
}

/* P-SPI: the other ends choose the outbound ones, and not each other's. */
static void outbound_spis_may_all_be_equal(void **state)
{
	const struct manual_sa_filter same = {.spi = 300, .direction = -1};
	struct sa_parameters sa;
	uint32_t place = 0;
	const char *why;

	(void)state;
	for (unsigned i = 0; i < MANUAL_SA_UNDER_WAY; i++) {
		sa = sa_of(SA_OUTBOUND, 0x10000 + i);
		sa.spi = 300;
		assert_int_equal(add(&sa, "", &why), 0);
	}
	answer(RING, 0, NULL);
	assert_int_equal(count_of(&same), MANUAL_SA_UNDER_WAY);
	sa = sa_of(SA_INBOUND, 300);
	assert_int_equal(add(&sa, "", &why), 0);
	answer(RING, 0, NULL);
	/* So many at once and no more, and a registration finds room beside them. */
	assert_int_equal(delete_page(&same, &place), MANUAL_SA_DELETED_MAX);
	assert_false(manual_sas_at_end(t.sas, place));
	assert_int_equal(answer(RING, 0, NULL), MANUAL_SA_DELETED_MAX);
	assert_int_equal(delete_page(&same, &place), 1);
	assert_true(manual_sas_at_end(t.sas, place));
	answer(RING, 0, NULL);
	assert_int_equal(count_of(ALL), 0);
}

static void faults_send_nothing(void **state)
{
	struct sa_parameters good = sa_of(SA_INBOUND, 300), sa;
	struct sa_command command;
	const char *why;

	(void)state;
#define REFUSED(change, words)                                 \
	do {                                                   \
		sa = good;                                     \
		change;                                        \
		assert_int_equal(add(&sa, "", &why), -EINVAL); \
		assert_non_null(strstr(why, words));           \
	} while (0)
	REFUSED(sa.spi = 255, "spi is reserved");
	REFUSED(sa.local.bytes[3] = 8, "no host of ours");
	REFUSED(sa.replay_window = 160, "replay_window is more than");
	REFUSED(sa.replay_window = 33, "not a multiple of 32");
	REFUSED(sa.direction = SA_OUTBOUND; sa.spi = 0, "spi is reserved");
	REFUSED(sa.direction = SA_OUTBOUND; sa.replay_window = 64, "no replay window");
	REFUSED(sa.remote.family = NET_IPV6, "not of one family");
	REFUSED(sa.port_pairs = 2, "one port pair");
	REFUSED(sa.transports = 0, "transports are not");
	assert_false(sa_channel_peek_command(t.channel, 0, &command));
	assert_int_equal(count_of(ALL), 0);
}

/* P-WHICH: who speaks from an end that SAs by hand name is known until the last of them goes. */
static void ends_are_known(void **state)
{
	struct sa_parameters sa = sa_of(SA_INBOUND, 1000);
	struct net_endpoint end = {sa.remote, 5062};
	struct manual_sa_filter one = {.direction = -1};
	static const uint32_t order[] = {1001, 1002, 1000, 1003};
	struct net_endpoint other = {sa.remote, 5063};
	const char *why;

	(void)state;
	sa.ports[0].remote = end.port;
	assert_false(manual_sas_from(t.sas, &sa.local, &end));
	for (sa.spi = 1000; sa.spi < 1004; sa.spi++) {
		assert_int_equal(add(&sa, "", &why), 0);
		assert_true(manual_sas_from(t.sas, &sa.local, &end)); /* under way, too */
	}
	sa.direction = SA_OUTBOUND;
	sa.ports[0].remote = other.port;
	assert_int_equal(add(&sa, "", &why), 0);
	answer(RING, 0, NULL);
	assert_false(manual_sas_from(t.sas, &sa.local, &other));
	assert_false(manual_sas_from(t.sas, &sa.remote, &end));
	for (unsigned i = 0; i < 4; i++) {
		uint32_t place = 0;

		assert_true(manual_sas_from(t.sas, &sa.local, &end));
		one.spi = order[i];
		assert_int_equal(delete_page(&one, &place), 1);
	}
	assert_false(manual_sas_from(t.sas, &sa.local, &end));
}

/* Registrations find room in the ring, however much is given at once. */
static void a_giver_waits_for_room(void **state)
{
	const struct manual_sa_filter first = {.spi = 1000, .direction = -1};
	struct sa_parameters sa;
	const char *why;
	uint32_t place = 0;

	(void)state;
	for (uint32_t sent = 0; sent < CAPACITY; sent++) {
		sa = sa_of(SA_INBOUND, 1000 + sent);
		if (add(&sa, "", &why) == 0)
			continue;
		assert_int_equal(add(&sa, "", &why), -EAGAIN);
		assert_int_equal(sent % MANUAL_SA_UNDER_WAY, 0);
		assert_int_equal(answer(RING, 0, NULL), MANUAL_SA_UNDER_WAY);
		assert_int_equal(t.rooms, sent / MANUAL_SA_UNDER_WAY);
		sent--;
	}
	answer(RING, 0, NULL);
	assert_int_equal(t.live, CAPACITY);
	sa = sa_of(SA_INBOUND, 999);
	assert_int_equal(add(&sa, "", &why), -ENOSPC);
	assert_non_null(strstr(why, "sa_capacity"));
	assert_int_equal(count_of(ALL), CAPACITY);
	/* Places are used again. */
	assert_int_equal(delete_page(&first, &place), 1);
	answer(RING, 0, NULL);
	assert_int_equal(add(&sa, "", &why), 0);
	answer(RING, 0, NULL);
	assert_int_equal(count_of(ALL), CAPACITY);
}

/* Nobody is asked again and again while nothing has changed. */
static void a_full_ring_is_tried_from_time_to_time(void **state)
{
	static uint64_t handles[RING];
	struct sa_parameters sa = sa_of(SA_INBOUND, 999);
	const char *why;

	(void)state;
	sa_client_delete(t.client, handles, RING);
	assert_int_equal(add(&sa, "", &why), -EAGAIN);
	for (unsigned turn = 0; turn < 3; turn++) {
		timer_queue_run(&t.timers);
		manual_sas_turn(t.sas);
	}
	assert_int_equal(t.rooms, 0);
	t.now_ms += 20;
	timer_queue_run(&t.timers);
	manual_sas_turn(t.sas);
	manual_sas_turn(t.sas);
	assert_int_equal(t.rooms, 1);
	assert_int_equal(add(&sa, "", &why), -EAGAIN);
	answer(RING, 0, NULL);
	t.now_ms += 20;
	timer_queue_run(&t.timers);
	manual_sas_turn(t.sas);
	assert_int_equal(t.rooms, 2);
	assert_int_equal(add(&sa, "", &why), 0);
	answer(RING, 0, NULL);
	assert_int_equal(t.live, 1);
}

static void filters_and_deletion(void **state)
{
	struct manual_sa_filter filter = {.direction = -1};
	struct sa_command command;
	uint32_t place = 0;
	const char *why;

	(void)state;
	for (uint32_t i = 0; i < 600; i++) {
		struct sa_parameters sa = sa_of(i % 2 ? SA_OUTBOUND : SA_INBOUND, 1000 + i / 2);

		sa.local.bytes[2] = (uint8_t)sa.direction; /* nothing comes back */
		assert_int_equal(add(&sa, i % 3 ? "a" : "b", &why), 0);
	}
	answer(RING, 0, NULL);
	filter.label = "b";
	assert_int_equal(count_of(&filter), 200);
	filter.direction = SA_INBOUND;
	assert_int_equal(count_of(&filter), 100);
	filter = (struct manual_sa_filter){.direction = -1, .spi = 1007};
	assert_int_equal(count_of(&filter), 2);
	filter.address = sa_of(SA_INBOUND, 1007).remote;
	assert_int_equal(count_of(&filter), 2);
	filter.address.bytes[3]++;
	assert_int_equal(count_of(&filter), 0);
	filter = (struct manual_sa_filter){.direction = -1, .label = "b"};
	assert_int_equal(delete_page(&filter, &place), 200);
	assert_true(manual_sas_at_end(t.sas, place));
	assert_int_equal(answer(RING, 0, &command), 200);
	assert_int_equal(command.type, SA_COMMAND_DELETE);
	assert_int_equal(count_of(&filter), 0);
	assert_int_equal(count_of(ALL), 400);
	assert_int_equal(manual_sas_count(t.sas), 400);
}

static size_t chosen_spis(void)
{
	struct sa_client_gauges gauges;

	sa_client_gauge(t.client, &gauges);
	return gauges.spis;
}

/* P-SPI: one that was chosen is in use as long as its SA, however that ends. */
static void chosen_spis_are_released(void **state)
{
	struct sa_parameters sa = sa_of(SA_INBOUND, 0), bad = sa;
	uint32_t place = 0;
	const char *why;

	(void)state;
	assert_int_equal(add(&sa, "", &why), 0);
	assert_int_equal(chosen_spis(), 1);
	answer(8, -ENOSPC, NULL);
	assert_int_equal(chosen_spis(), 0);
	bad.transports = 0;
	assert_int_equal(add(&bad, "", &why), -EINVAL);
	assert_int_equal(chosen_spis(), 0);
	assert_int_equal(add(&sa, "", &why), 0);
	answer(8, 0, NULL);
	assert_int_equal(chosen_spis(), 1);
	assert_int_equal(delete_page(ALL, &place), 1);
	assert_int_equal(chosen_spis(), 0);
}

/* Who has left hears nothing; his SAs come. */
static void a_giver_leaves(void **state)
{
	struct sa_parameters sa;
	const char *why;

	(void)state;
	for (uint32_t i = 0; i < MANUAL_SA_UNDER_WAY; i++) {
		sa = sa_of(SA_INBOUND, 1000 + i);
		assert_int_equal(add(&sa, "", &why), 0);
	}
	sa = sa_of(SA_INBOUND, 999);
	assert_int_equal(add(&sa, "", &why), -EAGAIN);
	manual_sas_leave(t.sas, &t.giver);
	answer(RING, 0, NULL);
	assert_int_equal(t.live + t.failed + t.rooms, 0);
	assert_int_equal(count_of(ALL), MANUAL_SA_UNDER_WAY);
	/* Also when all goes while something is under way. */
	assert_int_equal(add(&sa, "", &why), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, open_all, close_all, NULL}
		T("INT-4 live when acknowledged", live_when_acknowledged),
		T("P-SPI SPIs are taken once", spis_are_taken_once),
		T("P-SPI outbound SPIs may all be equal", outbound_spis_may_all_be_equal),
		T("P-SPI chosen SPIs are released", chosen_spis_are_released),
		T("P-TBL faults send nothing", faults_send_nothing),
		T("P-WHICH ends are known", ends_are_known),
		T("a giver waits for room", a_giver_waits_for_room),
		T("a full ring is tried from time to time", a_full_ring_is_tried_from_time_to_time),
		T("filters and deletion", filters_and_deletion),
		T("a giver leaves", a_giver_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
