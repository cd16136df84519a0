/* SPDX-License-Identifier: BSD-3-Clause */
/* One rtnetlink request at a time, each with its acknowledgement (RFC 3549). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <linux/rtnetlink.h>

#define NETLINK_BODY_MAX 512

struct netlink_request {
	struct nlmsghdr header;
	uint8_t body[NETLINK_BODY_MAX];
};

/* family: struct rtmsg, tcmsg … of family_len octets. flags: beside REQUEST and ACK. */
void netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags,
	const void *family, size_t family_len);
void netlink_attribute(
	struct netlink_request *request, uint16_t type, const void *value, size_t len);

/* An attribute that holds those which are added until its end. */
struct rtattr *netlink_nest(struct netlink_request *request, uint16_t type);
void netlink_nest_end(struct netlink_request *request, struct rtattr *nest);

/* Sends it and waits for the kernel's word: 0, or -errno. */
int netlink_ask(const struct netlink_request *request) __attribute__((warn_unused_result));
