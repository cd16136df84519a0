/* SPDX-License-Identifier: BSD-3-Clause */
/* The only file that sees libosip2: what its element parsers make of short, clean, bounded texts
 * is checked again and copied into our own memory. Parameters never go there: its lists take
 * quadratic time. */
#pragma once

#include "sip_arena.h"

/* Longer ones are refused. */
#define SIP_GRAMMAR_MAX 1024

struct sip_grammar_uri {
	struct sip_text user; /* %xx resolved; empty: none */
	struct sip_text host; /* IPv6 without brackets */
	uint16_t port;        /* 0: none */
};

/* "sip:user:password@host:port", "sips:…" without parameters and headers.
 * 0, -EINVAL or -ENOMEM. */
int sip_grammar_uri(struct sip_arena *arena, struct sip_text text, struct sip_grammar_uri *out)
	__attribute__((warn_unused_result));

struct sip_grammar_via {
	struct sip_text protocol; /* "UDP" */
	struct sip_text host;     /* IPv6 without brackets */
	uint16_t port;            /* 0: none */
};

/* "SIP/2.0/UDP host:port" without parameters. 0, -EINVAL or -ENOMEM. */
int sip_grammar_via(struct sip_arena *arena, struct sip_text text, struct sip_grammar_via *out)
	__attribute__((warn_unused_result));
