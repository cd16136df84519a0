# SPDX-License-Identifier: BSD-3-Clause
"""The gateway between two interfaces, with P-CSCF hosts behind the inner one.

     namespace pcue…              namespace pcgw…               pcsw…      pchaa…, pchbb…
    +---------------+       +-----------------------+       +--------+     +----------------+
    |  UE       ue0 +-------+ gm0   data plane  in0 +-------+ bridge +-----+ eth0   a host  |
    +---------------+       +-----------------------+       +--------+     +----------------+
"""
import socket
import subprocess

from both_families import give_ipv6
from topology import Topology, batch, run, standing_in

INNER = "in0"
HOST_A = ("203.0.113.11", "2001:db8:200::11")
HOST_B = ("203.0.113.12", "2001:db8:200::12")


class TwoNics(Topology):
    def __init__(self):
        self.switch, self.hosts = None, {}
        super().__init__()

    def _make(self):
        super()._make()
        name = self.gateway[len("pcgw"):]
        self.switch = f"pcsw{name}"
        self.hosts = {HOST_A: f"pcha{name}", HOST_B: f"pchb{name}"}
        batch([], *(f"netns add {one}" for one in (self.switch, *self.hosts.values())))
        batch(["-n", self.switch], "link add br0 type bridge", "link set br0 up")
        self._join(self.gateway, INNER, "gateway")
        for number, (addresses, host) in enumerate(self.hosts.items()):
            self._join(host, "eth0", f"host{number}")
            batch(["-n", host], "link set lo up", f"address add {addresses[0]}/24 dev eth0",
                  f"address add {addresses[1]}/64 dev eth0 nodad",
                  "route add 198.51.100.0/24 dev eth0", "route add 2001:db8:100::/64 dev eth0")
        give_ipv6(self)

    def _join(self, namespace, interface, port):
        run("ip", "link", "add", interface, "netns", namespace, "type", "veth", "peer", port,
            "netns", self.switch)
        for where, what in ((namespace, interface), (self.switch, port)):
            with standing_in(where):
                run("ethtool", "-K", what, "tx", "off", "rx", "off", "tso", "off", "gso", "off",
                    "gro", "off")
            run("ip", "-n", where, "link", "set", what, "up")
        run("ip", "-n", self.switch, "link", "set", port, "master", "br0")

    def inside_wire(self):
        return self.wire(self.hosts[HOST_A], "eth0")

    def socket(self, namespace, kind, address, port):
        """A kernel socket of the address's family."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with standing_in(namespace):
            one = socket.socket(family, kind)
        one.settimeout(10)
        self._keep(one).bind((address, port))
        return one

    def close(self):
        super().close()
        for namespace in (self.switch, *self.hosts.values()):
            if namespace:
                subprocess.run(["ip", "netns", "delete", namespace], capture_output=True)
