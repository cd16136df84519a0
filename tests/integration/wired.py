# SPDX-License-Identifier: BSD-3-Clause
"""A data plane of both families between two TAPs: packets and fragments come and go as they are, bare
and behind tags. (On the way to an af_packet port the kernel itself puts fragments together.)"""
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Dot1AD, Dot1Q, Ether
from scapy.packet import Raw

from both_families import PCSCF_IPV6, UE_IPV6, both_families, let_gateway_have_ipv6
from plane import PORT_PC, PORT_PS, PORT_UC, PORT_US, Plane
from topology import PCSCF, UE, Topology

ALGORITHM = "hmac-sha-1-96"
TAGS = {"untagged": [], "VLAN": [Dot1Q(vlan=5)], "QinQ": [Dot1AD(vlan=7), Dot1Q(vlan=5, prio=3)]}
FAMILIES = {"ipv4": (UE, PCSCF), "ipv6": (UE_IPV6, PCSCF_IPV6)}


class Wired:
    """A data plane of both families, and an SA each way in each of them."""

    def __init__(self):
        self.topology = Topology()
        self.plane = None
        try:
            let_gateway_have_ipv6(self.topology)
            self.plane = Plane(self.topology, self._settings)
            self.outside, self.inside = self.plane.outside, self.plane.inside
            self.into, self.out = (
                {family: self.plane.add(direction, ALGORITHM, [ports], transports=("udp", "tcp"),
                                        remote=remote)
                 for family, (remote, _) in FAMILIES.items()}
                for direction, ports in (("inbound", (PORT_PS, PORT_UC)),
                                         ("outbound", (PORT_PC, PORT_US))))
        except BaseException:
            self.close()
            raise

    @staticmethod
    def _settings(settings):
        both_families(settings)
        settings["dataplane"]["outside"] = {"kind": "tap", "interface": "gmtap0"}

    def frame(self, packet, tags="untagged", into=True):
        """From outside, or from inside."""
        frame = Ether(src=self.outside.mac, dst=self.inside.mac)
        if not into:
            frame = Ether(src=self.inside.mac, dst=self.outside.mac)
        for layer in TAGS[tags]:
            frame /= layer.copy()
        frame.lastlayer().type = 0x86dd if bytes(packet)[0] >> 4 == 6 else 0x0800
        return bytes(frame / Raw(bytes(packet)))

    def arrives(self, wire, mark, *frames, source=None):
        """The packet that ends with this mark, on the other side of the data plane."""
        for frame in frames:
            (source or self.outside).send(frame)
        seen = wire.receive(lambda frame: frame.endswith(mark))
        assert seen, "did not pass"
        at = link_len(seen)
        assert seen[:at] == frames[0][:at]
        return network(seen)

    def close(self):
        if self.plane:
            self.plane.close()
        self.topology.close()


def link_len(frame):
    at = 12
    while frame[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
        at += 4
    return at + 2


def network(frame):
    """The packet behind Ethernet and tags."""
    packet = frame[link_len(frame):]
    return (IPv6 if packet[0] >> 4 == 6 else IP)(packet)


def ip_header(family, into=True, **fields):
    source, target = FAMILIES[family] if into else FAMILIES[family][::-1]
    return (IPv6 if family == "ipv6" else IP)(src=source, dst=target, **fields)


def udp_octets(family, payload, ports=(PORT_UC, PORT_PS)):
    whole = ip_header(family) / UDP(sport=ports[0], dport=ports[1]) / Raw(payload)
    return bytes(type(whole)(bytes(whole)).payload)


def behind(family, headers, last, body, into=True):
    """body, as protocol last, behind IPv6 extension headers; the octets of the packet."""
    packet = ip_header(family, into)
    for header in headers:
        packet /= header.copy()
    setattr(packet.lastlayer(), "proto" if isinstance(packet.lastlayer(), IP) else "nh", last)
    return bytes(packet / Raw(body))
