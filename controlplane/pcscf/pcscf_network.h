/* SPDX-License-Identifier: BSD-3-Clause */
/* What the home network itself does to a registration (TS 24.229 §5.2.3), as function calls. Where
 * the S-CSCF is in the same process it calls; a reg event subscription would cost a dialog and an
 * XML document for each UE to say the same. */
#pragma once

#include <stdint.h>

struct pcscf;

/* NET-2: the registration now lasts remaining_ms, and with it (and 30 s more) the sets of SAs that
 * are in force; a re-authentication's new set has its own time. */
void pcscf_network_shorten(struct pcscf *pcscf, const char *impi, uint64_t remaining_ms);

/* impu and its implicit set are de-registered; with the last one the IMPI's SAs go, after what is
 * on its way (the NOTIFY, an answer) could leave. */
void pcscf_network_deregister(struct pcscf *pcscf, const char *impi, const char *impu);
