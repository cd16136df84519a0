# SPDX-License-Identifier: BSD-3-Clause
"""Kernel against kernel through the data plane: the UE's TCP and UDP behind the simulator's TUN
device, the P-CSCF's at the protected ports inside, nothing of SIP in between."""
import hashlib
import random
import socket
import threading

import pytest

from topology import PCSCF, standing_in
from tunnel_ue import PORT_PC, PORT_PS, PORT_UC, PORT_US, TunnelUe

ALGORITHMS = ("hmac-md5-96", "hmac-sha-1-96")
FORMS = ("four", "pair")
FAMILIES = ("ipv4",)  # as the data plane has them
LARGEST_DATAGRAM = 1475 - 28  # the TUN's MTU; the data plane drops fragments
STREAM_LEN = 10 << 20


@pytest.fixture
def make_tunnel(make_plane):
    """A data plane with one UE's set of SAs, and this UE."""
    made = []

    def make(algorithm, form, family="ipv4", change=None):
        plane = make_plane(change)
        made.append(TunnelUe(plane.topology, algorithm, form, family))
        for direction, spi, ports in made[-1].sas():
            plane.add(direction, algorithm, ports, spi=spi, key=made[-1].key,
                      transports=("udp", "tcp"))
        return plane, made[-1]

    yield make
    for one in made:
        one.close()


def inside(plane, kind, port):
    """The P-CSCF's socket, on the kernel's end of the inside TAP."""
    with standing_in(plane.topology.gateway):
        one = socket.socket(socket.AF_INET, kind)
    plane.topology.sockets.append(one)
    one.settimeout(20)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind((PCSCF, port))
    return one


class Stream(threading.Thread):
    """Sends STREAM_LEN random octets, and the end, while others do what they do."""

    def __init__(self, tcp):
        super().__init__(daemon=True)
        self.tcp, self.octets = tcp, random.randbytes(STREAM_LEN)
        self.start()

    def run(self):
        self.tcp.sendall(self.octets)
        self.tcp.shutdown(socket.SHUT_WR)

    def digest(self):
        return hashlib.sha256(self.octets).digest()


def heard(tcp):
    """The digest of all that comes until the end, and how much it was."""
    digest, count = hashlib.sha256(), 0
    while octets := tcp.recv(1 << 16):
        digest.update(octets)
        count += len(octets)
    return count, digest.digest()


def listening(tcp):
    tcp.listen()
    return tcp


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_INT_4_tcp_both_ways_at_once(make_tunnel, algorithm, form, family):
    """INT-4, P-USE: 10 MiB each way at once on a TCP connection of the UE, port_uc to port_ps,
    arrive whole; all of it in ESP, for the data plane has dropped nothing that is bare."""
    plane, ue = make_tunnel(algorithm, form, family)
    server = listening(inside(plane, socket.SOCK_STREAM, PORT_PS))
    client = ue.socket(socket.SOCK_STREAM, PORT_UC)
    client.connect((ue.pcscf, PORT_PS))
    there, source = server.accept()
    there.settimeout(20)
    assert source == (ue.local, PORT_UC)
    up, down = Stream(client), Stream(there)
    result = []
    reader = threading.Thread(target=lambda: result.append(heard(client)), daemon=True)
    reader.start()
    assert heard(there) == (STREAM_LEN, up.digest())
    reader.join(60)
    assert result == [(STREAM_LEN, down.digest())]
    assert set(plane.drops()) <= {"port_full"}  # a link's full queue, which TCP knows
    counts = ue.finish()
    assert min(counts["sealed"], counts["opened"]) > STREAM_LEN // 1500
    assert counts["bare"] == 0


@pytest.mark.parametrize("form", FORMS)
def test_P_USE_the_p_cscf_opens_the_connection(make_tunnel, form):
    """P-USE: a connection of the P-CSCF, port_pc to port_us, is accepted by a program of the UE."""
    plane, ue = make_tunnel("hmac-sha-1-96", form)
    server = listening(ue.socket(socket.SOCK_STREAM, PORT_US))
    client = inside(plane, socket.SOCK_STREAM, PORT_PC)
    client.connect((ue.local, PORT_US))
    there, source = server.accept()
    assert source == (ue.pcscf, PORT_PC)
    there.settimeout(20)
    client.sendall(b"NOTIFY")
    assert there.recv(100) == b"NOTIFY"
    there.sendall(b"SIP/2.0 200 OK")
    assert client.recv(100) == b"SIP/2.0 200 OK"
    assert plane.drops() == {}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_P_ESP_datagrams_between_kernels(make_tunnel, algorithm, form, family):
    """P-ESP, P-USE: UDP of several lengths up to the MTU, to port_ps and back, and from port_pc to
    port_us and back."""
    plane, ue = make_tunnel(algorithm, form, family)
    pairs = [(ue.socket(socket.SOCK_DGRAM, PORT_UC), inside(plane, socket.SOCK_DGRAM, PORT_PS)),
             (ue.socket(socket.SOCK_DGRAM, PORT_US), inside(plane, socket.SOCK_DGRAM, PORT_PC))]
    lengths = (1, 2, 3, 4, 5, 700, LARGEST_DATAGRAM - 1, LARGEST_DATAGRAM)
    for one, other in pairs:
        for length in lengths:
            octets = random.randbytes(length)
            one.sendto(octets, other.getsockname())
            assert other.recvfrom(65535) == (octets, one.getsockname())
            other.sendto(octets[::-1], one.getsockname())
            assert one.recvfrom(65535) == (octets[::-1], other.getsockname())
    counts = ue.finish()
    assert counts["sealed"] == counts["opened"] == 2 * len(lengths)
    assert plane.drops() == {}
