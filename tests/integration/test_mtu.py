# SPDX-License-Identifier: BSD-3-Clause
"""How long a port's packets may be: jumbo frames between two veths, less than an interface carries,
more than it does; and what is said of a port at start."""
import random
import socket
import subprocess

import pytest

from both_families import PCSCF_IPV6, both_families, give_ipv6, let_gateway_have_ipv6
from build_tree import BUILD, Settings
from topology import INSIDE, OUTSIDE, PCSCF, run
from tunnel import Tunnel
from tunnel_ue import PORT_PS

JUMBO = 9000
ETHER_LEN = 14
CARRIED = (6, 17, 44, 50)  # TCP, UDP, IPv6 fragments, ESP


@pytest.fixture
def make_veths(topology, make_plane):
    """A data plane between veths of these MTUs: the protected host is the other end of one."""
    def change(settings):
        both_families(settings)
        settings["dataplane"]["inside"] = {"kind": "af_packet", "interface": "in0"}

    def make(outside_mtu, inside_mtu):
        name = topology.gateway
        give_ipv6(topology)
        run("ip", "-n", name, "link", "add", "in0", "type", "veth", "peer", "name", INSIDE)
        let_gateway_have_ipv6(topology)
        for namespace, interface, mtu in (
                (topology.ue, "ue0", outside_mtu), (name, OUTSIDE, outside_mtu),
                (name, INSIDE, inside_mtu), (name, "in0", inside_mtu)):
            run("ip", "-n", namespace, "link", "set", interface, "mtu", str(mtu))
            run("ip", "netns", "exec", namespace, "ethtool", "-K", interface,
                "tx", "off", "rx", "off", "tso", "off", "gso", "off", "gro", "off")
            run("ip", "-n", namespace, "link", "set", interface, "up")
        for address in (f"{PCSCF}/24", f"{PCSCF_IPV6}/64"):
            run("ip", "-n", name, "address", "replace", address, "dev", INSIDE,
                *(["nodad"] if ":" in address else []))
        for network in ("198.51.100.0/24", "2001:db8:100::/64"):
            run("ip", "-n", name, "route", "replace", network, "dev", INSIDE)
        return make_plane(change)

    return make


@pytest.fixture
def make_tunnel():
    made = []

    def make(*arguments):
        made.append(Tunnel(*arguments))
        return made[-1]

    yield make
    for one in made:
        one.close()


class Exchange:
    """A datagram of the UE to port_ps, and one back; into, out: how long the packets were that came
    out of the data plane, on the wire inside and outside."""

    def __init__(self, tunnel):
        self.tunnel, ue, kind = tunnel, tunnel.ue, socket.SOCK_DGRAM
        self.ue, self.host = ue.socket(kind, ue.port_uc), tunnel.inside(kind, PORT_PS)

    def run(self, length):
        octets, plane = random.randbytes(length), self.tunnel.plane
        for wire in (plane.inside, plane.outside):
            wire.drain()
        self.ue.sendto(octets, self.host.getsockname())
        assert self.host.recvfrom(65535) == (octets, self.ue.getsockname())
        self.into = self._lengths(plane.inside)
        self.host.sendto(octets, self.ue.getsockname())
        assert self.ue.recvfrom(65535) == (octets, self.host.getsockname())
        self.out = self._lengths(plane.outside)
        return self

    @staticmethod
    def _lengths(wire):
        # Neighbours look for each other now and then.
        return [len(frame) - ETHER_LEN for frame in wire.drain()
                if frame[23 if frame[14] >> 4 == 4 else 20] in CARRIED]


def esp_len(family, length):
    """Of a packet with a datagram of that length."""
    return (40 if family == "ipv6" else 20) + 8 + 8 + length + -(8 + length + 2) % 4 + 2 + 12


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_P_ESP_jumbo_frames(make_veths, make_tunnel, family):
    """P-ESP: where both links carry 9000 octets, a datagram of 8900 is one packet of ESP, and one
    inside; a longer one is cut to what they carry; TCP fills them."""
    tunnel = make_tunnel(make_veths(JUMBO, JUMBO), "hmac-sha-1-96", "four", family)
    header_len, exchange = 40 if family == "ipv6" else 20, Exchange(tunnel)
    for length in (100, 1500, 2100, 8900):
        exchange.run(length)
        assert exchange.into == [header_len + 8 + length]
        assert exchange.out == [esp_len(family, length)]
    exchange.run(20000)
    assert len(exchange.into) == len(exchange.out) == 3
    assert JUMBO - 8 < max(exchange.into) <= JUMBO and JUMBO - 8 < max(exchange.out) <= JUMBO
    server = tunnel.inside(socket.SOCK_STREAM, PORT_PS)
    server.listen()
    client = tunnel.ue.socket(socket.SOCK_STREAM, tunnel.ue.port_uc)
    client.connect(server.getsockname())
    there, _ = server.accept()
    wire = tunnel.plane.outside
    wire.drain()
    there.sendall(bytes(50000))
    received = 0
    while received < 50000:
        received += len(client.recv(65535))
    assert JUMBO - 40 < max(Exchange._lengths(wire)) <= JUMBO
    assert tunnel.drops() == {}


def test_P_ESP_jumbo_frames_on_one_side(make_veths, make_tunnel):
    """P-ESP: what the inside link carries as one packet leaves in fragments of the outside link's
    size, and comes out of them as one."""
    tunnel = make_tunnel(make_veths(1500, JUMBO), "hmac-sha-1-96", "four", "ipv4")
    exchange = Exchange(tunnel).run(8500)
    assert exchange.into == [28 + 8500]
    assert len(exchange.out) == 6 and max(exchange.out) == 1500
    assert tunnel.drops() == {}


def smaller(settings):
    settings["dataplane"]["outside"]["mtu"] = 1400
    settings["dataplane"]["inside"]["mtu"] = 1300


def test_less_than_the_interface_carries(make_plane, make_tunnel):
    """The settings' MTU is what counts, and the kernel's end of a TAP has it."""
    plane = make_plane(smaller)
    tunnel = make_tunnel(plane, "hmac-md5-96", "four", "ipv4")
    exchange = Exchange(tunnel).run(3000)
    assert (max(exchange.into), max(exchange.out)) == (1300, 1396)  # multiples of 8, and 20
    assert "mtu 1300" in run("ip", "-n", plane.topology.gateway, "link", "show", INSIDE)
    assert tunnel.drops() == {}


def test_what_a_port_has_is_said_at_start(plane):
    """One line for each port."""
    for side, interface, driver in (("outside", OUTSIDE, "net_af_packet"),
                                    ("inside", INSIDE, "net_tap")):
        lines = [line for line in plane.process.err if f" {side}: {interface} ({driver})," in line]
        assert len(lines) == 1, plane.process.err
        assert "promiscuous, MTU 1500; queues: " in lines[0]
        assert "MAC filter" in lines[0].partition("has not: ")[2]


def test_more_than_the_interface_carries(topology):
    """It is refused in a line that says what to type."""
    settings = Settings(lambda values: values["dataplane"]["outside"].update(mtu=9000))
    try:
        ended = subprocess.run(topology.command(
            topology.gateway, BUILD / "tests/integration/sa_tool", "--dataplane",
            BUILD / "portcullis-dataplane", "--config", settings.path),
            capture_output=True, text=True, timeout=60)
    finally:
        settings.close()
    assert ended.returncode == 1
    assert f"`ip link set {OUTSIDE} mtu 9000`" in ended.stderr
