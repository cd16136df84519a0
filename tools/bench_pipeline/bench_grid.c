/* SPDX-License-Identifier: BSD-3-Clause */
/* Frame sizes at one number of SAs, then numbers of SAs at one frame size, then what disturbs. Rows
 * that need the same SAs stand together. */
#include "bench_grid.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define FEW_SAS   1000
#define ONE_FRAME 512

struct grid {
	struct bench_row *rows;
	size_t count;
	bool avx512;
};

/* With each engine. */
static void add(struct grid *grid, struct bench_row row)
{
	row.engine = ICV_IPSEC_MB;
	grid->rows[grid->count++] = row;
	row.engine = ICV_AVX512;
	if (grid->avx512)
		grid->rows[grid->count++] = row;
}

static void add_frames(struct grid *grid, struct bench_row row, bool quick)
{
	static const unsigned all[] = {68, 128, 256, 512, 1024, 1400, BENCH_MIX};
	static const unsigned some[] = {128, 512, 1400, BENCH_MIX};

	row.sas = FEW_SAS;
	for (unsigned i = 0; i < (quick ? COUNT(some) : COUNT(all)); i++) {
		row.frame_bytes = quick ? some[i] : all[i];
		add(grid, row);
	}
}

static void add_disturbed(struct grid *grid, struct bench_row row)
{
	static const unsigned forged[] = {25, 100};

	row.sas = FEW_SAS;
	row.frame_bytes = ONE_FRAME;
	for (unsigned i = 0; i < COUNT(forged) && row.direction == SA_INBOUND; i++) {
		row.forged_percent = forged[i];
		add(grid, row);
	}
	row.forged_percent = 0;
	row.commands_per_second = 100000;
	add(grid, row);
}

/* Longer headers, and a look-up of longer addresses. */
static void add_ipv6(struct grid *grid, struct bench_row row, bool quick)
{
	static const unsigned frames[] = {ONE_FRAME, 128, 1400};

	row.family = NET_IPV6;
	row.sas = FEW_SAS;
	for (unsigned i = 0; i < (quick ? 1 : COUNT(frames)); i++) {
		row.frame_bytes = frames[i];
		add(grid, row);
	}
}

static void add_numbers_of_sas(struct grid *grid, struct bench_row row)
{
	static const unsigned sas[] = {1, 100000, 1000000};

	row.frame_bytes = ONE_FRAME;
	for (unsigned i = 0; i < COUNT(sas); i++) {
		row.sas = sas[i];
		add(grid, row);
	}
}

/* Some find their place taken, and are found by the index. */
static void add_given_spis(struct grid *grid, struct bench_row row, bool quick)
{
	row.frame_bytes = ONE_FRAME;
	row.spis_given = true;
	row.sas = FEW_SAS;
	add(grid, row);
	if (quick)
		return;
	row.sas = 1000000;
	add(grid, row);
}

size_t bench_grid(struct bench_row rows[BENCH_ROWS_MAX], bool quick, bool avx512)
{
	static const enum sa_algorithm algorithms[] = {SA_HMAC_SHA_1_96, SA_HMAC_MD5_96};
	static const enum sa_direction directions[] = {SA_INBOUND, SA_OUTBOUND};
	struct grid grid = {.rows = rows, .avx512 = avx512};

	for (unsigned d = 0; d < COUNT(directions); d++) {
		for (unsigned a = 0; a < COUNT(algorithms); a++) {
			const struct bench_row row = {.direction = directions[d],
				.algorithm = algorithms[a],
				.family = NET_IPV4};

			add_frames(&grid, row, quick);
			add_disturbed(&grid, row);
			if (!quick)
				add_numbers_of_sas(&grid, row);
			if (!quick || row.algorithm == SA_HMAC_SHA_1_96)
				add_ipv6(&grid, row, quick);
			if (row.direction == SA_INBOUND && row.algorithm == SA_HMAC_SHA_1_96)
				add_given_spis(&grid, row, quick);
		}
	}
	return grid.count;
}
