/* SPDX-License-Identifier: BSD-3-Clause */
/* Whose address: the P-CSCF's here, or that of a host of /dataplane/protected. */
#pragma once

#include "config.h"

bool config_host_is_protected(const struct config *config, const struct net_address *address);

/* Is it the P-CSCF's here? */
bool config_host_is_own(const struct config *config, const struct net_address *address);

/* Is it one of its host's protected ports? Nothing leaves one, or comes to it, without an SA; a
 * bare packet to another port may pass. */
bool config_host_protects(
	const struct config *config, const struct net_address *address, uint16_t port);

/* Is it among count of them? */
bool config_host_has_address(
	const struct net_address *addresses, size_t count, const struct net_address *address);
bool config_host_has_port(const uint16_t *ports, size_t count, uint16_t port);
