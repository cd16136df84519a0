/* SPDX-License-Identifier: BSD-3-Clause */
/* The gateway has no address, so its answer comes from the host that the packet did not reach; the
 * sender's kernel knows the connection by the packet that is quoted. */
#include "too_big.h"

#include <rte_ip.h>

#include "buffer.h"
#include "bytes.h"
#include "ip_header.h"
#include "wire.h"

#define QUOTE_IPV4 (576 - WIRE_IPV4_LEN - WIRE_ICMP_LEN)               /* RFC 1812 §4.3.2.3 */
#define QUOTE_IPV6 (WIRE_IPV6_MTU_MIN - WIRE_IPV6_LEN - WIRE_ICMP_LEN) /* RFC 4443 §3.2 */
#define TTL        64

/* overhead: ESP makes a packet of the gateway's out of the host's, and who is its origin may cut it
 * behind its ICV (RFC 4303 §3.3.4), whatever the host asked for on its own (RFC 4301 §8.1 has DF
 * copied in tunnels only). The first datagram to a UE would be lost otherwise: nobody repeats it
 * before the host has learnt of it. TCP has its segments' size (mss_clamp.h) and repeats. */
static bool may_be_cut(const struct burst *burst, unsigned i, unsigned overhead)
{
	if (burst->shape[i].flags & BURST_REASSEMBLED)
		return true;
	if (overhead > 0 && burst->shape[i].protocol == WIRE_PROTOCOL_UDP)
		return true;
	if (burst->shape[i].family == NET_IPV4)
		return !(bytes_load_be16(burst->ip[i] + WIRE_IPV4_FRAGMENT_AT) & WIRE_IPV4_DONT);
	return burst->shape[i].len <= WIRE_IPV6_MTU_MIN &&
	       !(burst->shape[i].flags & (BURST_FRAGMENT | BURST_EXTENSION));
}

/* RFC 1122 §3.2.2, RFC 4443 §2.4: no error about an error, none from or to a group, on the link
 * neither, nor from nobody. */
static bool may_be_answered(const struct burst *burst, unsigned i)
{
	const uint8_t *ip = burst->ip[i], *icmp = burst_payload(burst, i);
	const uint8_t *frame = rte_pktmbuf_mtod(burst->mbuf[i], uint8_t *), nobody[16] = {0};

	if (burst->shape[i].flags & BURST_FRAGMENT || burst_payload_len(burst, i) < WIRE_ICMP_LEN)
		return false;
	if ((frame[0] | frame[WIRE_ETHER_SOURCE_AT]) & WIRE_ETHER_GROUP ||
		ip_header_same_address(burst->shape[i].family,
			ip_header_source(ip, burst->shape[i].family), nobody))
		return false;
	if (burst->shape[i].family == NET_IPV6)
		return ip[WIRE_IPV6_SOURCE_AT] != 0xff && ip[WIRE_IPV6_TARGET_AT] != 0xff &&
		       (burst->shape[i].protocol != WIRE_PROTOCOL_ICMPV6 ||
			       icmp[0] >= WIRE_ICMPV6_INFO);
	return ip[WIRE_IPV4_SOURCE_AT] < 224 && ip[WIRE_IPV4_TARGET_AT] < 224 &&
	       (burst->shape[i].protocol != WIRE_PROTOCOL_ICMP || icmp[0] == WIRE_ICMP_ECHO ||
		       icmp[0] == WIRE_ICMP_ECHO_REPLY);
}

/* The largest IP packet with these headers that fits once it is protected. */
static unsigned fitting_len(
	const struct path *path, const struct burst *burst, unsigned i, unsigned overhead)
{
	unsigned mtu = path->outside.mtu, header_len = burst->shape[i].header_len;

	if (overhead > 0)
		mtu = header_len + wire_esp_payload_max(mtu - header_len);
	if (burst->shape[i].family == NET_IPV6 && mtu < WIRE_IPV6_MTU_MIN)
		return WIRE_IPV6_MTU_MIN;
	return mtu;
}

static void write_ipv4(uint8_t *ip, const uint8_t *about, unsigned quote_len, unsigned mtu)
{
	uint8_t *icmp = ip + WIRE_IPV4_LEN;
	unsigned len = WIRE_ICMP_LEN + quote_len;
	uint16_t sum;

	memset(ip, 0, WIRE_IPV4_LEN + WIRE_ICMP_LEN);
	ip[0] = 0x45;
	ip[WIRE_IPV4_TTL_AT] = TTL;
	memcpy(ip + WIRE_IPV4_SOURCE_AT, about + WIRE_IPV4_TARGET_AT, 4);
	memcpy(ip + WIRE_IPV4_TARGET_AT, about + WIRE_IPV4_SOURCE_AT, 4);
	ip_header_set(ip, NET_IPV4, WIRE_IPV4_LEN, WIRE_IPV4_LEN + len, WIRE_PROTOCOL_ICMP);
	icmp[0] = WIRE_ICMP_UNREACHABLE;
	icmp[1] = WIRE_ICMP_TOO_BIG;
	bytes_store_be32(icmp + WIRE_ICMP_MTU_AT, mtu);
	memcpy(icmp + WIRE_ICMP_LEN, about, quote_len);
	sum = (uint16_t)~rte_raw_cksum(icmp, len);
	memcpy(icmp + WIRE_ICMP_SUM_AT, &sum, sizeof(sum));
}

static void write_ipv6(uint8_t *ip, const uint8_t *about, unsigned quote_len, unsigned mtu)
{
	uint8_t *icmp = ip + WIRE_IPV6_LEN;
	unsigned len = WIRE_ICMP_LEN + quote_len;
	uint16_t sum;

	memset(ip, 0, WIRE_IPV6_LEN + WIRE_ICMP_LEN);
	ip[0] = 0x60;
	ip[WIRE_IPV6_LIMIT_AT] = TTL;
	memcpy(ip + WIRE_IPV6_SOURCE_AT, about + WIRE_IPV6_TARGET_AT, 16);
	memcpy(ip + WIRE_IPV6_TARGET_AT, about + WIRE_IPV6_SOURCE_AT, 16);
	ip_header_set(ip, NET_IPV6, WIRE_IPV6_LEN, WIRE_IPV6_LEN + len, WIRE_PROTOCOL_ICMPV6);
	icmp[0] = WIRE_ICMPV6_TOO_BIG;
	bytes_store_be32(icmp + WIRE_ICMP_MTU_AT, mtu);
	memcpy(icmp + WIRE_ICMP_LEN, about, quote_len);
	sum = rte_ipv6_udptcp_cksum((const struct rte_ipv6_hdr *)ip, icmp);
	memcpy(icmp + WIRE_ICMP_SUM_AT, &sum, sizeof(sum));
}

static void answer(struct path *path, struct burst *burst, unsigned i, unsigned mtu)
{
	const uint8_t *about = burst->ip[i], *frame = rte_pktmbuf_mtod(burst->mbuf[i], uint8_t *);
	bool ipv4 = burst->shape[i].family == NET_IPV4;
	unsigned link_len = burst_link_len(burst, i);
	unsigned quote_len =
		RTE_MIN(burst->shape[i].len, (unsigned)(ipv4 ? QUOTE_IPV4 : QUOTE_IPV6));
	unsigned header_len = ipv4 ? WIRE_IPV4_LEN : WIRE_IPV6_LEN;
	struct rte_mbuf *mbuf = buffer_take(path->packets);
	uint8_t *out;

	if (!mbuf)
		return;
	out = (uint8_t *)rte_pktmbuf_append(
		mbuf, (uint16_t)(link_len + header_len + WIRE_ICMP_LEN + quote_len));
	memcpy(out, frame + 6, 6);
	memcpy(out + 6, frame, 6);
	memcpy(out + 12, frame + 12, link_len - 12);
	if (ipv4)
		write_ipv4(out + link_len, about, quote_len, mtu);
	else
		write_ipv6(out + link_len, about, quote_len, mtu);
	burst->answer[burst->answers++] = mbuf;
}

bool too_big_stops(struct path *path, struct burst *burst, unsigned i, unsigned overhead)
{
	if (may_be_cut(burst, i, overhead) && burst->shape[i].len + overhead <= UINT16_MAX)
		return false;
	if (may_be_answered(burst, i) && token_bucket_take(&path->too_big, burst->now))
		answer(path, burst, i, fitting_len(path, burst, i, overhead));
	return true;
}
