/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernel's way in on an interface that the gateway reads by a packet socket. */
#include "ingress.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <net/if.h>
#include <netinet/in.h>

#include "netlink.h"

#define PRIORITY 0x5043u /* ours among the classifiers of an interface */
#define HANDLE   1u

static struct tcmsg address_of(unsigned index)
{
	return (struct tcmsg){
		.tcm_ifindex = (int)index,
		.tcm_handle = HANDLE,
		.tcm_parent = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS),
		.tcm_info = TC_H_MAKE(PRIORITY << 16, htons(ETH_P_ALL)),
	};
}

static int add_qdisc(unsigned index)
{
	const struct tcmsg qdisc = {
		.tcm_ifindex = (int)index,
		.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0),
		.tcm_parent = TC_H_CLSACT,
	};
	struct netlink_request request;
	int error;

	netlink_begin(&request, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, &qdisc, sizeof(qdisc));
	netlink_attribute(&request, TCA_KIND, "clsact", sizeof("clsact"));
	error = netlink_ask(&request);
	return error == -EEXIST ? 0 : error;
}

static int add_classifier(unsigned index)
{
	static const struct sock_filter drop_all[] = {BPF_STMT(BPF_RET | BPF_K, TC_ACT_SHOT)};
	const uint16_t instructions = sizeof(drop_all) / sizeof(drop_all[0]);
	const uint32_t flags = TCA_BPF_FLAG_ACT_DIRECT;
	const struct tcmsg filter = address_of(index);
	struct netlink_request request;
	struct rtattr *options;
	int error;

	netlink_begin(&request, RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL, &filter, sizeof(filter));
	netlink_attribute(&request, TCA_KIND, "bpf", sizeof("bpf"));
	options = netlink_nest(&request, TCA_OPTIONS);
	netlink_attribute(&request, TCA_BPF_OPS_LEN, &instructions, sizeof(instructions));
	netlink_attribute(&request, TCA_BPF_OPS, drop_all, sizeof(drop_all));
	netlink_attribute(&request, TCA_BPF_FLAGS, &flags, sizeof(flags));
	netlink_nest_end(&request, options);
	error = netlink_ask(&request);
	return error == -EEXIST ? 0 : error;
}

int ingress_close(const char *interface)
{
	unsigned index = if_nametoindex(interface);
	int error;

	if (index == 0)
		return -errno;
	error = add_qdisc(index);
	return error ? error : add_classifier(index);
}

void ingress_open(const char *interface)
{
	unsigned index = if_nametoindex(interface);
	struct tcmsg filter = address_of(index);
	struct netlink_request request;

	if (index == 0)
		return; /* gone, and the classifier with it */
	netlink_begin(&request, RTM_DELTFILTER, 0, &filter, sizeof(filter));
	netlink_attribute(&request, TCA_KIND, "bpf", sizeof("bpf"));
	if (netlink_ask(&request) < 0)
		return; /* gone already: nothing left to undo */
}
