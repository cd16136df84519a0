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

size_t sa_set_seal(struct esp_sa *sa, const struct udp_segment *segment, uint8_t *out, size_t cap)
{
	uint8_t body[IPV4_PACKET_MAX], sealed[IPV4_PACKET_MAX];
	struct ipv4_packet packet = {
		.source = segment->source.address,
		.destination = segment->destination.address,
		.protocol = IPV4_ESP,
		.body = sealed,
	};
	size_t len = udp_segment_build(segment, body, sizeof(body));

	if (len == 0)
		return 0;
	packet.body_len = esp_seal(sa, IPV4_UDP, body, len, sealed, sizeof(sealed));
	return packet.body_len > 0 ? ipv4_packet_build(&packet, out, cap) : 0;
}

/* TS 33.203 §7.1: of one SA both ports belong together. */
static bool ports_fit(
	const struct sa_set *set, const struct esp_sa *sa, const struct udp_segment *segment)
{
	bool to_server = segment->source.port == set->peer.port_client &&
			 segment->destination.port == set->own.port_server;
	bool to_client = segment->source.port == set->peer.port_server &&
			 segment->destination.port == set->own.port_client;

	if (set->form == SEC_AGREE_PAIR)
		return to_server || to_client;
	return sa == &set->in[0] ? to_server : to_client;
}

const char *sa_set_open(
	struct sa_set *set, const struct ipv4_packet *packet, struct udp_segment *out)
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
	if (next_header != IPV4_UDP)
		return "ESP packet whose next header is not UDP";
	out->source.address = packet->source;
	out->destination.address = packet->destination;
	if (udp_segment_parse(body, body_len, out))
		return "ESP packet with a bad UDP length or checksum";
	if (!ports_fit(set, sa, out))
		return "ESP packet whose ports are not those of its SA";
	return NULL;
}
