# SPDX-License-Identifier: BSD-3-Clause
"""The data plane at its edges: every window width through the wire, a full table, a port that is
down, and what is carried unchanged."""
import random

import pytest
from scapy.layers.inet import IP
from scapy.layers.l2 import Ether

from esp_peer import datagram
from plane import PORT_PC, PORT_PS, PORT_UC, PORT_US
from topology import OUTSIDE, PCSCF, UE, run

ALGORITHM = "hmac-sha-1-96"
CAPACITY = 64


@pytest.fixture
def plane(make_plane):
    return make_plane(lambda settings: settings["dataplane"].update(
        replay_window=1024, sa_capacity=CAPACITY))


@pytest.fixture
def server(plane):
    return plane.topology.udp(plane.topology.gateway, PCSCF, PORT_PS)


def sip(payload):
    return datagram(UE, PORT_UC, PCSCF, PORT_PS, payload)


def add_inbound(plane, **more):
    return plane.add("inbound", ALGORITHM, [(PORT_PS, PORT_UC)], **more)


def sent_as_esp(plane, frame):
    plane.inside.send(frame)
    return plane.outside.receive(lambda seen: seen[12:14] == b"\x08\x00" and seen[23] == 50, 0.5)


def passes(plane, server, sa, number=None):
    payload = random.randbytes(16)
    plane.outside.send(plane.frame(sa.seal(sip(payload), number)))
    return server.recvfrom(100)[0] == payload


@pytest.mark.parametrize("width", [32, 64, 96, 128, 992, 1024])
def test_INT_6_window_edges_of_every_width(plane, server, width):
    """INT-6, RFC 4303 §3.4.3: T - W is too old, T - W + 1 is not, up to the last number of all."""
    sa = add_inbound(plane, window=width)
    top, last = 5000, 2**32 - 1
    for number, reason in [
            (top, None), (top - width, "replay_old"), (top - width + 1, None),
            (top - width + 1, "replay_duplicate"), (top + width, None), (top, "replay_old"),
            (top + 1, None), (top + 1, "replay_duplicate"), (top + width + 5, None),
            (top + 5, "replay_old"), (top + 6, None), (last, None), (last - width, "replay_old"),
            (last - width + 1, None), (last - width + 1, "replay_duplicate"),
            (last, "replay_duplicate")]:
        if reason:
            plane.expect_drop({reason: 1}, plane.frame(sa.seal(sip(b"x"), number)))
        else:
            assert passes(plane, server, sa, number), number


def test_P_SPI_an_spi_begins_anew(plane, server):
    """A deleted SA's SPI can be used again, with numbers from 1; its old handle names nothing."""
    for _ in range(3):
        sa = add_inbound(plane, spi=7777777)
        handle = plane.handles[sa]
        assert passes(plane, server, sa, 1)
        plane.delete(sa)
        assert plane.tell(command="delete", handle=handle)["result"] == -2  # ENOENT


def test_a_full_table_refuses_and_loses_nothing(plane, server):
    """One SA too many is refused with -ENOSPC; all others go on; what is deleted makes room."""
    sas = [add_inbound(plane) for _ in range(CAPACITY)]
    with pytest.raises(AssertionError, match="-28"):  # ENOSPC
        add_inbound(plane)
    for sa in sas:
        assert passes(plane, server, sa)
    plane.delete(sas.pop())
    assert passes(plane, server, add_inbound(plane))


def test_a_link_that_goes_down_and_up(plane, server):
    """While the outside link is down, what does not fit its queue drops under port_full; afterwards
    packets pass both ways."""
    plane.add("outbound", ALGORITHM, [(PORT_PC, PORT_US)])
    inbound = add_inbound(plane)
    namespace = plane.topology.gateway
    run("ip", "-n", namespace, "link", "set", OUTSIDE, "down")
    frame = plane.inside_frame(datagram(PCSCF, PORT_PC, UE, PORT_US, b"into the void"))
    before = plane.drops()
    while "port_full" not in plane.drops():
        plane.inside.send(frame)
    run("ip", "-n", namespace, "link", "set", OUTSIDE, "up")
    assert passes(plane, server, inbound)
    # The next one finds the queue full still, and sets it going.
    assert any(sent_as_esp(plane, frame) for _ in range(10))
    assert set(plane.drops()) - set(before) == {"port_full"}


@pytest.mark.parametrize("field, value", [
    ("ttl", 0), ("ttl", 1), ("flags", "DF"), ("flags", "evil"), ("tos", 255), ("id", 65535)])
def test_P_ESP_the_ip_header_is_carried(plane, server, field, value):
    """What ESP does not cover comes out as it came in, under a right checksum."""
    sa = add_inbound(plane)
    packet = IP(bytes(sa.seal(sip(b"carried"))))
    setattr(packet, field, value)
    del packet.chksum
    packet = IP(bytes(packet))
    inside = plane.inside
    plane.outside.send(plane.frame(packet))
    assert server.recvfrom(100)[0] == b"carried"
    out = Ether(inside.receive(lambda frame: frame[12:14] == b"\x08\x00"))[IP]
    assert getattr(out, field) == getattr(packet, field)
    again = IP(bytes(out))
    del again.chksum
    assert IP(bytes(again)).chksum == out.chksum


def test_P_ESP_udp_without_a_checksum(plane, server):
    """RFC 768: a UDP checksum of 0 is none, and stays so."""
    body = bytearray(bytes(IP(bytes(sip(b"unchecked"))).payload))
    body[6:8] = b"\0\0"
    plane.outside.send(plane.frame(add_inbound(plane).forge(sip(b""), bytes(body))))
    assert server.recvfrom(100)[0] == b"unchecked"


def test_arp_and_big_pings_both_ways(plane):
    """ARP and ICMP echo up to the MTU pass both ways."""
    network = plane.topology
    for namespace, target in ((network.ue, PCSCF), (network.gateway, UE)):
        for size in ("8", "1472"):
            # -w: until one answer is there, for that many seconds
            run("ip", "netns", "exec", namespace, "ping", "-c", "1", "-w", "30", "-s", size, target)
