/* SPDX-License-Identifier: BSD-3-Clause */
/* The security agreement as the UE sees it: what it offers in SM1, and whether SM6 may be
 * believed (RFC 3329, TS 33.203 §7.1 and Annex H). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "esp.h"

enum sec_agree_form {
	SEC_AGREE_FOUR, /* spi-c, spi-s, port-c, port-s: four SAs */
	SEC_AGREE_PAIR, /* spi, port1, port2: one pair (RFC 3329 Appendix A) */
};

/* Of one side. In the pair form both SPIs are `spi`, port_server is `port1` (where this side
 * receives), port_client is `port2` (from where it sends). */
struct sec_agree_side {
	uint32_t spi_client, spi_server;
	uint16_t port_client, port_server;
};

struct sec_agree_offer {
	enum sec_agree_form form;
	struct sec_agree_side own;
	enum esp_algorithm algorithms[ESP_ALGORITHMS]; /* in the UE's order */
	size_t algorithm_count;
};

struct sec_agree_choice {
	enum esp_algorithm algorithm;
	struct sec_agree_side peer;
};

#define SEC_AGREE_TEXT_MAX 2048

/* The value of Security-Client, terminated; its length, or 0 where cap is too small. */
size_t sec_agree_client(const struct sec_agree_offer *offer, char *out, size_t cap)
	__attribute__((warn_unused_result));

/* The first entry of the highest q that was offered too. NULL, or what is wrong with the list. */
const char *sec_agree_choose(const struct sec_agree_offer *offer, const char *server, size_t len,
	struct sec_agree_choice *out) __attribute__((warn_unused_result));
