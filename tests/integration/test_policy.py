# SPDX-License-Identifier: BSD-3-Clause
"""What may pass without ESP, and the names of what may not: the bump in the wire's policy."""
import itertools
import os
import random
import struct

from scapy.layers.inet import ICMP, IP, UDP, fragment
from scapy.layers.inet6 import IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment
from scapy.layers.l2 import ARP, Dot1Q, Ether
from scapy.packet import Raw

from esp_peer import datagram, segment
from eventually import eventually
from plane import PORT_PC, PORT_PS, PORT_UC
from topology import PCSCF, UE


def plain(port, payload=b"REGISTER", **ip):
    return IP(bytes(IP(src=UE, dst=PCSCF, **ip) / UDP(sport=5060, dport=port) / Raw(payload)))


def test_INT_3_bare_to_a_protected_port(plane):
    """INT-3, P-PORT: bare UDP and TCP to each protected port drop, SA or no SA."""
    plane.add("inbound", "hmac-sha-1-96", [(PORT_PS, PORT_UC)])
    for port in (PORT_PS, PORT_PC, 6102):
        for source_port in (5060, PORT_UC):
            for packet in (datagram(UE, source_port, PCSCF, port, b"x"),
                           segment(UE, source_port, PCSCF, port)):
                plane.expect_drop({"plain_protected_port": 1}, plane.frame(packet))


def test_P_PORT_only_the_sip_port_is_open(plane):
    """P-PORT: bare SIP passes to 5060; every other port of the host and other transports drop."""
    bare = plane.topology.udp(plane.topology.gateway, PCSCF, 5060)
    plane.outside.send(plane.frame(plain(5060)))
    assert bare.recvfrom(100) == (b"REGISTER", (UE, 5060))
    for port in (1, 22, 5059, 5061, 6099, 6103, 65535):
        plane.expect_drop({"plain_other_port": 1}, plane.frame(plain(port)))
    sctp = IP(bytes(IP(src=UE, dst=PCSCF, proto=132) / Raw(bytes(20))))
    plane.expect_drop({"plain_other_port": 1}, plane.frame(sctp))


def test_P_PORT_stumps(plane):
    """Too short to show its ports is too short to pass."""
    for body in (b"", b"\x13\xc4", struct.pack(">HHHH", 5060, 5060, 8, 0)[:7]):
        stump = IP(bytes(IP(src=UE, dst=PCSCF, proto=17) / Raw(body)))
        plane.expect_drop({"transport_length": 1}, plane.frame(stump))


def test_arp_and_icmp_pass(plane):
    """The gateway has no address: ARP and ICMP are between the UE and the host inside, both ways."""
    plane.outside.send(bytes(Ether(src=plane.outside.mac, dst="ff:ff:ff:ff:ff:ff") /
                             ARP(hwsrc=plane.outside.mac, psrc=UE, pdst=PCSCF)))
    reply = plane.outside.receive(lambda frame: frame[12:14] == b"\x08\x06" and frame[21] == 2)
    assert reply and ARP(reply[14:]).hwsrc == ":".join(f"{n:02x}" for n in plane.inside.mac)
    ping = IP(bytes(IP(src=UE, dst=PCSCF) / ICMP(id=7, seq=1) / Raw(b"ping")))
    plane.outside.send(plane.frame(ping))
    pong = plane.outside.receive(lambda frame: frame[23] == 1 and frame[34] == 0)
    assert pong and bytes(IP(pong[14:])[ICMP].payload) == b"ping"
    assert plane.drops() == {}


def test_other_hosts_are_not_behind_us(plane):
    """From outside only protected hosts are reached."""
    other = datagram(UE, 5060, "203.0.113.77", 5060, b"x")
    plane.expect_drop({"other_host": 1}, plane.frame(other))
    plane.expect_drop({"other_host": 1}, plane.frame(
        IP(bytes(IP(src=UE, dst="203.0.113.77", proto=50) / Raw(bytes(40))))))


def test_INT_2_the_hosts_own_address_from_outside(plane):
    """INT-2: what claims to come from the protected host comes from nowhere."""
    for packet in (datagram(PCSCF, PORT_PS, PCSCF, 5060, b"x"), datagram(PCSCF, 5060, UE, 5060, b""),
                   IP(bytes(IP(src=PCSCF, dst=PCSCF) / ICMP()))):
        plane.expect_drop({"reflected": 1}, plane.frame(packet))


def test_ip_header(plane):
    """Bad version, header length, total length; wrong header checksum."""
    good = bytes(plain(5060))

    def altered(**octets):
        packet = IP(good)
        for name, value in octets.items():
            setattr(packet, name, value)
        del packet.chksum
        return bytes(packet)

    for packet in (altered(version=5), altered(ihl=4), altered(ihl=0),
                   altered(len=19), altered(len=0), altered(len=10)):
        plane.expect_drop({"ip_header": 1}, plane.frame(packet))
    wrong = bytearray(good)
    wrong[10] ^= 1
    plane.expect_drop({"ip_checksum": 1}, plane.frame(bytes(wrong)))
    moved = bytearray(good)
    moved[8] -= 1  # a TTL without its checksum
    plane.expect_drop({"ip_checksum": 1}, plane.frame(bytes(moved)))


def test_truncated_frames(plane):
    """A frame that ends before what its headers announce."""
    good = plane.frame(plain(5060, bytes(100)))
    before = plane.drops()
    sent = 0
    for length in (20, 33, 34, 41, 60, len(good) - 1):
        plane.outside.send(good[:length])
        sent += 1
    plane.await_drops(before, {"frame_truncated": sent})


def outside_tap(settings):
    settings["dataplane"]["outside"] = {"kind": "tap", "interface": "gmtap0"}


def test_INT_3_ip_fragments(make_plane):
    """INT-3: a packet in fragments is judged as the whole that it is, in whatever order they come.
    (By a TAP: on its way to an af_packet port the kernel itself puts fragments together.)"""
    plane = make_plane(outside_tap)
    for number, order in enumerate(itertools.permutations(range(3)), 1):
        whole = IP(bytes(plain(PORT_PS, bytes(300))))
        whole.id = number
        pieces = fragment(whole, fragsize=120)
        assert len(pieces) == 3
        plane.expect_drop({"plain_protected_port": 1}, *(plane.frame(pieces[i]) for i in order))


def test_hostile_fragments(make_plane):
    """Fragments that no honest sender makes drop, each under its name."""
    plane = make_plane(outside_tap)

    def piece(number, first, length, **fields):
        return plane.frame(IP(bytes(IP(src=UE, dst=PCSCF, proto=17, id=number, frag=first // 8,
                                       **fields) / Raw(bytes(length)))))

    plane.expect_drop({"fragment_shape": 1}, piece(1, 0, 99, flags="MF"))
    plane.expect_drop({"fragment_tiny": 1}, piece(2, 0, 8, flags="MF"))
    plane.expect_drop({"fragment_too_long": 1}, piece(3, 65528, 800))
    plane.expect_drop({"fragment_overlap": 2}, piece(4, 0, 96, flags="MF"),
                      piece(4, 88, 96, flags="MF"))
    plane.expect_drop({"fragment_duplicate": 1}, piece(5, 0, 96, flags="MF"),
                      piece(5, 0, 96, flags="MF"))
    # That one goes on to wait, until too many newer ones of its source do.
    flood = [piece(100 + i, 0, 96, flags="MF") for i in range(100)]
    plane.expect_drop({"fragment_source": 37}, *flood)
    before = plane.drops()
    plane.await_drops(before, {"fragment_timeout": 64}, timeout=60)


def test_ether_types(plane):
    """Neither IPv4, IPv6 nor ARP: dropped."""
    header = dict(src=plane.outside.mac, dst=plane.inside.mac)
    for frame in (Ether(**header, type=0x88B5) / Raw(bytes(50)),
                  Ether(**header, type=0x8847) / Raw(bytes(50)),
                  Ether(**header, type=0x0101) / Raw(bytes(50))):
        plane.expect_drop({"ether_type": 1}, bytes(frame))


def test_INT_3_vlan_tags_do_not_get_around_the_policy(plane):
    """INT-3: a tagged packet to a protected port does not pass either."""
    tagged = bytes(Ether(src=plane.outside.mac, dst=plane.inside.mac) / Dot1Q(vlan=5) /
                   datagram(UE, PORT_UC, PCSCF, PORT_PS, b"sneaky"))
    before = sum(plane.drops().values())
    plane.outside.send(tagged)
    plane.outside.send(plane.frame(plain(PORT_PS)))
    eventually(lambda: sum(plane.drops().values()) == before + 2)
    assert plane.inside.receive(lambda frame: b"sneaky" in frame, 0.1) is None


def test_P_ESP_vlan_tags_are_carried(make_plane):
    """P-ESP: ESP behind one or two tags is opened."""
    plane = make_plane(outside_tap)
    sa = plane.add("inbound", "hmac-sha-1-96", [(PORT_PS, PORT_UC)])
    header = Ether(src=plane.outside.mac, dst=plane.inside.mac)
    for tags in (Dot1Q(vlan=5), Dot1Q(vlan=5, type=0x8100) / Dot1Q(vlan=6)):
        payload = random.randbytes(20)
        plane.outside.send(header / tags / sa.seal(datagram(UE, PORT_UC, PCSCF, PORT_PS, payload)))
        assert plane.inside.receive(lambda frame: payload in frame and frame[-len(payload):] == payload)
    assert plane.drops() == {}


def test_ipv6_extension_headers(plane):
    """IPv6 to somebody who is not protected, with and without extension headers."""
    header = Ether(src=plane.outside.mac, dst=plane.inside.mac)
    six = IPv6(src="2001:db8::1", dst="2001:db8::9")
    for packet in (six / UDP(dport=PORT_PS), six / IPv6ExtHdrDestOpt() / UDP(dport=PORT_PS),
                   six / IPv6ExtHdrFragment() / UDP(dport=PORT_PS)):
        plane.expect_drop({"other_host": 1}, bytes(header / packet))


def test_plain_rate(make_plane):
    """Unprotected SIP above the configured rate drops under its name; ESP is not its prey."""
    def slow(settings):
        settings["dataplane"]["plain_sip_rate"] = 10

    plane = make_plane(slow)
    sa = plane.add("inbound", "hmac-md5-96", [(PORT_PS, PORT_UC)])
    server = plane.topology.udp(plane.topology.gateway, PCSCF, PORT_PS)
    for _ in range(200):
        plane.outside.send(plane.frame(plain(5060)))
    eventually(lambda: plane.counters()["counters"]["outside_rx_packets"] >= 200)
    assert 100 < plane.drops().get("plain_rate", 0) < 200
    plane.outside.send(plane.frame(sa.seal(datagram(UE, PORT_UC, PCSCF, PORT_PS, b"protected"))))
    assert server.recvfrom(100)[0] == b"protected"


def test_noise(plane):
    """Random frames, and valid ones with random damage: never a crash, and valid packets pass
    afterwards."""
    seed = int(os.environ.get("PORTCULLIS_SEED") or random.getrandbits(32))
    print(f"PORTCULLIS_SEED={seed} repeats it")  # shown where it fails
    dice = random.Random(seed)
    sa = plane.add("inbound", "hmac-sha-1-96", [(PORT_PS, PORT_UC)])
    server = plane.topology.udp(plane.topology.gateway, PCSCF, PORT_PS)
    good = plane.frame(sa.seal(datagram(UE, PORT_UC, PCSCF, PORT_PS, bytes(200))))
    for n in range(1, 3001):
        frame = bytearray(good[:dice.randrange(15, len(good) + 1)])
        for _ in range(dice.randrange(1, 6)):
            frame[dice.randrange(12, len(frame))] = dice.randrange(256)
        plane.outside.send(frame)
        if n % 200:
            continue
        # A valid packet is waited for: no more at once than the port's ring in the kernel holds.
        plane.outside.send(plane.frame(sa.seal(
            datagram(UE, PORT_UC, PCSCF, PORT_PS, b"still there"))))
        while server.recvfrom(1000)[0] != b"still there":
            pass
