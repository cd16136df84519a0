/* SPDX-License-Identifier: BSD-3-Clause */
/* For the tables of config_member: how a member's rule is written. */
#pragma once

#include <stddef.h>

#define SIZE(type, member) sizeof(((struct type *)0)->member)

/* A member's rule and its place: for struct type, C member. */
#define INTEGER(type, member, low, high, multiple) \
	{.kind = CONFIG_INTEGER,                   \
		.size = SIZE(type, member),        \
		.min = (low),                      \
		.max = (high),                     \
		.step = (multiple)},               \
		offsetof(struct type, member)
#define TEXT(type, member, checked, is, may) \
	{.kind = CONFIG_TEXT,                \
		.size = SIZE(type, member),  \
		.parse = (checked),          \
		.noun = (is),                \
		.allowed = (may)},           \
		offsetof(struct type, member)
#define ARRAY(type, member, count, one, low, high)             \
	{.kind = CONFIG_ARRAY,                                 \
		.size = SIZE(type, member[0]),                 \
		.min = (low),                                  \
		.max = (high),                                 \
		.item = &(one),                                \
		.count_offset = offsetof(struct type, count)}, \
		offsetof(struct type, member)
#define CHOICE(type, member, all)                                              \
	{.kind = CONFIG_CHOICE, .size = SIZE(type, member), .choices = (all)}, \
		offsetof(struct type, member)
#define OBJECT(of, at) {.kind = CONFIG_OBJECT, .members = (of)}, at

#define REQUIRED NULL
#define DERIVED  ""

#define ADDRESS_NOUN    "a host's address"
#define ADDRESS_ALLOWED "a unicast IPv4 or IPv6 literal"
