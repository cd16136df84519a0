/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE's SAs of one registration. */
#include "sa_set.h"

#include <errno.h>
#include <string.h>

#include "bytes.h"

static void make_sa(
	struct esp_sa *sa, uint32_t spi, enum esp_algorithm algorithm, const struct secret *ik)
{
	memset(sa, 0, sizeof(*sa));
	sa->spi = spi;
	sa->algorithm = algorithm;
	esp_expand_key(algorithm, ik->bytes, &sa->key);
}

void sa_set_make(struct sa_set *set, const struct sec_agree_offer *offer,
	const struct sec_agree_choice *choice, const struct secret *ik)
{
	set->form = offer->form;
	set->own = offer->own;
	set->peer = choice->peer;
	make_sa(&set->out[0], set->peer.spi_server, choice->algorithm, ik);
	make_sa(&set->out[1], set->peer.spi_client, choice->algorithm, ik);
	make_sa(&set->in[0], set->own.spi_server, choice->algorithm, ik);
	make_sa(&set->in[1], set->own.spi_client, choice->algorithm, ik);
}

void sa_set_wipe(struct sa_set *set)
{
	secret_wipe_bytes(set, sizeof(*set));
}

struct esp_sa *sa_set_outbound(struct sa_set *set, uint16_t own_port)
{
	if (own_port == set->own.port_client)
		return &set->out[0];
	if (own_port == set->own.port_server)
		return &set->out[set->form == SEC_AGREE_PAIR ? 0 : 1];
	return NULL;
}

struct esp_sa *sa_set_inbound(struct sa_set *set, uint32_t spi)
{
	/* A set that is not made has only zeros. */
	if (spi == 0)
		return NULL;
	if (spi == set->in[0].spi)
		return &set->in[0];
	if (set->form == SEC_AGREE_FOUR && spi == set->in[1].spi)
		return &set->in[1];
	return NULL;
}

struct esp_sa *sa_set_outbound_between(struct sa_set *set, uint16_t own_port, uint16_t peer_port)
{
	struct esp_sa *sa = sa_set_outbound(set, own_port);
	/* The P-CSCF's end of it. */
	uint16_t fits =
		own_port == set->own.port_client ? set->peer.port_server : set->peer.port_client;

	return peer_port == fits ? sa : NULL;
}

bool sa_set_is_protected(const struct sa_set *set, uint16_t own_port, uint16_t peer_port)
{
	return set->in[0].spi != 0 &&
	       (own_port == set->own.port_client || own_port == set->own.port_server ||
		       peer_port == set->peer.port_client || peer_port == set->peer.port_server);
}

int sa_set_wrap(struct esp_sa *sa, const struct ip_packet *plain, uint8_t *sealed, size_t cap,
	struct ip_packet *out)
{
	size_t len = esp_seal(sa, plain->protocol, plain->body, plain->body_len, sealed, cap);

	*out = *plain;
	out->protocol = IP_PROTOCOL_ESP;
	out->body = sealed;
	out->body_len = len;
	return len > 0 ? 0 : -EMSGSIZE;
}

size_t sa_set_seal(struct esp_sa *sa, const struct udp_segment *segment, uint8_t *out, size_t cap)
{
	uint8_t body[IP_PACKET_MAX], sealed[IP_PACKET_MAX];
	struct ip_packet packet = {
		.source = segment->source.address,
		.destination = segment->destination.address,
		.protocol = IP_PROTOCOL_UDP,
		.body = body,
		.body_len = udp_segment_build(segment, body, sizeof(body)),
	};

	if (packet.body_len == 0 || sa_set_wrap(sa, &packet, sealed, sizeof(sealed), &packet))
		return 0;
	return ip_packet_build(&packet, out, cap);
}

/* TS 33.203 §7.1: of one SA both ports belong together. UDP and TCP begin with them. */
static bool ports_fit(const struct sa_set *set, const struct esp_sa *sa, const uint8_t *body)
{
	uint16_t from = bytes_load_be16(body), to = bytes_load_be16(body + 2);
	bool to_server = from == set->peer.port_client && to == set->own.port_server;
	bool to_client = from == set->peer.port_server && to == set->own.port_client;

	if (set->form == SEC_AGREE_PAIR)
		return to_server || to_client;
	return sa == &set->in[0] ? to_server : to_client;
}

const char *sa_set_unwrap(struct sa_set *set, const struct ip_packet *packet, struct ip_packet *out)
{
	const uint8_t *body;
	size_t body_len;
	uint8_t next_header;
	struct esp_sa *sa;

	if (packet->body_len < 8)
		return "ESP packet too short";
	sa = sa_set_inbound(set, bytes_load_be32(packet->body));
	if (!sa)
		return "ESP packet of an unknown SPI";
	switch (esp_open(sa, packet->body, packet->body_len, &next_header, &body, &body_len)) {
	case 0:
		break;
	case -EALREADY:
		return "ESP packet of a sequence number that was used";
	case -EBADMSG:
		return "ESP packet with a wrong ICV";
	default:
		return "ESP packet with a bad length or padding";
	}
	if (next_header != IP_PROTOCOL_UDP && next_header != IP_PROTOCOL_TCP)
		return "ESP packet whose next header is neither UDP nor TCP";
	if (body_len < 4 || !ports_fit(set, sa, body))
		return "ESP packet whose ports are not those of its SA";
	*out = *packet;
	out->protocol = next_header;
	out->body = body;
	out->body_len = body_len;
	return NULL;
}

const char *sa_set_open(struct sa_set *set, const struct ip_packet *packet, struct udp_segment *out)
{
	struct ip_packet plain;
	const char *wrong = sa_set_unwrap(set, packet, &plain);

	if (wrong)
		return wrong;
	if (plain.protocol != IP_PROTOCOL_UDP)
		return "ESP packet whose next header is not UDP";
	out->source.address = plain.source;
	out->destination.address = plain.destination;
	if (udp_segment_parse(plain.body, plain.body_len, out))
		return "ESP packet with a bad UDP length or checksum";
	return NULL;
}
