/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of a registration: its requests, and how it ends. */
#pragma once

#include "registration.h"

void registration_request_sm1(struct registration *registration);
void registration_request_sm7(struct registration *registration);

/* The challenge in sm6 is not accepted; auts: NULL where its MAC is wrong. */
void registration_request_report(struct registration *registration, const uint8_t *auts);

/* The set that the request under way travels on; NULL: bare. */
struct sa_set *registration_carrier(struct registration *registration);

/* "new", "established" or "bare". */
const char *registration_set_name(
	const struct registration *registration, const struct sa_set *set);

/* format: NULL where all went as ordered. */
void registration_finish(struct registration *registration, enum registration_state state,
	const char *format, ...) __attribute__((format(printf, 3, 4)));
