/* SPDX-License-Identifier: BSD-3-Clause */
/* Keeps a TAP alive while the data plane that uses it dies and comes back: the sockets on its
 * addresses, its routes and its MAC stay. It goes when the holder goes: nothing is left behind. */
#pragma once

/* Makes the TAP, or takes part in an existing one, by a queue that is switched off: no packet ever
 * goes there. The device lives as long as the descriptor (close-on-exec) does.
 * 0, -EINVAL (the name is no interface name, or belongs to another kind of device), -EPERM (needs
 * CAP_NET_ADMIN), -ENOENT (no /dev/net/tun), or -errno. */
int tap_hold(const char *name, int *fd) __attribute__((warn_unused_result));
