/* SPDX-License-Identifier: BSD-3-Clause */
/* Where things are in the headers, and what numbers they carry. All numbers are in network order
 * and at any alignment: read them with bytes.h. */
#pragma once

#define WIRE_ETHER_LEN     14
#define WIRE_ETHER_TYPE_AT 12
#define WIRE_TYPE_IPV4     0x0800
#define WIRE_TYPE_ARP      0x0806
#define WIRE_TYPE_IPV6     0x86dd
#define WIRE_TYPE_VLAN     0x8100 /* IEEE 802.1Q, customer tag */
#define WIRE_TYPE_QINQ     0x88a8 /* service tag, in front of a customer's */
#define WIRE_TAG_LEN       4      /* type and tag */
#define WIRE_TAGS_MAX      2
#define WIRE_ARP_LEN       28 /* RFC 826, Ethernet and IPv4 */

#define WIRE_IPV4_LEN         20 /* RFC 791, without options */
#define WIRE_IPV4_TOTAL_AT    2
#define WIRE_IPV4_FRAGMENT_AT 6
#define WIRE_IPV4_FRAGMENT    0x3fff /* more fragments, or an offset */
#define WIRE_IPV4_PROTOCOL_AT 9
#define WIRE_IPV4_CHECKSUM_AT 10
#define WIRE_IPV4_SOURCE_AT   12
#define WIRE_IPV4_TARGET_AT   16

#define WIRE_IPV6_LEN        40 /* RFC 8200 §3 */
#define WIRE_IPV6_PAYLOAD_AT 4
#define WIRE_IPV6_NEXT_AT    6
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

/* RFC 4303 §2, without encryption: SPI, number | payload, padding, pad length, next header | ICV */
#define WIRE_ESP_HEADER_LEN  8
#define WIRE_ESP_SEQUENCE_AT 4
#define WIRE_ESP_TRAILER_LEN 2 /* pad length, next header */
#define WIRE_ESP_ALIGN       4
