/* SPDX-License-Identifier: BSD-3-Clause */
/* One receive and one transmit queue per worker; there is one worker. */
#include "port.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include "ingress.h"
#include "interface.h"
#include "log.h"
#include "port_capabilities.h"
#include "port_mtu.h"

#define DESCRIPTORS 512
#define NAME_MAX_   64
/* Of an af_packet port: on the way to it the kernel puts IPv4 fragments together. A power of 2. */
#define FRAME_MAX   32768
#define DEVARGS_MAX 256

static int fail(const char *side, const char *what, int error)
{
	log_error("%s: %s: %s", side, what, strerror(-error));
	return error;
}

static int attach_vdev(const char *side, const char *name, const char *devargs, uint16_t *id)
{
	int error = rte_eal_hotplug_add("vdev", name, devargs);

	if (error)
		return fail(side, devargs, error < 0 ? error : -EIO);
	error = rte_eth_dev_get_port_by_name(name, id);
	return error ? fail(side, devargs, error) : 0;
}

static int attach_af_packet(
	const struct config_port *config, const char *side, struct path_port *port)
{
	char name[NAME_MAX_], devargs[DEVARGS_MAX];
	int error = interface_up(config->interface);

	if (!error)
		error = interface_disable_ipv6(config->interface);
	if (error)
		return fail(side, config->interface, error);
	error = ingress_close(config->interface);
	if (error) {
		log_error("%s: %s: the kernel can not be kept from taking the packets too (%s): "
			  "type `modprobe -a sch_ingress cls_bpf`",
			side, config->interface, strerror(-error));
		return error;
	}
	snprintf(name, sizeof(name), "net_af_packet_%s", side);
	snprintf(devargs, sizeof(devargs),
		"iface=%s,qpairs=1,blocksz=%u,framesz=%u,framecnt=512,qdisc_bypass=1",
		config->interface, 2 * FRAME_MAX, FRAME_MAX);
	return attach_vdev(side, name, devargs, &port->id);
}

static int attach_tap(const struct config_port *config, const char *side, struct path_port *port)
{
	char name[NAME_MAX_], devargs[DEVARGS_MAX];
	uint8_t mac[6];
	int len;

	snprintf(name, sizeof(name), "net_tap_%s", side);
	len = snprintf(devargs, sizeof(devargs), "iface=%s", config->interface);
	/* One that is there keeps its MAC: neighbours know it. */
	if (interface_mac(config->interface, mac) == 0)
		snprintf(devargs + len, sizeof(devargs) - (size_t)len,
			",mac=%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
			mac[4], mac[5]);
	return attach_vdev(side, name, devargs, &port->id);
}

static int attach(const struct config_port *config, const char *side, struct path_port *port)
{
	int error = port_mtu(config, side, &port->mtu);

	if (error)
		return error;
	switch (config->kind) {
	case CONFIG_PORT_AF_PACKET:
		return attach_af_packet(config, side, port);
	case CONFIG_PORT_TAP:
		return attach_tap(config, side, port);
	case CONFIG_PORT_PCI:
		error = rte_eth_dev_get_port_by_name(config->pci, &port->id);
		return error ? fail(side, config->pci, error) : 0;
	}
	return -EINVAL;
}

/* The kernel's end cuts to this MTU; it sends everything into the TAP, whatever its address. */
static int settle_tap(const char *side, const struct path_port *port)
{
	int error = rte_eth_dev_set_mtu(port->id, port->mtu);

	return error ? fail(side, "the TAP does not take the MTU", error) : 0;
}

/* The frames are addressed to the hosts behind us. */
static int open_filter(const char *side, const struct path_port *port)
{
	int error = rte_eth_promiscuous_enable(port->id);

	return error ? fail(side, "the port has no promiscuous mode", error) : 0;
}

static int start(const struct config_port *config, const char *side, const struct buffers *buffers,
	const struct path_port *port)
{
	struct rte_mempool *pool =
		config->kind == CONFIG_PORT_AF_PACKET ? buffers->large : buffers->packets;
	struct rte_eth_conf conf = {.rxmode = {.mtu = 0}};
	uint16_t rx_descriptors = DESCRIPTORS, tx_descriptors = DESCRIPTORS;
	int socket = rte_eth_dev_socket_id(port->id);
	int error = port_capabilities_use(config, side, port, &conf);

	if (error)
		return error;
	error = rte_eth_dev_configure(port->id, 1, 1, &conf);
	if (error)
		return fail(side, "the port takes no configuration", error);
	error = rte_eth_dev_adjust_nb_rx_tx_desc(port->id, &rx_descriptors, &tx_descriptors);
	if (error)
		return fail(side, "the port has no descriptors", error);
	error = rte_eth_rx_queue_setup(port->id, 0, rx_descriptors, (unsigned)socket, NULL, pool);
	if (error)
		return fail(side, "no receive queue", error);
	error = rte_eth_tx_queue_setup(port->id, 0, tx_descriptors, (unsigned)socket, NULL);
	if (error)
		return fail(side, "no transmit queue", error);
	error = rte_eth_dev_start(port->id);
	if (error)
		return fail(side, "the port does not start", error);
	return config->kind == CONFIG_PORT_TAP ? settle_tap(side, port) : open_filter(side, port);
}

int port_open(const struct config_port *config, const char *side, const struct buffers *buffers,
	struct path_port *out)
{
	struct path_port port = {.queue = 0};
	int error = attach(config, side, &port);

	if (error)
		goto open_ingress;
	error = start(config, side, buffers, &port);
	if (error)
		goto close_port;
	*out = port;
	return 0;

close_port:
	rte_eth_dev_close(port.id);
open_ingress:
	if (config->kind == CONFIG_PORT_AF_PACKET)
		ingress_open(config->interface);
	return error;
}

void port_close(const struct config_port *config, const struct path_port *port)
{
	if (config->kind == CONFIG_PORT_AF_PACKET)
		(void)rte_eth_promiscuous_disable(port->id); /* the interface outlives us */
	(void)rte_eth_dev_stop(port->id);
	(void)rte_eth_dev_close(port->id);
	if (config->kind == CONFIG_PORT_AF_PACKET)
		ingress_open(config->interface);
}
