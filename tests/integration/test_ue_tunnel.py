# SPDX-License-Identifier: BSD-3-Clause
"""A program behind the UE simulator's TUN device, once the simulator has registered: it speaks SIP
to the P-CSCF by the kernel's TCP and UDP, on the registration's SAs."""
import json
import socket

from ims_judge import Message
from topology import PCSCF, UE, standing_in

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"
TUN = "ims0"


def options_request(transport, local_port, port_ps):
    """What no registration needs, and every SIP element answers."""
    return (f"OPTIONS sip:{PCSCF}:{port_ps} SIP/2.0\r\n"
            f"Via: SIP/2.0/{transport} {UE}:{local_port};branch=z9hG4bK{local_port}{transport}\r\n"
            "Max-Forwards: 70\r\nFrom: <sip:judge@home.net>;tag=judge\r\n"
            f"To: <sip:{PCSCF}>\r\nCall-ID: {local_port}{transport}@{UE}\r\nCSeq: 1 OPTIONS\r\n"
            "Content-Length: 0\r\n\r\n").encode()


def program(topology, kind, port):
    with standing_in(topology.ue):
        one = socket.socket(socket.AF_INET, kind)
    topology.sockets.append(one)
    one.settimeout(20)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind((UE, port))
    return one


def await_tunnel(ue, is_open, start=0):
    return json.loads(ue.process.await_line(
        ue.process.out, lambda line: json.loads(line).get("open") == is_open, start=start))


def test_P_USE_a_program_on_the_sas_of_a_registration(gateway, make_ue):
    """P-USE, P-LIFE, INT-4: register, then a program's SIP by TCP and by UDP travels on the same SAs;
    the connection goes on upon the old set when a re-authentication has made a new one."""
    with standing_in(gateway.topology.ue):
        for which in ("all", "ue0"):
            with open(f"/proc/sys/net/ipv4/conf/{which}/rp_filter", "w") as file:
                file.write("2")
    ue = make_ue(IMPI, "register", "-", options=["--tun", TUN])
    ue.process.await_line(ue.process.out, lambda line: json.loads(line)["event"] == "done", 40)
    mine, theirs = ue.event("SM6")["ue"], ue.event("SM6")["pcscf"]
    ue.process.write("tunnel")
    assert await_tunnel(ue, True)["device"] == TUN

    tcp = program(gateway.topology, socket.SOCK_STREAM, mine["port_c"])
    tcp.connect((PCSCF, theirs["port_s"]))
    tcp.sendall(options_request("TCP", mine["port_s"], theirs["port_s"]))
    assert Message(tcp.recv(65535)).start.startswith("SIP/2.0 ")

    server = program(gateway.topology, socket.SOCK_DGRAM, mine["port_s"])
    client = program(gateway.topology, socket.SOCK_DGRAM, mine["port_c"])
    client.sendto(options_request("UDP", mine["port_s"], theirs["port_s"]),
                  (PCSCF, theirs["port_s"]))
    octets, source = server.recvfrom(65535)
    assert source == (PCSCF, theirs["port_c"])
    assert Message(octets).start.startswith("SIP/2.0 ")

    assert ue.order("reregister")["action"] == "tunnel"  # which that line ends
    assert await_tunnel(ue, False)["bare"] == 0
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
