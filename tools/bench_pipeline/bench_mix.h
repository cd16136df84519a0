/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames of protected SIP, on the ESP side: what stands for each message of a registered UE. Sizes
 * and shares are an assumption, of the order that such messages have: a UE keeps its NAT open far
 * more often than it speaks. */
#pragma once

struct bench_mix_part {
	unsigned frame_bytes, percent;
};

#define BENCH_MIX_PARTS 6

static const struct bench_mix_part bench_mix[BENCH_MIX_PARTS] = {
	{96, 40},   /* keep-alive: CRLF or STUN (RFC 5626 §3.5) */
	{1400, 15}, /* REGISTER with credentials, Security-Verify, Path (RFC 3665 §2, TS 24.229) */
	{900, 10},  /* 401 with its challenge and Security-Server */
	{1024, 15}, /* 200 with Service-Route, P-Associated-URI */
	{1300, 10}, /* NOTIFY with reg event (RFC 3680) */
	{512, 10},  /* 200 to NOTIFY, SUBSCRIBE */
};
