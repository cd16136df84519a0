# SPDX-License-Identifier: BSD-3-Clause
"""SIP over TCP against the whole gateway: bare at the unprotected port, and inside of ESP between
the kernel's TCP and ours."""
import contextlib
import os
import signal
import socket

import pytest

from esp_tun import EspTun
from eventually import eventually
from ims_judge import ImsJudge
from tcp_client import connect, hear, over_tcp
from topology import PCSCF, UE, UE_TWO, run, standing_in

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"


@contextlib.contextmanager
def stopped(pid):
    """Meanwhile the process does nothing, and its kernel goes on."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def established(topology, port):
    return run("ip", "netns", "exec", topology.gateway, "ss", "-tnH", "state", "established",
               f"sport = :{port}").strip()


@pytest.fixture
def judge(gateway):
    return ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])


def sip(gateway):
    return gateway.counters()["sip"]


def test_A_SM1_SM6_by_tcp(gateway, judge):
    """A-SM6: SM1 by TCP in two segments, its 401 returns on the connection; the same REGISTER once
    more in one segment with a ping."""
    tcp = connect(gateway.topology, UE_TWO)
    text = over_tcp(judge.request(1, 5060, judge.initial_authorization()))
    tcp.sendall(text[:200])
    eventually(lambda: sip(gateway)["sip_tcp_accepted"] == 1)
    tcp.sendall(text[200:])
    challenge, = hear(tcp)
    assert challenge.status == 401 and challenge["Security-Server"]
    tcp.sendall(b"\r\n\r\n")
    assert tcp.recv(10) == b"\r\n"


def test_two_requests_in_one_segment(gateway, judge):
    """P-USE: several messages in one segment are several messages, each answered."""
    tcp = connect(gateway.topology, UE_TWO)
    first = judge.request(1, 5060, judge.initial_authorization(), method="OPTIONS")
    second = judge.request(2, 5060, judge.initial_authorization(), method="OPTIONS")
    tcp.sendall(over_tcp(first + second))
    assert [(one.status, one["CSeq"]) for one in hear(tcp, 2)] == [
        (403, "1 OPTIONS"), (403, "2 OPTIONS")]


@pytest.mark.parametrize("octets, status", [
    (b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", None),
    (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", None),
    (b"Content-Length", 400), (b"64 KB", 400)])
def test_hostile_streams(gateway, judge, octets, status):
    """What can not be cut into messages: 400 where it can be answered, the end in any case, a
    counter; another UE is not disturbed."""
    text = over_tcp(judge.request(1, 5060, judge.initial_authorization()))
    if octets == b"Content-Length":
        octets = text.replace(b"Content-Length: 0\r\n", b"")
    elif octets == b"64 KB":
        octets = text.replace(b"Content-Length", b"Subject: " + bytes([120]) * 70000 +
                              b"\r\nContent-Length")
    other = connect(gateway.topology, UE)
    tcp = connect(gateway.topology, UE_TWO)
    tcp.sendall(octets)
    answers = hear(tcp, 2)
    assert [one.status for one in answers] == ([status] if status else [])
    assert sip(gateway)["sip_tcp_broken"] == 1
    other.sendall(b"\r\n\r\n")
    assert other.recv(10) == b"\r\n"


def test_one_source_has_not_all_connections(gateway):
    """Connections of one source are bounded; those of another are not concerned."""
    held = [connect(gateway.topology, UE) for _ in range(64)]
    eventually(lambda: sip(gateway)["sip_tcp_accepted"] == 64)
    one_more = connect(gateway.topology, UE)
    assert one_more.recv(10) == b""
    assert sip(gateway)["sip_tcp_refused"] == 1
    other = connect(gateway.topology, UE_TWO)
    other.sendall(b"\r\n\r\n")
    assert other.recv(10) == b"\r\n"
    for tcp in held:
        tcp.close()
    eventually(lambda: sip(gateway)["sip_tcp_accepted"] == 65)
    connect(gateway.topology, UE).sendall(b"\r\n\r\n")


@pytest.mark.parametrize("algorithm", ["hmac-sha-1-96", "hmac-md5-96"])
def test_A_SM7_SM12_by_tcp_inside_esp(gateway, algorithm):
    """A-SM7…12, INT-4, P-USE: SM1 by UDP, SM7 by TCP on the same SAs, from port_uc to port_ps; the
    200 returns on the connection, port_ps to port_uc. Nothing drops. FIN de-registers nobody."""
    judge = ImsJudge(gateway.topology, IMPI, [algorithm])
    assert judge.challenge().status == 401
    tunnel = EspTun(gateway.topology, judge)
    try:
        tcp = connect(gateway.topology, UE_TWO, judge.port_ps, judge.port_c)
        tcp.sendall(over_tcp(judge.request(
            2, judge.port_s, judge.authorization(judge.res),
            [("Security-Verify", judge.sm6["Security-Server"])])))
        answer, = hear(tcp)
        assert (answer.status, answer["CSeq"]) == (200, "2 REGISTER")
        tcp.shutdown(socket.SHUT_WR)
        assert tcp.recv(10) == b""
        assert tunnel.segments > 2
        assert gateway.ask("show", "ue", IMPI)["identities"][0]["flag"] == "registered"
        assert len(gateway.ask("show", "sa")["sas"]) == 4
        assert gateway.drops() == {}
    finally:
        tunnel.close()


def test_P_USE_an_answer_without_its_connection(gateway, judge):
    """P-USE: the connection of SM7 is gone before its 200: the P-CSCF opens one from port_pc to
    port_us, on the other two SAs, and the 200 comes there."""
    assert judge.challenge().status == 401
    with standing_in(gateway.topology.ue):
        listener = socket.create_server((UE_TWO, judge.port_s))
    gateway.topology.sockets.append(listener)
    listener.settimeout(20)
    tunnel = EspTun(gateway.topology, judge)
    try:
        tcp = connect(gateway.topology, UE_TWO, judge.port_ps, judge.port_c)
        tunnel.held = []
        tcp.sendall(over_tcp(judge.request(
            2, judge.port_s, judge.authorization(judge.res),
            [("Security-Verify", judge.sm6["Security-Server"])])))
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        tcp.close()
        eventually(lambda: len(tunnel.held) >= 2)  # the REGISTER, the reset
        with stopped(gateway.child("portcullis-controlplane")):
            tunnel.release()
            eventually(lambda: not established(gateway.topology, judge.port_ps))
        back, source = listener.accept()
        back.settimeout(20)
        assert source == (PCSCF, judge.port_pc)
        answer, = hear(back)
        assert (answer.status, answer["CSeq"]) == (200, "2 REGISTER")
        back.close()
        assert sip(gateway)["sip_tcp_opened"] == 1
        assert gateway.drops() == {}
    finally:
        tunnel.close()
