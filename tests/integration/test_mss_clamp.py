# SPDX-License-Identifier: BSD-3-Clause
"""A SYN through the data plane, in ESP outside: neither kernel is told of segments that would not fit."""
import random

import pytest
from scapy.layers.inet import TCP
from scapy.layers.ipsec import ESP
from scapy.packet import Raw

from plane import PORT_PC, PORT_PS, PORT_UC, PORT_US
from wired import behind, ip_header, network

MTU = 1500


def mss_of(packet):
    again = type(packet)(bytes(packet))
    del again[TCP].chksum
    assert type(packet)(bytes(again))[TCP].chksum == packet[TCP].chksum
    return dict(packet[TCP].options)["MSS"]


@pytest.mark.parametrize("offered", [536, 1460, 65535])
def test_P_ESP_segments_fit(wired, family, tags, offered):
    """P-ESP, P-USE: the SYN of either side says no more than what fits the wire once it is in ESP;
    less stays."""
    room = MTU - (40 if family == "ipv6" else 20)
    fits = (room - 8 - 12) // 4 * 4 - 2 - 20
    options = [("NOP", None), ("MSS", offered), ("SAckOK", b"")]  # at an odd place
    mark = random.randbytes(16)
    syn = ip_header(family) / TCP(sport=PORT_UC, dport=PORT_PS, flags="S", options=options)
    syn = type(syn)(bytes(syn / Raw(mark)))
    esp = wired.into[family].enclose(bytes(syn.payload), next_header=6)
    seen = wired.arrives(wired.inside, mark, wired.frame(
        behind(family, [], 50, esp), tags))
    assert mss_of(seen) == min(offered, fits)
    answer = ip_header(family, into=False) / TCP(sport=PORT_PC, dport=PORT_US, flags="SA",
                                                 options=options)
    wired.inside.send(wired.frame(answer, tags, into=False))
    sealed = network(wired.outside.receive(lambda frame: ESP in network(frame)))
    assert mss_of(wired.out[family].open(sealed)) == min(offered, fits)
