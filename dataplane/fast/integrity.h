/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps around the engine: last but one from inside, in the middle from outside. */
#pragma once

#include "burst.h"
#include "path.h"

/* From outside: drops what its SA's key did not make (RFC 4303 §3.4.4.1). */
void integrity_verify(struct path *path, struct burst *burst);

/* From inside: writes the ICV that encap left room for (RFC 4303 §3.3.2.1). */
void integrity_protect(struct path *path, struct burst *burst);
