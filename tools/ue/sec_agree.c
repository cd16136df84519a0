/* SPDX-License-Identifier: BSD-3-Clause */
/* The security agreement as the UE sees it. */
#include "sec_agree.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sip_parameter.h"

#define SPI_MIN 256 /* RFC 4303 §2.1 */

size_t sec_agree_client(const struct sec_agree_offer *offer, char *out, size_t cap)
{
	const struct sec_agree_side *own = &offer->own;
	size_t len = 0, i;

	for (i = 0; i < offer->algorithm_count; i++) {
		const char *name = esp_algorithm_name(offer->algorithms[i]);
		const char *comma = i > 0 ? ", " : "";
		int n;

		if (offer->form == SEC_AGREE_FOUR)
			n = snprintf(out + len, cap - len,
				"%sipsec-3gpp;alg=%s;ealg=null;prot=esp;mod=trans;spi-c=%u;spi-s=%u"
				";port-c=%u;port-s=%u",
				comma, name, own->spi_client, own->spi_server, own->port_client,
				own->port_server);
		else
			n = snprintf(out + len, cap - len,
				"%sipsec-3gpp;alg=%s;ealg=null;prot=esp;mod=trans;spi=%u;port1=%u"
				";port2=%u",
				comma, name, own->spi_server, own->port_server, own->port_client);
		if (n < 0 || (size_t)n >= cap - len)
			return 0;
		len += (size_t)n;
	}
	return len;
}

/* A parameter that is absent has its default (RFC 3329 Appendix A). */
static bool is_or_absent(struct sip_slice entry, const char *name, const char *text)
{
	struct sip_slice value;

	return !sip_parameter_find(entry, ';', name, &value) || sip_parameter_is(value, text);
}

/* q as thousandths; absent counts as 1.0. */
static unsigned preference(struct sip_slice entry)
{
	struct sip_slice q;
	unsigned value = 0, scale = 1000;
	size_t i;

	if (!sip_parameter_find(entry, ';', "q", &q) || q.len == 0)
		return 1000;
	for (i = 0; i < q.len && scale > 0; i++) {
		if (q.at[i] == '.')
			continue;
		if (q.at[i] < '0' || q.at[i] > '9')
			return 0;
		value += (unsigned)(q.at[i] - '0') * scale;
		scale /= 10;
	}
	return value;
}

static bool offered(const struct sec_agree_offer *offer, enum esp_algorithm algorithm)
{
	size_t i;

	for (i = 0; i < offer->algorithm_count; i++) {
		if (offer->algorithms[i] == algorithm)
			return true;
	}
	return false;
}

static int read_port(struct sip_slice entry, const char *name, uint16_t *out)
{
	uint32_t number;
	int error = sip_parameter_number(entry, ';', name, &number);

	if (error)
		return error;
	if (number < 1 || number > UINT16_MAX)
		return -EINVAL;
	*out = (uint16_t)number;
	return 0;
}

static int read_side(struct sip_slice entry, enum sec_agree_form form, struct sec_agree_side *out)
{
	int error;

	if (form == SEC_AGREE_FOUR) {
		if (sip_parameter_number(entry, ';', "spi-c", &out->spi_client) ||
			sip_parameter_number(entry, ';', "spi-s", &out->spi_server) ||
			read_port(entry, "port-c", &out->port_client) ||
			read_port(entry, "port-s", &out->port_server))
			return -EINVAL;
		return 0;
	}
	if (sip_parameter_number(entry, ';', "spi", &out->spi_server) ||
		read_port(entry, "port1", &out->port_server))
		return -EINVAL;
	out->spi_client = out->spi_server;
	error = read_port(entry, "port2", &out->port_client);
	if (error == -ENOENT)
		out->port_client = out->port_server;
	return error == -ENOENT ? 0 : error;
}

/* TS 33.203 §7.1, and TS 24.229 §5.1.1.5.1: what a P-CSCF must never choose. */
static const char *check_side(
	const struct sec_agree_offer *offer, const struct sec_agree_side *peer)
{
	const struct sec_agree_side *own = &offer->own;

	if (peer->spi_client < SPI_MIN || peer->spi_server < SPI_MIN)
		return "Security-Server: a reserved SPI";
	if (offer->form == SEC_AGREE_FOUR && peer->spi_client == peer->spi_server)
		return "Security-Server: spi-c and spi-s are equal";
	if (peer->spi_client == own->spi_client || peer->spi_client == own->spi_server ||
		peer->spi_server == own->spi_client || peer->spi_server == own->spi_server)
		return "Security-Server: an SPI is one of our own, which lets packets be reflected";
	if (peer->port_client == 5060 || peer->port_client == 5061 || peer->port_server == 5060 ||
		peer->port_server == 5061)
		return "Security-Server: a protected port is 5060 or 5061";
	return NULL;
}

const char *sec_agree_choose(const struct sec_agree_offer *offer, const char *server, size_t len,
	struct sec_agree_choice *out)
{
	struct sip_slice list = {server, len}, entry, rest, name, alg;
	const char *wrong = "Security-Server: nothing in it that was offered";
	struct sec_agree_choice choice;
	unsigned best = 0, q;

	while (sip_parameter_next(&list, ',', &entry)) {
		rest = entry;
		if (!sip_parameter_next(&rest, ';', &name) || !sip_parameter_is(name, "ipsec-3gpp"))
			continue;
		if (!is_or_absent(entry, "ealg", "null") || !is_or_absent(entry, "prot", "esp") ||
			!is_or_absent(entry, "mod", "trans"))
			continue;
		if (!sip_parameter_find(entry, ';', "alg", &alg) ||
			esp_algorithm_parse(alg.at, alg.len, &choice.algorithm) ||
			!offered(offer, choice.algorithm))
			continue;
		q = preference(entry);
		if (q <= best)
			continue;
		if (read_side(entry, offer->form, &choice.peer))
			return "Security-Server: an SPI or port is missing or out of range";
		wrong = check_side(offer, &choice.peer);
		if (wrong)
			return wrong;
		best = q;
		*out = choice;
	}
	return best > 0 ? NULL : wrong;
}
