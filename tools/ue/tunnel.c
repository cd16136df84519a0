/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE's SAs under the kernel's own UDP and TCP. */
#include "tunnel.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "access_device.h"
#include "bytes.h"
#include "tun_device.h"

/* So many packets of the kernel, then those of the wire have their turn. */
#define BURST 32

static void refuse(struct tunnel *tunnel, const char *what, const char *why)
{
	tunnel->refused++;
	report_event(
		tunnel->report, "rejected", json_pack("{s:s}", "what", what), "%s: %s", what, why);
}

/* The SA that a packet from the kernel belongs on, of the new set or of the old one, which lives on
 * (P-LIFE). is_protected: it has none, but must have. */
static struct esp_sa *outbound(
	struct tunnel *tunnel, const struct ip_packet *packet, bool *is_protected)
{
	struct sa_set *const sets[] = {&tunnel->registration->set, &tunnel->registration->before};
	uint16_t from, to;
	unsigned i;

	*is_protected = false;
	if (packet->protocol != IP_PROTOCOL_UDP && packet->protocol != IP_PROTOCOL_TCP)
		return NULL;
	if (packet->body_len < 4)
		return NULL;
	from = bytes_load_be16(packet->body);
	to = bytes_load_be16(packet->body + 2);
	for (i = 0; i < 2; i++) {
		struct esp_sa *sa = sa_set_outbound_between(sets[i], from, to);

		if (sa) {
			*is_protected = false;
			return sa;
		}
		*is_protected |= sa_set_is_protected(sets[i], from, to);
	}
	return NULL;
}

/* bytes: packet as the kernel gave it; NULL where it came in fragments. */
static void send_on(
	struct tunnel *tunnel, struct ip_packet *packet, const uint8_t *bytes, size_t len)
{
	uint8_t sealed[IP_PACKET_MAX], out[IP_PACKET_MAX];
	bool is_protected;
	struct esp_sa *sa = outbound(tunnel, packet, &is_protected);
	int error = 0;

	if (is_protected) {
		refuse(tunnel, "packet of the kernel", "from or to a protected port without an SA");
		return;
	}
	if (sa)
		error = sa_set_wrap(sa, packet, sealed, sizeof(sealed), packet);
	if (!error && (sa || !bytes)) {
		len = ip_packet_build(packet, out, sizeof(out));
		bytes = out;
	}
	if (!error)
		error = len > 0 ? access_send_packet(
					  tunnel->access, &packet->destination, bytes, len)
				: -EMSGSIZE;
	/* As a link does whose queue is full: TCP sends again. */
	if (error)
		refuse(tunnel, "packet of the kernel", strerror(-error));
	else if (sa)
		tunnel->sealed++;
	else
		tunnel->bare++;
}

static void on_kernel(evutil_socket_t fd, short what, void *context)
{
	struct tunnel *tunnel = context;
	const struct registration_settings *settings = tunnel->registration->settings;
	uint8_t bytes[IP_PACKET_MAX];
	struct ip_packet packet;
	ssize_t len;
	int burst;

	(void)what;
	for (burst = 0; burst < BURST && (len = read(fd, bytes, sizeof(bytes))) > 0; burst++) {
		/* What a kernel tells every new link, such as router solicitations, ends here. */
		if (ip_packet_parse(bytes, (size_t)len, &packet) ||
			!net_address_equal(&packet.source, &settings->local.address) ||
			!net_address_equal(&packet.destination, &settings->pcscf.address))
			continue;
		if (!ip_packet_is_fragment(&packet))
			send_on(tunnel, &packet, bytes, (size_t)len);
		else if (!ip_reassembly_add(&tunnel->reassembly, &packet, &packet))
			send_on(tunnel, &packet, NULL, 0);
	}
}

void tunnel_packet(struct tunnel *tunnel, const struct ip_packet *packet)
{
	struct registration *registration = tunnel->registration;
	const struct registration_settings *settings = registration->settings;
	uint8_t out[IP_PACKET_MAX];
	struct ip_packet plain;
	const char *wrong;
	size_t len;

	if (!net_address_equal(&packet->destination, &settings->local.address))
		return;
	if (!net_address_equal(&packet->source, &settings->pcscf.address))
		wrong = "not from the P-CSCF";
	else
		wrong = registration_unwrap(registration, packet, &plain);
	if (wrong) {
		refuse(tunnel, "ESP packet", wrong);
		return;
	}
	len = ip_packet_build(&plain, out, sizeof(out));
	if (write(tunnel->fd, out, len) == (ssize_t)len)
		tunnel->opened++;
	else
		refuse(tunnel, "ESP packet", strerror(errno));
}

static void forget_ends(struct tunnel *tunnel)
{
	unsigned i;

	for (i = 0; i < 3; i++) {
		if (tunnel->ends[i])
			event_free(tunnel->ends[i]);
		tunnel->ends[i] = NULL;
	}
}

static void on_end(evutil_socket_t fd, short what, void *context)
{
	struct tunnel *tunnel = context;

	(void)fd;
	(void)what;
	forget_ends(tunnel);
	tunnel->is_open = false;
	report_event(tunnel->report, "tunnel",
		json_pack("{s:b, s:I, s:I, s:I, s:I}", "open", false, "sealed",
			(json_int_t)tunnel->sealed, "opened", (json_int_t)tunnel->opened, "bare",
			(json_int_t)tunnel->bare, "refused", (json_int_t)tunnel->refused),
		"closed: %llu packets sealed, %llu opened, %llu bare, %llu refused",
		(unsigned long long)tunnel->sealed, (unsigned long long)tunnel->opened,
		(unsigned long long)tunnel->bare, (unsigned long long)tunnel->refused);
	tunnel->done(tunnel->context, NULL);
}

void tunnel_begin(struct tunnel *tunnel, struct event_base *base,
	void (*done)(void *context, const char *failure), void *context)
{
	unsigned i;

	tunnel->done = done;
	tunnel->context = context;
	if (tunnel->fd < 0 || !tunnel->registration->established) {
		done(context, tunnel->fd < 0 ? "there is no TUN device: --tun"
					     : "there is no set of SAs");
		return;
	}
	tunnel->ends[0] = event_new(base, STDIN_FILENO, EV_READ, on_end, tunnel);
	tunnel->ends[1] = evsignal_new(base, SIGTERM, on_end, tunnel);
	tunnel->ends[2] = evsignal_new(base, SIGINT, on_end, tunnel);
	for (i = 0; i < 3; i++) {
		if (!tunnel->ends[i] || event_add(tunnel->ends[i], NULL)) {
			forget_ends(tunnel);
			done(context, "standard input or a signal: out of memory");
			return;
		}
	}
	tunnel->is_open = true;
	report_event(tunnel->report, "tunnel",
		json_pack("{s:b, s:s, s:i}", "open", true, "device", tunnel->device, "mtu",
			tunnel->mtu),
		"open: %s, MTU %d", tunnel->device, tunnel->mtu);
}

int tunnel_open(struct tunnel *tunnel, struct event_base *base, const char *device,
	char error[TUNNEL_ERROR_MAX])
{
	const struct registration_settings *settings = tunnel->registration->settings;
	int path = access_mtu(tunnel->access, &settings->pcscf.address);

	tunnel->fd = -1;
	tunnel->device = device;
	if (path < 0) {
		snprintf(error, TUNNEL_ERROR_MAX, "no way to the P-CSCF: %s", strerror(-path));
		return path;
	}
	if (settings->local.address.family == NET_IPV4 &&
		!access_device_is_open(tunnel->access->device)) {
		snprintf(error, TUNNEL_ERROR_MAX,
			"the reverse path filter would drop what comes bare: sysctl -w "
			"net.ipv4.conf.%s.rp_filter=2",
			tunnel->access->device);
		return -EPERM;
	}
	tunnel->mtu = path - ESP_OVERHEAD_MAX;
	tunnel->fd = tun_device_open(
		device, &settings->local.address, &settings->pcscf.address, tunnel->mtu, error);
	if (tunnel->fd < 0)
		return tunnel->fd;
	tunnel->from_kernel = event_new(base, tunnel->fd, EV_READ | EV_PERSIST, on_kernel, tunnel);
	if (tunnel->from_kernel && !event_add(tunnel->from_kernel, NULL))
		return 0;
	snprintf(error, TUNNEL_ERROR_MAX, "out of memory");
	tunnel_close(tunnel);
	return -ENOMEM;
}

void tunnel_close(struct tunnel *tunnel)
{
	forget_ends(tunnel);
	if (tunnel->from_kernel)
		event_free(tunnel->from_kernel);
	tunnel->from_kernel = NULL;
	if (tunnel->fd >= 0)
		close(tunnel->fd);
	tunnel->fd = -1;
}
