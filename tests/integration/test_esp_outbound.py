# SPDX-License-Identifier: BSD-3-Clause
"""From inside to outside: the kernel inside sends, scapy and tshark judge the ESP that leaves."""
import random

import pytest
from scapy.layers.inet import IP, TCP, UDP, defragment, fragment
from scapy.layers.ipsec import ESP
from scapy.layers.l2 import Ether
from scapy.packet import Raw

import wire_capture
from esp_peer import datagram, is_esp, segment, trailer
from plane import PORT_PC, PORT_PS, PORT_UC, PORT_US
from topology import PCSCF, UE, UE_TWO

ALGORITHMS = ("hmac-md5-96", "hmac-sha-1-96")


@pytest.fixture(params=ALGORITHMS)
def sa(request, plane):
    """An outbound SA of the four: P-CSCF client to UE server."""
    return plane.add("outbound", request.param, [(PORT_PC, PORT_US)])


@pytest.fixture
def client(plane):
    """The kernel's socket at port_pc."""
    return plane.topology.udp(plane.topology.gateway, PCSCF, PORT_PC)


def next_esp(plane):
    frame = plane.outside.receive(is_esp)
    assert frame, "no ESP packet left"
    return Ether(frame)[IP]


def checksum_is_right(packet, layer):
    again = IP(bytes(packet))
    del again[layer].chksum
    return IP(bytes(again))[layer].chksum == packet[layer].chksum


def test_P_ESP_sealed(plane, sa, client):
    """P-ESP, INT-3: what the P-CSCF's kernel sends leaves as ESP that scapy opens, whatever its
    length: numbers from 1, minimal padding 1, 2, 3, next header UDP, right IPv4 and UDP checksums
    (RFC 4303 §2.4, §3.3)."""
    for number, length in enumerate([*range(0, 70), 511, 512, 1398, 1399, 1400], 1):
        payload = random.randbytes(length)
        client.sendto(payload, (UE, PORT_US))
        sealed = next_esp(plane)
        assert (sealed[ESP].spi, sealed[ESP].seq) == (sa.spi, number)
        padding, pad_length, next_header = trailer(sealed)
        assert pad_length == -(8 + length + 2) % 4 and next_header == 17
        assert padding == bytes(range(1, pad_length + 1))
        assert checksum_is_right(sealed, IP)
        plain = sa.open(sealed)
        assert (plain.src, plain.dst, plain[UDP].sport, plain[UDP].dport) == (
            PCSCF, UE, PORT_PC, PORT_US)
        assert bytes(plain[UDP].payload) == payload and checksum_is_right(plain, UDP)
    assert plane.drops() == {}


def test_P_ESP_icv_good_by_tshark(plane, capture, sa, client):
    """P-ESP: tshark finds each ICV good. (Random octets would look like some protocol to it now and
    then, and one that is broken there hides what it found of the ESP.)"""
    for length in range(0, 1400, 47):
        client.sendto(b"p" * length, (UE, PORT_US))
        next_esp(plane)
    capture.stop()
    packets = wire_capture.read(
        capture.path, [wire_capture.esp_row(PCSCF, UE, sa.spi, sa.algorithm, sa.key)],
        "esp && !icmp", ["esp.icv_good", "esp.icv_bad", "udp.checksum.status", "udp.dstport"])
    assert len(packets) == len(range(0, 1400, 47))
    for packet in packets:
        assert packet["esp.icv_good"] == "1" and packet["esp.icv_bad"] == "0", packet
        assert packet["udp.checksum.status"] == "1" and packet["udp.dstport"] == str(PORT_US)


def test_P_ESP_a_false_key_is_seen_by_tshark(plane, capture, sa, client):
    """The witness can say no: with another key the same packets have a bad ICV."""
    client.sendto(b"hello", (UE, PORT_US))
    next_esp(plane)
    capture.stop()
    packets = wire_capture.read(
        capture.path, [wire_capture.esp_row(PCSCF, UE, sa.spi, sa.algorithm, bytes(len(sa.key)))],
        "esp && !icmp", ["esp.icv_good", "esp.icv_bad"])
    assert [packet["esp.icv_bad"] for packet in packets] == ["1"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_INT_4_one_pair_carries_both_port_pairs(plane, algorithm, client):
    """INT-4, RFC 3329 Appendix A: the pair form's one outbound SA takes both port pairs, under one
    row of numbers."""
    sa = plane.add("outbound", algorithm, [(PORT_PS, PORT_UC), (PORT_PC, PORT_US)])
    server = plane.topology.udp(plane.topology.gateway, PCSCF, PORT_PS)
    client.sendto(b"one", (UE, PORT_US))
    first = next_esp(plane)
    server.sendto(b"two", (UE, PORT_UC))
    second = next_esp(plane)
    assert (first[ESP].seq, second[ESP].seq) == (1, 2)
    assert bytes(sa.open(first)[UDP].payload) == b"one"
    assert bytes(sa.open(second)[UDP].payload) == b"two"
    before = plane.drops()
    client.sendto(b"mixed", (UE, PORT_UC))
    plane.await_drops(before, {"out_no_sa": 1})


def test_INT_4_tcp_on_the_same_sa(plane):
    """INT-4: TCP goes on the SA, too, with its checksum right; without TCP in it, it drops."""
    sa = plane.add("outbound", "hmac-sha-1-96", [(PORT_PC, PORT_US)], transports=("udp", "tcp"))
    plane.inside.send(plane.inside_frame(segment(PCSCF, PORT_PC, UE, PORT_US)))
    sealed = next_esp(plane)
    assert trailer(sealed)[2] == 6
    plain = sa.open(sealed)
    assert plain[TCP].dport == PORT_US and checksum_is_right(plain, TCP)


def test_INT_3_nothing_bare_from_a_protected_port(plane, sa, client):
    """INT-3: from a protected port without an SA nothing leaves: other ports, other UEs, other
    transports, fragments, packets too short for ports."""
    server = plane.topology.udp(plane.topology.gateway, PCSCF, PORT_PS)
    before = plane.drops()
    server.sendto(b"x", (UE, PORT_UC))
    client.sendto(b"x", (UE, PORT_US + 1))
    client.sendto(b"x", (UE_TWO, PORT_US))
    plane.await_drops(before, {"out_no_sa": 3})
    plane.expect_drop({"out_no_sa": 1}, plane.inside_frame(segment(PCSCF, PORT_PC, UE, PORT_US)),
                      wire=plane.inside)
    assert plane.outside.receive(is_esp, 0.1) is None
    plane.delete(sa)
    before = plane.drops()
    client.sendto(b"x", (UE, PORT_US))
    plane.await_drops(before, {"out_no_sa": 1})


def test_INT_3_fragments_and_stumps_from_a_protected_host(plane, sa):
    """INT-3: what is too short to show its ports does not leave; a packet in fragments leaves as
    the ESP packet that it is as a whole."""
    stump = IP(bytes(IP(src=PCSCF, dst=UE, proto=17) / Raw(b"\x17\xd5")))
    plane.expect_drop({"out_no_sa": 1}, plane.inside_frame(stump), wire=plane.inside)
    payload = random.randbytes(200)
    for piece in reversed(fragment(datagram(PCSCF, PORT_PC, UE, PORT_US, payload), fragsize=104)):
        plane.inside.send(plane.inside_frame(piece))
    assert bytes(sa.open(next_esp(plane))[UDP].payload) == payload


def test_P_ESP_too_big_for_the_wire(plane, capture, sa, client):
    """P-ESP: what no longer fits the MTU inside ESP is sealed and cut behind its ICV, which tshark
    finds good, although the kernel forbids to cut it (DF); longer, the kernel cuts it itself, and
    it is put together first."""
    fits = datagram(PCSCF, PORT_PC, UE, PORT_US, bytes(1500 - 28 - 24))
    plane.inside.send(plane.inside_frame(fits))
    assert next_esp(plane).len <= 1500
    identifications = set()
    for length in (1455, 1472, 4000):
        payload = b"".join(b"p%04d" % i for i in range(length))[:length]
        client.sendto(payload, (UE, PORT_US))
        pieces = []
        while not pieces or pieces[-1].flags.MF:
            pieces.append(next_esp(plane))
            assert pieces[-1].len <= 1500 and not pieces[-1].flags.DF
        assert len(pieces) == 1 + (length + 32) // 1480
        identifications.add(pieces[0].id)
        whole = defragment(pieces)[0]
        assert bytes(sa.open(whole)[UDP].payload) == payload
    assert len(identifications) == 3 and plane.drops() == {}
    capture.stop()
    packets = wire_capture.read(
        capture.path, [wire_capture.esp_row(PCSCF, UE, sa.spi, sa.algorithm, sa.key)],
        "esp && !icmp", ["esp.icv_good", "esp.icv_bad"])
    assert len(packets) == 4 and all(one["esp.icv_good"] == "1" for one in packets), packets


def test_P_PORT_the_bare_port_answers_bare(plane):
    """P-PORT: from the unprotected port packets leave as they are."""
    bare = plane.topology.udp(plane.topology.gateway, PCSCF, 5060)
    there = plane.topology.udp(plane.topology.ue, UE, 5060)
    bare.sendto(b"SIP/2.0 401 Unauthorized\r\n\r\n", (UE, 5060))
    assert there.recvfrom(100) == (b"SIP/2.0 401 Unauthorized\r\n\r\n", (PCSCF, 5060))


def test_INT_6_a_new_data_plane_goes_on_where_the_old_one_died(plane, sa, client):
    """INT-6, field note 12: after kill -9 the SAs are there, no outbound number comes twice, and
    what was accepted before is a replay still."""
    inbound = plane.add("inbound", sa.algorithm, [(PORT_PS, PORT_UC)])
    server = plane.topology.udp(plane.topology.gateway, PCSCF, PORT_PS)
    old = plane.frame(inbound.seal(datagram(UE, PORT_UC, PCSCF, PORT_PS, b"before")))
    plane.outside.send(old)
    assert server.recvfrom(100)[0] == b"before"
    numbers = []
    for _ in range(3):
        client.sendto(b"before", (UE, PORT_US))
        numbers.append(next_esp(plane)[ESP].seq)
    plane.restart()
    client.sendto(b"after", (UE, PORT_US))
    sealed = next_esp(plane)
    assert bytes(sa.open(sealed)[UDP].payload) == b"after"
    assert sealed[ESP].seq > max(numbers)
    plane.expect_drop({"replay_duplicate": 1}, old)
    plane.outside.send(plane.frame(inbound.seal(datagram(UE, PORT_UC, PCSCF, PORT_PS, b"new"))))
    assert server.recvfrom(100)[0] == b"new"
