/* SPDX-License-Identifier: BSD-3-Clause */
/* What settings become; what the shipped files say; files that are none. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SHIPPED VECTORS "/../../config/"

static void assert_address(const struct net_address *address, const char *want)
{
	char text[NET_TEXT_MAX];

	assert_string_equal(net_address_print(address, text), want);
}

static void load(const char *path, struct config *config)
{
	char error[CONFIG_ERROR_MAX];

	if (config_load(path, config, error))
		fail_msg("%s", error);
}

static void parse(const char *text, struct config *config)
{
	char error[CONFIG_ERROR_MAX];

	if (config_parse(text, strlen(text), "t", "/d", config, error))
		fail_msg("%s", error);
}

#define MINIMAL                                                                             \
	"{\"dataplane\": {\"outside\": {\"kind\": \"pci\", \"address\": \"0000:0A:00.1\"}," \
	"\"inside\": {\"kind\": \"pci\", \"address\": \"0000:0b:00.0\"}},"                  \
	"\"pcscf\": {\"address\": \"2001:db8::9\"}, \"scscf\": {\"realm\": \"home.example\"}}"

static void defaults(void **state)
{
	struct config config;

	(void)state;
	parse(MINIMAL, &config);
	assert_int_equal(config.log_level, LOG_NOTICE);
	assert_string_equal(config.run_directory, "/run/portcullis");
	assert_string_equal(config.state_directory, "/var/lib/portcullis");
	assert_string_equal(config.api_socket, "/run/portcullis/api.sock");
	assert_string_equal(config.user, "nobody");
	assert_string_equal(config.subscribers, "/d/subscribers.json");
	assert_int_equal(config.dataplane.worker_count, 1);
	assert_int_equal(config.dataplane.worker_cpus[0], 1);
	assert_int_equal(config.dataplane.main_cpu, 0);
	assert_int_equal(config.dataplane.hugepages, CONFIG_HUGEPAGES_AUTO);
	assert_int_equal(config.dataplane.memory_mb, 256);
	assert_int_equal(config.dataplane.outside.kind, CONFIG_PORT_PCI);
	assert_string_equal(config.dataplane.outside.pci, "0000:0a:00.1");
	assert_string_equal(config.dataplane.inside.pci, "0000:0b:00.0");
	assert_int_equal(config.dataplane.outside.mtu, 0);
	assert_int_equal(config.dataplane.outside.mac_count, 0);
	assert_int_equal(config.dataplane.integrity_engine, ICV_AUTO);
	assert_int_equal(config.dataplane.sa_capacity, 4096);
	assert_int_equal(config.dataplane.replay_window, 64);
	assert_int_equal(config.dataplane.plain_sip_rate, 20000);
	assert_int_equal(config.dataplane.host_count, 0);
	assert_address(&config.pcscf.address, "2001:db8::9");
	assert_int_equal(config.pcscf.unprotected_port, 5060);
	assert_int_equal(config.pcscf.server_port, 6100);
	assert_int_equal(config.pcscf.client_port_count, 2);
	assert_int_equal(config.pcscf.client_ports[0], 6101);
	assert_int_equal(config.pcscf.client_ports[1], 6102);
	assert_string_equal(config.pcscf.host_name, "[2001:db8::9]");
	assert_string_equal(config.pcscf.visited_network, "home.example");
	assert_int_equal(config.pcscf.algorithm_count, 2);
	assert_int_equal(config.pcscf.algorithms[0], SA_HMAC_SHA_1_96);
	assert_int_equal(config.pcscf.algorithms[1], SA_HMAC_MD5_96);
	assert_int_equal(config.pcscf.sa_form, CONFIG_SA_FORM_BOTH);
	assert_int_equal(config.pcscf.reg_await_auth_ms, 240000);
	assert_int_equal(config.pcscf.t1_ms, 2000);
	assert_string_equal(config.icscf.host_name, "icscf.home.example");
	assert_int_equal(config.icscf.scscf_count, 1);
	assert_string_equal(config.icscf.scscfs[0], "sip:scscf.home.example");
	assert_string_equal(config.scscf.name, "sip:scscf.home.example");
	assert_string_equal(config.scscf.realm, "home.example");
	assert_int_equal(config.scscf.vectors_per_request, 1);
	assert_int_equal(config.scscf.registration_max_s, 600000);
	assert_int_equal(config.scscf.registration_min_s, 60);
	assert_int_equal(config.scscf.reg_await_auth_ms, 240000);
	assert_int_equal(config.scscf.reauthenticate_every, 1);
	assert_int_equal(config.scscf.authenticates_each, 1);
	assert_int_equal(config.scscf.reauthenticate_within_s, 120);
	assert_int_equal(config.scscf.ignored, CONFIG_IGNORED_DEREGISTER);
	assert_int_equal(config.scscf.failures_max, 5);
	assert_int_equal(config.scscf.failures, CONFIG_FAILURES_NONE);
}

static void check_protected(const struct config_protected *hosts, size_t count)
{
	assert_int_equal(count, 3);
	assert_int_equal(hosts[0].address_count, 2);
	assert_address(&hosts[0].addresses[1], "2001:db8::2");
	assert_int_equal(hosts[0].protected_count, 2);
	assert_int_equal(hosts[0].protected_ports[1], 65535);
	assert_int_equal(hosts[0].unprotected_count, 2);
	assert_int_equal(hosts[0].unprotected_ports[0], 1);
	assert_int_equal(hosts[0].pass_count, 3);
	assert_int_equal(hosts[0].passes[0], CONFIG_PASS_OTHER);
	assert_int_equal(hosts[1].unprotected_count, 1);
	assert_int_equal(hosts[1].unprotected_ports[0], 5060);
	assert_int_equal(hosts[1].pass_count, 1);
	assert_int_equal(hosts[1].passes[0], CONFIG_PASS_ICMP);
	assert_int_equal(hosts[2].unprotected_count, 0);
	assert_int_equal(hosts[2].pass_count, 0);
}

/* P-CSCFs elsewhere only. */
static void no_pcscf(void **state)
{
	struct config config;

	(void)state;
	parse("{\"dataplane\": {\"outside\": {\"kind\": \"pci\", \"address\": \"0000:0A:00.1\"},"
	      "\"inside\": {\"kind\": \"pci\", \"address\": \"0000:0b:00.0\"}, \"protected\": ["
	      "{\"addresses\": [\"192.0.2.2\"], \"protected_ports\": [6100]}]}}",
		&config);
	assert_false(config_has_pcscf(&config));
	assert_string_equal(config.api_socket, "/run/portcullis/api.sock");
	assert_int_equal(config.dataplane.host_count, 1);
	parse(MINIMAL, &config);
	assert_true(config_has_pcscf(&config));
}

/* Every setting away from its default, each at the edge of what is allowed. */
static void everything_set(void **state)
{
	struct config config;

	(void)state;
	parse("{\"log\": {\"level\": \"debug\"}, \"run_directory\": \"/r\", \"state_directory\": "
	      "\"/s\",\"api\": {\"socket\": \"/a\"}, \"controlplane\": {\"user\": \"_sip-1\"},"
	      "\"dataplane\": {\"workers\": [127], \"main_cpu\": 127, \"hugepages\": false,"
	      "\"memory_mb\": 65536, \"outside\": {\"kind\": \"tap\", \"interface\": "
	      "\"fifteen.letters\"},\"inside\": {\"kind\": \"tap\", \"interface\": \"i\","
	      "\"addresses\": [\"192.0.2.1/32\", \"2001:db8::1/128\"],"
	      "\"routes\": [\"0.0.0.0/0\", \"2001:db8::/64\", \"::/0\"]},"
	      "\"integrity_engine\": \"avx512\", \"sa_capacity\": 2097152, "
	      "\"replay_window\": 1024, \"plain_sip_rate\": 0, \"protected\": ["
	      "{\"addresses\": [\"192.0.2.2\", \"2001:db8::2\"], \"protected_ports\": [1024, "
	      "65535],"
	      "\"unprotected_ports\": [1, 5060], \"pass\": [\"other\", \"tcp\", \"udp\"]},"
	      "{\"addresses\": [\"192.0.2.3\"], \"protected_ports\": [6100]},"
	      "{\"addresses\": [\"192.0.2.4\"], \"protected_ports\": [6100],"
	      "\"unprotected_ports\": [], \"pass\": []}]},"
	      "\"pcscf\": {\"address\": \"2001:db8::1\", \"unprotected_port\": 65535,"
	      "\"server_port\": 1024, \"client_ports\": [65534, 1025, 1026],"
	      "\"host_name\": \"p.example\", \"visited_network\": "
	      "\"label-of-sixty-three-letters-that-is-short-enough-for-a-domain0.x\","
	      "\"algorithms\": [\"hmac-md5-96\"], \"sa_form\": \"pair\","
	      "\"reg_await_auth_ms\": 1000},"
	      "\"icscf\": {\"host_name\": \"192.0.2.7\","
	      "\"scscfs\": [\"sip:a.example\", \"sip:s@[2001:db8::2]:65535\"]},"
	      "\"scscf\": {\"name\": \"sip:s@[2001:db8::2]:65535\", \"realm\": \"r\","
	      "\"vectors_per_request\": 32, \"registration_max_s\": 60,"
	      "\"registration_min_s\": 60, \"reg_await_auth_ms\": 3600000},"
	      "\"hss\": {\"subscribers\": \"/x/y\"}}",
		&config);
	assert_int_equal(config.log_level, LOG_DEBUG);
	assert_string_equal(config.run_directory, "/r");
	assert_string_equal(config.state_directory, "/s");
	assert_string_equal(config.api_socket, "/a");
	assert_string_equal(config.user, "_sip-1");
	assert_string_equal(config.subscribers, "/x/y");
	assert_int_equal(config.dataplane.worker_cpus[0], 127);
	assert_int_equal(config.dataplane.main_cpu, 127);
	assert_int_equal(config.dataplane.hugepages, CONFIG_HUGEPAGES_NEVER);
	assert_int_equal(config.dataplane.integrity_engine, ICV_AVX512);
	assert_int_equal(config.dataplane.memory_mb, 65536);
	assert_int_equal(config.dataplane.outside.kind, CONFIG_PORT_TAP);
	assert_string_equal(config.dataplane.outside.interface, "fifteen.letters");
	assert_int_equal(config.dataplane.inside.address_count, 2);
	assert_address(&config.dataplane.inside.addresses[1].address, "2001:db8::1");
	assert_int_equal(config.dataplane.inside.addresses[1].length, 128);
	assert_int_equal(config.dataplane.inside.route_count, 3);
	assert_address(&config.dataplane.inside.routes[1].address, "2001:db8::");
	assert_int_equal(config.dataplane.inside.routes[1].length, 64);
	assert_int_equal(config.dataplane.inside.routes[2].address.family, NET_IPV6);
	assert_int_equal(config.dataplane.sa_capacity, 2097152);
	assert_int_equal(config.dataplane.replay_window, 1024);
	assert_int_equal(config.dataplane.plain_sip_rate, 0);
	check_protected(config.dataplane.hosts, config.dataplane.host_count);
	assert_int_equal(config.pcscf.unprotected_port, 65535);
	assert_int_equal(config.pcscf.server_port, 1024);
	assert_int_equal(config.pcscf.client_port_count, 3);
	assert_int_equal(config.pcscf.client_ports[2], 1026);
	assert_string_equal(config.pcscf.host_name, "p.example");
	assert_string_equal(config.pcscf.visited_network,
		"label-of-sixty-three-letters-that-is-short-enough-for-a-domain0.x");
	assert_int_equal(config.pcscf.algorithm_count, 1);
	assert_int_equal(config.pcscf.algorithms[0], SA_HMAC_MD5_96);
	assert_int_equal(config.pcscf.sa_form, CONFIG_SA_FORM_PAIR);
	assert_int_equal(config.pcscf.reg_await_auth_ms, 1000);
	assert_string_equal(config.icscf.host_name, "192.0.2.7");
	assert_int_equal(config.icscf.scscf_count, 2);
	assert_string_equal(config.scscf.name, config.icscf.scscfs[1]);
	assert_int_equal(config.scscf.vectors_per_request, 32);
	assert_int_equal(config.scscf.registration_max_s, 60);
	assert_int_equal(config.scscf.registration_min_s, 60);
	assert_int_equal(config.scscf.reg_await_auth_ms, 3600000);
}

/* Each port has its own. */
static void mac_filters(void **state)
{
	static const uint8_t macs[][6] = {
		{0x02, 0x50, 0xab, 0xcd, 0xef, 0x01}, {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff}};
	struct config config;

	(void)state;
	parse("{\"dataplane\": {\"outside\": {\"kind\": \"pci\", \"address\": \"0000:0a:00.1\","
	      "\"mac_filter\": [\"02:50:ab:CD:ef:01\", \"fe:ff:ff:ff:ff:ff\"]},"
	      "\"inside\": {\"kind\": \"pci\", \"address\": \"0000:0b:00.0\","
	      "\"mac_filter\": [\"fe:ff:ff:ff:ff:ff\"]}, \"protected\": ["
	      "{\"addresses\": [\"192.0.2.2\"], \"protected_ports\": [6100]}]}}",
		&config);
	assert_int_equal(config.dataplane.outside.mac_count, 2);
	assert_memory_equal(config.dataplane.outside.macs, macs, sizeof(macs));
	assert_int_equal(config.dataplane.inside.mac_count, 1);
	assert_memory_equal(config.dataplane.inside.macs, macs[1], sizeof(macs[1]));
}

static void shipped_files(void **state)
{
	struct config config;

	(void)state;
	load(SHIPPED "demo.json", &config);
	assert_string_equal(config.subscribers, SHIPPED "subscribers.json");
	assert_int_equal(config.dataplane.outside.kind, CONFIG_PORT_AF_PACKET);
	assert_string_equal(config.dataplane.outside.interface, "gm0");
	assert_int_equal(config.dataplane.inside.kind, CONFIG_PORT_TAP);
	assert_string_equal(config.dataplane.inside.interface, "pcscf0");
	assert_address(&config.pcscf.address, "203.0.113.9");
	load(SHIPPED "bare-metal.json", &config);
	assert_int_equal(config.dataplane.outside.kind, CONFIG_PORT_PCI);
	assert_int_equal(config.dataplane.hugepages, CONFIG_HUGEPAGES_ALWAYS);
}

static void check_file(const char *path, int error, const char *want)
{
	struct config config;
	char text[CONFIG_ERROR_MAX];

	assert_int_equal(config_load(path, &config, text), error);
	assert_string_equal(text, want);
}

static void no_files(void **state)
{
	char folder[] = "/tmp/config-XXXXXX", empty[64], large[64], fifo[64], want[256];
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(empty, sizeof(empty), "%s/empty", folder);
	snprintf(large, sizeof(large), "%s/large", folder);
	snprintf(fifo, sizeof(fifo), "%s/fifo", folder);
	file = fopen(empty, "w");
	assert_non_null(file);
	fclose(file);
	file = fopen(large, "w");
	assert_non_null(file);
	fclose(file);
	assert_int_equal(truncate(large, 1024 * 1024 + 1), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);

	check_file("/nonexistent/c.json", -ENOENT,
		"/nonexistent/c.json: No such file or directory; allowed: a readable JSON file of "
		"at most 1 MiB");
	check_file("/tmp", -EISDIR,
		"/tmp: is a directory; allowed: a readable JSON file of at most 1 MiB");
	snprintf(want, sizeof(want),
		"%s:1:1: (document): the file is empty; allowed: one JSON object (RFC 8259) in "
		"UTF-8",
		empty);
	check_file(empty, -EINVAL, want);
	snprintf(want, sizeof(want),
		"%s: has more than 1 MiB; allowed: a readable JSON file of at most 1 MiB", large);
	check_file(large, -EFBIG, want);
	snprintf(want, sizeof(want),
		"%s: is no ordinary file; allowed: a readable JSON file of at most 1 MiB", fifo);
	check_file(fifo, -EINVAL, want);
	unlink(empty);
	unlink(large);
	unlink(fifo);
	rmdir(folder);
}

static void relative_names(void **state)
{
	char folder[] = "/tmp/config-XXXXXX", name[64], here[4096];
	struct config config;
	FILE *file;

	(void)state;
	assert_non_null(getcwd(here, sizeof(here)));
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	file = fopen("c.json", "w");
	assert_non_null(file);
	fputs(MINIMAL, file);
	fclose(file);
	load("c.json", &config);
	assert_string_equal(config.subscribers, "./subscribers.json");
	snprintf(name, sizeof(name), "%s/c.json", folder);
	load(name, &config);
	snprintf(name, sizeof(name), "%s/subscribers.json", folder);
	assert_string_equal(config.subscribers, name);
	unlink("c.json");
	assert_int_equal(chdir(here), 0);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"defaults of all that has one", defaults, NULL, NULL, NULL},
		{"every setting reaches its field", everything_set, NULL, NULL, NULL},
		{"P-CSCFs elsewhere only", no_pcscf, NULL, NULL, NULL},
		{"each NIC has its MAC addresses", mac_filters, NULL, NULL, NULL},
		{"the shipped files are right", shipped_files, NULL, NULL, NULL},
		{"files that are none", no_files, NULL, NULL, NULL},
		{"relative names count from the file's folder", relative_names, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
