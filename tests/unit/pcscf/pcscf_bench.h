/* SPDX-License-Identifier: BSD-3-Clause */
/* A P-CSCF between its neighbours: the test speaks for the UE (SIP texts), for the home network
 * (a next hop) and for the data plane's worker (the other end of a real SA channel). */
#pragma once

#include "pcscf.h"
#include "sip_message.h"

#define BENCH_PCSCF   "203.0.113.9"
#define BENCH_UE      "198.51.100.23"
#define BENCH_PORT_UC 40112
#define BENCH_PORT_US 40113
#define BENCH_IMPI    "alice@home.net"
#define BENCH_NONCE   "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define BENCH_IK      "000102030405060708090a0b0c0d0e0f"
#define BENCH_RECORDS 8
#define BENCH_CK      "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"

/* What a message of the UE says; NULL or 0: as in an ordinary registration. */
struct bench_register {
	const char *source;        /* address */
	uint16_t source_port;      /* 5060, or port_uc on a set */
	uint16_t to_port;          /* 5060 */
	const char *method;        /* REGISTER */
	const char *authorization; /* the whole row; "" : none */
	const char *client;        /* Security-Client; "": none */
	const char *verify;        /* Security-Verify; none */
	const char *require;       /* Require; "": none */
	const char *via_host;      /* the source */
	const char *uri;           /* of the request: sip:home.net */
	const char *to;            /* URI: sip:alice@home.net */
	const char *to_params;     /* behind it: none */
	const char *more;          /* header rows, each with CRLF */
};

struct bench {
	struct pcscf *pcscf;
	struct sa_channel *channel;
	struct sa_client *sa_client;
	struct timer_queue timers;
	uint64_t now_ms, seed;
	unsigned branch;

	/* what reached the home network; the request is answered by bench_home */
	struct sip_message *forwarded;
	char forwarded_text[8192];
	struct sip_reply_to home_reply;

	/* what went toward a UE as a request; answered by bench_answer */
	struct sip_message *toward_ue;
	char toward_ue_text[8192];
	struct sip_flow toward_ue_flow;
	struct sip_reply_to toward_ue_reply;
	unsigned home_status; /* of what the home network sent toward a UE; 0: none yet */
	char home_text[8192];

	/* what reached the UE; status 0: nothing since the last message */
	unsigned answers, status;
	char answer_text[8192];
	char server_list[2048]; /* Security-Server of the last 401 */
	struct sip_flow answer_flow;
	uint16_t port_uc;      /* of the last offer */
	uint16_t port_by_hand; /* the UE's that an SA by hand has */
	char client_list[256]; /* of the last re-authentication; "": the usual */

	/* what the worker was told */
	struct sa_parameters sas[32];
	unsigned sa_count, deleted;
	uint64_t next_handle;
	unsigned good_first; /* additions that go well before the worker's status counts */
	uint64_t gone;       /* the handle of an SA that is not there to be kept */

	/* what is kept for a successor: by the number of the record, 0 is none's */
	struct bench_record {
		uint8_t *octets; /* so many: who reads on is seen by a sanitizer */
		size_t len;      /* 0: there is none */
	} records[BENCH_RECORDS];
	unsigned kept; /* how often one was written */

	char events[4096]; /* names of trace events, a blank behind each */
	char details[16384];
	struct trace trace;
	struct trace_listener listener;
};

extern struct bench bench;

/* cmocka's set-up and tear-down. */
int bench_open(void **state);
int bench_close(void **state);

/* Another limit than 1000; after bench_close. */
void bench_open_with(size_t half_open_max);

void bench_ue(const struct bench_register *message);

/* The home network's answer: rows, each with CRLF. */
void bench_home(unsigned status, const char *rows);

/* An ordinary 401, and an ordinary 200 with this expiry. */
void bench_home_challenges(void);
void bench_home_accepts(unsigned expires_s);

/* A request of the home network toward a UE: rows, each with CRLF; the UE's answer to it. */
void bench_toward_ue(const char *method, const char *uri, const char *rows);
void bench_answer(unsigned status, const char *rows);

/* Between the bench's files. */
void bench_print(const struct sip_message *message, char *out, size_t size);
struct sip_message *bench_respond(struct sip_message *request, unsigned status, const char *rows);
void bench_way_to_ue(void *element, struct sip_message *request, struct sip_reply_to reply_to);

/* The worker takes all commands that wait and acknowledges them with this status (0: good). */
void bench_worker(int status);

/* The first of them; false: none waits. */
bool bench_worker_once(int status);

void bench_wait_ms(uint64_t ms);

/* The process ends after its turn, and another one takes its place: what was kept comes back. */
void bench_restart(void);
void bench_set_record(uint64_t id, const uint8_t *octets, size_t len);

/* SM1 to SM6: a temporary set stands. SM1 to SM12: a confirmed one does. */
void bench_reach_challenge(void);
void bench_reach_registration(void);

/* SM7 of the last challenge. */
struct bench_register bench_sm7(void);

/* On the confirmed set, from SM1 with another port_uc to SM6; to SM12. Afterwards a message of
 * bench_sm7 is the new set's. */
void bench_reach_reauthentication(uint16_t port_uc);
void bench_reauthenticate(uint16_t port_uc);

/* The worker tells the first use of an SA: the number-th that was added since bench_open. */
void bench_first_use(unsigned number);

unsigned bench_sets(void);
size_t bench_spis(void); /* of the gateway's own, in use */
unsigned bench_sets_in(enum sa_set_state state);

/* Case counts in has, and does not in has_not. The flow is the last answer's. */
void bench_assert_has(const char *text, const char *part);
void bench_assert_has_not(const char *text, const char *part);
void bench_assert_flow(const char *remote, uint16_t local_port, uint16_t remote_port);
