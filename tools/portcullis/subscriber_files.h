/* SPDX-License-Identifier: BSD-3-Clause */
/* The stores of the settings' state directory, beside a gateway that may be running. */
#pragma once

#include "config.h"
#include "provision_import.h"
#include "store.h"

/* Between service_user_enter and _leave. 0, or -errno after a line on standard error. */
int subscriber_files_open(const struct config *config, struct subscriber_store **out)
	__attribute__((warn_unused_result));

/* The SQNs that were used; NULL where none ever was. */
int subscriber_files_open_state(const struct config *config, struct store **out)
	__attribute__((warn_unused_result));

/* Imports from a descriptor that was opened before. 0, or -errno after a line. */
int subscriber_files_import(const struct config *config, int fd, const char *name,
	enum subscriber_write kind, const char *source, uint64_t *count)
	__attribute__((warn_unused_result));

/* What the settings name, where it has changed since it was imported; as root: in a process of its
 * own, whose memory goes with it. Ends early where stop_fd can be read. 0, or -errno after a line.
 */
int subscriber_files_import_settings(const struct config *config, int stop_fd)
	__attribute__((warn_unused_result));
