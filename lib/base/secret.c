/* SPDX-License-Identifier: BSD-3-Clause */
#include "secret.h"

#include <errno.h>
#include <string.h>

int secret_set(struct secret *secret, const void *bytes, size_t len)
{
	if (len > SECRET_MAX)
		return -EINVAL;
	secret_wipe(secret);
	memcpy(secret->bytes, bytes, len);
	secret->len = (uint8_t)len;
	return 0;
}

void secret_wipe(struct secret *secret)
{
	secret_wipe_bytes(secret, sizeof(*secret));
}

void secret_wipe_bytes(void *bytes, size_t len)
{
	explicit_bzero(bytes, len);
}

bool secret_equal_bytes(const void *a, const void *b, size_t len)
{
	const uint8_t *x = a, *y = b;
	uint8_t difference = 0;

	for (size_t i = 0; i < len; i++)
		difference |= x[i] ^ y[i];
	return difference == 0;
}
