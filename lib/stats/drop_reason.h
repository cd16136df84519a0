/* SPDX-License-Identifier: BSD-3-Clause */
/* Why a packet went no further: one list gives the enum, the name and the text of every reason.
 * Each has one counter per worker, and one test that reaches it. */
#pragma once

/* X(constant, name in JSON, what it means) — in the order in which the packet path decides. */
#define DROP_REASONS(X)                                                                           \
	X(FRAME_TRUNCATED, "frame_truncated", "frame ends before the headers that it announces")  \
	X(FRAME_TOO_LONG, "frame_too_long", "frame longer than the largest buffer")               \
	X(NO_BUFFER, "no_buffer", "no packet buffer left to carry it on in")                      \
	X(ETHER_TYPE, "ether_type", "neither IPv4, IPv6 nor ARP")                                 \
	X(IP_HEADER, "ip_header", "bad version, header length or total length")                   \
	X(IP_CHECKSUM, "ip_checksum", "wrong IPv4 header checksum")                               \
	X(HAND_OVER_FULL, "hand_over_full", "its worker did not take it from the one it came to") \
	X(FRAGMENT_SHAPE, "fragment_shape", "fragment that contradicts itself or the others")     \
	X(FRAGMENT_TINY, "fragment_tiny", "fragment smaller than any link makes them")            \
	X(FRAGMENT_TOO_LONG, "fragment_too_long", "fragments of more than the largest packet")    \
	X(FRAGMENT_OVERLAP, "fragment_overlap", "fragments that overlap")                         \
	X(FRAGMENT_DUPLICATE, "fragment_duplicate", "fragment that is there already")             \
	X(FRAGMENT_SOURCE, "fragment_source", "fragment that waited, too many of its source did") \
	X(FRAGMENT_FLOOD, "fragment_flood", "fragment that waited, given up for newer ones")      \
	X(FRAGMENT_TIMEOUT, "fragment_timeout", "fragment whose packet never became whole")       \
	X(IP_EXTENSION, "ip_extension", "IPv6 extension header that this path does not carry")    \
	X(OTHER_HOST, "other_host", "from outside, but not to a protected host")                  \
	X(REFLECTED, "reflected", "sent by the gateway itself and thrown back at it")             \
	X(PLAIN_PROTECTED_PORT, "plain_protected_port", "unprotected packet to a protected port") \
	X(PLAIN_OTHER_PORT, "plain_other_port",                                                   \
		"unprotected packet that the policy does not pass")                               \
	X(PLAIN_RATE, "plain_rate", "unprotected SIP above the configured rate")                  \
	X(ESP_LENGTH, "esp_length", "ESP packet too short, or not 4-octet aligned")               \
	X(SPI_UNKNOWN, "spi_unknown", "no inbound SA of this worker has this SPI")                \
	X(SEQUENCE_ZERO, "sequence_zero", "sequence number 0, which is never sent")               \
	X(REPLAY_OLD, "replay_old", "sequence number left of the window")                         \
	X(REPLAY_DUPLICATE, "replay_duplicate", "sequence number already seen")                   \
	X(ICV, "icv", "wrong integrity check value")                                              \
	X(ESP_PADDING, "esp_padding", "bad padding octets or pad length")                         \
	X(ESP_NEXT_HEADER, "esp_next_header", "next header is not a transport of the SA")         \
	X(SELECTOR_ADDRESS, "selector_address", "valid ICV, but the addresses are not the SA's")  \
	X(TRANSPORT_LENGTH, "transport_length", "UDP or TCP header cut off or of wrong length")   \
	X(SELECTOR_PORT, "selector_port", "valid ICV, but the ports are not the SA's")            \
	X(OUT_NO_SA, "out_no_sa", "from a protected port, but no outbound SA takes it")           \
	X(OUT_SEQUENCE_END, "out_sequence_end", "the outbound sequence number would wrap")        \
	X(OUT_TOO_BIG, "out_too_big", "does not fit the port's MTU once protected")               \
	X(PORT_FULL, "port_full", "the port took no more packets")

enum drop_reason {
#define X(constant, name, text) DROP_##constant,
	DROP_REASONS(X)
#undef X
		DROP_REASON_COUNT
};

/* "replay_duplicate"; reason < DROP_REASON_COUNT. */
const char *drop_reason_name(enum drop_reason reason);

/* For a person: "sequence number already seen". */
const char *drop_reason_text(enum drop_reason reason);
