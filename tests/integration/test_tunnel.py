# SPDX-License-Identifier: BSD-3-Clause
"""Kernel against kernel through the data plane: the UE's TCP and UDP behind the simulator's TUN
device, the P-CSCF's at the protected ports inside, nothing of SIP in between. One data plane of
both families for each number of workers; a UE with a set of SAs of its own for each case."""
import hashlib
import os
import random
import socket
import threading

import pytest

import wire_capture
from both_families import both_families, let_gateway_have_ipv6
from eventually import eventually
from plane import Plane
from topology import Topology
from tunnel import Tunnel, judged_by_tshark
from tunnel_ue import PORT_PC, PORT_PS

WORKERS = (1, 2)
ALGORITHMS = ("hmac-md5-96", "hmac-sha-1-96")
FORMS = ("four", "pair")
FAMILIES = ("ipv4", "ipv6")
STREAM_LEN = 10 << 20
# So few octets are under way that no queue of a packet socket is full: what one does not take the
# kernel gives to another worker's, past all that waits, and what waited is a replay then.
RECEIVE_BUFFER = 1 << 18
STREAM_S = 60  # to send all of it, on a machine where others work, too
SAMPLE = 500  # packets of a stream that tshark judges
# Whole; whole inside of ESP to the last octet, one more; cut on the way to the gateway already.
LENGTHS = (1, 2, 3, 4, 5, 700, 1427, 1428, 1446, 1447, 1448, 1452, 1453, 1472, 1473, 2900, 8000)
TCP_CLOSE = 7
TCP_KNOWS = {"port_full", "hand_over_full"}  # full queues


@pytest.fixture(scope="module", params=WORKERS)
def shared_plane(request):
    cpus = sorted(os.sched_getaffinity(0))
    topology = Topology()
    plane = None

    def change(settings):
        both_families(settings)
        settings["dataplane"]["workers"] = cpus[-request.param:]

    try:
        let_gateway_have_ipv6(topology)
        plane = Plane(topology, change)
        yield plane
    finally:
        if plane:
            plane.close()
        topology.close()


@pytest.fixture
def make_tunnel(shared_plane):
    made = []

    def make(*arguments):
        made.append(Tunnel(shared_plane, *arguments))
        return made[-1], made[-1].ue

    yield make
    for one in made:
        one.close()


@pytest.fixture
def make_sample(shared_plane, tmp_path):
    made = []

    def make(ue):
        made.append(wire_capture.Sample(
            ue.topology, tmp_path / "wire.pcap", ue.pcscf, SAMPLE))
        return made[-1]

    yield make
    for one in made:
        one.close()


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


def is_closed(tcp):
    return tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == TCP_CLOSE


def ended(*connection):
    """Both ends have said so and heard so: nothing of the connection is under way any more."""
    eventually(lambda: all(map(is_closed, connection)))


def listening(tcp):
    tcp.listen()
    return tcp


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_INT_4_tcp_both_ways_at_once(make_tunnel, make_sample, algorithm, form, family):
    """INT-4, P-USE: 10 MiB each way at once on a TCP connection of the UE, port_uc to port_ps,
    arrive whole; all of it in ESP, for the data plane has dropped nothing that is bare; the ICVs are
    good, by tshark for a sample and by the simulator for all."""
    tunnel, ue = make_tunnel(algorithm, form, family)
    sample = make_sample(ue)
    server = listening(tunnel.inside(socket.SOCK_STREAM, PORT_PS))
    client = ue.socket(socket.SOCK_STREAM, ue.port_uc)
    for one in (server, client):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    client.connect((ue.pcscf, PORT_PS))
    there, source = server.accept()
    for one in (there, client):
        one.settimeout(STREAM_S)
    assert source[:2] == (ue.local, ue.port_uc)
    up, down = Stream(client), Stream(there)
    result = []
    reader = threading.Thread(target=lambda: result.append(heard(client)), daemon=True)
    reader.start()
    assert heard(there) == (STREAM_LEN, up.digest())
    reader.join(60)
    assert result == [(STREAM_LEN, down.digest())]
    assert set(tunnel.drops()) <= TCP_KNOWS
    ended(client, there)
    counts = ue.finish()
    assert min(counts["sealed"], counts["opened"]) > STREAM_LEN // 1500
    assert (counts["bare"], counts["refused"]) == (0, 0)
    sample.finish()
    assert judged_by_tshark(ue, sample.path) == SAMPLE


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("form", FORMS)
def test_P_USE_the_p_cscf_opens_the_connection(make_tunnel, form, family):
    """P-USE: a connection of the P-CSCF, port_pc to port_us, is accepted by a program of the UE."""
    tunnel, ue = make_tunnel("hmac-sha-1-96", form, family)
    server = listening(ue.socket(socket.SOCK_STREAM, ue.port_us))
    client = tunnel.inside(socket.SOCK_STREAM, PORT_PC)
    client.connect((ue.local, ue.port_us))
    there, source = server.accept()
    assert source[:2] == (ue.pcscf, PORT_PC)
    there.settimeout(20)
    client.sendall(b"NOTIFY")
    assert there.recv(100) == b"NOTIFY"
    there.sendall(b"SIP/2.0 200 OK")
    assert client.recv(100) == b"SIP/2.0 200 OK"
    client.shutdown(socket.SHUT_WR)
    there.shutdown(socket.SHUT_WR)
    ended(client, there)
    assert tunnel.drops() == {}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_P_ESP_datagrams_between_kernels(make_tunnel, tmp_path, algorithm, form, family):
    """P-ESP, P-USE: UDP of 1 to 8000 octets, to port_ps and back, and from port_pc to port_us and
    back, whole and in fragments on either side of the data plane; tshark finds each ICV good."""
    tunnel, ue = make_tunnel(algorithm, form, family)
    wire, frames = tunnel.plane.outside, []
    wire.drain()
    pairs = [(ue.socket(socket.SOCK_DGRAM, ue.port_uc), tunnel.inside(socket.SOCK_DGRAM, PORT_PS)),
             (ue.socket(socket.SOCK_DGRAM, ue.port_us), tunnel.inside(socket.SOCK_DGRAM, PORT_PC))]
    for one, other in pairs:
        for length in LENGTHS:
            octets = random.randbytes(length)
            one.sendto(octets, other.getsockname())
            assert other.recvfrom(65535) == (octets, one.getsockname())
            other.sendto(octets[::-1], one.getsockname())
            assert one.recvfrom(65535) == (octets[::-1], other.getsockname())
            frames += wire.drain()
    counts = ue.finish()
    expected = len(pairs) * len(LENGTHS)
    assert (counts["sealed"], counts["opened"], counts["bare"]) == (expected, expected, 0)
    assert tunnel.drops() == {}
    wire_capture.write(tmp_path / "wire.pcap", frames)
    assert judged_by_tshark(ue, tmp_path / "wire.pcap") == expected
