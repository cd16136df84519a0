/* SPDX-License-Identifier: BSD-3-Clause */
/* A packet socket gets copies: the kernel's own stack would take each packet too. Where it has the
 * protected address itself (a TAP in the same namespace) that would be a way round the gateway, for
 * ARP and for plain packets to protected ports. So the kernel drops what comes in on such an
 * interface, behind the packet sockets: a classifier of one instruction on its ingress. */
#pragma once

/* 0 (also where it is there already), or -errno. It stays while the data plane is away. */
int ingress_close(const char *interface) __attribute__((warn_unused_result));

/* Takes our classifier away again; what somebody else put there stays. */
void ingress_open(const char *interface);
