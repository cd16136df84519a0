/* SPDX-License-Identifier: BSD-3-Clause */
/* net_tap has the kernel send a signal of its choice for every packet from inside, and reads only
 * after one. That wakes a thread for each packet, at the expense of the sender: the control plane.
 * Without any signal from the start on it reads whenever it is polled. */
#pragma once

/* Before DPDK makes threads: no real-time signal is delivered to any of them. */
void tap_signal_block(void);

/* Once the ports are open, in the main thread: what net_tap took is ignored from now on. */
void tap_signal_ignore(void);
