/* SPDX-License-Identifier: BSD-3-Clause */
/* What the SIP entry counts: one list gives the members and their names. */
#pragma once

#include <stdint.h>

/* X(member, name in JSON, meaning) */
#define SIP_COUNTERS(X)                                                                          \
	X(received, "sip_received", "messages received")                                         \
	X(keep_alives, "sip_keep_alives", "empty datagrams and CRLF keep-alives")                \
	X(stun, "sip_stun", "STUN messages, ignored")                                            \
	X(malformed_silent, "sip_malformed_silent", "dropped: not SIP, or not answerable")       \
	X(malformed_answered, "sip_malformed_answered", "refused with 4xx or 505 by the checks") \
	X(responses, "sip_responses", "responses to what was sent")                              \
	X(responses_unmatched, "sip_responses_unmatched", "responses to nothing that was sent")  \
	X(acks, "sip_acks", "ACKs, which nothing here waits for")                                \
	X(requests, "sip_requests", "valid new requests handed to the element")                  \
	X(retransmissions_absorbed, "sip_retransmissions_absorbed", "request still pending")     \
	X(retransmissions_answered, "sip_retransmissions_answered", "answer sent once more")     \
	X(transactions_full, "sip_transactions_full", "refused with 503: too many transactions") \
	X(transactions_abandoned, "sip_transactions_abandoned", "no answer came in time")        \
	X(client_requests, "sip_client_requests", "requests of our own that left")               \
	X(client_retransmissions, "sip_client_retransmissions", "sent again: no answer yet")     \
	X(client_timeouts, "sip_client_timeouts", "408: nobody answered before Timer F")         \
	X(client_failures, "sip_client_failures", "503: too many, or the transport failed")      \
	X(no_memory, "sip_no_memory", "dropped: memory ended")                                   \
	X(sent, "sip_sent", "messages sent")                                                     \
	X(send_failures, "sip_send_failures", "the kernel took a message not, or no such socket")

struct sip_counters {
#define X(member, name, meaning) uint64_t member;
	SIP_COUNTERS(X)
#undef X
};
