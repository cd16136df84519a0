/* SPDX-License-Identifier: BSD-3-Clause */
/* The SAs that were given by hand, never with their keys: as many as the data plane's tables hold,
 * each in a place of its own, found by SPI (and addresses, outbound) or looked through. Nothing is
 * ever moved: neither does one more of a million hold up a SIP message. */
#pragma once

#include "sa_index.h"
#include "sa_record.h"

enum manual_sa_state { MANUAL_SA_FREE, MANUAL_SA_COMING, MANUAL_SA_LIVE };

struct manual_sa {
	uint64_t handle; /* of the data plane, once it is live */
	uint32_t spi;
	uint16_t replay_window;    /* inbound */
	struct sa_port_pair ports; /* or SA_PORT_ANY */
	uint8_t direction, algorithm, transports;
	uint8_t state; /* enum manual_sa_state */
	struct net_address local, remote;
	char label[SA_LABEL_MAX];
	uint32_t next_free;                    /* place + 1 */
	uint32_t next_of_end, previous_of_end; /* place + 1: of manual_sa_ends.h */
};

/* What an SA is looked for by; what is empty fits all. */
struct manual_sa_filter {
	const char *label;          /* or NULL */
	uint32_t spi;               /* or 0 */
	int direction;              /* or -1 */
	struct net_address address; /* either end's, or NET_NONE */
};

struct manual_sa_table {
	struct manual_sa *places;
	struct sa_index by_spi, by_end;
	uint32_t capacity, used_places, live;
	uint32_t first_free; /* place + 1; 0: none that was used before */
};

/* 0 or -ENOMEM. Pages are taken as they are used. */
int manual_sa_table_open(struct manual_sa_table *table, uint32_t capacity)
	__attribute__((warn_unused_result));
void manual_sa_table_close(struct manual_sa_table *table);

/* NULL: there is no place left. The caller has made sure that an inbound SPI is free. */
struct manual_sa *manual_sa_table_insert(
	struct manual_sa_table *table, const char *label, const struct sa_parameters *sa);
void manual_sa_table_remove(struct manual_sa_table *table, struct manual_sa *sa);

/* The inbound one of this SPI, or NULL. */
const struct manual_sa *manual_sa_table_inbound(const struct manual_sa_table *table, uint32_t spi);

/* One of the other direction between the same addresses that has sa's SPI, or NULL. */
const struct manual_sa *manual_sa_table_opposite(
	const struct manual_sa_table *table, const struct sa_parameters *sa);

#define MANUAL_SA_TABLE_LOOK 65536 /* places that one call looks at */

/* The next live one from *place on, which then is where to go on; NULL: none among those that were
 * looked at, and *place is used_places at the end. */
struct manual_sa *manual_sa_table_next(const struct manual_sa_table *table,
	const struct manual_sa_filter *filter, uint32_t *place);
