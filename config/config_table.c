/* SPDX-License-Identifier: BSD-3-Clause */
#include "config_table.h"

#include "config.h"
#include "config_rules.h"
#include "config_sa.h"
#include "config_sa_rule.h"
#include "config_text.h"

#define HOST_ALLOWED   "a domain name, an IPv4 literal or an IPv6 literal in brackets"
#define DOMAIN_ALLOWED "a domain name, at most 253 letters, digits, '-' and '.'"
#define SIP_URI_ALLOWED \
	"sip:HOST, sip:USER@HOST, each with or without :PORT, at most 255 characters"
#define INTERFACE_ALLOWED "1 to 15 letters, digits, '.', '_' and '-'"
#define PATH_ALLOWED      "an absolute path of at most 511 octets without control characters"

static const char *const log_levels[] = {
	"\"error\"", "\"warning\"", "\"notice\"", "\"info\"", "\"debug\"", NULL};

static const struct config_member log_members[] = {
	{"level", CHOICE(config, log_level, log_levels), "\"notice\""},
	{.name = NULL},
};

static const struct config_member api_members[] = {
	{"socket",
		TEXT(config, api_socket, config_text_absolute_path, "a socket's path",
			"an absolute path of at most 107 octets without control characters"),
		DERIVED},
	{.name = NULL},
};

static const struct config_member controlplane_members[] = {
	{"user",
		TEXT(config, user, config_text_user, "a user's name",
			"1 to 32 letters, digits, '_' and '-', no digit or '-' first"),
		"\"nobody\""},
	{.name = NULL},
};

static const struct config_rule prefix_item = {
	.kind = CONFIG_TEXT,
	.size = sizeof(struct config_prefix),
	.parse = config_text_prefix,
	.noun = "an address with its prefix length",
	.allowed = "a unicast IPv4 or IPv6 literal, '/' and 1 to 32 or 128",
};

static const struct config_rule network_item = {
	.kind = CONFIG_TEXT,
	.size = sizeof(struct config_prefix),
	.parse = config_text_network,
	.noun = "a network",
	.allowed = "an IPv4 or IPv6 literal whose host bits are 0, '/' and 0 to 32 or 128",
};

static const struct config_rule mac_item = {
	.kind = CONFIG_TEXT,
	.size = sizeof(struct config_mac),
	.parse = config_text_mac,
	.noun = "a MAC address",
	.allowed = "one of no group, for instance 02:00:00:00:00:01",
};

static const char *const port_kinds[] = {
	[CONFIG_PORT_AF_PACKET] = "\"af_packet\"",
	[CONFIG_PORT_TAP] = "\"tap\"",
	[CONFIG_PORT_PCI] = "\"pci\"",
	NULL,
};

/* From what every IPv6 link carries (RFC 8200 §5) on. */
#define MTU(max) INTEGER(config_port, mtu, 1280, (max), 0)

static const struct config_member af_packet_members[] = {
	{"kind", CHOICE(config_port, kind, port_kinds), REQUIRED},
	{"interface",
		TEXT(config_port, interface, config_text_interface, "an interface's name",
			INTERFACE_ALLOWED),
		REQUIRED},
	{"mtu", MTU(CONFIG_MTU_MAX), DERIVED},
	{.name = NULL},
};

static const struct config_member tap_members[] = {
	{"kind", CHOICE(config_port, kind, port_kinds), REQUIRED},
	{"interface",
		TEXT(config_port, interface, config_text_interface, "an interface's name",
			INTERFACE_ALLOWED),
		REQUIRED},
	{"mtu", MTU(1500), DERIVED}, /* DPDK's driver carries no more */
	{"addresses",
		ARRAY(config_port, addresses, address_count, prefix_item, 0, CONFIG_ADDRESSES_MAX),
		"[]"},
	{"routes", ARRAY(config_port, routes, route_count, network_item, 0, CONFIG_ROUTES_MAX),
		"[]"},
	{.name = NULL},
};

static const struct config_member pci_members[] = {
	{"kind", CHOICE(config_port, kind, port_kinds), REQUIRED},
	{"address",
		TEXT(config_port, pci, config_text_pci, "a PCI address",
			"DOMAIN:BUS:DEVICE.FUNCTION, for instance 0000:03:00.0"),
		REQUIRED},
	{"mtu", MTU(CONFIG_MTU_MAX), DERIVED},
	{"mac_filter", ARRAY(config_port, macs, mac_count, mac_item, 1, CONFIG_MACS_MAX), DERIVED},
	{.name = NULL},
};

static const struct config_member *const port_variants[] = {
	[CONFIG_PORT_AF_PACKET] = af_packet_members,
	[CONFIG_PORT_TAP] = tap_members,
	[CONFIG_PORT_PCI] = pci_members,
};

#define PORT(at) {.kind = CONFIG_VARIANT, .choices = port_kinds, .variants = port_variants}, at

#define CPU_LAST 127 /* RTE_MAX_LCORE - 1 of Debian's DPDK */

static const struct config_rule cpu_item = {
	.kind = CONFIG_INTEGER,
	.size = sizeof(unsigned),
	.max = CPU_LAST,
};

static const char *const hugepages_choices[] = {
	[CONFIG_HUGEPAGES_AUTO] = "\"auto\"",
	[CONFIG_HUGEPAGES_NEVER] = "false",
	[CONFIG_HUGEPAGES_ALWAYS] = "true",
	NULL,
};

static const char *const integrity_engines[] = {
	[ICV_AUTO] = "\"auto\"",
	[ICV_IPSEC_MB] = "\"ipsec-mb\"",
	[ICV_AVX512] = "\"avx512\"",
	NULL,
};

static const struct config_rule protected_port_item = {
	.kind = CONFIG_INTEGER,
	.size = sizeof(uint16_t),
	.min = 1024,
	.max = 65535,
};

static const struct config_rule unprotected_port_item = {
	.kind = CONFIG_INTEGER,
	.size = sizeof(uint16_t),
	.min = 1,
	.max = 65535,
};

static const struct config_rule address_item = {
	.kind = CONFIG_TEXT,
	.size = sizeof(struct net_address),
	.parse = config_text_address,
	.noun = ADDRESS_NOUN,
	.allowed = ADDRESS_ALLOWED,
};

static const char *const passes[] = {
	[CONFIG_PASS_ICMP] = "\"icmp\"",
	[CONFIG_PASS_UDP] = "\"udp\"",
	[CONFIG_PASS_TCP] = "\"tcp\"",
	[CONFIG_PASS_OTHER] = "\"other\"",
	NULL,
};

static const struct config_rule pass_item = {
	.kind = CONFIG_CHOICE,
	.size = sizeof(enum config_pass),
	.choices = passes,
};

static const struct config_member protected_members[] = {
	{"addresses",
		ARRAY(config_protected, addresses, address_count, address_item, 1,
			CONFIG_HOSTS_MAX),
		REQUIRED},
	{"protected_ports",
		ARRAY(config_protected, protected_ports, protected_count, protected_port_item, 1,
			CONFIG_HOST_PORTS_MAX),
		REQUIRED},
	{"unprotected_ports",
		ARRAY(config_protected, unprotected_ports, unprotected_count, unprotected_port_item,
			0, CONFIG_HOST_PORTS_MAX),
		"[5060]"},
	{"pass", ARRAY(config_protected, passes, pass_count, pass_item, 0, CONFIG_PASSES_MAX),
		"[\"icmp\"]"},
	{.name = NULL},
};

static const struct config_rule protected_item = {
	.kind = CONFIG_OBJECT,
	.size = sizeof(struct config_protected),
	.members = protected_members,
};

static const struct config_member dataplane_members[] = {
	{"workers",
		ARRAY(config_dataplane, worker_cpus, worker_count, cpu_item, 1, CONFIG_WORKERS_MAX),
		"[1]"},
	{"main_cpu", INTEGER(config_dataplane, main_cpu, 0, CPU_LAST, 0), "0"},
	{"hugepages", CHOICE(config_dataplane, hugepages, hugepages_choices), "\"auto\""},
	{"memory_mb", INTEGER(config_dataplane, memory_mb, 128, 65536, 0), "256"},
	{"outside", PORT(offsetof(struct config_dataplane, outside)), REQUIRED},
	{"inside", PORT(offsetof(struct config_dataplane, inside)), REQUIRED},
	{"integrity_engine", CHOICE(config_dataplane, integrity_engine, integrity_engines),
		"\"auto\""},
	{"sa_capacity", INTEGER(config_dataplane, sa_capacity, 16, 2097152, 0), "4096"},
	{"replay_window",
		INTEGER(config_dataplane, replay_window, SA_WINDOW_MIN, SA_WINDOW_MAX,
			SA_WINDOW_STEP),
		"64"},
	{"plain_sip_rate", INTEGER(config_dataplane, plain_sip_rate, 0, 100000000, 0), "20000"},
	{"protected",
		ARRAY(config_dataplane, hosts, host_count, protected_item, 0, CONFIG_PROTECTED_MAX),
		"[]"},
	{.name = NULL},
};

static const struct config_rule algorithm_item = {
	.kind = CONFIG_CHOICE,
	.size = sizeof(enum sa_algorithm),
	.choices = config_sa_algorithms,
};

static const char *const sa_forms[] = {
	[CONFIG_SA_FORM_BOTH] = "\"both\"",
	[CONFIG_SA_FORM_FOUR] = "\"four\"",
	[CONFIG_SA_FORM_PAIR] = "\"pair\"",
	NULL,
};

static const struct config_member pcscf_members[] = {
	{"address", TEXT(config_pcscf, address, config_text_address, ADDRESS_NOUN, ADDRESS_ALLOWED),
		REQUIRED},
	{"further_addresses",
		ARRAY(config_pcscf, further, further_count, address_item, 0, CONFIG_FURTHER_MAX),
		"[]"},
	{"unprotected_port", INTEGER(config_pcscf, unprotected_port, 1, 65535, 0), "5060"},
	{"server_port", INTEGER(config_pcscf, server_port, 1024, 65535, 0), "6100"},
	{"client_ports",
		ARRAY(config_pcscf, client_ports, client_port_count, protected_port_item, 2,
			CONFIG_CLIENT_PORTS_MAX),
		"[6101, 6102]"},
	{"host_name",
		TEXT(config_pcscf, host_name, config_text_host, "a host's name", HOST_ALLOWED),
		DERIVED},
	{"visited_network",
		TEXT(config_pcscf, visited_network, config_text_domain, "a network's name",
			DOMAIN_ALLOWED),
		DERIVED},
	{"algorithms",
		ARRAY(config_pcscf, algorithms, algorithm_count, algorithm_item, 1,
			CONFIG_ALGORITHMS_MAX),
		"[\"hmac-sha-1-96\", \"hmac-md5-96\"]"},
	{"sa_form", CHOICE(config_pcscf, sa_form, sa_forms), "\"both\""},
	{"reg_await_auth_ms", INTEGER(config_pcscf, reg_await_auth_ms, 1000, 3600000, 0), "240000"},
	{"old_set_ms", INTEGER(config_pcscf, old_set_ms, 1000, 3600000, 0), "128000"},
	{"t1_ms", INTEGER(config_pcscf, t1_ms, 100, 10000, 0), "2000"},
	{"half_open_max", INTEGER(config_pcscf, half_open_max, 1, 2000000, 0), "50000"},
	{"half_open_per_source", INTEGER(config_pcscf, half_open_per_source, 1, 2000000, 0),
		"1000"},
	{.name = NULL},
};

static const struct config_rule sip_uri_item = {
	.kind = CONFIG_TEXT,
	.size = CONFIG_NAME_MAX,
	.parse = config_text_sip_uri,
	.noun = "a SIP URI",
	.allowed = SIP_URI_ALLOWED,
};

static const struct config_member icscf_members[] = {
	{"host_name",
		TEXT(config_icscf, host_name, config_text_host, "a host's name", HOST_ALLOWED),
		DERIVED},
	{"scscfs", ARRAY(config_icscf, scscfs, scscf_count, sip_uri_item, 1, CONFIG_SCSCFS_MAX),
		DERIVED},
	{.name = NULL},
};

static const char *const booleans[] = {"false", "true", NULL};

static const char *const ignored_choices[] = {
	[CONFIG_IGNORED_DEREGISTER] = "\"deregister\"",
	[CONFIG_IGNORED_ASK_AGAIN] = "\"ask_again\"",
	NULL,
};

static const char *const failures_choices[] = {
	[CONFIG_FAILURES_NONE] = "\"none\"",
	[CONFIG_FAILURES_DEREGISTER] = "\"deregister\"",
	NULL,
};

static const struct config_member reauthentication_members[] = {
	{"every", INTEGER(config_scscf, reauthenticate_every, 0, 1000000, 0), "1"},
	{"each_identity", CHOICE(config_scscf, authenticates_each, booleans), "true"},
	{"within_s", INTEGER(config_scscf, reauthenticate_within_s, 10, 86400, 0), "120"},
	{"ignored", CHOICE(config_scscf, ignored, ignored_choices), "\"deregister\""},
	{.name = NULL},
};

static const struct config_member failures_members[] = {
	{"limit", INTEGER(config_scscf, failures_max, 0, 1000000, 0), "5"},
	{"action", CHOICE(config_scscf, failures, failures_choices), "\"none\""},
	{.name = NULL},
};

static const struct config_member scscf_members[] = {
	{"name", TEXT(config_scscf, name, config_text_sip_uri, "a SIP URI", SIP_URI_ALLOWED),
		DERIVED},
	{"realm", TEXT(config_scscf, realm, config_text_domain, "a domain's name", DOMAIN_ALLOWED),
		REQUIRED},
	{"vectors_per_request", INTEGER(config_scscf, vectors_per_request, 1, 32, 0), "1"},
	{"registration_max_s", INTEGER(config_scscf, registration_max_s, 60, 31536000, 0),
		"600000"},
	{"registration_min_s", INTEGER(config_scscf, registration_min_s, 1, 31536000, 0), "60"},
	{"reg_await_auth_ms", INTEGER(config_scscf, reg_await_auth_ms, 1000, 3600000, 0), "240000"},
	{"reauthentication", OBJECT(reauthentication_members, 0), "{}"},
	{"failed_authentications", OBJECT(failures_members, 0), "{}"},
	{.name = NULL},
};

static const struct config_member hss_members[] = {
	{"subscribers",
		TEXT(config, subscribers, config_text_path, "a file's name",
			"a path of at most 511 octets without control characters"),
		"\"subscribers.json\""},
	{.name = NULL},
};

static const struct config_member members[] = {
	{"log", OBJECT(log_members, 0), "{}"},
	{"run_directory",
		TEXT(config, run_directory, config_text_absolute_path, "a directory's path",
			PATH_ALLOWED),
		"\"/run/portcullis\""},
	{"state_directory",
		TEXT(config, state_directory, config_text_absolute_path, "a directory's path",
			PATH_ALLOWED),
		"\"/var/lib/portcullis\""},
	{"api", OBJECT(api_members, 0), "{}"},
	{"controlplane", OBJECT(controlplane_members, 0), "{}"},
	{"dataplane", OBJECT(dataplane_members, offsetof(struct config, dataplane)), REQUIRED},
	{"pcscf", OBJECT(pcscf_members, offsetof(struct config, pcscf)), DERIVED},
	{"icscf", OBJECT(icscf_members, offsetof(struct config, icscf)), "{}"},
	{"scscf", OBJECT(scscf_members, offsetof(struct config, scscf)), DERIVED},
	{"hss", OBJECT(hss_members, 0), "{}"},
	{CONFIG_SA_MEMBER, ARRAY(config, sas, sa_count, config_sa_rule, 0, CONFIG_SAS_MAX), "[]"},
	{.name = NULL},
};

const struct config_rule config_table = {.kind = CONFIG_OBJECT, .members = members};
