# SPDX-License-Identifier: BSD-3-Clause
"""A UE's set of SAs with a kernel at both ends: behind portcullis-ue's TUN device, and inside of a data
plane."""
import itertools
import socket

import wire_capture
from gateway import difference
from topology import standing_in
from tunnel_ue import TunnelUe

ports = itertools.count(40112, 2)


class Tunnel:
    def __init__(self, plane, algorithm, form, family):
        self.plane, self.topology = plane, plane.topology
        self.kept = len(self.topology.sockets)
        self.before = plane.drops()
        port = next(ports)
        self.ue = TunnelUe(self.topology, algorithm, form, family, (port, port + 1))
        self.peers = {}
        for direction, spi, pairs in self.ue.sas():
            self.peers[spi] = plane.add(direction, algorithm, pairs, spi=spi, key=self.ue.key,
                                        transports=("udp", "tcp"), remote=self.ue.local)

    def inside(self, kind, port):
        """The P-CSCF's socket, on the kernel's end of the inside TAP."""
        with standing_in(self.topology.gateway):
            one = socket.socket(self.ue.family, kind)
        self.topology.sockets.append(one)
        one.settimeout(20)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((self.ue.pcscf, port))
        return one

    def drops(self):
        return difference(self.before, self.plane.drops())

    def close(self):
        for one in self.topology.sockets[self.kept:]:
            one.close()
        del self.topology.sockets[self.kept:]
        self.ue.close()
        for peer in self.peers.values():
            self.plane.delete(peer)


def judged_by_tshark(ue, path):
    """How many packets of ESP came out; tshark finds the ICV of each good."""
    icvs = wire_capture.icvs(path, [
        wire_capture.esp_row(ue.pcscf, ue.local, spi, ue.algorithm, ue.key)
        for direction, spi, _ in ue.sas() if direction == "outbound"])
    assert all(icvs)
    return len(icvs)
