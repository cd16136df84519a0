/* SPDX-License-Identifier: BSD-3-Clause */
/* IP addresses and endpoints as plain values, both families. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum net_family { NET_NONE = 0, NET_IPV4 = 4, NET_IPV6 = 6 };

/* Network order. IPv4 uses the first 4 octets, the others are zero: equal values are equal bytes.
 */
struct net_address {
	uint8_t bytes[16];
	uint8_t family; /* enum net_family */
};

struct net_endpoint {
	struct net_address address;
	uint16_t port; /* host order */
};

/* "[" IPv6 "]:65535" and a NUL */
#define NET_TEXT_MAX 56

/* text[0 .. len), an IPv4 literal or an IPv6 literal with or without brackets; never a name.
 * 0, or -EINVAL; out is then unchanged. */
int net_address_parse(const char *text, size_t len, struct net_address *out)
	__attribute__((warn_unused_result));

/* Returns text, which holds at least NET_TEXT_MAX characters. IPv6 without brackets. */
char *net_address_print(const struct net_address *address, char *text);

/* "192.0.2.1:5060", "[2001:db8::1]:5060". */
char *net_endpoint_print(const struct net_endpoint *endpoint, char *text);

bool net_address_equal(const struct net_address *a, const struct net_address *b);
bool net_endpoint_equal(const struct net_endpoint *a, const struct net_endpoint *b);

/* To and from the kernel's form. 0, or -EAFNOSUPPORT. */
int net_endpoint_from_sockaddr(const struct sockaddr *from, struct net_endpoint *out)
	__attribute__((warn_unused_result));
socklen_t net_endpoint_to_sockaddr(
	const struct net_endpoint *endpoint, struct sockaddr_storage *out);
