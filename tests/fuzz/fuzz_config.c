/* SPDX-License-Identifier: BSD-3-Clause */
/* Any text as settings: they are right, or one line says where and why not. */
#include <stdlib.h>
#include <string.h>

#include "config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config *config = malloc(sizeof(*config));
	char error[CONFIG_ERROR_MAX];

	if (!config)
		abort();
	if (config_parse((const char *)data, size, "fuzz", "/d", config, error)) {
		if (strncmp(error, "fuzz:", 5) != 0 || strchr(error, '\n') ||
			strlen(error) >= sizeof(error) - 1)
			abort();
	} else if (config->subscribers[0] != '/') {
		abort();
	} else if (config_has_pcscf(config) &&
		   (config->pcscf.client_port_count < 2 ||
			   config->pcscf.server_port == config->pcscf.unprotected_port)) {
		abort();
	}
	free(config);
	return 0;
}
