/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE's SAs of one registration: four, or one pair (TS 33.203 §7.1, RFC 3329 Appendix A). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ip_packet.h"
#include "sec_agree.h"
#include "udp_segment.h"

/* In the pair form only [0] of each direction is used. */
struct sa_set {
	enum sec_agree_form form;
	struct sec_agree_side own, peer;
	struct esp_sa out[2]; /* port_uc → port_ps, port_us → port_pc */
	struct esp_sa in[2];  /* port_pc → port_us, port_ps → port_uc */
};

void sa_set_make(struct sa_set *set, const struct sec_agree_offer *offer,
	const struct sec_agree_choice *choice, const struct secret *ik);
void sa_set_wipe(struct sa_set *set);

/* The SA from this own port to the P-CSCF; NULL: no SA has it. */
struct esp_sa *sa_set_outbound(struct sa_set *set, uint16_t own_port);

/* The SA with this SPI from the P-CSCF; NULL: no SA has it. */
struct esp_sa *sa_set_inbound(struct sa_set *set, uint32_t spi);

/* The SA between these ports, as TCP and UDP have them in what the UE sends; NULL: none has. */
struct esp_sa *sa_set_outbound_between(struct sa_set *set, uint16_t own_port, uint16_t peer_port);

/* Whether one of them is a port of a set that is made: between them nothing travels bare. */
bool sa_set_is_protected(const struct sa_set *set, uint16_t own_port, uint16_t peer_port);

/* The packet out, which may be plain itself, is plain's with its body in ESP on sa, for which
 * sealed has room of cap octets. 0, or -EMSGSIZE. */
int sa_set_wrap(struct esp_sa *sa, const struct ip_packet *plain, uint8_t *sealed, size_t cap,
	struct ip_packet *out) __attribute__((warn_unused_result));

/* An ESP packet that came in: NULL and the plain one with UDP or TCP, whose body points into
 * packet's, or why it is not believed: SPI, replay, ICV, padding, next header, ports that are not
 * the SA's. */
const char *sa_set_unwrap(struct sa_set *set, const struct ip_packet *packet, struct ip_packet *out)
	__attribute__((warn_unused_result));

/* segment in ESP on sa in an IP packet, with the addresses of segment. Its length, or 0. */
size_t sa_set_seal(struct esp_sa *sa, const struct udp_segment *segment, uint8_t *out, size_t cap)
	__attribute__((warn_unused_result));

/* sa_set_unwrap of what must be UDP. */
const char *sa_set_open(struct sa_set *set, const struct ip_packet *packet, struct udp_segment *out)
	__attribute__((warn_unused_result));
