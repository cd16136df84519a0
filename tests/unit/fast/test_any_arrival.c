/* SPDX-License-Identifier: BSD-3-Clause */
/* A property: valid packets, cut into any fragments, in any order, at any worker, whoever polls
 * when, come out once each and unchanged. Each round has a seed; the last one is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"
#include "random.h"

#include "fragment_maker.h"
#include "several_workers.h"

#define ROUNDS    5000 /* for each number of workers */
#define PACKETS   8    /* of a round, at most */
#define PIECES    5    /* of a packet, at most */
#define UES       6
#define SPI       0x80000100u
#define LEN_MAX   1380
#define IPV4_HEAD (WIRE_ETHER_LEN + WIRE_IPV4_LEN)
#define IPV6_HEAD (WIRE_ETHER_LEN + WIRE_IPV6_LEN)

enum kind { IN_PLAIN, IN_PLAIN6, IN_ESP, OUT_PLAIN, OUT_ESP, KINDS };

struct packet {
	enum kind kind;
	unsigned ue;
	uint8_t plain[2048]; /* as it must come out, but for ESP around it */
	size_t len;
	unsigned seen;
};

struct piece {
	uint8_t frame[2048];
	size_t len;
	enum path_side side;
};

static struct {
	uint64_t seed;
	struct random random;
	struct packet packets[PACKETS];
	struct piece pieces[PACKETS * PIECES];
	unsigned packet_count, piece_count, workers, round;
	uint32_t next_id;
	uint32_t in_number[UES], out_number[UES];
	struct sa_parameters in[UES], out[UES];
} p;

static unsigned draw(unsigned below)
{
	return random_u32(&p.random) % below;
}

static const char *ue_address(unsigned ue)
{
	static char address[4] = "\xc6\x33\x64";

	address[3] = (char)(20 + ue);
	return address;
}

static void add_sa(struct sa_parameters *sa, unsigned ue, enum sa_direction direction)
{
	uint8_t states[2][SA_HASH_STATE_LEN] = {0};
	uint64_t handle;

	*sa = fixture_sa(SPI + ue, direction, ue % 2 ? SA_HMAC_MD5_96 : SA_HMAC_SHA_1_96);
	memcpy(sa->remote.bytes, ue_address(ue), 4);
	icv_key_states(fx.path.icv, sa->algorithm, sa->key, states);
	assert_int_equal(
		sa_table_add(&sw.path[sa_owner_of(&sw.owner, sa)].table, sa, states, &handle), 0);
}

static void begin(unsigned workers)
{
	memset(&p, 0, sizeof(p));
	p.workers = workers;
	p.random = random_seeded(&p.seed);
	fragment_maker_add_host6();
	sa_owner_init(&sw.owner, workers);
	for (unsigned w = 0; w < WORKERS; w++)
		sw.path[w].hand_over.workers = workers;
	for (unsigned ue = 0; ue < UES; ue++) {
		add_sa(&p.in[ue], ue, SA_INBOUND);
		add_sa(&p.out[ue], ue, SA_OUTBOUND);
	}
}

/* The plain packet, with its number at the start of its payload. */
static void make(struct packet *packet, unsigned number)
{
	const char *ue = ue_address(packet->ue);
	size_t len = 4 + draw(LEN_MAX - 4);
	char remote6[16];

	memcpy(remote6, REMOTE6, sizeof(remote6));
	remote6[15] = (char)(20 + packet->ue);
	if (packet->kind == IN_PLAIN)
		packet->len = fixture_udp(packet->plain, ue, 40000, LOCAL, 5060, len);
	else if (packet->kind == IN_PLAIN6)
		packet->len = fragment_maker_udp6(packet->plain, remote6, 40000, LOCAL6, 5060, len);
	else if (packet->kind == IN_ESP)
		packet->len = fixture_udp(packet->plain, ue, PORT_UC, LOCAL, PORT_S, len);
	else if (packet->kind == OUT_PLAIN)
		packet->len = fixture_udp(packet->plain, LOCAL, 5060, ue, 40000, len);
	else
		packet->len = fixture_udp(packet->plain, LOCAL, PORT_S, ue, PORT_UC, len);
	bytes_store_be32(
		packet->plain + (packet->kind == IN_PLAIN6 ? IPV6_HEAD : IPV4_HEAD) + WIRE_UDP_LEN,
		number);
}

static void add_piece(const struct packet *packet, const uint8_t *whole, size_t head, size_t from,
	size_t to, size_t end)
{
	struct piece *piece = &p.pieces[p.piece_count++];

	piece->side = packet->kind >= OUT_PLAIN ? PATH_INSIDE : PATH_OUTSIDE;
	if (from > 0 || to < end) {
		piece->len = fragment_maker_cut(
			piece->frame, whole, p.next_id, (unsigned)from, (unsigned)to, to < end);
		return;
	}
	piece->len = head + end;
	memcpy(piece->frame, whole, piece->len);
}

/* As it travels, in one piece or in several. */
static void cut(const struct packet *packet)
{
	size_t head = packet->kind == IN_PLAIN6 ? IPV6_HEAD : IPV4_HEAD, len = packet->len,
	       from = 0;
	unsigned left = 1 + draw(PIECES);
	uint8_t whole[2048];

	memcpy(whole, packet->plain, len);
	if (packet->kind == IN_ESP)
		len = fixture_esp(whole, len, &p.in[packet->ue], ++p.in_number[packet->ue]);
	len -= head;
	p.next_id++;
	while (from < len) {
		size_t to = from + FRAGMENTS_LEN_MIN + 8 * draw(60);

		if (--left == 0 || to >= len)
			to = len;
		add_piece(packet, whole, head, from, to, len);
		from = to;
	}
}

static void shuffle(void)
{
	for (unsigned i = p.piece_count; i > 1; i--) {
		unsigned other = draw(i);
		static struct piece kept;

		kept = p.pieces[i - 1];
		p.pieces[i - 1] = p.pieces[other];
		p.pieces[other] = kept;
	}
}

static void check_outbound_esp(const struct packet *packet, const uint8_t *frame, size_t len)
{
	const uint8_t *esp = frame + IPV4_HEAD;
	size_t transport = packet->len - IPV4_HEAD;

	assert_true(len >= packet->len + WIRE_ESP_HEADER_LEN + 2 + SA_ICV_LEN);
	assert_int_equal(frame[WIRE_ETHER_LEN + WIRE_IPV4_PROTOCOL_AT], WIRE_PROTOCOL_ESP);
	assert_int_equal(bytes_load_be32(esp), p.out[packet->ue].spi);
	/* One writer: no number twice, none left out. */
	assert_int_equal(bytes_load_be32(esp + 4), ++p.out_number[packet->ue]);
	assert_memory_equal(esp + WIRE_ESP_HEADER_LEN, packet->plain + IPV4_HEAD, transport);
}

/* What left by the side over against the one that it came from. */
static void check_out(const struct rte_mbuf *mbuf, enum path_side side)
{
	const uint8_t *frame = rte_pktmbuf_mtod(mbuf, const uint8_t *);
	bool ipv6 = frame[WIRE_ETHER_LEN] >> 4 == 6;
	size_t head = ipv6 ? IPV6_HEAD : IPV4_HEAD, at = head + WIRE_UDP_LEN;
	size_t addresses = ipv6 ? WIRE_IPV6_SOURCE_AT : WIRE_IPV4_SOURCE_AT;
	struct packet *packet;
	uint32_t number;

	assert_int_equal(mbuf->nb_segs, 1);
	if (!ipv6 && side == PATH_INSIDE &&
		frame[WIRE_ETHER_LEN + WIRE_IPV4_PROTOCOL_AT] == WIRE_PROTOCOL_ESP)
		at += WIRE_ESP_HEADER_LEN;
	number = bytes_load_be32(frame + at);
	assert_true(number < p.packet_count);
	packet = &p.packets[number];
	packet->seen++;
	assert_int_equal(side, packet->kind >= OUT_PLAIN ? PATH_INSIDE : PATH_OUTSIDE);
	assert_memory_equal(frame + WIRE_ETHER_LEN + addresses,
		packet->plain + WIRE_ETHER_LEN + addresses, ipv6 ? 32 : 8);
	if (packet->kind == OUT_ESP) {
		check_outbound_esp(packet, frame, mbuf->pkt_len);
		return;
	}
	assert_int_equal(mbuf->pkt_len, packet->len);
	assert_memory_equal(frame + head, packet->plain + head, packet->len - head);
}

static unsigned take_out(enum path_side side)
{
	unsigned count = fx.burst.count + fx.burst.passed;

	for (unsigned i = 0; i < fx.burst.count; i++)
		check_out(fx.burst.mbuf[i], side);
	for (unsigned i = 0; i < fx.burst.passed; i++)
		check_out(fx.burst.pass[i], side);
	assert_int_equal(fx.burst.answers + fx.burst.pieces + fx.burst.dropped, 0);
	fixture_free_burst();
	return count;
}

static void poll_others(unsigned worker)
{
	for (unsigned side = 0; side < PATH_SIDES; side++) {
		several_receive(worker, side);
		take_out(side);
	}
}

/* The next pieces of one side, up to a few, at any worker. */
static unsigned arrive(unsigned from)
{
	enum path_side side = p.pieces[from].side;
	unsigned more = 1 + draw(4), i = from;

	for (; i < p.piece_count && p.pieces[i].side == side && more > 0; i++, more--)
		fixture_put(p.pieces[i].frame, p.pieces[i].len);
	several_arrive(draw(p.workers), side);
	take_out(side);
	return i;
}

static void run_round(unsigned round)
{
	uint64_t drops = several_drops();

	p.round = round;
	p.seed = round;
	p.packet_count = 1 + draw(PACKETS);
	p.piece_count = 0;
	for (unsigned i = 0; i < p.packet_count; i++) {
		struct packet *packet = &p.packets[i];

		*packet = (struct packet){.kind = draw(KINDS), .ue = draw(UES)};
		make(packet, i);
		cut(packet);
	}
	shuffle();
	for (unsigned i = 0; i < p.piece_count;) {
		i = arrive(i);
		if (draw(3) == 0)
			poll_others(draw(p.workers));
	}
	for (unsigned w = 0; w < p.workers; w++)
		poll_others(w);
	for (unsigned i = 0; i < p.packet_count; i++)
		if (p.packets[i].seen != 1)
			fail_msg("packet %u came out %u times", i, p.packets[i].seen);
	assert_int_equal(several_drops(), drops);
}

static void with(unsigned workers)
{
	uint64_t handed_over = 0;

	begin(workers);
	for (unsigned round = 1; round <= ROUNDS; round++)
		run_round(round);
	for (unsigned w = 0; w < WORKERS; w++)
		handed_over += sw.counters[w].handed_over;
	assert_int_equal(handed_over > ROUNDS, workers > 1);
}

static void one_worker(void **state)
{
	(void)state;
	with(1);
}

static void two_workers(void **state)
{
	(void)state;
	with(2);
}

static void three_workers(void **state)
{
	(void)state;
	with(3);
}

static int tell_and_teardown(void **state)
{
	print_message("# %u workers, last seed %u\n", p.workers, p.round);
	return several_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, several_setup, tell_and_teardown, NULL}
		T("P-ESP whatever arrives comes out once, one worker", one_worker),
		T("P-ESP whatever arrives anywhere comes out once, two workers", two_workers),
		T("P-ESP whatever arrives anywhere comes out once, three workers", three_workers),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
