# SPDX-License-Identifier: BSD-3-Clause
"""From outside to inside: scapy seals, the data plane opens, the kernel inside receives."""
import random

import pytest
from scapy.layers.inet import IP
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from esp_peer import KEY_LEN, datagram, segment
from plane import PORT_PC, PORT_PS, PORT_UC, PORT_US
from topology import PCSCF, UE, UE_TWO

ALGORITHMS = ("hmac-md5-96", "hmac-sha-1-96")
WINDOW = 64


@pytest.fixture(params=ALGORITHMS)
def sa(request, plane):
    """An inbound SA of the four: UE client to P-CSCF server."""
    return plane.add("inbound", request.param, [(PORT_PS, PORT_UC)])


@pytest.fixture
def server(plane):
    """The kernel's socket at port_ps."""
    return plane.topology.udp(plane.topology.gateway, PCSCF, PORT_PS)


def sip(payload=b"OPTIONS sip:pcscf SIP/2.0\r\n\r\n", source=UE, source_port=PORT_UC,
        destination_port=PORT_PS):
    return datagram(source, source_port, PCSCF, destination_port, payload)


def udp_of(packet):
    return bytes(IP(bytes(packet)).payload)


def test_P_ESP_padding_of_every_length(plane, sa, server):
    """P-ESP, INT-3: payloads of every length modulo the alignment, up to the frame's end, come out
    unchanged, with a right IPv4 header (RFC 4303 §2.4, §3.4.4)."""
    inside = plane.inside
    for length in [*range(0, 70), 300, 511, 512, 1399, 1400, 1410]:
        payload = random.randbytes(length)
        plane.outside.send(plane.frame(sa.seal(sip(payload))))
        assert server.recvfrom(65535) == (payload, (UE, PORT_UC)), length
        packet = Ether(inside.receive(lambda frame: frame[12:14] == b"\x08\x00"))[IP]
        checked = IP(bytes(packet))
        del checked.chksum
        assert (packet.proto, packet.len, packet.chksum) == (
            17, 28 + length, IP(bytes(checked)).chksum), length
        assert len(bytes(packet)) == packet.len or length < 18  # Ethernet pads what is short
    assert plane.drops() == {}


def test_P_ESP_padding_longer_than_needed(plane, sa, server):
    """P-ESP: up to 255 octets of padding are legal (RFC 4303 §2.4)."""
    body = udp_of(sip(b"ab"))
    for pad in range((-(len(body) + 2)) % 4, 256, 4):
        plane.outside.send(plane.frame(sa.forge(sip(), body, padding=bytes(range(1, pad + 1)))))
        assert server.recvfrom(65535)[0] == b"ab"
    assert plane.drops() == {}


def test_P_ESP_window_edges(plane, sa, server):
    """P-ESP, INT-6: with top T and width W, T - W is refused, T - W + 1 accepted once; a jump ahead
    is accepted; number 0 never is (RFC 4303 §3.4.3)."""
    rows = [(1000, None), (1000, "replay_duplicate"), (1000 - WINDOW, "replay_old"),
            (1000 - WINDOW - 1, "replay_old"), (1000 - WINDOW + 1, None),
            (1000 - WINDOW + 1, "replay_duplicate"), (999, None), (0, "sequence_zero"),
            (5000, None), (4000, "replay_old"), (5000 - WINDOW + 1, None), (2**32 - 1, None),
            (5000, "replay_old"), (2**32 - 1, "replay_duplicate"), (2**32 - WINDOW, None)]
    for number, reason in rows:
        payload = random.randbytes(20)
        frame = plane.frame(sa.seal(sip(payload), number))
        if reason:
            plane.expect_drop({reason: 1}, frame)
        else:
            plane.outside.send(frame)
            assert server.recvfrom(100)[0] == payload, number


def test_INT_2_replay_within_one_burst(plane, sa, server):
    """INT-2: of many copies that arrive together one passes."""
    frame = plane.frame(sa.seal(sip(b"once")))
    for _ in range(50):
        plane.outside.send(frame)
    assert server.recvfrom(100)[0] == b"once"
    plane.await_drops({}, {"replay_duplicate": 49})


def test_P_ESP_forged_never_moves_the_window(plane, sa, server):
    """P-ESP: window, ICV, then move: a forged high number shuts nobody out."""
    forged = sa.forge(sip(), udp_of(sip()), sequence=2**31, icv=bytes(12))
    plane.expect_drop({"icv": 1}, plane.frame(forged))
    plane.outside.send(plane.frame(sa.seal(sip(b"still here"), 1)))
    assert server.recvfrom(100)[0] == b"still here"


def test_E_1_icv_every_octet(plane, sa, server):
    """E-1, INT-2: one flipped bit anywhere behind the SPI drops, under icv; the sequence number is
    covered, too."""
    good = bytes(sa.seal(sip(b"0123456789"), 40))
    for at in range(24, len(good)):
        bad = bytearray(good)
        bad[at] ^= 1 << random.randrange(8)
        if at < 28 and int.from_bytes(bad[24:28], "big") == 0:
            continue
        plane.expect_drop({"icv": 1}, plane.frame(bytes(bad)))
    plane.outside.send(plane.frame(good))
    assert server.recvfrom(100)[0] == b"0123456789"


def test_E_1_icv_at_each_place_of_a_burst(plane, sa, server):
    """E-1: one bad ICV among good ones is the only one that goes."""
    for place in range(0, 16):
        before = plane.drops()
        for n in range(16):
            packet = bytearray(bytes(sa.seal(sip(b"%02d" % n))))
            if n == place:
                packet[-1] ^= 1
            plane.outside.send(plane.frame(bytes(packet)))
        seen = [server.recvfrom(100)[0] for _ in range(15)]
        assert seen == [b"%02d" % n for n in range(16) if n != place]
        plane.await_drops(before, {"icv": 1})


def test_INT_2_reflected(plane, sa):
    """INT-2: our own packet thrown back, with its addresses as they were, or swapped, drops as
    reflected, though the key would fit."""
    out = plane.add("outbound", sa.algorithm, [(PORT_PC, PORT_US)])
    ours = out.seal(datagram(PCSCF, PORT_PC, UE, PORT_US, b"hello"))
    plane.expect_drop({"reflected": 1}, plane.frame(ours))
    swapped = out.seal(datagram(UE, PORT_PC, PCSCF, PORT_US, b"hello"))
    plane.expect_drop({"reflected": 1}, plane.frame(swapped))


def trailer_rows():
    body = udp_of(sip(b"0123456789"))  # 18 octets: no padding is needed
    yield "esp_padding", dict(body=body, padding=b"\x01\x02\x03\x05")
    yield "esp_padding", dict(body=body, padding=b"\x00\x00\x00\x00")
    yield "esp_padding", dict(body=body, padding=b"\x02\x03\x04\x05")
    yield "esp_padding", dict(body=body, padding=b"", pad_length=19)
    yield "esp_padding", dict(body=body, padding=b"", pad_length=255)
    yield "esp_next_header", dict(body=body, next_header=6)
    yield "esp_next_header", dict(body=body, next_header=1)
    yield "esp_next_header", dict(body=body, next_header=4)
    yield "esp_next_header", dict(body=body, next_header=59)
    yield "transport_length", dict(body=b"")
    yield "transport_length", dict(body=body[:6])
    yield "transport_length", dict(body=body[:4] + b"\x00\x07" + body[6:])
    yield "transport_length", dict(body=body[:4] + b"\xff\xff" + body[6:])


def test_P_ESP_trailer(plane, sa):
    """P-ESP: with a right ICV, wrong padding, next header or inner length drop by their names."""
    for reason, fields in trailer_rows():
        plane.expect_drop({reason: 1}, plane.frame(sa.forge(sip(), **fields)))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_P_ESP_padding_longer_than_the_packet(plane, algorithm):
    """P-ESP: a pad length that reaches into the ESP header, whose octets go on with 1, 2, 3 …, so
    that only the comparison of lengths can find it."""
    sa = plane.add("inbound", algorithm, [(PORT_PS, PORT_UC)], spi=0x01020304)
    forged = sa.forge(sip(), bytes(range(9, 27)), padding=b"", pad_length=26,
                      sequence=0x05060708)
    plane.expect_drop({"esp_padding": 1}, plane.frame(forged))


def test_P_ESP_length(plane, sa):
    """P-ESP: too short for header, trailer and ICV, or not aligned to 4 octets."""
    whole = bytes(sa.seal(sip(b"0123456789")).payload)
    for length in [0, 1, 7, 8, 11, 20, 21]:
        plane.expect_drop({"esp_length": 1}, plane.frame(sa.carry(sip(), whole[:length])))
    for length in [len(whole) - 1, len(whole) - 2, len(whole) - 3]:
        plane.expect_drop({"esp_length": 1}, plane.frame(sa.carry(sip(), whole[:length])))
    plane.expect_drop({"icv": 1}, plane.frame(sa.carry(sip(), whole[:-4])))


def test_P_ESP_unknown_spi(plane, sa):
    """P-ESP: no SA, no way in; a deleted one neither."""
    stranger = plane.peer(sa.spi ^ 0x10000, sa.algorithm, sa.key)
    plane.expect_drop({"spi_unknown": 1}, plane.frame(stranger.seal(sip())))
    for spi in (0, 1, 255, 2**32 - 1):
        stranger = plane.peer(spi, sa.algorithm, sa.key)
        plane.expect_drop({"spi_unknown": 1}, plane.frame(stranger.seal(sip())))
    plane.delete(sa)
    plane.expect_drop({"spi_unknown": 1}, plane.frame(sa.seal(sip())))


def test_P_BIND_selectors(plane, sa, server):
    """P-BIND: a right ICV does not help from another address or to other ports."""
    plane.expect_drop({"selector_address": 1}, plane.frame(sa.seal(sip(source=UE_TWO))))
    for source_port, destination_port in ((PORT_UC + 1, PORT_PS), (PORT_UC, PORT_PC),
                                          (PORT_US, PORT_PS), (PORT_UC, 5060)):
        packet = sip(source_port=source_port, destination_port=destination_port)
        plane.expect_drop({"selector_port": 1}, plane.frame(sa.seal(packet)))
    plane.outside.send(plane.frame(sa.seal(sip(b"right"))))
    assert server.recvfrom(100)[0] == b"right"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_INT_4_one_pair_carries_both_port_pairs(plane, algorithm, server):
    """INT-4, RFC 3329 Appendix A: the pair form's one inbound SA takes both port pairs, and no
    mixture of them."""
    sa = plane.add("inbound", algorithm, [(PORT_PS, PORT_UC), (PORT_PC, PORT_US)])
    client = plane.topology.udp(plane.topology.gateway, PCSCF, PORT_PC)
    plane.outside.send(plane.frame(sa.seal(sip(b"to port_ps"))))
    assert server.recvfrom(100)[0] == b"to port_ps"
    packet = sip(b"to port_pc", source_port=PORT_US, destination_port=PORT_PC)
    plane.outside.send(plane.frame(sa.seal(packet)))
    assert client.recvfrom(100)[0] == b"to port_pc"
    for mixture in ((PORT_UC, PORT_PC), (PORT_US, PORT_PS)):
        packet = sip(source_port=mixture[0], destination_port=mixture[1])
        plane.expect_drop({"selector_port": 1}, plane.frame(sa.seal(packet)))


def test_INT_4_tcp_on_the_same_sa(plane):
    """INT-4: TCP and UDP share an SA; where it has UDP only, TCP drops."""
    both = plane.add("inbound", "hmac-sha-1-96", [(PORT_PS, PORT_UC)], transports=("udp", "tcp"))
    # A reset: the kernel answers no other segment without one of its own, which would drop.
    packet = segment(UE, PORT_UC, PCSCF, PORT_PS, flags="R")
    plane.outside.send(plane.frame(both.seal(packet)))
    assert plane.inside.receive(lambda frame: frame[23] == 6)
    # A TCP header that says it is longer than the packet.
    body = bytearray(udp_of(packet))
    body[12] = 0xF0
    plane.expect_drop({"transport_length": 1}, plane.frame(
        both.forge(packet, bytes(body), next_header=6)))


def test_P_ESP_octets_behind_the_packet(plane, sa, server):
    """Ethernet padding behind the IP packet neither counts nor is delivered."""
    plane.outside.send(plane.frame(sa.seal(sip(b"short"))) + b"trailing octets")
    assert server.recvfrom(100)[0] == b"short"
    frame = plane.inside.receive(lambda frame: frame[12:14] == b"\x08\x00")
    assert b"trailing" not in frame


def test_P_KEY_key_lengths(plane):
    """P-KEY: 16 octets for MD5, 20 for SHA-1."""
    assert KEY_LEN == {"hmac-md5-96": 16, "hmac-sha-1-96": 20}
    for algorithm in ALGORITHMS:
        key = random.randbytes(KEY_LEN[algorithm] - 1) + b"\x00"
        sa = plane.add("inbound", algorithm, [(PORT_PS, PORT_UC + 100)], key=key)
        packet = sip(b"x", source_port=PORT_UC + 100)
        plane.outside.send(plane.frame(sa.seal(packet)))
        assert plane.inside.receive(lambda frame: frame[12:14] == b"\x08\x00")
        plane.delete(sa)


def test_P_ESP_options_are_carried(plane, sa, server):
    """IPv4 options stay, with a right header around what was inside."""
    plain = IP(bytes(IP(src=UE, dst=PCSCF, proto=17, options=b"\x94\x04\x00\x00") /
                     Raw(udp_of(sip(b"optional")))))
    body = udp_of(sip(b"optional"))
    sealed = sa.forge(sip(), body)
    packet = IP(bytes(IP(src=UE, dst=PCSCF, proto=50, options=plain.options) /
                      Raw(bytes(sealed.payload))))
    plane.outside.send(plane.frame(packet))
    assert server.recvfrom(100)[0] == b"optional"
