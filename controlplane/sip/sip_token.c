/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_token.h"

#include <string.h>

#include "hex.h"

static void put_bits(const struct random *random, char *out)
{
	uint8_t bits[8];

	random_fill(random, bits, sizeof(bits));
	hex_encode(bits, sizeof(bits), out);
}

char *sip_token_tag(const struct random *random, char out[SIP_TOKEN_MAX])
{
	put_bits(random, out);
	return out;
}

char *sip_token_branch(const struct random *random, char out[SIP_TOKEN_MAX])
{
	memcpy(out, "z9hG4bK", 7);
	put_bits(random, out + 7);
	return out;
}
