/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the UE and the network that it sends to and hears from. */
#include "loss.h"

#include <stddef.h>

#include "random.h"

bool loss_takes(struct loss *loss)
{
	struct random random;

	if (!loss || loss->percent == 0)
		return false;
	random = random_seeded(&loss->stream);
	if (random_u32(&random) % 100 >= loss->percent)
		return false;
	loss->lost++;
	return true;
}
