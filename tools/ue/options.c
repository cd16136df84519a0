/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line of portcullis-ue. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "options_help.h"
#include "script.h"

#define PORT_SIP 5060

enum option_code {
	OPTION_LOCAL = 256,
	OPTION_PCSCF,
	OPTION_IMPI,
	OPTION_IMPU,
	OPTION_REALM,
	OPTION_K,
	OPTION_OP,
	OPTION_OPC,
	OPTION_SQN,
	OPTION_STATE,
	OPTION_ALGORITHMS,
	OPTION_FORM,
	OPTION_PORT_UC,
	OPTION_PORT_US,
	OPTION_EXPIRES,
	OPTION_T1,
	OPTION_TIMEOUT,
	OPTION_FOREIGN,
	OPTION_SPI_UC,
	OPTION_SPI_US,
	OPTION_IK,
	OPTION_SECURITY_SERVER,
	OPTION_TUN,
	OPTION_COUNT,
	OPTION_RATE,
	OPTION_PARALLEL,
	OPTION_SCENARIO,
	OPTION_STEPS,
	OPTION_SEED,
	OPTION_PROGRESS,
	OPTION_LOSS,
	OPTION_JSON,
	OPTION_HELP,
};

static const struct option long_options[] = {
	{"local", required_argument, NULL, OPTION_LOCAL},
	{"pcscf", required_argument, NULL, OPTION_PCSCF},
	{"impi", required_argument, NULL, OPTION_IMPI},
	{"impu", required_argument, NULL, OPTION_IMPU},
	{"realm", required_argument, NULL, OPTION_REALM},
	{"k", required_argument, NULL, OPTION_K},
	{"op", required_argument, NULL, OPTION_OP},
	{"opc", required_argument, NULL, OPTION_OPC},
	{"sqn", required_argument, NULL, OPTION_SQN},
	{"state", required_argument, NULL, OPTION_STATE},
	{"algorithms", required_argument, NULL, OPTION_ALGORITHMS},
	{"sa-form", required_argument, NULL, OPTION_FORM},
	{"port-uc", required_argument, NULL, OPTION_PORT_UC},
	{"port-us", required_argument, NULL, OPTION_PORT_US},
	{"expires", required_argument, NULL, OPTION_EXPIRES},
	{"t1", required_argument, NULL, OPTION_T1},
	{"timeout", required_argument, NULL, OPTION_TIMEOUT},
	{"foreign", required_argument, NULL, OPTION_FOREIGN},
	{"spi-uc", required_argument, NULL, OPTION_SPI_UC},
	{"spi-us", required_argument, NULL, OPTION_SPI_US},
	{"ik", required_argument, NULL, OPTION_IK},
	{"security-server", required_argument, NULL, OPTION_SECURITY_SERVER},
	{"tun", required_argument, NULL, OPTION_TUN},
	{"count", required_argument, NULL, OPTION_COUNT},
	{"rate", required_argument, NULL, OPTION_RATE},
	{"parallel", required_argument, NULL, OPTION_PARALLEL},
	{"scenario", required_argument, NULL, OPTION_SCENARIO},
	{"steps", required_argument, NULL, OPTION_STEPS},
	{"seed", required_argument, NULL, OPTION_SEED},
	{"progress", no_argument, NULL, OPTION_PROGRESS},
	{"loss", required_argument, NULL, OPTION_LOSS},
	{"json", no_argument, NULL, OPTION_JSON},
	{"help", no_argument, NULL, OPTION_HELP},
	{0},
};

static int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int complain(const char *format, ...)
{
	va_list arguments;

	fputs("portcullis-ue: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return -EINVAL;
}

static int read_number(const char *name, const char *text, unsigned long max, unsigned long *out)
{
	char *end;

	errno = 0;
	*out = strtoul(text, &end, 10);
	if (errno || end == text || *end || *text == '-' || *out < 1 || *out > max)
		return complain("--%s: %s; allowed: 1 to %lu", name, text, max);
	return 0;
}

static int read_port(const char *name, const char *text, uint16_t *out)
{
	unsigned long number;
	int error = read_number(name, text, UINT16_MAX, &number);

	if (!error)
		*out = (uint16_t)number;
	return error;
}

static int read_unsigned(const char *name, const char *text, uint32_t *out)
{
	unsigned long number;
	int error = read_number(name, text, UINT32_MAX, &number);

	if (!error)
		*out = (uint32_t)number;
	return error;
}

static int read_address(const char *name, const char *text, size_t len, struct net_address *out)
{
	if (net_address_parse(text, len, out))
		return complain("--%s: %s is not an IP address", name, text);
	return 0;
}

static int read_hex(const char *name, const char *text, uint8_t *out, size_t len)
{
	/* Not the text: it is a key. */
	if (hex_decode(text, strlen(text), out, len))
		return complain("--%s: not %zu hexadecimal digits", name, 2 * len);
	return 0;
}

static int read_pcscf(const char *text, struct net_endpoint *out)
{
	const char *bracket = text[0] == '[' ? strchr(text, ']') : NULL;
	const char *colon = strchr(bracket ? bracket : text, ':');
	size_t len = strlen(text);

	/* IPv6 without brackets has more than one, and no port. */
	if (colon && !strchr(colon + 1, ':'))
		len = (size_t)(colon - text);
	out->port = PORT_SIP;
	if (text[len] && read_port("pcscf", text + len + 1, &out->port))
		return -EINVAL;
	return read_address("pcscf", text, len, &out->address);
}

static int read_algorithms(const char *text, struct sec_agree_offer *offer)
{
	offer->algorithm_count = 0;
	for (;;) {
		size_t len = strcspn(text, ",");
		enum esp_algorithm *out = &offer->algorithms[offer->algorithm_count];

		if (offer->algorithm_count == ESP_ALGORITHMS || esp_algorithm_parse(text, len, out))
			return complain("--algorithms: allowed: hmac-sha-1-96, hmac-md5-96, or "
					"both parted by a comma");
		offer->algorithm_count++;
		if (!text[len])
			return 0;
		text += len + 1;
	}
}

static int read_form(const char *text, enum sec_agree_form *out)
{
	if (strcmp(text, "four") && strcmp(text, "pair"))
		return complain("--sa-form: %s; allowed: four, pair", text);
	*out = strcmp(text, "pair") ? SEC_AGREE_FOUR : SEC_AGREE_PAIR;
	return 0;
}

static int read_scenario(const char *text, enum fleet_scenario *out)
{
	if (strcmp(text, "register") && strcmp(text, "mixed"))
		return complain("--scenario: %s; allowed: register, mixed", text);
	*out = strcmp(text, "mixed") ? FLEET_REGISTER : FLEET_MIXED;
	return 0;
}

static int take_fleet(int option, const char *value, struct options *out)
{
	unsigned long number;

	switch (option) {
	case OPTION_COUNT:
		return read_unsigned("count", value, &out->count);
	case OPTION_RATE:
		return read_unsigned("rate", value, &out->rate);
	case OPTION_PARALLEL:
		return read_unsigned("parallel", value, &out->parallel);
	case OPTION_SCENARIO:
		return read_scenario(value, &out->scenario);
	case OPTION_STEPS:
		return read_unsigned("steps", value, &out->steps);
	case OPTION_SEED:
		if (read_number("seed", value, INT64_MAX, &number))
			return -EINVAL;
		out->seed = number;
		return 0;
	case OPTION_PROGRESS:
		out->progress = true;
		return 0;
	case OPTION_LOSS:
		if (read_number("loss", value, 100, &number))
			return -EINVAL;
		out->loss_percent = (uint32_t)number;
		return 0;
	default:
		return -EINVAL; /* getopt_long has told */
	}
}

static int take_identity(int option, const char *value, struct options *out)
{
	switch (option) {
	case OPTION_IMPI:
		out->settings.impi = value;
		return 0;
	case OPTION_IMPU:
		out->settings.impu = value;
		return 0;
	case OPTION_REALM:
		out->settings.realm = value;
		return 0;
	case OPTION_STATE:
		out->state_path = value;
		return 0;
	case OPTION_IK:
		return read_hex("ik", value, out->keyed.ik, sizeof(out->keyed.ik));
	case OPTION_SECURITY_SERVER:
		out->keyed.security_server = value;
		return 0;
	case OPTION_TUN:
		out->tun = value;
		return 0;
	case OPTION_K:
		return read_hex("k", value, out->k, sizeof(out->k));
	case OPTION_OP:
	case OPTION_OPC:
		out->op_is_opc = option == OPTION_OPC;
		return read_hex(out->op_is_opc ? "opc" : "op", value, out->op, sizeof(out->op));
	case OPTION_SQN:
		return read_hex("sqn", value, out->sqn, sizeof(out->sqn));
	default:
		return take_fleet(option, value, out);
	}
}

static int take_option(int option, const char *value, struct options *out)
{
	struct registration_settings *settings = &out->settings;

	switch (option) {
	case OPTION_LOCAL:
		return read_address("local", value, strlen(value), &settings->local.address);
	case OPTION_PCSCF:
		return read_pcscf(value, &settings->pcscf);
	case OPTION_ALGORITHMS:
		return read_algorithms(value, &settings->offer);
	case OPTION_FORM:
		return read_form(value, &settings->offer.form);
	case OPTION_PORT_UC:
		return read_port("port-uc", value, &settings->offer.own.port_client);
	case OPTION_PORT_US:
		return read_port("port-us", value, &settings->offer.own.port_server);
	case OPTION_SPI_UC:
		return read_unsigned("spi-uc", value, &settings->offer.own.spi_client);
	case OPTION_SPI_US:
		return read_unsigned("spi-us", value, &settings->offer.own.spi_server);
	case OPTION_EXPIRES:
		return read_unsigned("expires", value, &settings->expires_s);
	case OPTION_T1:
		return read_unsigned("t1", value, &settings->t1_ms);
	case OPTION_TIMEOUT:
		return read_unsigned("timeout", value, &settings->timeout_ms);
	case OPTION_FOREIGN:
		return read_address("foreign", value, strlen(value), &out->foreign);
	case OPTION_JSON:
		out->json = true;
		return 0;
	default:
		return take_identity(option, value, out);
	}
}

/* What was not given follows from what was. */
static int complete(struct options *out)
{
	struct registration_settings *settings = &out->settings;
	const char *at;

	if (!settings->impi || !(at = strchr(settings->impi, '@')) || at == settings->impi)
		return complain("--impi: USER@DOMAIN is needed");
	if (settings->local.address.family == NET_NONE)
		return complain("--local: an address is needed");
	if (settings->pcscf.address.family == NET_NONE)
		return complain("--pcscf: an address is needed");
	if (settings->local.address.family != settings->pcscf.address.family)
		return complain("--local, --pcscf: one is IPv4, the other IPv6");
	if (out->count > 0 && strspn(settings->impi, "0123456789") != (size_t)(at - settings->impi))
		return complain("--impi: with --count its user is digits");
	if (out->count > 1 << 24 || out->parallel > 1 << 16)
		return complain("--count: at most 16777216; --parallel: at most 65536");
	if (out->tun && (out->count > 0 || strlen(out->tun) >= IFNAMSIZ || !*out->tun))
		return complain("--tun: 1 to %d characters, and not with --count", IFNAMSIZ - 1);
	if (!settings->realm)
		settings->realm = at + 1;
	if (!settings->impu) {
		int len = snprintf(out->impu, sizeof(out->impu), "sip:%s", settings->impi);

		if ((size_t)len >= sizeof(out->impu))
			return complain("--impi: longer than %zu", sizeof(out->impu) - 5);
		settings->impu = out->impu;
	}
	if (strlen(settings->impi) > 255 || strlen(settings->realm) > 255 ||
		strlen(settings->impu) > 299)
		return complain("--impi, --impu, --realm: longer than 255");
	if (settings->timeout_ms == 0)
		settings->timeout_ms = 64 * settings->t1_ms;
	if (out->foreign.family == NET_NONE) {
		out->foreign = settings->local.address;
		out->foreign.bytes[out->foreign.family == NET_IPV4 ? 3 : 15]++;
	}
	return 0;
}

int options_parse(int argc, char **argv, struct options *out)
{
	static char *const only_register[] = {"register", NULL};
	struct random random = random_system();
	bool k = false, op = false;
	unsigned words;
	int option, i;

	memset(out, 0, sizeof(*out));
	out->settings.expires_s = 600000;
	out->settings.t1_ms = 500;
	out->rate = 100;
	out->parallel = 256;
	out->steps = 5;
	out->seed = random_u32(&random);
	out->settings.local.port = PORT_SIP;
	out->settings.offer.algorithms[0] = ESP_HMAC_SHA_1_96;
	out->settings.offer.algorithms[1] = ESP_HMAC_MD5_96;
	out->settings.offer.algorithm_count = 2;
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == OPTION_HELP) {
			options_help();
			return 1;
		}
		if (op && (option == OPTION_OP || option == OPTION_OPC))
			return complain("--op and --opc: only one of them");
		if (take_option(option, optarg, out))
			return -EINVAL;
		k |= option == OPTION_K;
		op |= option == OPTION_OP || option == OPTION_OPC;
	}
	if (!k || !op)
		return complain("--k and one of --opc, --op are needed");
	for (i = optind; i < argc; i++) {
		if (!script_known(argv[i], &words))
			return complain("%s: no such action; --help lists them", argv[i]);
		if (argc - i <= (int)words)
			return complain("%s: an address is missing", argv[i]);
		i += (int)words;
	}
	out->actions = optind < argc ? argv + optind : only_register;
	return complete(out);
}
