/* SPDX-License-Identifier: BSD-3-Clause */
#include "subscribers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "provision_import.h"

struct subscriber_store *subscribers_open(const char *directory)
{
	char path[128], error[STORE_ERROR_MAX];
	struct subscriber_store *store;

	snprintf(path, sizeof(path), "%s/" SUBSCRIBER_STORE_NAME, directory);
	if (subscriber_store_open(path, &store, error) != 0)
		fail_msg("%s", error);
	return store;
}

void subscribers_import(struct subscriber_store *store, const struct aes128 *aes, const char *text)
{
	int fd = memfd_create("text", MFD_CLOEXEC);
	char error[PROVISION_ERROR_MAX];
	uint64_t count;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	if (provision_import(fd, "text", aes, store, SUBSCRIBER_WRITE_MERGE, NULL, &count, error) !=
		0)
		fail_msg("%s", error);
	close(fd);
}
