/* SPDX-License-Identifier: BSD-3-Clause */
/* Under ingress.c and tap_network.c. */
#include "netlink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags,
	const void *family, size_t family_len)
{
	memset(request, 0, sizeof(*request));
	request->header.nlmsg_type = type;
	request->header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
	request->header.nlmsg_len = (uint32_t)NLMSG_LENGTH(family_len);
	memcpy(request->body, family, family_len);
}

/* Bounded by its callers: a handful of small attributes. */
static struct rtattr *append(struct netlink_request *request, uint16_t type, size_t len)
{
	size_t at = NLMSG_ALIGN(request->header.nlmsg_len);
	struct rtattr *attribute = (struct rtattr *)((uint8_t *)request + at);

	attribute->rta_type = type;
	attribute->rta_len = (uint16_t)RTA_LENGTH(len);
	request->header.nlmsg_len = (uint32_t)(at + RTA_ALIGN(attribute->rta_len));
	return attribute;
}

void netlink_attribute(
	struct netlink_request *request, uint16_t type, const void *value, size_t len)
{
	memcpy(RTA_DATA(append(request, type, len)), value, len);
}

struct rtattr *netlink_nest(struct netlink_request *request, uint16_t type)
{
	return append(request, type, 0);
}

void netlink_nest_end(struct netlink_request *request, struct rtattr *nest)
{
	nest->rta_len =
		(uint16_t)((uint8_t *)request + request->header.nlmsg_len - (uint8_t *)nest);
}

static int read_acknowledgement(int fd)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		uint8_t rest[2048]; /* the request, repeated, and the kernel's remarks */
	} answer;
	ssize_t got = recv(fd, &answer, sizeof(answer), 0);

	if (got < 0)
		return -errno;
	if ((size_t)got < sizeof(answer.header) + sizeof(answer.error) ||
		answer.header.nlmsg_type != NLMSG_ERROR)
		return -EPROTO;
	return answer.error.error;
}

int netlink_ask(const struct netlink_request *request)
{
	int error, fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return -errno;
	error = send(fd, request, request->header.nlmsg_len, 0) < 0 ? -errno
								    : read_acknowledgement(fd);
	close(fd);
	return error;
}
