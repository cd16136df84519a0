# SPDX-License-Identifier: BSD-3-Clause
"""The P-CSCF's side of the wire without a gateway: whole IP packets of both families to and from a
UE, in fragments where they are longer than the MTU (RFC 791, RFC 8200)."""
import random

from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from topology import OUTSIDE, run

MTU = 1500
ESP = 50


class ScapyHost:
    def __init__(self, topology, local, remote):
        """local: the P-CSCF's address, remote: the UE's."""
        self.local, self.remote, self.is_ipv6 = local, remote, ":" in local
        self.wire = topology.wire(topology.gateway, OUTSIDE)
        far = topology.wire(topology.ue, "ue0")
        run("ip", "-n", topology.ue, "neigh", "replace", local, "lladdr", text(self.wire.mac),
            "dev", "ue0")
        self.frame = Ether(src=self.wire.mac, dst=far.mac, type=0x86dd if self.is_ipv6 else 0x0800)

    def header(self, protocol, number=0, offset=0, more=False):
        """The IP header of a packet to the UE, or of a fragment of one."""
        if not self.is_ipv6:
            return IP(src=self.local, dst=self.remote, proto=protocol, id=number,
                      flags="MF" if more else 0, frag=offset // 8)
        if not offset and not more:
            return IPv6(src=self.local, dst=self.remote, nh=protocol)
        return IPv6(src=self.local, dst=self.remote) / IPv6ExtHdrFragment(
            nh=protocol, id=number, offset=offset // 8, m=int(more))

    def send(self, protocol, body, mtu=MTU):
        """To the UE; the fragments of a long one in any order."""
        step = (mtu - 48) & ~7
        number = random.getrandbits(16) or 1
        ends = [(0, len(body))]
        if len(body) > mtu - (40 if self.is_ipv6 else 20):
            ends = [(at, min(at + step, len(body))) for at in range(0, len(body), step)]
        for start, end in random.sample(ends, len(ends)):
            self.wire.send(self.frame / self.header(protocol, number, start, end < len(body)) /
                           Raw(body[start:end]))

    def receive(self, timeout=20.0):
        """(protocol, body, number of fragments) of the next packet of the UE to us; None: none."""
        pieces = {}
        while frame := self.wire.receive(self._is_ours, timeout):
            protocol, body, number, offset, more = self._take_apart(frame[14:])
            assert len(frame) - 14 <= MTU and (not more or len(body) % 8 == 0)
            assert (offset, number) not in pieces
            pieces[offset, number] = body, more
            same = sorted(one for one in pieces if one[1] == number)
            whole = b"".join(pieces[one][0] for one in same)
            if not pieces[same[-1]][1] and same[-1][0] + len(pieces[same[-1]][0]) == len(whole):
                return protocol, whole, len(same)
        return None

    def _is_ours(self, frame):
        if frame[12:14] != bytes(self.frame)[12:14]:
            return False
        packet = Ether(frame).payload
        return (packet.src, packet.dst) == (self.remote, self.local)

    @staticmethod
    def _take_apart(packet):
        if packet[0] >> 4 == 4:
            ip = IP(packet)
            return (ip.proto, packet[ip.ihl * 4:ip.len], ip.id, ip.frag * 8,
                    bool(ip.flags.MF))
        end = 40 + int.from_bytes(packet[4:6], "big")
        if packet[6] != 44:
            return packet[6], packet[40:end], 0, 0, False
        fragment = IPv6ExtHdrFragment(packet[40:48])
        return (fragment.nh, packet[48:end], fragment.id, fragment.offset * 8, bool(fragment.m))

    def opened(self, peer, timeout=20.0):
        """The next packet of the UE, which must be ESP on this SA: the plain one, and in how many
        fragments it came."""
        protocol, body, fragments = self.receive(timeout)
        assert protocol == ESP
        # The addresses as they are on the wire, the ESP whole.
        other = (IPv6(src=self.remote, dst=self.local, nh=ESP) if self.is_ipv6 else
                 IP(src=self.remote, dst=self.local, proto=ESP))
        whole = type(other)(bytes(other / Raw(body)))
        return peer.association.decrypt(whole), fragments

    def seal(self, peer, plain):
        """The ESP of what stands behind this plain packet's header."""
        return bytes(peer.seal(plain))[40 if self.is_ipv6 else 20:]


def text(mac):
    return ":".join(f"{octet:02x}" for octet in mac)
