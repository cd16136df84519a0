/* SPDX-License-Identifier: BSD-3-Clause */
/* One receive and one transmit queue per worker. A port that has fewer to receive from is heard by
 * some of the workers, which hand over to the others. */
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
#include "port_filter.h"
#include "port_mtu.h"
#include "rss.h"

#define NAME_MAX_ 64
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
	const struct config_port *config, const char *side, uint16_t workers, struct port *port)
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
		"iface=%s,qpairs=%u,blocksz=%u,framesz=%u,framecnt=512,qdisc_bypass=1",
		config->interface, workers, 2 * FRAME_MAX, FRAME_MAX);
	return attach_vdev(side, name, devargs, &port->id);
}

static int attach_tap(const struct config_port *config, const char *side, struct port *port)
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

static int attach(
	const struct config_port *config, const char *side, uint16_t workers, struct port *port)
{
	int error = port_mtu(config, side, &port->mtu);

	if (error)
		return error;
	switch (config->kind) {
	case CONFIG_PORT_AF_PACKET:
		return attach_af_packet(config, side, workers, port);
	case CONFIG_PORT_TAP:
		return attach_tap(config, side, port);
	case CONFIG_PORT_PCI:
		error = rte_eth_dev_get_port_by_name(config->pci, &port->id);
		return error ? fail(side, config->pci, error) : 0;
	}
	return -EINVAL;
}

/* The kernel's end cuts to this MTU; it sends everything into the TAP, whatever its address. */
static int settle_tap(const char *side, const struct port *port)
{
	int error = rte_eth_dev_set_mtu(port->id, port->mtu);

	return error ? fail(side, "the TAP does not take the MTU", error) : 0;
}

/* How many queues the workers have of it. Two workers can not share one to send on. */
static int count_queues(
	const struct rte_eth_dev_info *info, const char *side, uint16_t workers, struct port *port)
{
	if (info->max_tx_queues < workers) {
		log_error("%s: the port has %u transmit queues, and each of the %u workers needs "
			  "one: name fewer in /dataplane/workers",
			side, info->max_tx_queues, workers);
		return -ENOTSUP;
	}
	port->rx_queues = info->max_rx_queues < workers ? info->max_rx_queues : workers;
	if (port->rx_queues < workers)
		log_notice("%s: the port has %u receive queues for %u workers: the others live by "
			   "what these hand over",
			side, port->rx_queues, workers);
	return 0;
}

static int set_up_queues(const struct config_port *config, const char *side, uint16_t workers,
	const struct buffers *buffers, const struct port *port)
{
	struct rte_mempool *pool =
		config->kind == CONFIG_PORT_AF_PACKET ? buffers->large : buffers->packets;
	uint16_t rx_descriptors = BUFFERS_QUEUE, tx_descriptors = BUFFERS_QUEUE;
	unsigned socket = (unsigned)rte_eth_dev_socket_id(port->id);
	int error = rte_eth_dev_adjust_nb_rx_tx_desc(port->id, &rx_descriptors, &tx_descriptors);

	if (error)
		return fail(side, "the port has no descriptors", error);
	for (uint16_t q = 0; q < port->rx_queues; q++) {
		error = rte_eth_rx_queue_setup(port->id, q, rx_descriptors, socket, NULL, pool);
		if (error)
			return fail(side, "no receive queue", error);
	}
	for (uint16_t q = 0; q < workers; q++) {
		error = rte_eth_tx_queue_setup(port->id, q, tx_descriptors, socket, NULL);
		if (error)
			return fail(side, "no transmit queue", error);
	}
	return 0;
}

static int start(const struct config_port *config, const char *side, uint16_t workers,
	const struct buffers *buffers, struct port *port)
{
	struct rte_eth_conf conf = {.rxmode = {.mtu = 0}};
	struct rte_eth_dev_info info;
	int error = port_capabilities_use(config, side, port, &info, &conf);

	if (error)
		return error;
	error = count_queues(&info, side, workers, port);
	if (error)
		return error;
	if (config->kind == CONFIG_PORT_PCI)
		rss_configure(&info, side, port->rx_queues, &conf);
	error = rte_eth_dev_configure(port->id, port->rx_queues, workers, &conf);
	if (error)
		return fail(side, "the port takes no configuration", error);
	error = set_up_queues(config, side, workers, buffers, port);
	if (error)
		return error;
	error = rte_eth_dev_start(port->id);
	if (error)
		return fail(side, "the port does not start", error);
	/* Asked again: some know the size of their table once they are configured. */
	if (conf.rxmode.mq_mode == RTE_ETH_MQ_RX_RSS && rte_eth_dev_info_get(port->id, &info) == 0)
		rss_spread(port->id, &info, side, workers, port->rx_queues);
	return config->kind == CONFIG_PORT_TAP ? settle_tap(side, port)
					       : port_filter_set(config, side, port->id);
}

int port_open(const struct config_port *config, const char *side, uint16_t workers,
	const struct buffers *buffers, struct port *out)
{
	struct port port = {.id = 0};
	int error = attach(config, side, workers, &port);

	if (error)
		goto open_ingress;
	error = start(config, side, workers, buffers, &port);
	if (error)
		goto close_port;
	*out = port;
	return 0;

close_port:
	(void)rte_eth_dev_stop(port.id);
	rte_eth_dev_close(port.id);
open_ingress:
	if (config->kind == CONFIG_PORT_AF_PACKET)
		ingress_open(config->interface);
	return error;
}

struct path_port port_of_worker(const struct port *port, uint16_t worker)
{
	return (struct path_port){.id = port->id,
		.queue = worker,
		.mtu = port->mtu,
		.deaf = worker >= port->rx_queues};
}

void port_close(const struct config_port *config, const struct port *port)
{
	if (config->kind == CONFIG_PORT_AF_PACKET)
		(void)rte_eth_promiscuous_disable(port->id); /* the interface outlives us */
	(void)rte_eth_dev_stop(port->id);
	(void)rte_eth_dev_close(port->id);
	if (config->kind == CONFIG_PORT_AF_PACKET)
		ingress_open(config->interface);
}
