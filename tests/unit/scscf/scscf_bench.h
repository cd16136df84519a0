/* SPDX-License-Identifier: BSD-3-Clause */
/* An S-CSCF between a real HSS and the test, which plays the I-CSCF: SIP texts in and out. It holds
 * the clock and can take the HSS away. */
#pragma once

#include <string.h>

#include "../home.h"
#include "scscf.h"

#define BENCH_SCSCF      "sip:scscf.home.net"
#define BENCH_MIN_S      60
#define BENCH_MAX_S      7200
#define BENCH_AWAIT_MS   240000
#define BENCH_CONTACT_AT "sip:a@198.51.100.23:40113"
#define BENCH_CONTACT    "<" BENCH_CONTACT_AT ">;expires=3600"

/* What a REGISTER says; NULL or 0: as in an ordinary registration of a@home.net. */
struct bench_register {
	const char *method;        /* REGISTER */
	const char *impi, *impu;   /* HOME_IMPI, HOME_IMPU */
	const char *call_id;       /* "c" */
	unsigned cseq;             /* one more than the last */
	const char *contacts;      /* BENCH_CONTACT; "": none */
	const char *expires;       /* the header; none */
	const char *authorization; /* the whole value; "": none */
	const char *protection;    /* integrity-protected, "no" or "yes"; absent */
	const char *nonce, *response;
	const char *path; /* one P-CSCF's */
	const char *more; /* header rows, each with CRLF */
};

struct bench {
	struct home home;
	struct scscf *scscf;
	struct timer_queue timers;
	const struct keeper *keeper; /* of the next bench_policy; NULL: none */

	/* what the watcher heard: how often, and the last */
	unsigned told;
	uint64_t told_remaining_ms;
	char told_impu[64];
	uint64_t now_ms, seed;
	unsigned cseq;
	bool turn_held;      /* the HSS does not answer */
	bool no_mar, no_sar; /* the HSS can not be reached */
	bool sar_held;       /* its answer to a SAR is late: bench_release_sar */
	struct cx_sar late_sar;
	void (*late_answered)(void *context, const struct cx_saa *answer);
	void *late_context;

	/* the last answer; status 0: none since the last REGISTER */
	unsigned answers, status;
	char answer[16384];

	/* of the last 401 */
	char nonce[64], ik[64], ck[64];

	/* toward the UE */
	unsigned notifies, notify_status; /* what it answers; 0: 200 */
	bool notify_held;                 /* not until bench_answer_notify */
	struct sip_message *late_notify[8];
	struct sip_reply_to late_reply[8];
	unsigned late_notifies;
	char notify[16384];
	unsigned answers_before_notify;

	char events[4096]; /* names of trace events, a blank behind each */
	struct trace trace;
	struct trace_listener listener;
};

extern struct bench bench;

/* Nobody is registered yet; the usual policy authenticates each REGISTER. */
void bench_policy(const struct scscf_policy *policy);

int bench_open(void **state);
int bench_close(void **state);

/* Sends it; the answer stands in bench afterwards. Returns the status. */
unsigned bench_register(const struct bench_register *what);

/* The same with any text. 0 where it is not SIP that an S-CSCF would see. */
unsigned bench_send(const char *text);

/* The text of a REGISTER, good until the next call. */
const char *bench_text(const struct bench_register *what);

/* Value of Authorization that answers the last challenge: what the ISIM makes of it, marked by the
 * P-CSCF as protected or not ("yes", "no"). Good until the next call. */
const char *bench_credentials(const char *protection);

/* The same, protected, by a UE that believes in another realm, or (RFC 2617 §3.2.2.1) in no qop. */
const char *bench_credentials_of(const char *realm, bool qop);

/* Value of Authorization of a UE that refused the last challenge's SQN, since it has seen sqn_ms:
 * with AUTS; sound: its MAC-S is right. */
const char *bench_auts(uint64_t sqn_ms, bool sound, const char *protection);

/* SQN of the last challenge. */
uint64_t bench_sqn(void);

void bench_release_sar(void);

/* The UE answers the oldest NOTIFY that was held. */
void bench_answer_notify(void);

/* SM3 and SM9 of an ordinary registration; both are asserted. */
void bench_challenged(const struct bench_register *what);
void bench_registered(void);

void bench_wait_ms(uint64_t ms);

/* How often the event is in bench.events. */
unsigned bench_events(const char *name);

/* The row of the last answer that begins like this, without CRLF; NULL: none. */
const char *bench_row(const char *name);
unsigned bench_rows(const char *name);
