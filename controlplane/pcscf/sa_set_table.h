/* SPDX-License-Identifier: BSD-3-Clause */
/* All sets of SAs that live: found by the UE's address and client port (P-TBL), and by IMPI. */
#pragma once

#include "kept.h"
#include "registered_impus.h"
#include "sa_set.h"

#define SA_SET_TABLE_PER_IMPI 3 /* P-TBL: six SAs per direction */

/* An IMPI: what it has, and what of that a successor is to know (pcscf_keep.c). */
struct sa_set_owner {
	char *impi;
	struct sa_set *newest;
	struct registered_impus *impus;
	struct kept kept;
	UT_hash_handle hh;
};

struct sa_set_table {
	struct sa_set *by_client;
	struct sa_set_owner *by_impi;
	size_t count;
	struct kept_list kept; /* owners */
};

/* 0; -EEXIST where (address, port_uc) is taken; -ENOMEM. */
int sa_set_table_add(struct sa_set_table *table, struct sa_set *set)
	__attribute__((warn_unused_result));

/* Also of a set that is in none. With its last set an IMPI goes, and what is kept of it. */
void sa_set_table_remove(struct sa_set_table *table, struct sa_set *set);

struct sa_set *sa_set_table_find(const struct sa_set_table *table, const struct net_endpoint *ue);

/* The IMPI's sets, the newest first, linked by next_of_impi; NULL where there is none. */
struct sa_set *sa_set_table_of_impi(const struct sa_set_table *table, const char *impi);

/* What the IMPI has registered; kept while it has a set. NULL where it has none. */
struct registered_impus **sa_set_table_impus(const struct sa_set_table *table, const char *impi);

/* How many IMPIs have a set. */
size_t sa_set_table_owners(const struct sa_set_table *table);
