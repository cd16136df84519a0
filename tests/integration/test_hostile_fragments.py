# SPDX-License-Identifier: BSD-3-Clause
"""ESP in fragments: what an honest network may make of it is opened, everything else drops under its
name."""
import itertools
import random
import struct

import pytest
from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6ExtHdrHopByHop, PadN
from scapy.packet import Raw

from topology import PCSCF
from wired import FAMILIES, Wired, behind, ip_header, udp_octets

HOP = IPv6ExtHdrHopByHop(options=[PadN(optdata=bytes(4))])
numbers = itertools.count(1)


def pieces(family, body, cuts, before=()):
    """Fragments of body, which is ESP: (offset, octets, whether more follow)."""
    number, packets = next(numbers), []
    for at, length, more in cuts:
        octets = body[at:at + length].ljust(length, b"\xa5")
        if family == "ipv4":
            packets.append(bytes(ip_header("ipv4", proto=50, id=number, frag=at // 8,
                                           flags="MF" if more else 0) / Raw(octets)))
        else:
            header = struct.pack(">BBHI", 50, 0, at | more, number)
            packets.append(behind("ipv6", before, 44, header + octets))
    return packets


ESP_LEN = 8 + 8 + 300 + 4 + 12  # of 300 octets
THIRDS = [(0, 112, 1), (112, 112, 1), (224, ESP_LEN - 224, 0)]


@pytest.mark.parametrize("order", itertools.permutations(range(3)))
def test_P_ESP_in_fragments_of_any_order(wired, family, tags, order):
    """P-ESP, RFC 4303 §3.3.4: ESP in fragments is opened as a whole, in IPv6 also with a header that
    each hop reads in front of them."""
    for before in ([],) if family == "ipv4" else ([], [HOP]):
        payload = random.randbytes(300)
        esp = wired.into[family].enclose(udp_octets(family, payload))
        assert len(esp) == ESP_LEN
        packets = pieces(family, esp, THIRDS, before)
        seen = wired.arrives(wired.inside, payload,
                             *(wired.frame(packets[i], tags) for i in order))
        assert bytes(seen).endswith(udp_octets(family, payload))


def test_P_ESP_a_fragment_twice(wired, family, tags):
    """RFC 8200 §4.5: a copy that the network made harms nobody."""
    payload = random.randbytes(300)
    first, second, last = (wired.frame(one, tags) for one in pieces(
        family, wired.into[family].enclose(udp_octets(family, payload)), THIRDS))
    wired.plane.expect_drop({"fragment_duplicate": 2}, first, first, last, last)
    wired.arrives(wired.inside, payload, second)


HOSTILE_FRAGMENTS = [
    ("overlap by 8", [(0, 96, 1), (88, 96, 1)], {"fragment_overlap": 2}),
    ("within another", [(0, 192, 1), (48, 48, 1)], {"fragment_overlap": 2}),
    ("over the last", [(96, 96, 0), (48, 96, 1)], {"fragment_overlap": 2}),
    ("two ends", [(0, 96, 1), (192, 48, 0), (96, 48, 0)], {"fragment_shape": 3}),
    ("behind the end", [(96, 48, 0), (192, 96, 1)], {"fragment_shape": 2}),
    ("no multiple of 8", [(0, 99, 1)], {"fragment_shape": 1}),
    ("nothing", [(96, 0, 1)], {"fragment_shape": 1}),
    ("tiny", [(0, 40, 1)], {"fragment_tiny": 1}),
    ("past 64 KB", [(65528, 96, 0)], {"fragment_too_long": 1}),
]


@pytest.mark.parametrize("cuts, reasons", [row[1:] for row in HOSTILE_FRAGMENTS],
                         ids=[row[0] for row in HOSTILE_FRAGMENTS])
def test_INT_3_hostile_fragments(wired, family, tags, cuts, reasons):
    """INT-3: fragments that no honest sender makes go, with all of their packet."""
    esp = wired.into[family].enclose(udp_octets(family, bytes(300)))
    wired.plane.expect_drop(reasons, *(wired.frame(one, tags)
                                       for one in pieces(family, esp, cuts)))


def test_INT_3_what_the_whole_is(wired, family, tags):
    """INT-3: fragments of different networks (tags) make no packet; of a whole that is a fragment
    itself, or whose ICV is wrong, or which is bare to a protected port, nothing passes."""
    esp = bytearray(wired.into[family].enclose(udp_octets(family, bytes(300))))
    esp[-1] ^= 1
    wired.plane.expect_drop({"icv": 1}, *(wired.frame(one, tags)
                                          for one in pieces(family, bytes(esp), THIRDS)))
    if family == "ipv6":
        inner = bytes([60, 0]) + bytes(6) + udp_octets(family, bytes(300))
        within = struct.pack(">BBHI", 17, 0, 8, 9) + inner
        number = next(numbers)
        packets = [behind("ipv6", [], 44, struct.pack(">BBHI", 44, 0, at | more, number) +
                          within[at:at + length])
                   for at, length, more in ((0, 96, 1), (96, len(within) - 96, 0))]
        wired.plane.expect_drop({"ip_extension": 1}, *(wired.frame(one, tags) for one in packets))


@pytest.fixture
def flooded():
    """One of its own: what waits there would go under its name in the midst of another test."""
    it = Wired()
    yield it
    it.close()


def test_INT_3_a_flood_of_fragments(flooded):
    """INT-3: sources by the hundred that begin packets and never end them cost the oldest of them,
    under its name, and not an honest UE's REGISTER in fragments."""
    frame = bytearray(flooded.frame(IP(src="198.51.0.0", dst=PCSCF, proto=50, id=0xffff,
                                       flags="MF") / Raw(bytes(96))))
    for number in range(2400):
        # Together they are the same under the checksum.
        frame[28:30], frame[18:20] = struct.pack(">H", number), struct.pack(">H", 0xffff - number)
        flooded.outside.send(frame)
        if number % 200:  # no more at once than the TAP's queue holds
            continue
        for family in FAMILIES:
            payload = random.randbytes(300)
            esp = flooded.into[family].enclose(udp_octets(family, payload))
            flooded.arrives(flooded.inside, payload, *(
                flooded.frame(one) for one in pieces(family, esp, THIRDS)))
    assert flooded.plane.drops()["fragment_flood"] > 0
