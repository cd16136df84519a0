# SPDX-License-Identifier: BSD-3-Clause
"""A program behind the UE simulator's TUN device, once the simulator has registered: it speaks SIP
to the P-CSCF by the kernel's TCP and UDP, on the registration's SAs."""
import fcntl
import json
import socket
import struct
import termios

import pytest

from both_families import both_families, give_ipv6, let_gateway_have_ipv6
from eventually import eventually
from ims_judge import Message
from tcp_client import hear
from topology import standing_in
from tunnel_ue import ADDRESSES, TUN

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"


class Program:
    """An ordinary one of the UE."""

    def __init__(self, gateway, family):
        self.topology = gateway.topology
        self.family = socket.AF_INET6 if family == "ipv6" else socket.AF_INET
        self.ue, self.pcscf = ADDRESSES[family]

    def socket(self, kind, port):
        with standing_in(self.topology.ue):
            one = socket.socket(self.family, kind)
        self.topology.sockets.append(one)
        one.settimeout(20)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((self.ue, port))
        return one

    def options_request(self, transport, port_us, port_ps, cseq=1):
        """What no registration needs, and every SIP element answers."""
        ue, pcscf = (f"[{one}]" if ":" in one else one for one in (self.ue, self.pcscf))
        return (f"OPTIONS sip:{pcscf}:{port_ps} SIP/2.0\r\n"
                f"Via: SIP/2.0/{transport} {ue}:{port_us};branch=z9hG4bK{cseq}{transport}\r\n"
                "Max-Forwards: 70\r\nFrom: <sip:judge@home.net>;tag=judge\r\n"
                f"To: <sip:{pcscf}>\r\nCall-ID: {transport}@{ue}\r\nCSeq: {cseq} OPTIONS\r\n"
                "Content-Length: 0\r\n\r\n").encode()


def await_tunnel(ue, is_open, start=0):
    return json.loads(ue.process.await_line(
        ue.process.out, lambda line: json.loads(line).get("open") == is_open, start=start))


def not_acknowledged(tcp):
    """Octets, as the kernel has them (SIOCOUTQ)."""
    return struct.unpack("i", fcntl.ioctl(tcp, termios.TIOCOUTQ, bytes(4)))[0]


@pytest.fixture
def gateway(topology, make_gateway):
    give_ipv6(topology)
    let_gateway_have_ipv6(topology)
    with standing_in(topology.ue):
        for which in ("all", "ue0"):
            with open(f"/proc/sys/net/ipv4/conf/{which}/rp_filter", "w") as file:
                file.write("2")
    return make_gateway(both_families)


@pytest.mark.parametrize("family", ADDRESSES)
def test_P_USE_a_program_on_the_sas_of_a_registration(gateway, make_ue, family):
    """P-USE, P-LIFE, INT-4: register, then a program's SIP by TCP and by UDP travels on the same SAs:
    a message in many segments, two in one segment; the connection goes on upon
    the old set when a re-authentication has made a new one."""
    program = Program(gateway, family)
    pcscf = f"[{program.pcscf}]:5060" if family == "ipv6" else program.pcscf
    ue = make_ue(IMPI, "register", "-", options=["--tun", TUN], local=program.ue, pcscf=pcscf)
    ue.process.await_line(ue.process.out, lambda line: json.loads(line)["event"] == "done", 40)
    mine, theirs = ue.event("SM6")["ue"], ue.event("SM6")["pcscf"]
    ue.process.write("tunnel")
    assert await_tunnel(ue, True)["device"] == TUN

    tcp = program.socket(socket.SOCK_STREAM, mine["port_c"])
    tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    tcp.connect((program.pcscf, theirs["port_s"]))
    one, two, three = (
        program.options_request("TCP", mine["port_s"], theirs["port_s"], cseq) for cseq in (1, 2, 3))
    for at in range(0, len(one), 20):
        tcp.sendall(one[at:at + 20])
        eventually(lambda: not_acknowledged(tcp) == 0)  # or the kernel sends more at once
    tcp.sendall(two + three)
    answers = hear(tcp, 3)
    assert [answer["CSeq"] for answer in answers] == ["1 OPTIONS", "2 OPTIONS", "3 OPTIONS"]
    assert all(answer.start.startswith("SIP/2.0 ") for answer in answers)

    server = program.socket(socket.SOCK_DGRAM, mine["port_s"])
    client = program.socket(socket.SOCK_DGRAM, mine["port_c"])
    client.sendto(program.options_request("UDP", mine["port_s"], theirs["port_s"]),
                  (program.pcscf, theirs["port_s"]))
    octets, source = server.recvfrom(65535)
    assert source[:2] == (program.pcscf, theirs["port_c"])
    assert Message(octets).start.startswith("SIP/2.0 ")

    assert ue.order("reregister")["action"] == "tunnel"  # which that line ends
    counts = await_tunnel(ue, False)
    assert counts["bare"] == 0 and counts["sealed"] > len(one) / 20
    ue.process.await_line(ue.process.out, lambda line: json.loads(line)["event"] == "done" and
                          json.loads(line)["action"] == "reregister")
    assert ue.event("SM12")["set"] == "new"
    at = len(ue.process.out)
    ue.process.write("tunnel")
    await_tunnel(ue, True, at)
    tcp.sendall(b"\r\n\r\n")
    assert tcp.recv(10) == b"\r\n"
    assert gateway.drops() == {}
    assert ue.finish() == 0, ue.process.err


def test_a_tunnel_that_can_not_be(topology, make_ue):
    """Without --tun, without SAs: the action fails and says why."""
    for options, why in (([], "--tun"), (["--tun", TUN], "set of SAs")):
        ue = make_ue(IMPI, "tunnel", options=options)
        assert ue.finish() == 1
        assert any(why in line for line in ue.process.err), ue.process.err
