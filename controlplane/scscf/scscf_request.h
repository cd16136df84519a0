/* SPDX-License-Identifier: BSD-3-Clause */
/* What a REGISTER says, read once: who, with which credentials, for which contacts. */
#pragma once

#include "cx.h"
#include "sip_auth.h"
#include "sip_contact.h"

struct scscf_request {
	char impi[CX_IDENTITY_MAX];
	char impu[CX_IDENTITY_MAX]; /* canonical */
	struct sip_auth auth;
	bool is_protected;        /* integrity-protected="yes"; absence is "no" (P-IPI) */
	struct sip_text nonce;    /* that it answers; empty: none */
	struct sip_text response; /* empty: none */
	struct sip_text auts;     /* where has_auts; may be empty */
	bool has_auts;
	struct sip_text call_id;
	uint32_t cseq;
	struct sip_contact contacts[SIP_CONTACTS_MAX];
	size_t contact_count;
	uint32_t expires_s[SIP_CONTACTS_MAX]; /* asked for, per contact, at most the maximum */
	bool leaves;                          /* every contact asks for 0 */
};

/* Why a REGISTER can not be served. */
struct scscf_defect {
	unsigned status;
	const char *reason;
};

/* Texts live as long as the request. True, or false and a defect. */
bool scscf_request_read(struct sip_message *request, uint32_t expires_min_s, uint32_t expires_max_s,
	struct scscf_request *out, struct scscf_defect *defect) __attribute__((warn_unused_result));
