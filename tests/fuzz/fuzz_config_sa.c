/* SPDX-License-Identifier: BSD-3-Clause */
/* Any text as an SA: what the reader without a tree takes, the other one takes alike. */
#include <stdlib.h>
#include <string.h>

#include "config_sa_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct json_element element = {
		.text = (const char *)data, .len = size, .line = 1, .column = 1};
	struct sa_parameters of_plain, of_tree;
	struct config_sa plain, tree;
	char error[CONFIG_ERROR_MAX];
	bool taken = config_sa_read_plain(element.text, size, &plain);

	if (config_sa_read("fuzz", &element, "/sas/0", &tree, error) != 0) {
		if (taken || strncmp(error, "fuzz:", 5) != 0 || strchr(error, '\n'))
			abort();
		return 0;
	}
	if (!taken)
		return 0;
	config_sa_parameters(&plain, &of_plain);
	config_sa_parameters(&tree, &of_tree);
	if (memcmp(&of_plain, &of_tree, sizeof(of_plain)) != 0 ||
		strcmp(plain.label, tree.label) != 0)
		abort();
	return 0;
}
