/* SPDX-License-Identifier: BSD-3-Clause */
/* Made once by the supervisor, before any plane runs. */
#include "sa_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "random.h"
#include "sa_handle.h"
#include "sa_places.h"

#define MAGIC       0x50435341u /* "PCSA" */
#define VERSION     3
#define PAGE        4096
#define WORKERS_MAX 64

_Static_assert(WORKERS_MAX <= SA_HANDLE_WORKERS, "a handle has room for the worker");
_Static_assert(SA_CAPACITY_MAX <= SA_HANDLE_PLACES, "a handle has room for the place");

struct header {
	uint32_t magic, version, entry_len, workers, capacity, replay_window;
};

/* Offsets of worker 0's parts; derived from the size alone. */
struct layout {
	size_t head, entries, windows, inbound, outbound, places, stride, total;
	uint32_t inbound_keys, outbound_keys;
	unsigned window_words;
};

struct sa_memory {
	uint8_t *memory;
	struct sa_memory_size size;
	struct layout layout;
};

static size_t round_up(size_t len)
{
	return (len + PAGE - 1) & ~(size_t)(PAGE - 1);
}

/* Words of the ring of bits that holds the window: a power of two, replay_window.h. */
static unsigned window_words(uint16_t width)
{
	unsigned words = 1;

	while (words * 64 < width)
		words *= 2;
	return width > SA_WINDOW_IN_ENTRY ? words : 0;
}

static size_t index_len(uint32_t keys)
{
	return round_up((size_t)sa_index_buckets(keys) * sizeof(struct sa_index_bucket));
}

static int lay_out(const struct sa_memory_size *size, struct layout *out)
{
	if (size->workers == 0 || size->workers > WORKERS_MAX || size->capacity == 0 ||
		size->capacity > SA_CAPACITY_MAX || size->replay_window < SA_WINDOW_MIN ||
		size->replay_window > SA_WINDOW_MAX || size->replay_window % SA_WINDOW_STEP != 0)
		return -EINVAL;
	out->window_words = window_words(size->replay_window);
	out->inbound_keys = size->capacity;
	out->outbound_keys = size->capacity * SA_PORT_PAIRS;
	out->head = PAGE;
	out->entries = out->head + round_up(sizeof(struct sa_table_head));
	out->windows = out->entries + round_up((size_t)size->capacity * sizeof(struct sa_entry));
	out->inbound = out->windows +
		       round_up((size_t)size->capacity * out->window_words * sizeof(uint64_t));
	out->outbound = out->inbound + index_len(out->inbound_keys);
	out->places = out->outbound + index_len(out->outbound_keys);
	out->stride = out->places + round_up(sa_places_words(size->capacity) * sizeof(uint64_t)) -
		      out->head;
	out->total = PAGE + out->stride * size->workers;
	return 0;
}

static struct header header_of(const struct sa_memory_size *size)
{
	return (struct header){
		.magic = MAGIC,
		.version = VERSION,
		.entry_len = sizeof(struct sa_entry),
		.workers = size->workers,
		.capacity = size->capacity,
		.replay_window = size->replay_window,
	};
}

static int write_all(int fd, const void *bytes, size_t len, size_t offset)
{
	ssize_t written = pwrite(fd, bytes, len, (off_t)offset);

	if (written < 0)
		return -errno;
	return (size_t)written == len ? 0 : -EIO;
}

static int write_heads(int fd, const struct sa_memory_size *size, const struct layout *layout)
{
	const struct header header = header_of(size);
	const struct random random = random_system();
	int error = 0;

	for (uint32_t w = 0; w < size->workers && !error; w++) {
		struct sa_table_head head = {.used = 0};

		random_fill(&random, head.seed, sizeof(head.seed));
		error = write_all(fd, &head, sizeof(head), layout->head + w * layout->stride);
	}
	return error ? error : write_all(fd, &header, sizeof(header), 0);
}

int sa_memory_create(const struct sa_memory_size *size, int *fd)
{
	struct layout layout;
	int memory_fd, error = lay_out(size, &layout);

	if (error)
		return error;
	memory_fd = memfd_create("portcullis-sa-table", MFD_ALLOW_SEALING);
	if (memory_fd < 0)
		return -errno;
	if (ftruncate(memory_fd, (off_t)layout.total) < 0) {
		error = -errno;
		goto close_fd;
	}
	error = write_heads(memory_fd, size, &layout);
	if (error)
		goto close_fd;
	if (fcntl(memory_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) {
		error = -errno;
		goto close_fd;
	}
	*fd = memory_fd;
	return 0;

close_fd:
	close(memory_fd);
	return error;
}

int sa_memory_map(int fd, struct sa_memory **out)
{
	struct sa_memory *view;
	struct header header, expected;
	struct stat status;
	int error;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (pread(fd, &header, sizeof(header), 0) != (ssize_t)sizeof(header))
		return -EPROTO;
	view = calloc(1, sizeof(*view));
	if (!view)
		return -ENOMEM;
	view->size = (struct sa_memory_size){.workers = header.workers,
		.capacity = header.capacity,
		.replay_window = (uint16_t)header.replay_window};
	expected = header_of(&view->size);
	error = -EPROTO;
	if (memcmp(&header, &expected, sizeof(header)) != 0 ||
		lay_out(&view->size, &view->layout) != 0 ||
		(size_t)status.st_size != view->layout.total)
		goto free_view;
	view->memory = mmap(NULL, view->layout.total, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (view->memory == MAP_FAILED) {
		error = -errno;
		goto free_view;
	}
	if (madvise(view->memory, view->layout.total, MADV_DONTDUMP) < 0) {
		error = -errno;
		goto unmap;
	}
	/* Fewer TLB misses where the kernel gives huge pages to shared memory; no harm else. */
	(void)madvise(view->memory, view->layout.total, MADV_HUGEPAGE);
	*out = view;
	return 0;

unmap:
	munmap(view->memory, view->layout.total);
free_view:
	free(view);
	return error;
}

void sa_memory_unmap(struct sa_memory *memory)
{
	if (!memory)
		return;
	munmap(memory->memory, memory->layout.total);
	free(memory);
}

const struct sa_memory_size *sa_memory_size(const struct sa_memory *memory)
{
	return &memory->size;
}

struct sa_memory_part sa_memory_part(const struct sa_memory *memory, uint32_t worker)
{
	const struct layout *layout = &memory->layout;
	uint8_t *base = memory->memory + worker * layout->stride;

	return (struct sa_memory_part){
		.head = (struct sa_table_head *)(base + layout->head),
		.entries = (struct sa_entry *)(base + layout->entries),
		.windows = layout->window_words ? (uint64_t *)(base + layout->windows) : NULL,
		.window_words = layout->window_words,
		.inbound = (struct sa_index_bucket *)(base + layout->inbound),
		.outbound = (struct sa_index_bucket *)(base + layout->outbound),
		.inbound_keys = layout->inbound_keys,
		.outbound_keys = layout->outbound_keys,
		.places = (uint64_t *)(base + layout->places),
		.capacity = memory->size.capacity,
		.worker = worker,
	};
}
