/* SPDX-License-Identifier: BSD-3-Clause */
/* Names and numbers that a UE draws by lot. */
#include "draw.h"

#include <string.h>

#include "hex.h"

#define SPI_MIN 256 /* RFC 4303 §2.1 */

void draw_hex(const struct random *random, char *out, size_t octets)
{
	uint8_t bytes[16];

	random_fill(random, bytes, octets);
	hex_encode(bytes, octets, out);
}

void draw_branch(const struct random *random, char *out)
{
	memcpy(out, "z9hG4bK", 7);
	draw_hex(random, out + 7, 8);
}

static uint16_t draw_port(const struct random *random)
{
	return (uint16_t)(random_u32(random) | 0x8000);
}

void draw_side(const struct random *random, enum sec_agree_form form, struct sec_agree_side *own)
{
	while (own->spi_server < SPI_MIN)
		own->spi_server = random_u32(random);
	while (own->spi_client < SPI_MIN || own->spi_client == own->spi_server)
		own->spi_client = random_u32(random);
	if (form == SEC_AGREE_PAIR)
		own->spi_client = own->spi_server;
	while (own->port_client == 0)
		own->port_client = draw_port(random);
	while (own->port_server == 0 || own->port_server == own->port_client)
		own->port_server = draw_port(random);
}
