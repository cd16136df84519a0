/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_sec_agree.h"

#include <errno.h>

#include "sip_list.h"
#include "sip_param.h"

/* Which numbers were given. */
enum { SPI_C = 1, SPI_S = 2, PORT_C = 4, PORT_S = 8, SPI = 16, PORT1 = 32, PORT2 = 64 };

/* qvalue: "0" [ "." 0*3DIGIT ] / "1" [ "." 0*3("0") ] (RFC 3261 §25.1) */
static int read_q(struct sip_text text, uint16_t *out)
{
	static const unsigned scale[] = {100, 10, 1};
	unsigned thousandths;

	if (text.len == 0 || text.len > 5 || (text.at[0] != '0' && text.at[0] != '1') ||
		(text.len > 1 && text.at[1] != '.'))
		return -EINVAL;
	thousandths = text.at[0] == '1' ? 1000 : 0;
	for (size_t i = 2; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return -EINVAL;
		thousandths += (unsigned)(text.at[i] - '0') * scale[i - 2];
	}
	if (thousandths > 1000)
		return -EINVAL;
	*out = (uint16_t)thousandths;
	return 0;
}

static int read_spi(struct sip_text text, uint32_t *out)
{
	uint64_t number;

	if (text.len > 10 || sip_text_number(text, UINT32_MAX, &number))
		return -EINVAL;
	*out = (uint32_t)number;
	return 0;
}

static int read_port(struct sip_text text, uint16_t *out)
{
	uint64_t number;

	if (sip_text_number(text, 65535, &number) || number == 0)
		return -EINVAL;
	*out = (uint16_t)number;
	return 0;
}

/* The member of that name, or its bit in *given; 1: this parameter is not known here. */
static int read_param(
	const struct sip_param *param, struct sip_sec_agree_mechanism *out, unsigned *given)
{
	const struct {
		const char *name;
		struct sip_text *text;
		uint32_t *spi;
		uint16_t *port;
		unsigned bit;
	} known[] = {
		{.name = "alg", .text = &out->alg},
		{.name = "ealg", .text = &out->ealg},
		{.name = "prot", .text = &out->prot},
		{.name = "mod", .text = &out->mod},
		{.name = "spi-c", .spi = &out->spi_c, .bit = SPI_C},
		{.name = "spi-s", .spi = &out->spi_s, .bit = SPI_S},
		{.name = "port-c", .port = &out->port_c, .bit = PORT_C},
		{.name = "port-s", .port = &out->port_s, .bit = PORT_S},
		{.name = "spi", .spi = &out->spi, .bit = SPI},
		{.name = "port1", .port = &out->port1, .bit = PORT1},
		{.name = "port2", .port = &out->port2, .bit = PORT2},
	};

	if (sip_text_equal_nocase(param->name, sip_text("q")))
		return read_q(param->value, &out->q_thousandths);
	for (size_t i = 0; out->is_ipsec_3gpp && i < sizeof(known) / sizeof(known[0]); i++) {
		if (!sip_text_equal_nocase(param->name, sip_text(known[i].name)))
			continue;
		*given |= known[i].bit;
		if (known[i].spi)
			return read_spi(param->value, known[i].spi);
		if (known[i].port)
			return read_port(param->value, known[i].port);
		*known[i].text = param->value;
		return sip_text_is_token(param->value) ? 0 : -EINVAL;
	}
	return 1;
}

static int set_form(struct sip_sec_agree_mechanism *mechanism, unsigned given)
{
	const unsigned four = SPI_C | SPI_S | PORT_C | PORT_S, pair = SPI | PORT1 | PORT2;

	if ((given & four) && (given & pair))
		return -EINVAL;
	if ((given & four) == four)
		mechanism->form = SIP_SEC_AGREE_FOUR;
	else if ((given & (SPI | PORT1)) == (SPI | PORT1))
		mechanism->form = SIP_SEC_AGREE_ONE_PAIR;
	if (!(given & PORT2))
		mechanism->port2 = mechanism->port1; /* RFC 3329 Appendix A */
	return 0;
}

static int read_mechanism(struct sip_text value, struct sip_sec_agree_mechanism *out)
{
	const char *semicolon = memchr(value.at, ';', value.len);
	size_t len = semicolon ? (size_t)(semicolon - value.at) : value.len;
	struct sip_param param;
	unsigned given = 0;

	*out = (struct sip_sec_agree_mechanism){
		.name = sip_text_trim((struct sip_text){value.at, len}),
		.q_thousandths = 1000,
		.params = {value.at + len, value.len - len},
		.ealg = sip_text("null"),
		.prot = sip_text("esp"),
		.mod = sip_text("trans"),
	};
	if (!sip_text_is_token(out->name) || !sip_param_unique(out->params))
		return -EINVAL;
	out->is_ipsec_3gpp = sip_text_equal_nocase(out->name, sip_text("ipsec-3gpp"));
	param = (struct sip_param){.rest = out->params};
	while (sip_param_next(&param) > 0)
		if (read_param(&param, out, &given) < 0)
			return -EINVAL;
	if (!out->is_ipsec_3gpp)
		return 0;
	return out->alg.len > 0 ? set_form(out, given) : -EINVAL;
}

static int read_list(struct sip_list_item *item, struct sip_sec_agree *out)
{
	out->count = 0;
	while (sip_list_next(item)) {
		if (out->count == SIP_SEC_AGREE_MAX)
			return -E2BIG;
		if (read_mechanism(item->value, &out->list[out->count]))
			return -EINVAL;
		out->count++;
	}
	return 0;
}

int sip_sec_agree_parse(
	const struct sip_message *message, enum sip_header_id id, struct sip_sec_agree *out)
{
	struct sip_list_item item;
	int error;

	sip_list_start(&item, message, id);
	error = read_list(&item, out);
	/* A row without any mechanism is no list (RFC 3329 §2.2). */
	if (!error && out->count == 0 && sip_header_find(message, id))
		error = -EINVAL;
	return error;
}

int sip_sec_agree_parse_text(struct sip_text text, struct sip_sec_agree *out)
{
	struct sip_list_item item;

	sip_list_start_text(&item, text);
	return read_list(&item, out);
}

/* Every parameter of a that read_param does not know is in b with the same value. *count: them. */
static bool others_within(const struct sip_sec_agree_mechanism *a,
	const struct sip_sec_agree_mechanism *b, size_t *count)
{
	struct sip_sec_agree_mechanism scratch = *a;
	struct sip_param param = {.rest = a->params}, other;
	unsigned given = 0;

	*count = 0;
	while (sip_param_next(&param) > 0) {
		bool found = false;

		if (read_param(&param, &scratch, &given) <= 0)
			continue;
		++*count;
		other = (struct sip_param){.rest = b->params};
		while (!found && sip_param_next(&other) > 0)
			found = sip_text_equal_nocase(param.name, other.name) &&
				param.has_value == other.has_value &&
				sip_text_equal_nocase(param.value, other.value);
		if (!found)
			return false;
	}
	return true;
}

static bool mechanism_equal(
	const struct sip_sec_agree_mechanism *a, const struct sip_sec_agree_mechanism *b)
{
	size_t others_a, others_b;

	return sip_text_equal_nocase(a->name, b->name) && a->q_thousandths == b->q_thousandths &&
	       sip_text_equal_nocase(a->alg, b->alg) && sip_text_equal_nocase(a->ealg, b->ealg) &&
	       sip_text_equal_nocase(a->prot, b->prot) && sip_text_equal_nocase(a->mod, b->mod) &&
	       a->form == b->form && a->spi_c == b->spi_c && a->spi_s == b->spi_s &&
	       a->port_c == b->port_c && a->port_s == b->port_s && a->spi == b->spi &&
	       a->port1 == b->port1 && a->port2 == b->port2 && others_within(a, b, &others_a) &&
	       others_within(b, a, &others_b) && others_a == others_b;
}

bool sip_sec_agree_equal(const struct sip_sec_agree *a, const struct sip_sec_agree *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!mechanism_equal(&a->list[i], &b->list[i]))
			return false;
	return true;
}
