# SPDX-License-Identifier: BSD-3-Clause
"""P-CSCF hosts behind the inside port: each address has its policy, its SAs, its neighbours."""
import json
import socket
import subprocess

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
from scapy.layers.ipsec import ESP
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from both_families import UE_IPV6
from esp_peer import EspPeer, is_esp
from gateway import PORTCULLIS, Gateway, difference
from plane import Plane
from topology import UE
from two_nics import HOST_A, HOST_B, INNER, TwoNics

PORT_A, PORT_B = 6100, 7100  # each protected at one of them, and not at the other
PORT_UC = 40112
HOSTS = {HOST_A: PORT_A, HOST_B: PORT_B}
ENDS = {"ipv4": (UE, 0), "ipv6": (UE_IPV6, 1)}


def settings_of_two(settings):
    plane = settings["dataplane"]
    plane["inside"] = {"kind": "af_packet", "interface": INNER}
    plane["protected"] = [
        {"addresses": list(HOST_A), "protected_ports": [PORT_A]},
        {"addresses": list(HOST_B), "protected_ports": [PORT_B], "unprotected_ports": [5070],
         "pass": ["udp", "other"]},
    ]


@pytest.fixture(scope="module", name="nics")
def fixture_nics():
    """Their network, and a data plane between."""
    topology = TwoNics()
    plane = None
    try:
        plane = Plane(topology, settings_of_two)
        topology.macs = {}
        for addresses, host in topology.hosts.items():
            topology.macs.update(dict.fromkeys(addresses, topology.wire(host, "eth0").mac))
        yield topology, plane
    finally:
        if plane:
            plane.close()
        topology.close()


@pytest.fixture(name="gateway_between")
def fixture_gateway_between():
    def change(settings):
        settings_of_two(settings)
        for role in ("pcscf", "scscf", "hss"):
            del settings[role]

    topology = TwoNics()
    gateway = None
    try:
        gateway = Gateway(topology, change)
        yield topology, gateway
    finally:
        if gateway:
            gateway.close()
        topology.close()


@pytest.fixture(name="make_sa")
def fixture_make_sa():
    """SAs that go with the test."""
    made = []

    def make(plane, *arguments, **more):
        made.append((plane, plane.add(*arguments, **more)))
        return made[-1][1]

    yield make
    for plane, peer in made:
        plane.delete(peer)


def frame(topology, plane, packet):
    """From the UE."""
    return bytes(Ether(src=plane.outside.mac, dst=topology.macs[packet.dst],
                       type=0x86dd if IPv6 in packet else 0x0800)) + bytes(packet)


def header(family, target):
    return IPv6(src=UE_IPV6, dst=target) if family == "ipv6" else IP(src=UE, dst=target)


@pytest.mark.parametrize("host", HOSTS, ids=["A", "B"])
@pytest.mark.parametrize("family", ENDS)
@pytest.mark.parametrize("algorithm", ["hmac-md5-96", "hmac-sha-1-96"])
def test_P_ESP_each_host_has_its_sas(nics, make_sa, algorithm, family, host):
    """P-ESP, P-USE: ESP for each host arrives there as plain, and its answer leaves as ESP."""
    topology, plane = nics
    remote, which = ENDS[family]
    local, port = host[which], HOSTS[host]
    ends = {"local": local, "remote": remote}
    into = make_sa(plane, "inbound", algorithm, [(port, PORT_UC)], **ends)
    out = make_sa(plane, "outbound", algorithm, [(port, PORT_UC)], **ends)
    before = plane.drops()
    with topology.socket(topology.hosts[host], socket.SOCK_DGRAM, local, port) as server:
        plain = header(family, local) / UDP(sport=PORT_UC, dport=port) / Raw(b"in ESP")
        plane.outside.send(frame(topology, plane, into.seal(plain)))
        octets, source = server.recvfrom(100)
        assert (octets, source[:2]) == (b"in ESP", (remote, PORT_UC))
        server.sendto(b"back", source)
        answer = plane.outside.receive(is_esp)
    assert answer, "no ESP left"
    opened = out.open(Ether(answer).payload)
    assert (opened.src, opened.dst, bytes(opened[UDP].payload)) == (local, remote, b"back")
    # The UE's kernel answers ESP with ICMP, which passes to A alone.
    risen = set(difference(before, plane.drops()))
    assert risen <= (set() if host is HOST_A else {"plain_other_port"})


def test_P_PORT_a_sa_of_the_other_host(nics, make_sa):
    """INT-4: a valid packet on one host's SA to the other host is not taken."""
    topology, plane = nics
    peer = make_sa(plane, "inbound", "hmac-sha-1-96", [(PORT_A, PORT_UC)], local=HOST_A[0])
    plain = IP(bytes(header("ipv4", HOST_B[0]) / UDP(sport=PORT_UC, dport=PORT_A) / Raw(b"x")))
    plane.expect_drop({"selector_address": 1}, frame(topology, plane, peer.seal(plain)))


def arrives(topology, plane, packet, kind=socket.SOCK_DGRAM, port=None):
    """A bare datagram of the UE at the host that it is for."""
    host = next(namespace for addresses, namespace in topology.hosts.items()
                if packet.dst in addresses)
    before = plane.drops()
    with topology.socket(host, kind, packet.dst, port or packet[UDP].dport) as server:
        plane.outside.send(frame(topology, plane, packet))
        assert server.recvfrom(100)[0] == b"bare"
    assert plane.drops() == before


@pytest.mark.parametrize("family", ENDS)
def test_INT_3_P_PORT_each_host_has_its_ports(nics, family):
    """INT-3, P-PORT: bare to a port that is protected at the one is dropped there, and is at the
    other one what its policy makes of it."""
    topology, plane = nics
    host_a, host_b = HOST_A[ENDS[family][1]], HOST_B[ENDS[family][1]]

    def bare(target, port):
        whole = header(family, target) / UDP(sport=PORT_UC, dport=port) / Raw(b"bare")
        return type(whole)(bytes(whole))

    for target, port, reason in ((host_a, PORT_A, "plain_protected_port"),
                                 (host_b, PORT_B, "plain_protected_port"),
                                 (host_a, PORT_B, "plain_other_port"),
                                 (host_a, 5070, "plain_other_port")):
        plane.expect_drop({reason: 1}, frame(topology, plane, bare(target, port)))
    arrives(topology, plane, bare(host_b, PORT_A))
    arrives(topology, plane, bare(host_a, 5060))
    arrives(topology, plane, bare(host_b, 5070))
    # UDP passes there, TCP does not.
    syn = header(family, host_b) / TCP(sport=PORT_UC, dport=PORT_A, flags="S")
    plane.expect_drop({"plain_other_port": 1}, frame(topology, plane, type(syn)(bytes(syn))))


@pytest.mark.parametrize("family", ENDS)
def test_P_PORT_what_else_passes(nics, family):
    """P-PORT: ICMP to the one, other protocols to the other one."""
    topology, plane = nics
    host_a, host_b = HOST_A[ENDS[family][1]], HOST_B[ENDS[family][1]]
    ping = ICMP(id=7) if family == "ipv4" else ICMPv6EchoRequest(id=7)
    before = plane.drops()
    whole = header(family, host_a) / ping / Raw(b"ping")
    plane.outside.send(frame(topology, plane, type(whole)(bytes(whole))))
    assert plane.outside.receive(lambda data: data.endswith(b"ping"))
    assert plane.drops() == before
    whole = header(family, host_b) / ping / Raw(b"ping")
    plane.expect_drop({"plain_other_port": 1}, frame(topology, plane, type(whole)(bytes(whole))))
    for target, passes in ((host_a, False), (host_b, True)):
        other = header(family, target)
        setattr(other, "proto" if family == "ipv4" else "nh", 132)
        other = type(other)(bytes(other / Raw(b"something of SCTP")))
        if not passes:
            plane.expect_drop({"plain_other_port": 1}, frame(topology, plane, other))
            continue
        heard = topology.wire(topology.hosts[HOST_B], "eth0")
        plane.outside.send(frame(topology, plane, other))
        assert heard.receive(lambda data: data.endswith(b"something of SCTP"))


@pytest.mark.parametrize("host", HOSTS, ids=["A", "B"])
@pytest.mark.parametrize("family", ENDS)
def test_neighbours_are_found(nics, family, host):
    """ARP and neighbour discovery pass to each host, the one without ICMP, too."""
    topology, plane = nics
    remote, which = ENDS[family]
    port = 5060 if host is HOST_A else 5070
    with topology.socket(topology.hosts[host], socket.SOCK_DGRAM, host[which], port) as server, \
            topology.socket(topology.ue, socket.SOCK_DGRAM, remote, 0) as client:
        client.sendto(b"who are you", (host[which], port))
        octets, source = server.recvfrom(100)
        server.sendto(octets[::-1], source)
        assert client.recvfrom(100)[0] == b"uoy era ohw"


def test_INT_3_from_a_protected_port(nics):
    """INT-3: nothing bare leaves a host's protected port; the same port of the other one is free."""
    topology, plane = nics
    before = plane.drops()
    for host, leaves in ((HOST_A, False), (HOST_B, True)):
        with topology.socket(topology.hosts[host], socket.SOCK_DGRAM, host[0], PORT_A) as one, \
                topology.socket(topology.ue, socket.SOCK_DGRAM, UE, 9999) as ue:
            one.sendto(b"bare", (UE, 9999))
            if leaves:
                assert ue.recvfrom(100)[0] == b"bare"
            else:
                plane.await_drops(before, {"out_no_sa": 1})


def test_no_pcscf_here(gateway_between):
    """The whole gateway for P-CSCFs elsewhere: no /pcscf, SAs by command; `status` and `show` answer."""
    topology, gateway = gateway_between
    values = {"direction": "inbound", "spi": 4096, "algorithm": "hmac-md5-96", "key": "5a" * 16,
              "local": HOST_A[0], "remote": UE, "local_port": PORT_A}
    done = subprocess.run([PORTCULLIS, "sa", "add", "--config", gateway.settings.path],
                          input=json.dumps(values), capture_output=True, text=True, timeout=30)
    assert done.stdout == "1 installed, 0 failed, SPI 4096\n", done.stderr
    assert gateway.ask("status")["sas"] == 1 and gateway.ask("show", "sa")["sas"] == []
    peer = EspPeer(4096, "hmac-md5-96", bytes.fromhex(values["key"]))
    outside = topology.wire(topology.ue, "ue0")
    with topology.socket(topology.hosts[HOST_A], socket.SOCK_DGRAM, HOST_A[0], PORT_A) as server:
        plain = IP(bytes(header("ipv4", HOST_A[0]) / UDP(sport=7, dport=PORT_A) / Raw(b"given")))
        outside.send(bytes(Ether(src=outside.mac, dst=topology.inside_wire().mac, type=0x0800)) +
                     bytes(peer.seal(plain)))
        assert server.recvfrom(100)[0] == b"given"


def test_INT_3_who_is_not_named(nics):
    """INT-3: another address inside is reached by nobody, and is no protected host."""
    topology, plane = nics
    topology.macs["203.0.113.13"] = topology.macs[HOST_A[0]]
    for packet in (IP(src=UE, dst="203.0.113.13") / UDP(sport=1, dport=5060),
                   IP(src=UE, dst="203.0.113.13") / ICMP(),
                   IP(src=UE, dst="203.0.113.13", proto=50) / Raw(bytes(40))):
        plane.expect_drop({"other_host": 1}, frame(topology, plane, IP(bytes(packet))))
    reflected = IP(bytes(IP(src=HOST_B[0], dst=HOST_A[0]) / UDP(sport=1, dport=5060)))
    plane.expect_drop({"reflected": 1}, frame(topology, plane, reflected))
