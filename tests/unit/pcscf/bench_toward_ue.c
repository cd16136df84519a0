/* SPDX-License-Identifier: BSD-3-Clause */
/* The bench's other direction: the home network asks, the UE answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "pcscf_bench.h"
#include "sip_parse.h"

void bench_way_to_ue(void *element, struct sip_message *request, struct sip_reply_to reply_to)
{
	(void)element;
	assert_null(bench.toward_ue);
	bench.toward_ue = request;
	bench.toward_ue_flow = request->flow;
	bench.toward_ue_reply = reply_to;
	bench_print(request, bench.toward_ue_text, sizeof(bench.toward_ue_text));
}

static void home_hears(void *context, struct sip_message *response)
{
	(void)context;
	assert_non_null(response);
	bench.home_status = response->status;
	bench_print(response, bench.home_text, sizeof(bench.home_text));
	sip_message_destroy(response);
}

void bench_toward_ue(const char *method, const char *uri, const char *rows)
{
	struct sip_message *request;
	char text[8192];
	int len = snprintf(text, sizeof(text),
		"%s %s SIP/2.0\r\nVia: SIP/2.0/UDP scscf.home.net;branch=z9hG4bKhome\r\n"
		"Max-Forwards: 70\r\nFrom: <sip:alice@home.net>;tag=net\r\n"
		"To: <sip:alice@home.net>;tag=1\r\nCall-ID: call\r\nCSeq: 1 %s\r\n%s\r\n",
		method, uri, method, rows);

	bench.home_status = 0;
	assert_int_equal(sip_parse(text, (size_t)len, &request), 0);
	sip_hop_send(pcscf_network_hop(bench.pcscf), request,
		(struct sip_reply_to){.reply = home_hears});
}

void bench_answer(unsigned status, const char *rows)
{
	struct sip_message *request = bench.toward_ue;

	assert_non_null(request);
	bench.toward_ue = NULL;
	sip_hop_reply(bench.toward_ue_reply, bench_respond(request, status, rows));
}
