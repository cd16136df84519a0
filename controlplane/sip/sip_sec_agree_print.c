/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "sip_sec_agree.h"

struct paper {
	char *out;
	size_t size, len; /* len >= size: full */
};

__attribute__((format(printf, 2, 3))) static void put(struct paper *paper, const char *format, ...)
{
	va_list arguments;
	int len;

	if (paper->len >= paper->size)
		return;
	va_start(arguments, format);
	len = vsnprintf(paper->out + paper->len, paper->size - paper->len, format, arguments);
	va_end(arguments);
	paper->len = len < 0 ? paper->size : paper->len + (size_t)len;
}

static void put_q(struct paper *paper, unsigned thousandths)
{
	if (thousandths >= 1000)
		return;
	if (thousandths % 100 == 0)
		put(paper, ";q=0.%u", thousandths / 100);
	else
		put(paper, ";q=0.%03u", thousandths);
}

/* SPIs are unsigned: a signed one is refused by every UE that reads digits only. */
static void put_numbers(struct paper *paper, const struct sip_sec_agree_mechanism *mechanism)
{
	if (mechanism->form == SIP_SEC_AGREE_FOUR)
		put(paper, ";spi-c=%u;spi-s=%u;port-c=%u;port-s=%u", mechanism->spi_c,
			mechanism->spi_s, mechanism->port_c, mechanism->port_s);
	else if (mechanism->form == SIP_SEC_AGREE_ONE_PAIR)
		put(paper, ";spi=%u;port1=%u;port2=%u", mechanism->spi, mechanism->port1,
			mechanism->port2);
}

int sip_sec_agree_print(const struct sip_sec_agree *agree, char *out, size_t size)
{
	struct paper paper = {.out = out, .size = size};

	put(&paper, "%s", "");
	for (size_t i = 0; i < agree->count; i++) {
		const struct sip_sec_agree_mechanism *mechanism = &agree->list[i];

		put(&paper, "%s%.*s", i > 0 ? ", " : "", SIP_TEXT_ARGS(mechanism->name));
		put_q(&paper, mechanism->q_thousandths);
		if (!mechanism->is_ipsec_3gpp)
			continue;
		put(&paper, ";alg=%.*s", SIP_TEXT_ARGS(mechanism->alg));
		if (!sip_text_equal_nocase(mechanism->ealg, sip_text("null")))
			put(&paper, ";ealg=%.*s", SIP_TEXT_ARGS(mechanism->ealg));
		put(&paper, ";prot=%.*s;mod=%.*s", SIP_TEXT_ARGS(mechanism->prot),
			SIP_TEXT_ARGS(mechanism->mod));
		put_numbers(&paper, mechanism);
	}
	return paper.len < size ? 0 : -ENOSPC;
}
