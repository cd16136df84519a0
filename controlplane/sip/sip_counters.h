/* SPDX-License-Identifier: BSD-3-Clause */
/* What the SIP entry counts: one list gives the members and their names. */
#pragma once

#include <stdint.h>

/* X(member, name in JSON, meaning) */
#define SIP_COUNTERS(X)                                                                          \
	X(received, "sip_received", "messages received")                                         \
	X(keep_alives, "sip_keep_alives", "empty datagrams and CRLF keep-alives")                \
	X(stun, "sip_stun", "STUN messages")                                                     \
	X(keep_alives_answered, "sip_keep_alives_answered", "pings and STUN binding requests")   \
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
	X(answers_shed, "sip_answers_shed", "answers forgotten before Timer J: no more room")    \
	X(client_requests, "sip_client_requests", "requests of our own that left")               \
	X(client_retransmissions, "sip_client_retransmissions", "sent again: no answer yet")     \
	X(client_timeouts, "sip_client_timeouts", "408: nobody answered before Timer F")         \
	X(client_failures, "sip_client_failures", "503: too many, or the transport failed")      \
	X(tcp_accepted, "sip_tcp_accepted", "connections from outside")                          \
	X(tcp_opened, "sip_tcp_opened", "connections of our own")                                \
	X(tcp_refused, "sip_tcp_refused", "connections beyond a limit: of all, of one source")   \
	X(tcp_failed, "sip_tcp_failed", "connections that could not be opened, or broke")        \
	X(tcp_broken, "sip_tcp_broken", "closed: what came could not be cut into messages")      \
	X(tcp_half, "sip_tcp_half", "closed: half a message, or none, or nobody reads answers")  \
	X(tcp_idle, "sip_tcp_idle", "closed: nothing came for long")                             \
	X(tcp_full, "sip_tcp_full", "closed: too many octets wait, here or in all connections")  \
	X(no_memory, "sip_no_memory", "dropped: memory ended")                                   \
	X(sent, "sip_sent", "messages sent")                                                     \
	X(send_failures, "sip_send_failures", "the kernel took a message not, or no such socket")

struct sip_counters {
#define X(member, name, meaning) uint64_t member;
	SIP_COUNTERS(X)
#undef X
};
