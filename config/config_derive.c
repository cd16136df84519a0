/* SPDX-License-Identifier: BSD-3-Clause */
#include "config_derive.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Puts a text together where there is none yet; from: the setting that it follows from. */
__attribute__((format(printf, 5, 6))) static int fill(struct config_reader *reader,
	const char *from, char *out, size_t size, const char *format, ...)
{
	va_list arguments;
	int len;

	if (out[0] != '\0')
		return 0;
	va_start(arguments, format);
	len = vsnprintf(out, size, format, arguments);
	va_end(arguments);
	if (len >= 0 && (size_t)len < size)
		return 0;
	config_reader_go(reader, "%s", from);
	return config_reader_refuse(reader, false, "a shorter one",
		"makes a default of %d octets that follows from it too long", len);
}

static int place_subscribers(
	struct config_reader *reader, const char *directory, struct config *config)
{
	char name[CONFIG_PATH_MAX];

	if (config->subscribers[0] == '/')
		return 0;
	memcpy(name, config->subscribers, sizeof(name));
	config->subscribers[0] = '\0';
	return fill(reader, "/hss/subscribers", config->subscribers, sizeof(config->subscribers),
		"%s/%s", directory, name);
}

/* What the settings of the roles follow from. */
static int fill_roles(struct config_reader *reader, struct config *config)
{
	const char *realm = config->scscf.realm;
	char address[NET_TEXT_MAX];
	int error;

	net_address_print(&config->pcscf.address, address);
	error = fill(reader, "/pcscf/address", config->pcscf.host_name,
		sizeof(config->pcscf.host_name),
		config->pcscf.address.family == NET_IPV6 ? "[%s]" : "%s", address);
	if (!error)
		error = fill(reader, "/scscf/realm", config->pcscf.visited_network,
			sizeof(config->pcscf.visited_network), "%s", realm);
	if (!error)
		error = fill(reader, "/scscf/realm", config->icscf.host_name,
			sizeof(config->icscf.host_name), "icscf.%s", realm);
	if (!error)
		error = fill(reader, "/scscf/realm", config->scscf.name, sizeof(config->scscf.name),
			"sip:scscf.%s", realm);
	if (!error && config->icscf.scscf_count == 0) {
		memcpy(config->icscf.scscfs[0], config->scscf.name, sizeof(config->scscf.name));
		config->icscf.scscf_count = 1;
	}
	return error;
}

int config_derive(struct config_reader *reader, const char *directory, struct config *config)
{
	int error = fill(reader, "/run_directory", config->api_socket, sizeof(config->api_socket),
		"%s/api.sock", config->run_directory);

	if (!error && config_has_pcscf(config))
		error = fill_roles(reader, config);
	return error ? error : place_subscribers(reader, directory, config);
}
