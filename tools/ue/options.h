/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line of portcullis-ue. */
#pragma once

#include <stdbool.h>

#include "fleet_walk.h"
#include "keyed_set.h"

struct options {
	struct registration_settings settings;
	char impu[300]; /* where none is given, it is made from the IMPI */
	const char *state_path;
	struct keyed_set keyed;
	const char *tun; /* NULL: none */
	struct net_address foreign;
	uint8_t k[16], op[16], sqn[6];
	bool op_is_opc, json;
	uint32_t loss_percent;
	uint32_t count, rate, parallel; /* count 0: one UE and its script */
	uint32_t steps;
	enum fleet_scenario scenario;
	uint64_t seed;
	bool progress;
	char *const *actions; /* NULL at the end */
};

/* 0; 1 where help was asked for and given; -EINVAL after one line on standard error. */
int options_parse(int argc, char **argv, struct options *out) __attribute__((warn_unused_result));
