/* SPDX-License-Identifier: BSD-3-Clause */
/* Where things are in the headers, and what numbers they carry. All numbers are in network order
 * and at any alignment: read them with bytes.h. */
#pragma once

#define WIRE_ETHER_LEN       14
#define WIRE_ETHER_SOURCE_AT 6
#define WIRE_ETHER_GROUP     1 /* in the first octet of an address */
#define WIRE_ETHER_TYPE_AT   12
#define WIRE_TYPE_IPV4       0x0800
#define WIRE_TYPE_ARP        0x0806
#define WIRE_TYPE_IPV6       0x86dd
#define WIRE_TYPE_VLAN       0x8100 /* IEEE 802.1Q, customer tag */
#define WIRE_TYPE_QINQ       0x88a8 /* service tag, in front of a customer's */
#define WIRE_TAG_LEN         4      /* type and tag */
#define WIRE_TAGS_MAX        2
#define WIRE_ARP_LEN         28 /* RFC 826, Ethernet and IPv4 */

#define WIRE_IPV4_LEN         20 /* RFC 791, without options */
#define WIRE_IPV4_TOTAL_AT    2
#define WIRE_IPV4_ID_AT       4
#define WIRE_IPV4_FRAGMENT_AT 6
#define WIRE_IPV4_DONT        0x4000 /* fragment */
#define WIRE_IPV4_MORE        0x2000
#define WIRE_IPV4_OFFSET      0x1fff /* in units of 8 octets */
#define WIRE_IPV4_TTL_AT      8
#define WIRE_IPV4_FRAGMENT    0x3fff /* more fragments, or an offset */
#define WIRE_IPV4_PROTOCOL_AT 9
#define WIRE_IPV4_CHECKSUM_AT 10
#define WIRE_IPV4_SOURCE_AT   12
#define WIRE_IPV4_TARGET_AT   16

#define WIRE_IPV6_LEN        40   /* RFC 8200 §3 */
#define WIRE_IPV6_MTU_MIN    1280 /* §5: every link carries it */
#define WIRE_IPV6_PAYLOAD_AT 4
#define WIRE_IPV6_NEXT_AT    6
#define WIRE_IPV6_LIMIT_AT   7
#define WIRE_IPV6_SOURCE_AT  8
#define WIRE_IPV6_TARGET_AT  24

/* RFC 8200 §4: extension headers. All but the fragment header have the next header and their length
 * in units of 8 octets, the first not counted, in front. */
#define WIRE_EXTENSION_UNIT  8
#define WIRE_HOP_BY_HOP      0
#define WIRE_ROUTING         43
#define WIRE_ROUTING_LEFT_AT 3 /* segments left */
#define WIRE_FRAGMENT        44
#define WIRE_FRAGMENT_LEN    8
#define WIRE_FRAGMENT_AT     2 /* offset in units of 8 octets, 2 bits, more fragments */
#define WIRE_FRAGMENT_MORE   0x0001
#define WIRE_FRAGMENT_OFFSET 0xfff8 /* in octets, as it stands there */
#define WIRE_FRAGMENT_ID_AT  4
#define WIRE_AUTHENTICATION  51 /* RFC 4302; its length has another unit */
#define WIRE_DESTINATION     60
#define WIRE_MOBILITY        135
#define WIRE_HIP             139
#define WIRE_SHIM6           140

#define WIRE_PROTOCOL_ICMP   1
#define WIRE_PROTOCOL_TCP    6
#define WIRE_PROTOCOL_UDP    17
#define WIRE_PROTOCOL_ESP    50
#define WIRE_PROTOCOL_ICMPV6 58

/* UDP and TCP begin alike: source port, destination port. */
#define WIRE_PORTS_LEN     4
#define WIRE_UDP_LEN       8 /* RFC 768 */
#define WIRE_UDP_LENGTH_AT 4
#define WIRE_TCP_LEN       20 /* RFC 9293 §3.1, without options */
#define WIRE_TCP_OFFSET_AT 12
#define WIRE_TCP_FLAGS_AT  13
#define WIRE_TCP_SYN       0x02
#define WIRE_TCP_SUM_AT    16

#define WIRE_ICMP_LEN               8 /* RFC 792, RFC 4443: type, code, checksum, 4 octets more */
#define WIRE_ICMP_SUM_AT            2
#define WIRE_ICMP_MTU_AT            4 /* ICMP: the lower half of it (RFC 1191 §4) */
#define WIRE_ICMP_ECHO_REPLY        0
#define WIRE_ICMP_UNREACHABLE       3
#define WIRE_ICMP_TOO_BIG           4 /* code: fragmentation needed, and DF set */
#define WIRE_ICMP_ECHO              8
#define WIRE_ICMPV6_TOO_BIG         2
#define WIRE_ICMPV6_INFO            128 /* types from here on are no errors */
#define WIRE_ICMPV6_LISTENER_FIRST  130 /* RFC 2710: query, report, done */
#define WIRE_ICMPV6_NEIGHBOUR_LAST  137 /* RFC 4861: 133 to 137 */
#define WIRE_ICMPV6_LISTENER_REPORT 143 /* RFC 3810 */

/* RFC 4303 §2, without encryption: SPI, number | payload, padding, pad length, next header | ICV */
#define WIRE_ESP_HEADER_LEN  8
#define WIRE_ESP_SEQUENCE_AT 4
#define WIRE_ESP_TRAILER_LEN 2 /* pad length, next header */
#define WIRE_ESP_ALIGN       4
#define WIRE_ESP_ICV_LEN     12 /* RFC 2403, RFC 2404 */

/* Octets of the largest payload, of len octets that are left for all of ESP (at least 24). */
static inline unsigned wire_esp_payload_max(unsigned len)
{
	unsigned aligned = (len - WIRE_ESP_HEADER_LEN - WIRE_ESP_ICV_LEN) / WIRE_ESP_ALIGN;

	return aligned * WIRE_ESP_ALIGN - WIRE_ESP_TRAILER_LEN;
}
