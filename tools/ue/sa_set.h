/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE's SAs of one registration: four, or one pair (TS 33.203 §7.1, RFC 3329 Appendix A). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipv4_packet.h"
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

/* segment in ESP on sa in an IPv4 packet, with the addresses of segment. Its length, or 0. */
size_t sa_set_seal(struct esp_sa *sa, const struct udp_segment *segment, uint8_t *out, size_t cap)
	__attribute__((warn_unused_result));

/* An ESP packet that came in: NULL and the segment, which points into packet, or why it is not
 * believed: SPI, replay, ICV, padding, next header, ports that are not the SA's. */
const char *sa_set_open(struct sa_set *set, const struct ipv4_packet *packet,
	struct udp_segment *out) __attribute__((warn_unused_result));
