/* SPDX-License-Identifier: BSD-3-Clause */
/* From outside, behind the ICV: trailer, transport header, selectors. */
#include "pipeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#define SPI  0x80000100u
#define HEAD (WIRE_ETHER_LEN + WIRE_IPV4_LEN)

static uint8_t frame[2048];

/* A genuine packet of the SA with len octets of UDP payload, in frame. */
static size_t genuine(const struct sa_parameters *sa, uint32_t number, size_t len)
{
	size_t plain = fixture_udp(frame, REMOTE, PORT_UC, LOCAL, PORT_S, len);

	return fixture_esp(frame, plain, sa, number);
}

static void receive(size_t len)
{
	fixture_put(frame, len);
	pipeline_inbound(&fx.path, &fx.burst);
}

static struct sa_parameters add_inbound(enum sa_algorithm algorithm)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_INBOUND, algorithm);

	(void)fixture_add(&sa);
	return sa;
}

static void bad_padding_drops(void **state)
{
	struct sa_parameters sa = add_inbound(SA_HMAC_SHA_1_96);
	size_t len = genuine(&sa, 1, 1); /* 9 octets of UDP: 1 of padding */
	uint8_t *trailer = frame + len - SA_ICV_LEN - 2;
	uint32_t number = 1;

	(void)state;
	for (unsigned value = 0; value < 256; value++) {
		len = genuine(&sa, number++, 1);
		trailer[-1] = (uint8_t)value;
		fixture_resign(frame, len, &sa);
		receive(len);
		if (value == 1) {
			fixture_expect(1, 0);
			fixture_free_burst();
		} else {
			fixture_expect_drop(DROP_ESP_PADDING);
		}
	}
	/* A pad length that is more than there is, or that takes payload for padding. */
	for (unsigned value = 2; value < 256; value++) {
		len = genuine(&sa, number++, 1);
		trailer[0] = (uint8_t)value;
		fixture_resign(frame, len, &sa);
		receive(len);
		fixture_expect_drop(DROP_ESP_PADDING);
	}
}

/* Padding that would reach back into the ESP header, where the octets happen to fit. */
static void padding_stays_behind_the_header(void **state)
{
	struct sa_parameters sa = add_inbound(SA_HMAC_SHA_1_96);
	uint8_t *esp = fixture_ipv4(frame, REMOTE, LOCAL, WIRE_PROTOCOL_ESP, 24);

	(void)state;
	bytes_store_be32(esp, sa.spi);
	bytes_store_be32(esp + 4, 1);
	memcpy(esp + 8, "\2\3\3\x11", 4);
	fixture_resign(frame, HEAD + 24, &sa);
	receive(HEAD + 24);
	fixture_expect_drop(DROP_ESP_PADDING);
}

/* RFC 4303 §2.4 allows up to 255 octets, to hide lengths. */
static void all_padding_lengths_are_taken(void **state)
{
	struct sa_parameters sa = add_inbound(SA_HMAC_SHA_1_96);
	uint32_t number = 1;

	(void)state;
	for (unsigned pad_len = 2; pad_len < 256; pad_len += 4) {
		uint8_t *esp = frame + HEAD, *end;
		size_t len;

		fixture_udp(frame, REMOTE, PORT_UC, LOCAL, PORT_S, 0);
		memmove(esp + 8, esp, 8);
		bytes_store_be32(esp, sa.spi);
		bytes_store_be32(esp + 4, number++);
		end = esp + 16;
		for (unsigned i = 1; i <= pad_len; i++)
			*end++ = (uint8_t)i;
		*end++ = (uint8_t)pad_len;
		*end++ = WIRE_PROTOCOL_UDP;
		len = (size_t)(end - frame) + SA_ICV_LEN;
		ip_header_set(frame + WIRE_ETHER_LEN, NET_IPV4, 20,
			(unsigned)(len - WIRE_ETHER_LEN), WIRE_PROTOCOL_ESP);
		fixture_resign(frame, len, &sa);
		receive(len);
		fixture_expect(1, 0);
		assert_int_equal(fx.burst.mbuf[0]->pkt_len, FRAME_UDP);
		fixture_free_burst();
	}
}

static void next_header_is_a_transport_of_the_sa(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_INBOUND, SA_HMAC_SHA_1_96);
	uint32_t number = 1;

	(void)state;
	sa.transports = SA_TRANSPORT_UDP;
	(void)fixture_add(&sa);
	for (unsigned next = 0; next < 256; next++) {
		size_t len = genuine(&sa, number++, 20);

		frame[len - SA_ICV_LEN - 1] = (uint8_t)next;
		fixture_resign(frame, len, &sa);
		receive(len);
		if (next == WIRE_PROTOCOL_UDP) {
			fixture_expect(1, 0);
			fixture_free_burst();
		} else {
			fixture_expect_drop(DROP_ESP_NEXT_HEADER);
		}
	}
}

static void selectors_of_the_sa(void **state)
{
	static const struct {
		const char *source;
		uint16_t source_port, target_port;
		enum drop_reason reason;
	} rows[] = {
		{OTHER, PORT_UC, PORT_S, DROP_SELECTOR_ADDRESS},
		{REMOTE, PORT_UC + 1, PORT_S, DROP_SELECTOR_PORT},
		{REMOTE, PORT_UC, PORT_C, DROP_SELECTOR_PORT},
		{REMOTE, PORT_S, PORT_UC, DROP_SELECTOR_PORT},
		{REMOTE, PORT_UC, 22, DROP_SELECTOR_PORT},
		{REMOTE, PORT_UC, 5060, DROP_SELECTOR_PORT},
	};
	struct sa_parameters sa = add_inbound(SA_HMAC_SHA_1_96);

	(void)state;
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = fixture_udp(
			frame, rows[i].source, rows[i].source_port, LOCAL, rows[i].target_port, 20);

		receive(fixture_esp(frame, len, &sa, i + 1));
		fixture_expect_drop(rows[i].reason);
	}
	sa.spi++;
	memcpy(sa.local.bytes, OTHER, 4); /* another protected host's SA */
	(void)fixture_add(&sa);
	receive(genuine(&sa, 1, 20));
	fixture_expect_drop(DROP_SELECTOR_ADDRESS);
	assert_int_equal(fx.counters.esp_in, 0);
}

/* RFC 3329 Appendix A: one pair of SAs with two pairs of ports. */
static void both_port_pairs_are_taken(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_INBOUND, SA_HMAC_SHA_1_96);
	size_t len;

	(void)state;
	sa.port_pairs = 2;
	sa.ports[1] = (struct sa_port_pair){PORT_C, PORT_US};
	(void)fixture_add(&sa);
	receive(genuine(&sa, 1, 20));
	fixture_expect(1, 0);
	fixture_free_burst();
	len = fixture_udp(frame, REMOTE, PORT_US, LOCAL, PORT_C, 20);
	receive(fixture_esp(frame, len, &sa, 2));
	fixture_expect(1, 0);
	fixture_free_burst();
	len = fixture_udp(frame, REMOTE, PORT_UC, LOCAL, PORT_C, 20); /* half of each */
	receive(fixture_esp(frame, len, &sa, 3));
	fixture_expect_drop(DROP_SELECTOR_PORT);
}

/* SA_PORT_ANY, at either end or both. */
static void any_port_is_taken(void **state)
{
	static const struct {
		struct sa_port_pair ports;
		bool other_local, other_remote; /* are taken */
	} rows[] = {{{SA_PORT_ANY, PORT_UC}, true, false}, {{PORT_S, SA_PORT_ANY}, false, true},
		{{SA_PORT_ANY, SA_PORT_ANY}, true, true}};
	struct sa_parameters sa = fixture_sa(SPI, SA_INBOUND, SA_HMAC_SHA_1_96);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sa.spi++;
		sa.ports[0] = rows[i].ports;
		(void)fixture_add(&sa);
		for (uint32_t other = 0; other < 4; other++) {
			size_t len = fixture_udp(frame, REMOTE, other & 1 ? 7 : PORT_UC, LOCAL,
				other & 2 ? 7 : PORT_S, 20);

			receive(fixture_esp(frame, len, &sa, other + 1));
			if ((other & 1 && !rows[i].other_remote) ||
				(other & 2 && !rows[i].other_local)) {
				fixture_expect_drop(DROP_SELECTOR_PORT);
				continue;
			}
			fixture_expect(1, 0);
			fixture_free_burst();
		}
	}
}

static void inner_transport_header_fits(void **state)
{
	struct sa_parameters sa = add_inbound(SA_HMAC_SHA_1_96);
	uint32_t number = 1;

	(void)state;
	for (unsigned announced = 0; announced < 64; announced++) { /* UDP: 8 + 20 are there */
		size_t len = fixture_udp(frame, REMOTE, PORT_UC, LOCAL, PORT_S, 20);

		bytes_store_be16(frame + HEAD + WIRE_UDP_LENGTH_AT, (uint16_t)announced);
		receive(fixture_esp(frame, len, &sa, number++));
		if (announced >= 8 && announced <= 28) {
			fixture_expect(1, 0);
			fixture_free_burst();
		} else {
			fixture_expect_drop(DROP_TRANSPORT_LENGTH);
		}
	}
	for (unsigned len = 2; len < 28; len += 2) { /* TCP: a header of 24 octets */
		uint8_t *tcp = fixture_ipv4(frame, REMOTE, LOCAL, WIRE_PROTOCOL_TCP, len);

		memset(tcp, 0, 28);
		bytes_store_be16(tcp, PORT_UC);
		bytes_store_be16(tcp + 2, PORT_S);
		tcp[WIRE_TCP_OFFSET_AT] = 0x60;
		memset(tcp + len, 0, 28 - len);
		receive(fixture_esp(frame, HEAD + len, &sa, number++));
		if (len >= 24) {
			fixture_expect(1, 0);
			fixture_free_burst();
		} else {
			fixture_expect_drop(DROP_TRANSPORT_LENGTH);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, fixture_setup, fixture_teardown, NULL}
		T("P-ESP bad padding drops", bad_padding_drops),
		T("P-ESP padding stays behind the header", padding_stays_behind_the_header),
		T("P-ESP all padding lengths are taken", all_padding_lengths_are_taken),
		T("INT-4 next header is a transport of the SA",
			next_header_is_a_transport_of_the_sa),
		T("P-USE selectors of the SA", selectors_of_the_sa),
		T("P-SEC both port pairs are taken", both_port_pairs_are_taken),
		T("P-USE any port is taken", any_port_is_taken),
		T("P-ESP inner transport header fits", inner_transport_header_fits),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
