/* SPDX-License-Identifier: BSD-3-Clause */
/* The I-CSCF (TS 24.229 §5.3): asks the HSS whether this user may register and which S-CSCF has
 * it, assigns one where none does, and forwards. It keeps nothing between two requests: SM8 asks
 * the HSS anew (A-SM7…9), and what a failed registration leaves is nothing (B-I). */
#pragma once

#include "cx.h"
#include "random.h"
#include "sip_hop.h"
#include "trace.h"

#define ICSCF_NAME_MAX   256
#define ICSCF_SCSCFS_MAX 8

struct icscf_scscf {
	char name[ICSCF_NAME_MAX]; /* its SIP URI */
	struct sip_next_hop hop;
};

struct icscf_settings {
	char host_name[ICSCF_NAME_MAX];
	struct icscf_scscf scscfs[ICSCF_SCSCFS_MAX]; /* that it can reach: at least one */
	size_t scscf_count;
	struct cx cx;
	struct random random;
	struct trace *trace;
};

/* X(member, name in JSON, meaning) */
#define ICSCF_COUNTERS(X)                                                             \
	X(forwarded, "icscf_forwarded", "REGISTERs that were forwarded to an S-CSCF") \
	X(refused, "icscf_refused", "requests that were refused here or by the HSS")

struct icscf_counters {
#define X(member, name, meaning) uint64_t member;
	ICSCF_COUNTERS(X)
#undef X
};

struct icscf;

/* Copies the settings; what they point to outlives the I-CSCF. 0 or -ENOMEM. */
int icscf_create(const struct icscf_settings *settings, struct icscf **out)
	__attribute__((warn_unused_result));

/* No request may be under way any more. */
void icscf_destroy(struct icscf *icscf);

struct sip_next_hop icscf_hop(struct icscf *icscf);

const struct icscf_counters *icscf_counters(const struct icscf *icscf);

/* Requests that are not answered yet. */
size_t icscf_requests(const struct icscf *icscf);
