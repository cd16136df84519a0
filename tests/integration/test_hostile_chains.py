# SPDX-License-Identifier: BSD-3-Clause
"""IPv6 header chains and IPv4 options around ESP, and neighbours: what an honest network may make of
ESP is opened, everything else drops under its name."""
import random
import struct

import pytest
from scapy.layers.inet import UDP
from scapy.layers.inet6 import (HBHOptUnknown, ICMPv6EchoRequest, ICMPv6MLReport2, ICMPv6ND_NA,
                                ICMPv6ND_NS, ICMPv6ND_RA, ICMPv6ND_RS, IPv6, IPv6ExtHdrDestOpt,
                                IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, Jumbo, PadN, RouterAlert)
from scapy.layers.ipsec import ESP
from scapy.packet import Raw

from both_families import PCSCF_IPV6, UE_IPV6
from plane import PORT_PC, PORT_PS, PORT_UC, PORT_US
from wired import FAMILIES, behind, link_len, network, udp_octets


def pad(octets=4):
    return PadN(optdata=bytes(octets))


HOP = IPv6ExtHdrHopByHop(options=[pad()])
DESTINATION = IPv6ExtHdrDestOpt(options=[pad(12)])
ROUTED = IPv6ExtHdrRouting(type=2, segleft=0, addresses=["2001:db8::1"])


def atomic():
    """RFC 6946: a fragment that is the whole packet."""
    return Raw(struct.pack(">BBHI", 50, 0, 0, 7))


CHAINS = {
    "hop-by-hop": [HOP],
    "hop-by-hop of 2 KB": [IPv6ExtHdrHopByHop(options=[pad(250)] * 5)],
    "unknown option": [IPv6ExtHdrDestOpt(options=[HBHOptUnknown(otype=0x1e, optdata=b"1234")])],
    "destination": [DESTINATION],
    "routing, at its end": [ROUTED],
    "all": [HOP, DESTINATION, ROUTED, DESTINATION],
    "eight": [HOP] + [DESTINATION] * 7,
}


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_P_ESP_behind_ipv6_headers(wired, tags, chain):
    """P-ESP, RFC 4303 §3.1.1: ESP behind extension headers is opened, and they stay."""
    payload = random.randbytes(64)
    body = udp_octets("ipv6", payload)
    before = wired.plane.drops()
    packet = behind("ipv6", chain, 50, wired.into["ipv6"].enclose(body))
    seen = wired.arrives(wired.inside, payload, wired.frame(packet, tags))
    assert bytes(seen) == behind("ipv6", chain, 17, body)
    assert wired.plane.drops() == before


def test_P_ESP_behind_an_atomic_fragment(wired, tags):
    """RFC 6946: a fragment header on what is no fragment, alone and behind other headers."""
    for chain in ([], [HOP, ROUTED]):
        payload = random.randbytes(64)
        esp = wired.into["ipv6"].enclose(udp_octets("ipv6", payload))
        packet = behind("ipv6", chain, 44, bytes(atomic()) + esp)
        seen = wired.arrives(wired.inside, payload, wired.frame(packet, tags))
        assert bytes(seen).endswith(udp_octets("ipv6", payload))


@pytest.mark.parametrize("chain", [[HOP], [HOP, DESTINATION]], ids=["hop-by-hop", "two"])
def test_P_ESP_made_behind_ipv6_headers(wired, tags, chain):
    """P-ESP: from inside, ESP goes behind the headers that are there."""
    payload = random.randbytes(64)
    body = udp_octets("ipv6", payload, (PORT_PC, PORT_US))
    wired.inside.send(wired.frame(behind("ipv6", chain, 17, body, into=False), tags, into=False))
    sealed = network(wired.outside.receive(lambda frame: ESP in network(frame)))
    esp = bytes(sealed[ESP])
    assert bytes(sealed) == behind("ipv6", chain, 50, esp, into=False)
    plain = wired.out["ipv6"].open(IPv6(behind("ipv6", [], 50, esp, into=False)))
    assert bytes(plain[UDP].payload) == payload


def unread(kind, length=1):
    """A header of that kind, with what no parser knows in it."""
    return lambda esp: behind("ipv6", [], kind, bytes([50, length]) + bytes(6 + 8 * length) + esp)


def chained(*chain):
    return lambda esp: behind("ipv6", chain, 50, esp)


def past_the_end(esp):
    packet = bytearray(behind("ipv6", [DESTINATION], 50, esp))
    packet[41] = 255
    return bytes(packet)


def cut_header(esp):
    return behind("ipv6", [], 60, bytes([50, 0, 1, 4]))


def jumbogram(esp):
    """RFC 2675: the length is in an option, and 0 in the header."""
    packet = bytearray(behind("ipv6", [IPv6ExtHdrHopByHop(
        options=[Jumbo(jumboplen=8 + len(esp))])], 50, esp))
    packet[4:6] = bytes(2)
    return bytes(packet)


def too_short(esp):
    packet = bytearray(behind("ipv6", [HOP], 50, esp))
    packet[4:6] = struct.pack(">H", len(packet))
    return bytes(packet)


HOSTILE_CHAINS = [
    ("nine", chained(HOP, *[DESTINATION] * 8), "ip_extension"),
    ("hop-by-hop as the second", chained(DESTINATION, HOP), "ip_extension"),
    ("hop-by-hop twice", chained(HOP, HOP), "ip_extension"),
    ("routing, on its way", chained(IPv6ExtHdrRouting(segleft=1, addresses=["2001:db8::1"])),
     "ip_extension"),
    ("authentication", unread(51), "ip_extension"),
    ("mobility", unread(135), "ip_extension"),
    ("HIP", unread(139), "ip_extension"),
    ("Shim6", unread(140), "ip_extension"),
    ("no next header", lambda esp: behind("ipv6", [HOP], 59, esp), "plain_other_port"),
    ("unassigned", unread(253), "plain_other_port"),
    ("past the end", past_the_end, "ip_extension"),
    ("cut", cut_header, "ip_extension"),
    ("jumbogram", jumbogram, "ip_extension"),
    ("longer than its frame", too_short, "frame_truncated"),
    ("ESP cut", lambda esp: behind("ipv6", [HOP], 50, esp[:24]), "icv"),
    ("ESP of 8 octets", lambda esp: behind("ipv6", [HOP], 50, esp[:8]), "esp_length"),
]


@pytest.mark.parametrize("make, reason", [row[1:] for row in HOSTILE_CHAINS],
                         ids=[row[0] for row in HOSTILE_CHAINS])
def test_INT_3_hostile_ipv6_chains(wired, tags, make, reason):
    """INT-3: what hides ESP, or the ports, behind headers that this path does not read drops."""
    esp = wired.into["ipv6"].enclose(udp_octets("ipv6", bytes(64)))
    wired.plane.expect_drop({reason: 1}, wired.frame(make(esp), tags))


def test_INT_3_bare_behind_ipv6_chains(wired, tags):
    """INT-3: no header in front of it gets bare UDP to a protected port."""
    body = udp_octets("ipv6", bytes(64))
    for chain in CHAINS.values():
        wired.plane.expect_drop({"plain_protected_port": 1}, wired.frame(
            behind("ipv6", chain, 17, body), tags))
    wired.plane.expect_drop({"plain_protected_port": 1}, wired.frame(
        behind("ipv6", [], 44, bytes([17]) + bytes(7) + body), tags))


OPTIONS = {"router alert": "94040000", "record route": "07070400000000" "00", "nothing": "01010101",
           "source route": "83070400000000" "00", "timestamp": "4408050000000000",
           "length 0": "94000000", "past the end": "94ff0000", "40 octets": "01" * 40}


@pytest.mark.parametrize("options", map(bytes.fromhex, OPTIONS.values()), ids=OPTIONS)
def test_P_ESP_behind_ipv4_options(wired, tags, options):
    """P-ESP: options, also such as nobody can read, are between the hosts: they stay as they are."""
    payload = random.randbytes(64)
    body = udp_octets("ipv4", payload)

    def packet(protocol, octets):
        head = struct.pack(">BBHHHBBH4s4s", 0x45 + len(options) // 4, 0,
                           20 + len(options) + len(octets), 1, 0, 64, protocol, 0,
                           *(bytes(map(int, address.split("."))) for address in FAMILIES["ipv4"]))
        # By hand: scapy would lay out the options anew.
        total = sum(struct.unpack(f">{10 + len(options) // 2}H", head + options))
        total = (total & 0xffff) + (total >> 16)
        return head[:10] + struct.pack(">H", ~(total + (total >> 16)) & 0xffff) + head[12:] + \
            options + octets

    wired.outside.send(wired.frame(packet(50, wired.into["ipv4"].enclose(body)), tags))
    frame = wired.inside.receive(lambda frame: frame.endswith(payload))
    assert frame and frame[link_len(frame):] == packet(17, body)


LINK_LOCAL = "fe80::1"
NEIGHBOURS = {
    "solicitation": IPv6(src=UE_IPV6, dst="ff02::1:ff00:9") / ICMPv6ND_NS(tgt=PCSCF_IPV6),
    "of a link-local": IPv6(src=LINK_LOCAL, dst="ff02::1:ff00:2") / ICMPv6ND_NS(tgt="fe80::2"),
    "from nobody": IPv6(src="::", dst="ff02::1:ff00:23") / ICMPv6ND_NS(tgt=UE_IPV6),
    "advertisement": IPv6(src=LINK_LOCAL, dst="fe80::2") / ICMPv6ND_NA(tgt=UE_IPV6),
    "router solicitation": IPv6(src=LINK_LOCAL, dst="ff02::2") / ICMPv6ND_RS(),
    "router advertisement": IPv6(src=LINK_LOCAL, dst="ff02::1") / ICMPv6ND_RA(),
    "listener report": IPv6(src=LINK_LOCAL, dst="ff02::16") / IPv6ExtHdrHopByHop(
        options=[RouterAlert(), PadN()]) / ICMPv6MLReport2(),
    "echo": IPv6(src=LINK_LOCAL, dst="fe80::2") / ICMPv6EchoRequest(),
}


@pytest.mark.parametrize("packet", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_neighbour_discovery_passes(wired, tags, packet):
    """RFC 4861, RFC 3810: the gateway has no address, so neighbours find each other through it."""
    packet = bytes(packet / Raw(random.randbytes(32)))
    for source, target, into in ((wired.outside, wired.inside, True),
                                 (wired.inside, wired.outside, False)):
        seen = wired.arrives(target, packet[-32:], wired.frame(packet, tags, into), source=source)
        assert bytes(seen) == packet


def test_INT_3_link_local_is_no_way_in(wired, tags):
    """INT-3: at its link-local address a protected host is not to be reached, bare or in ESP."""
    for packet in (IPv6(src=LINK_LOCAL, dst="fe80::2") / UDP(sport=PORT_UC, dport=PORT_PS),
                   IPv6(src=LINK_LOCAL, dst="fe80::2", nh=50) / Raw(
                       wired.into["ipv6"].enclose(bytes(32)))):
        wired.plane.expect_drop({"other_host": 1}, wired.frame(packet, tags))
