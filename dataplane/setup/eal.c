/* SPDX-License-Identifier: BSD-3-Clause */
/* After the checks, before the ports. */
#include "eal.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>

#include "log.h"
#include "preflight.h"

#define ARGUMENTS_MAX 32
#define TEXT_MAX      128
#define RUNTIME_NAME  "dataplane"

struct arguments {
	char *value[ARGUMENTS_MAX];
	char text[ARGUMENTS_MAX][TEXT_MAX];
	int count;
};

__attribute__((format(printf, 2, 3))) static void append(
	struct arguments *arguments, const char *format, ...)
{
	int i = arguments->count;
	va_list values;

	if (i == ARGUMENTS_MAX - 1)
		return; /* can not be: the list below is shorter */
	va_start(values, format);
	vsnprintf(arguments->text[i], TEXT_MAX, format, values);
	va_end(values);
	arguments->value[i] = arguments->text[i];
	arguments->count++;
}

static void append_memory(struct arguments *arguments, const struct config_dataplane *config)
{
	append(arguments, "-m");
	append(arguments, "%u", config->memory_mb);
	if (preflight_uses_hugepages(config)) {
		append(arguments, "--in-memory"); /* no file of ours stays in hugetlbfs */
		return;
	}
	append(arguments, "--no-huge");
	append(arguments, "--no-shconf");
}

static void append_buses(struct arguments *arguments, const struct config_dataplane *config)
{
	const struct config_port *ports[] = {&config->outside, &config->inside};
	bool pci = false;

	for (unsigned i = 0; i < 2; i++) {
		if (ports[i]->kind != CONFIG_PORT_PCI)
			continue;
		append(arguments, "--allow");
		append(arguments, "%s", ports[i]->pci);
		pci = true;
	}
	if (!pci)
		append(arguments, "--no-pci");
}

/* DPDK makes RUN/dpdk/NAME for itself, always; several data planes have a RUN each. */
static int set_runtime_directory(const char *directory)
{
	if (mkdir(directory, 0755) < 0 && errno != EEXIST) {
		int error = -errno;

		log_error("run_directory %s: %s", directory, strerror(errno));
		return error;
	}
	return setenv("RUNTIME_DIRECTORY", directory, 1) < 0 ? -errno : 0;
}

int eal_start(const struct config_dataplane *config, const char *run_directory)
{
	struct arguments arguments = {.count = 0};
	char cores[TEXT_MAX];
	int len = snprintf(cores, sizeof(cores), "0@%u", config->main_cpu);
	int error = set_runtime_directory(run_directory);

	if (error)
		return error;
	for (size_t i = 0; i < config->worker_count; i++)
		len += snprintf(cores + len, sizeof(cores) - (size_t)len, ",%zu@%u", i + 1,
			config->worker_cpus[i]);
	append(&arguments, "portcullis-dataplane");
	append(&arguments, "--lcores");
	append(&arguments, "%s", cores);
	append(&arguments, "--main-lcore");
	append(&arguments, "0");
	append(&arguments, "--no-telemetry");
	/* The first pattern that fits wins: net_tap complains of queueing disciplines that we do
	 * not use; what fails for us is told by port.c. */
	append(&arguments, "--log-level");
	append(&arguments, "pmd.net.tap:critical");
	append(&arguments, "--log-level");
	append(&arguments, "*:error");
	append(&arguments, "--file-prefix");
	append(&arguments, RUNTIME_NAME);
	append_memory(&arguments, config);
	append_buses(&arguments, config);
	if (rte_eal_init(arguments.count, arguments.value) < 0) {
		log_error("DPDK does not start: %s (%u MiB of %s; see the lines above)",
			rte_strerror(rte_errno), config->memory_mb,
			preflight_uses_hugepages(config) ? "hugepages" : "ordinary memory");
		return rte_errno ? -rte_errno : -EIO;
	}
	return 0;
}

void eal_stop(const char *run_directory)
{
	char path[PATH_MAX];

	(void)rte_eal_cleanup();
	snprintf(path, sizeof(path), "%s/dpdk/" RUNTIME_NAME, run_directory);
	(void)rmdir(path);
	snprintf(path, sizeof(path), "%s/dpdk", run_directory);
	(void)rmdir(path);
}
