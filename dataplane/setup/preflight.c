/* SPDX-License-Identifier: BSD-3-Clause */
/* The first thing that the data plane does with its settings. */
#include "preflight.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log.h"

static bool has_capability(unsigned capability)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	return data[capability / 32].effective >> (capability % 32) & 1;
}

static int check_privilege(void)
{
	if (has_capability(CAP_NET_ADMIN) && has_capability(CAP_NET_RAW))
		return 0;
	log_error("no privilege to open network ports: start it as root, or with CAP_NET_ADMIN and "
		  "CAP_NET_RAW (setpriv --inh-caps +net_admin,+net_raw --ambient-caps "
		  "+net_admin,+net_raw …)");
	return -EPERM;
}

static int check_cpu(const char *what, unsigned cpu)
{
	cpu_set_t allowed;

	CPU_ZERO(&allowed);
	if (sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		return -errno;
	if (cpu < CPU_SETSIZE && CPU_ISSET(cpu, &allowed))
		return 0;
	log_error("%s: this process may not run on CPU %u, only on %d others: see `nproc --all`, "
		  "`taskset -p %d`, and /dataplane in the settings",
		what, cpu, CPU_COUNT(&allowed), (int)getpid());
	return -ENODEV;
}

/* /sys/bus/pci/devices/ADDRESS/driver → …/vfio-pci. "" where none is bound. */
static void pci_driver(const char *address, char *driver, size_t len)
{
	char path[PATH_MAX], target[PATH_MAX];
	const char *name;
	ssize_t got;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver", address);
	got = readlink(path, target, sizeof(target) - 1);
	driver[0] = '\0';
	if (got <= 0)
		return;
	target[got] = '\0';
	name = strrchr(target, '/');
	name = name ? name + 1 : target;
	if (strlen(name) < len)
		strcpy(driver, name);
}

static int check_pci(const char *side, const char *address)
{
	/* mlx5's NICs stay with their kernel driver. */
	static const char *const good[] = {
		"vfio-pci", "uio_pci_generic", "igb_uio", "mlx5_core", "mlx4_core"};
	char path[PATH_MAX], driver[64];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s", address);
	if (access(path, F_OK) < 0) {
		log_error("%s: no PCI device %s on this machine: see `dpdk-devbind.py --status`",
			side, address);
		return -ENODEV;
	}
	pci_driver(address, driver, sizeof(driver));
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (strcmp(driver, good[i]) == 0)
			return 0;
	log_error("%s: PCI device %s is bound to %s, not to a driver for DPDK: type `modprobe "
		  "vfio-pci && dpdk-devbind.py --bind=vfio-pci %s`",
		side, address, driver[0] ? driver : "no driver", address);
	return -ENODEV;
}

static int check_port(const char *side, const struct config_port *port)
{
	switch (port->kind) {
	case CONFIG_PORT_AF_PACKET:
		if (if_nametoindex(port->interface) != 0)
			return 0;
		log_error("%s: no interface %s here: type `ip link add %s type veth peer name "
			  "PEER`, or name another in the settings",
			side, port->interface, port->interface);
		return -ENODEV;
	case CONFIG_PORT_TAP:
		if (access("/dev/net/tun", R_OK | W_OK) == 0)
			return 0;
		log_error("%s: /dev/net/tun: %s: type `modprobe tun`, or give the container the "
			  "device",
			side, strerror(errno));
		return -ENODEV;
	case CONFIG_PORT_PCI:
		return check_pci(side, port->pci);
	}
	return -EINVAL;
}

/* Of one size: "hugepages-2048kB" */
static unsigned long free_mb(const char *directory)
{
	unsigned long pages = 0, kb = 0;
	char path[PATH_MAX];
	FILE *file;

	if (sscanf(directory, "hugepages-%lukB", &kb) != 1)
		return 0;
	snprintf(path, sizeof(path), "/sys/kernel/mm/hugepages/%s/free_hugepages", directory);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%lu", &pages) != 1)
		pages = 0;
	fclose(file);
	return pages * kb / 1024;
}

unsigned long preflight_free_hugepages_mb(void)
{
	DIR *sizes = opendir("/sys/kernel/mm/hugepages");
	const struct dirent *size;
	unsigned long mb = 0;

	if (!sizes)
		return 0;
	while ((size = readdir(sizes)) != NULL)
		mb += free_mb(size->d_name);
	closedir(sizes);
	return mb;
}

bool preflight_uses_hugepages(const struct config_dataplane *config)
{
	if (config->hugepages == CONFIG_HUGEPAGES_AUTO)
		return preflight_free_hugepages_mb() >= config->memory_mb;
	return config->hugepages == CONFIG_HUGEPAGES_ALWAYS;
}

static int check_hugepages(const struct config_dataplane *config)
{
	unsigned long mb = preflight_free_hugepages_mb();

	if (config->hugepages != CONFIG_HUGEPAGES_ALWAYS || mb >= config->memory_mb)
		return 0;
	log_error("%lu MiB of hugepages are free, the settings ask for %u: type `sysctl "
		  "vm.nr_hugepages=%u`, or set /dataplane/hugepages to \"auto\"",
		mb, config->memory_mb, config->memory_mb / 2 + 8);
	return -ENOMEM;
}

int preflight(const struct config_dataplane *config)
{
	int error = check_privilege();

	if (!error)
		error = check_hugepages(config);
	if (!error)
		error = check_cpu("main", config->main_cpu);
	for (size_t i = 0; i < config->worker_count && !error; i++)
		error = check_cpu("worker", config->worker_cpus[i]);
	if (!error)
		error = check_port("outside", &config->outside);
	if (!error)
		error = check_port("inside", &config->inside);
	return error;
}
