/* SPDX-License-Identifier: BSD-3-Clause */
#include "net_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

int net_address_parse(const char *text, size_t len, struct net_address *out)
{
	struct net_address address = {.family = NET_NONE};
	char literal[INET6_ADDRSTRLEN];
	bool bracketed = len >= 2 && text[0] == '[' && text[len - 1] == ']';

	if (bracketed) {
		text++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(literal) || memchr(text, '\0', len))
		return -EINVAL;
	memcpy(literal, text, len);
	literal[len] = '\0';
	if (!bracketed && inet_pton(AF_INET, literal, address.bytes) == 1)
		address.family = NET_IPV4;
	else if (inet_pton(AF_INET6, literal, address.bytes) == 1)
		address.family = NET_IPV6;
	else
		return -EINVAL;
	*out = address;
	return 0;
}

char *net_address_print(const struct net_address *address, char *text)
{
	if (address->family == NET_NONE ||
		!inet_ntop(address->family == NET_IPV4 ? AF_INET : AF_INET6, address->bytes, text,
			NET_TEXT_MAX))
		strcpy(text, "-");
	return text;
}

char *net_endpoint_print(const struct net_endpoint *endpoint, char *text)
{
	char address[NET_TEXT_MAX];

	net_address_print(&endpoint->address, address);
	snprintf(text, NET_TEXT_MAX,
		endpoint->address.family == NET_IPV6 ? "[%.45s]:%u" : "%.45s:%u", address,
		endpoint->port);
	return text;
}

bool net_address_equal(const struct net_address *a, const struct net_address *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool net_endpoint_equal(const struct net_endpoint *a, const struct net_endpoint *b)
{
	return a->port == b->port && net_address_equal(&a->address, &b->address);
}

int net_endpoint_from_sockaddr(const struct sockaddr *from, struct net_endpoint *out)
{
	*out = (struct net_endpoint){.port = 0};
	if (from->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, from, sizeof(in));
		out->address.family = NET_IPV4;
		memcpy(out->address.bytes, &in.sin_addr, 4);
		out->port = ntohs(in.sin_port);
		return 0;
	}
	if (from->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, from, sizeof(in6));
		out->address.family = NET_IPV6;
		memcpy(out->address.bytes, &in6.sin6_addr, 16);
		out->port = ntohs(in6.sin6_port);
		return 0;
	}
	return -EAFNOSUPPORT;
}

socklen_t net_endpoint_to_sockaddr(
	const struct net_endpoint *endpoint, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof(*out));
	if (endpoint->address.family == NET_IPV4) {
		struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(endpoint->port)};

		memcpy(&in.sin_addr, endpoint->address.bytes, 4);
		memcpy(out, &in, sizeof(in));
		return sizeof(in);
	}
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(endpoint->port)};

	memcpy(&in6.sin6_addr, endpoint->address.bytes, 16);
	memcpy(out, &in6, sizeof(in6));
	return sizeof(in6);
}
