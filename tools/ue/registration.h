/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE's side of a registration: SM1 → SM6 → SM7 → SM12 (TS 33.203 §6.1.1), and where it ends
 * otherwise (§6.1.2, §6.1.3). */
#pragma once

#include <stdint.h>

#include "access.h"
#include "authorization.h"
#include "isim_card.h"
#include "loss.h"
#include "random.h"
#include "register_request.h"
#include "report.h"
#include "retransmission.h"
#include "sa_set.h"

enum registration_state {
	REGISTRATION_IDLE,
	REGISTRATION_SM1_SENT,
	REGISTRATION_CHALLENGED, /* SM6 is good; SM7 waits for its order */
	REGISTRATION_SM7_SENT,
	REGISTRATION_REPORT_SENT, /* the challenge was refused: flow B or C */
	REGISTRATION_REGISTERED,
	REGISTRATION_FAILED,
};

/* What the UE does about SM6. What each must lead to decides whether all went as ordered. */
enum registration_conduct {
	REGISTRATION_HONEST,       /* 200 */
	REGISTRATION_WRONG_RES,    /* a final refusal inside ESP (6.1.2.1) */
	REGISTRATION_WRONG_KEY,    /* silence: the ICV is wrong (6.1.2.1) */
	REGISTRATION_WRONG_VERIFY, /* Security-Verify was changed: a final refusal inside ESP */
	REGISTRATION_WRONG_CLIENT, /* Security-Client was changed: the same */
	REGISTRATION_WRONG_MAC,    /* reports a wrong MAC: a final refusal (6.1.2.2) */
	REGISTRATION_WRONG_SQN,    /* has seen a higher SQN: AUTS, a new challenge, 200 (6.1.3) */
	REGISTRATION_WRONG_AUTS,   /* the same with a wrong MAC-S: a final refusal */
	REGISTRATION_SILENCE,      /* forgets the challenge (6.1.2.3) */
};

struct registration_order {
	enum registration_conduct conduct;
	bool is_protected;      /* SM1 travels on the established set */
	bool stop_at_challenge; /* SM7 waits for the next order */
	bool leaves;            /* expires 0 */
	bool all_contacts;      /* Contact: * */
	bool repeats;           /* each request is sent twice */
};

#define SERVICE_ROUTE_MAX 1024

struct registration_settings {
	struct net_endpoint local, pcscf; /* unprotected */
	const char *impi, *impu, *realm;
	struct sec_agree_offer offer; /* SPIs of 0 are drawn anew for each registration */
	uint32_t expires_s;
	unsigned t1_ms, timeout_ms;
};

struct registration_capture {
	uint8_t bytes[IP_PACKET_MAX];
	size_t len;
};

struct registration {
	const struct registration_settings *settings;
	struct isim_card *card;
	struct access *access;
	struct loss *loss; /* NULL: the network loses nothing */
	const struct report *report;
	struct random random;
	struct retransmission timers;
	/* failure: NULL where all went as ordered, else one line. */
	void (*done)(void *context, const char *failure);
	void *context;
	/* What comes on a set is shown here before it may answer a REGISTER; true: it was taken.
	 * NULL: nobody wants it. */
	bool (*other)(void *context, struct sa_set *set, const struct udp_segment *segment);
	void *other_context;

	enum registration_state state;
	struct registration_order order;
	unsigned refused_challenges; /* of this order */
	const char *complaint;       /* why the last one was refused */
	uint32_t cseq;
	char branch[REGISTER_BRANCH_MAX], call_id[32], from_tag[16];
	char security_client[SEC_AGREE_TEXT_MAX], security_server[SEC_AGREE_TEXT_MAX];
	char sm6[SIP_TEXT_MAX];
	char request[SIP_TEXT_MAX];
	size_t sm6_len, request_len;
	struct sec_agree_offer offer;
	struct sec_agree_choice choice;
	struct isim_keys keys;
	struct sa_set set;          /* that of the last challenge */
	struct sa_set before;       /* that which stood when the order came */
	struct sa_set *established; /* one of them, or NULL: not registered */
	struct sa_set *sm1_set;     /* that which SM1 and reports travel on; NULL: bare */
	char established_server[SEC_AGREE_TEXT_MAX], service_route[SERVICE_ROUTE_MAX];
	double sm1_ms, sm6_ms, sm7_ms, sm12_ms;
	uint32_t granted_s; /* what the last 200 gave the contact; 0: nothing */
	struct registration_capture sm7,
		sm12; /* the last SM7 that was sent, SM12, as on the wire */
	char failure[256];
};

/* Settings, card, access, report, random, done and context are set by the caller before; the rest
 * is zero. 0, or -errno. */
int registration_open(struct registration *registration, struct event_base *base)
	__attribute__((warn_unused_result));
void registration_close(struct registration *registration);

/* From SM1; from SM7 where a challenge waits. done is called once, later or at once. */
void registration_start(struct registration *registration, const struct registration_order *order);

/* The datagram of SM7 as it is before ESP; it points into the request. */
struct udp_segment registration_sm7(const struct registration *registration);

/* An ESP packet on either set, judged by sa_set_unwrap. */
const char *registration_unwrap(struct registration *registration, const struct ip_packet *packet,
	struct ip_packet *out) __attribute__((warn_unused_result));

/* Whether a REGISTER waits for its answer. */
bool registration_is_busy(const struct registration *registration);

/* Any text in ESP, port_uc → port_ps, on this set. 0, or -errno. */
int registration_send(struct registration *registration, struct sa_set *set, const char *text,
	size_t len) __attribute__((warn_unused_result));

/* What came from the network: the receivers of struct access. */
void registration_datagram(void *context, const struct net_endpoint *source,
	const struct net_address *to, const uint8_t *bytes, size_t len);
void registration_packet(void *context, const struct ip_packet *packet);
