/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets that no honest UE sends. */
#include "attack.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct material {
	struct registration *registration;
	struct net_address foreign;
};

/* A kind of attack writes one IP packet; its length, or 0. */
struct attack {
	const char *name, *what;
	size_t (*make)(const struct material *material, uint8_t *out);
};

static size_t copy(const struct registration_capture *capture, uint8_t *out)
{
	memcpy(out, capture->bytes, capture->len);
	return capture->len;
}

/* A bit in the middle of the SIP text, which only the ICV covers beside the UDP checksum. */
static size_t flip_bit(uint8_t *out, size_t len)
{
	if (len > 0)
		out[len / 2] ^= 0x10;
	return len;
}

/* IPv4's header checksum is the same after it. */
static size_t swap_addresses(uint8_t *out, size_t len)
{
	bool ipv4 = len > 0 && out[0] >> 4 == 4;
	uint8_t *at = out + (ipv4 ? 12 : 8), source[16];
	size_t address_len = ipv4 ? 4 : 16;

	if (len == 0)
		return 0;
	memcpy(source, at, address_len);
	memcpy(at, at + address_len, address_len);
	memcpy(at + address_len, source, address_len);
	return len;
}

/* The SA that SM7 went out on; sealing takes its next number. */
static struct esp_sa *sm7_sa(const struct material *material)
{
	struct sa_set *set = &material->registration->set;

	return sa_set_outbound(set, set->own.port_client);
}

static size_t make_replay(const struct material *material, uint8_t *out)
{
	return copy(&material->registration->sm7, out);
}

static size_t make_flip(const struct material *material, uint8_t *out)
{
	struct udp_segment segment = registration_sm7(material->registration);

	return flip_bit(out, sa_set_seal(sm7_sa(material), &segment, out, IP_PACKET_MAX));
}

static size_t make_flip_captured(const struct material *material, uint8_t *out)
{
	return flip_bit(out, copy(&material->registration->sm7, out));
}

static size_t make_reflect(const struct material *material, uint8_t *out)
{
	return swap_addresses(out, copy(&material->registration->sm7, out));
}

static size_t make_reflect_answer(const struct material *material, uint8_t *out)
{
	return swap_addresses(out, copy(&material->registration->sm12, out));
}

static size_t make_plain(const struct material *material, uint8_t *out)
{
	struct udp_segment segment = registration_sm7(material->registration);
	uint8_t body[IP_PACKET_MAX];
	struct ip_packet packet = {
		.source = segment.source.address,
		.destination = segment.destination.address,
		.protocol = IP_PROTOCOL_UDP,
		.body = body,
		.body_len = udp_segment_build(&segment, body, sizeof(body)),
	};

	return packet.body_len > 0 ? ip_packet_build(&packet, out, IP_PACKET_MAX) : 0;
}

static size_t make_unknown_spi(const struct material *material, uint8_t *out)
{
	struct udp_segment segment = registration_sm7(material->registration);
	const struct sa_set *set = &material->registration->set;
	struct esp_sa other = *sm7_sa(material);
	size_t len;

	do {
		other.spi += 0x9e3779b1;
	} while (other.spi < 256 || other.spi == set->out[0].spi || other.spi == set->out[1].spi ||
		 other.spi == set->in[0].spi || other.spi == set->in[1].spi);
	len = sa_set_seal(&other, &segment, out, IP_PACKET_MAX);
	secret_wipe_bytes(&other, sizeof(other));
	return len;
}

static size_t make_foreign_source(const struct material *material, uint8_t *out)
{
	struct udp_segment segment = registration_sm7(material->registration);

	segment.source.address = material->foreign;
	return sa_set_seal(sm7_sa(material), &segment, out, IP_PACKET_MAX);
}

static const struct attack attacks[] = {
	{"replay", "the captured SM7 again", make_replay},
	{"flip", "SM7 with a fresh number, then one bit flipped", make_flip},
	{"flip-captured", "the captured SM7, one bit flipped", make_flip_captured},
	{"reflect", "the captured SM7, source and destination address swapped", make_reflect},
	{"reflect-answer", "the captured SM12, source and destination address swapped",
		make_reflect_answer},
	{"plain", "SM7 unprotected, to the protected port", make_plain},
	{"unknown-spi", "SM7 with a valid ICV under an SPI that nobody has", make_unknown_spi},
	{"foreign-source", "SM7 with a fresh number and a valid ICV, from another address",
		make_foreign_source},
};

#define ATTACKS (sizeof(attacks) / sizeof(attacks[0]))

static const struct attack *find(const char *name)
{
	size_t i;

	for (i = 0; i < ATTACKS; i++) {
		if (!strcmp(attacks[i].name, name))
			return &attacks[i];
	}
	return NULL;
}

bool attack_known(const char *name)
{
	return find(name) != NULL;
}

void attack_list(void)
{
	size_t i;

	for (i = 0; i < ATTACKS; i++)
		printf("  %-16s %s\n", attacks[i].name, attacks[i].what);
}

const char *attack_run(
	const char *name, struct registration *registration, const struct net_address *foreign)
{
	const struct attack *attack = find(name);
	struct material material = {registration, *foreign};
	uint8_t packet[IP_PACKET_MAX];
	size_t len;
	int error;

	if (registration->sm7.len == 0)
		return "there is no SM7 yet to make it from";
	len = attack->make(&material, packet);
	if (len == 0)
		return "there is no packet to make it from";
	/* Whatever its header says, it has to travel to the gateway. */
	error = access_send_packet(
		registration->access, &registration->settings->pcscf.address, packet, len);
	if (error)
		return strerror(-error);
	report_event(registration->report, name, json_pack("{s:I}", "octets", (json_int_t)len),
		"%s", attack->what);
	return NULL;
}
