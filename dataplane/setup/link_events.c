/* SPDX-License-Identifier: BSD-3-Clause */
/* Of all interfaces of the namespace; a socket that is not read in time loses some, and says so. */
#include "link_events.h"

#include <errno.h>
#include <net/if.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/rtnetlink.h>

#define MESSAGES_LEN 16384

void link_events_open(const char *interface, struct link_events *out)
{
	const struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};

	*out = (struct link_events){.index = if_nametoindex(interface),
		.fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)};
	if (out->fd >= 0 && bind(out->fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		link_events_close(out);
}

void link_events_close(struct link_events *events)
{
	if (events->fd >= 0)
		close(events->fd);
	events->fd = -1;
}

static bool says_down(const struct nlmsghdr *message, unsigned index)
{
	const struct ifinfomsg *info = NLMSG_DATA(message);

	return message->nlmsg_type == RTM_NEWLINK &&
	       message->nlmsg_len >= NLMSG_LENGTH(sizeof(*info)) &&
	       (unsigned)info->ifi_index == index && !(info->ifi_flags & IFF_UP);
}

bool link_events_was_down(const struct link_events *events)
{
	uint8_t messages[MESSAGES_LEN] __attribute__((aligned(NLMSG_ALIGNTO)));
	bool down = false;
	ssize_t len;

	while (events->fd >= 0) {
		len = recv(events->fd, messages, sizeof(messages), 0);
		if (len < 0 && errno == ENOBUFS)
			down = true;
		else if (len <= 0)
			break;
		for (const struct nlmsghdr *message = (const struct nlmsghdr *)messages;
			len > 0 && NLMSG_OK(message, (size_t)len);
			message = NLMSG_NEXT(message, len))
			down |= says_down(message, events->index);
	}
	return down;
}
