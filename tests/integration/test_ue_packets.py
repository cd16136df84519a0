# SPDX-License-Identifier: BSD-3-Clause
"""The UE simulator's own packets, both families, judged by scapy: a kernel's UDP behind its TUN
device, in ESP on the wire, whole and in fragments."""
import random
import socket

import pytest
from scapy.layers.inet import UDP
from scapy.packet import Raw

from eventually import eventually
from scapy_host import ESP, ScapyHost
from topology import run
from tunnel_ue import PORT_PC, PORT_PS, PORT_UC, PORT_US, TUN, TunnelUe

ALGORITHMS = ("hmac-md5-96", "hmac-sha-1-96")
FORMS = ("four", "pair")
# Whole; whole inside of ESP to the last octet; cut by the kernel before the TUN; in many pieces.
SIZES = (1, 2, 3, 4, 100, 1427, 1428, 1447, 1448, 1472, 1473, 2900, 8000)


@pytest.fixture
def make_tunnel(topology):
    made = []

    def make(*arguments):
        made.append(TunnelUe(topology, *arguments))
        return made[-1], ScapyHost(topology, made[-1].pcscf, made[-1].local)

    yield make
    for one in made:
        one.close()


@pytest.fixture
def tunnel(make_tunnel, family):
    return make_tunnel("hmac-sha-1-96", "four", family)


def udp_checksum_is_right(packet):
    again = type(packet)(bytes(packet))
    del again[UDP].chksum
    return type(packet)(bytes(again))[UDP].chksum == packet[UDP].chksum


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_P_ESP_datagrams_of_every_size_both_ways(make_tunnel, family, algorithm, form):
    """P-ESP, P-KEY, RFC 4303 §3.3.4: what a program sends between protected ports is ESP as a
    whole, numbers from 1, cut into fragments after the ICV; what scapy seals and cuts arrives."""
    ue, host = make_tunnel(algorithm, form, family)
    program = ue.socket(socket.SOCK_DGRAM, PORT_UC)
    out, back = ue.peer(ue.spi_ps), ue.peer(ue.spi_uc)
    for size in SIZES:
        payload = random.randbytes(size)
        program.sendto(payload, (ue.pcscf, PORT_PS))
        plain, fragments = host.opened(out)
        udp = plain[UDP]
        assert (udp.sport, udp.dport, bytes(udp.payload)) == (PORT_UC, PORT_PS, payload)
        assert udp_checksum_is_right(plain)
        head = 40 if family == "ipv6" else 20
        sealed = 8 + (8 + size) + -(8 + size + 2) % 4 + 2 + 12
        assert (fragments > 1) == (sealed > 1500 - head)
        host.send(ESP, host.seal(back, host.header(17) / UDP(sport=PORT_PS, dport=PORT_UC) /
                                 Raw(payload[::-1])))
        assert program.recvfrom(65535)[:1] == (payload[::-1],)
    counts = ue.finish()
    assert (counts["sealed"], counts["opened"]) == (len(SIZES), len(SIZES))
    assert (counts["bare"], counts["refused"]) == (0, 0)


@pytest.mark.parametrize("form", FORMS)
def test_P_USE_the_other_ports(make_tunnel, family, form):
    """P-USE: port_us and port_pc have SAs of their own in the four-SA form, the same in a pair."""
    ue, host = make_tunnel("hmac-md5-96", form, family)
    program = ue.socket(socket.SOCK_DGRAM, PORT_US)
    program.sendto(b"request", (ue.pcscf, PORT_PC))
    plain, _ = host.opened(ue.peer(ue.spi_pc))
    assert bytes(plain[UDP].payload) == b"request"
    host.send(ESP, host.seal(ue.peer(ue.spi_us), host.header(17) /
                             UDP(sport=PORT_PC, dport=PORT_US) / Raw(b"response")))
    assert program.recv(100) == b"response"


def test_INT_2_INT_3_what_is_not_handed_to_the_kernel(tunnel):
    """INT-2, INT-3: a replay, a flipped bit, ports that are not the SA's, an unknown SPI."""
    ue, host = tunnel
    program = ue.socket(socket.SOCK_DGRAM, PORT_UC)
    other = ue.socket(socket.SOCK_DGRAM, PORT_US)
    back = ue.peer(ue.spi_uc)

    def sealed(to, payload):
        return host.seal(back, host.header(17) / UDP(sport=PORT_PS, dport=to) / Raw(payload))

    good = sealed(PORT_UC, b"good")
    flipped = bytearray(sealed(PORT_UC, b"flipped"))
    flipped[20] ^= 1
    stray = b"\0\0\1\0" + sealed(PORT_UC, b"stray")[4:]
    for packet in (good, good, bytes(flipped), sealed(PORT_US, b"ports"), stray,
                   sealed(PORT_UC, b"last")):
        host.send(ESP, packet)
    assert [program.recv(100), program.recv(100)] == [b"good", b"last"]
    counts = ue.finish()
    assert (counts["opened"], counts["refused"]) == (2, 4)
    other.settimeout(0)
    with pytest.raises(BlockingIOError):
        other.recv(100)


def test_P_PORT_bare_to_other_ports(tunnel):
    """P-PORT: to unprotected ports a program's packets pass as they are, of any length, and the
    answer comes bare; from or to a protected port without an SA nothing leaves."""
    ue, host = tunnel
    program = ue.socket(socket.SOCK_DGRAM, 40000)
    for size in (5, 3000):
        program.sendto(bytes(size), (ue.pcscf, 5061))
        protocol, body, _ = host.receive()
        assert (protocol, body[8:]) == (17, bytes(size))
    answer = bytes(host.header(17) / UDP(sport=5061, dport=40000) / Raw(b"answer"))
    host.send(17, answer[-14:])
    assert program.recv(100) == b"answer"
    program.sendto(b"x", (ue.pcscf, PORT_PS))
    ue.socket(socket.SOCK_DGRAM, PORT_UC).sendto(b"x", (ue.pcscf, 5061))
    program.sendto(b"end", (ue.pcscf, 5061))
    assert host.receive()[1][8:] == b"end"
    counts = ue.finish()
    assert (counts["bare"], counts["refused"], counts["sealed"]) == (3, 2, 0)


def test_the_device_goes_and_the_address_stays(tunnel):
    """After the simulator the TUN device is gone, and the UE's address works without it."""
    ue, host = tunnel
    assert TUN in run("ip", "-n", ue.topology.ue, "link")
    assert ue.mtu == 1500 - 25
    ue.finish()
    eventually(lambda: TUN not in run("ip", "-n", ue.topology.ue, "link"))
    ue.socket(socket.SOCK_DGRAM, PORT_UC).sendto(b"bare", (ue.pcscf, PORT_PS))
    assert host.receive()[1][8:] == b"bare"
