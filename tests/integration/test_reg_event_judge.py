# SPDX-License-Identifier: BSD-3-Clause
"""The reg event with a UE that shares no line with ours: scapy's ESP and text by hand; tshark reads
the NOTIFY inside ESP. Also who may not subscribe, and TCP."""
import random
import re
import socket
import xml.etree.ElementTree as ElementTree

import pytest

from esp_tun import EspTun
from eventually import eventually
from ims_judge import ImsJudge, Message
from topology import PCSCF, UE_TWO, standing_in
from wire_capture import esp_row, read

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"
OTHER = "001010000000008@ims.mnc001.mcc001.3gppnetwork.org"
REGINFO = "{urn:ietf:params:xml:ns:reginfo}"


def registered(gateway, impi=IMPI):
    judge = ImsJudge(gateway.topology, impi, ["hmac-sha-1-96"])
    assert judge.challenge().status == 401
    judge.sm12 = judge.answer()
    assert judge.sm12.status == 200
    return judge


def subscribe(judge, **changes):
    """SUBSCRIBE as text; changes by the row's name: another value, or None for no such row."""
    method, uri = changes.pop("method", "SUBSCRIBE"), changes.pop("uri", judge.impu)
    transport = changes.pop("transport", "UDP")
    rows = {
        "Via": f"SIP/2.0/{transport} {judge.local}:{judge.port_s};"
               f"branch=z9hG4bK{random.getrandbits(64):x}",
        "Max-Forwards": "70",
        "Route": f"<sip:{PCSCF}:{judge.port_ps};lr>, {judge.sm12['Service-Route']}",
        "From": f"<{judge.impu}>;tag=judge", "To": f"<{judge.impu}>",
        "Call-ID": f"reg-{judge.call_id}", "CSeq": f"1 {method}",
        "Contact": f"<sip:{judge.local}:{judge.port_s}>", "Event": "reg", "Expires": "3600",
        "Security-Verify": judge.sm6["Security-Server"],
        "Require": "sec-agree", "Proxy-Require": "sec-agree", "Content-Length": "0"}
    rows.update({name.replace("_", "-"): value for name, value in changes.items()})
    return (f"{method} {uri} SIP/2.0\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in rows.items() if value is not None) +
        "\r\n").encode()


def answer(notify):
    return ("SIP/2.0 200 OK\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in notify.rows
        if name in ("Via", "From", "To", "Call-ID", "CSeq")) + "Content-Length: 0\r\n\r\n").encode()


def contacts(notify):
    """Of reginfo+xml: (AOR, its state, contact's state, event, expires, URI)."""
    root = ElementTree.fromstring(notify.body)
    assert root.tag == REGINFO + "reginfo" and root.get("state") == "full"
    return int(root.get("version")), [
        (one.get("aor"), one.get("state"), contact.get("state"), contact.get("event"),
         contact.get("expires"), contact.find(REGINFO + "uri").text)
        for one in root.iter(REGINFO + "registration") for contact in one.iter(REGINFO + "contact")]


def test_NET_1_P_REG_P_USE_as_tshark_reads_it(gateway, capture):
    """NET-1, P-REG, P-USE: 200, NOTIFY, its answer and the NOTIFY of `reauth` are inside ESP with a
    good ICV, port_pc → port_us and port_uc → port_ps; the documents are numbered."""
    judge = registered(gateway)
    judge.send(subscribe(judge))
    ok, first = judge.receive(), judge.receive()
    assert (ok.status, ok["Expires"]) == (200, "3600")
    assert f"@{PCSCF}:{judge.port_ps};lr>" in ok["Record-Route"]
    assert first.start == f"NOTIFY sip:{judge.local}:{judge.port_s} SIP/2.0"
    assert (first["Event"], first["Subscription-State"], first["CSeq"]) == (
        "reg", "active;expires=3600", "1 NOTIFY")
    assert first["Content-Type"] == "application/reginfo+xml"
    assert first.all("Via")[0].startswith(f"SIP/2.0/UDP {PCSCF}:{judge.port_ps};")
    uri = f"sip:judge@{judge.local}:{judge.port_s}"
    assert contacts(first) == (
        0, [(judge.impu, "active", "active", "registered", "600000", uri)])
    judge.send(answer(first))
    eventually(lambda: gateway.counters()["sip"]["sip_responses"] == 1)
    gateway.ask("reauth", IMPI)
    second = judge.receive()
    version, (told,) = contacts(second)
    assert (version, told[3]) == (1, "shortened") and 0 < int(told[4]) <= 600
    judge.send(answer(second))
    eventually(lambda: gateway.counters()["sip"]["sip_responses"] == 2)
    capture.stop()
    seen = read(
        capture.path,
        [esp_row(PCSCF, judge.local, judge.spi_s, judge.algorithm, judge.key),
         esp_row(judge.local, PCSCF, judge.spi_ps, judge.algorithm, judge.key)],
        'sip.CSeq.method == "NOTIFY" && esp',
        ["ip.src", "udp.srcport", "udp.dstport", "esp.icv_good", "sip.Method", "sip.Status-Code",
         "sip.Event", "reginfo.xmlns"])
    from_pcscf = {"ip.src": PCSCF, "udp.srcport": str(judge.port_pc),
                  "udp.dstport": str(judge.port_s), "esp.icv_good": "1", "sip.Method": "NOTIFY",
                  "sip.Event": "reg", "reginfo.xmlns": "urn:ietf:params:xml:ns:reginfo"}
    from_ue = {"ip.src": judge.local, "udp.srcport": str(judge.port_c),
               "udp.dstport": str(judge.port_ps), "esp.icv_good": "1", "sip.Status-Code": "200"}
    assert seen == [from_pcscf, from_ue, from_pcscf, from_ue]


def test_P_REG_P_ID_P_BIND_who_may_not(gateway, make_ue):
    """P-REG, P-ID, P-BIND, P-CHK, P-WHICH: a stranger to a registration learns nothing of it,
    whatever he asserts; what does not match its set is refused; each is counted, nobody is told."""
    victim = make_ue(IMPI, "register", "subscribe", "-")
    eventually(lambda: victim.events("NOTIFY"), 40)
    impu = f"sip:{IMPI}"
    judge = registered(gateway, OTHER)
    before = gateway.counters()
    for status, changes in (
            (403, {"uri": impu, "To": f"<{impu}>"}),
            (403, {"uri": impu, "P_Asserted_Identity": f"<{impu}>"}),
            (403, {"uri": impu, "P_Preferred_Identity": f"<{impu}>", "From": f"<{impu}>;tag=1"}),
            (403, {"uri": impu, "P_Asserted_Identity": "<sip:term@203.0.113.9>"}),
            (481, {"To": f"<{judge.impu}>;tag=0123456789abcdef"}),
            (403, {"To": f"<{impu}>;tag=0123456789abcdef"}),
            (489, {"Event": "presence"}),
            (489, {"Event": None}),
            (494, {"Security_Verify": None}),
            (494, {"Security_Verify": judge.sm6["Security-Server"].replace("alg=", "alg=x")}),
            (400, {"Via": f"SIP/2.0/UDP 198.51.100.99:{judge.port_s};branch=z9hG4bKx"}),
            (405, {"method": "MESSAGE"}),
            (405, {"method": "INVITE"})):
        judge.send(subscribe(judge, **changes))
        assert judge.receive().status == status, changes
    assert judge.ask_bare(subscribe(
        judge, Via=f"SIP/2.0/UDP {judge.local}:5060;branch=z9hG4bKbare")).status == 403
    after = gateway.counters()
    assert after["scscf"]["scscf_refused"] - before["scscf"]["scscf_refused"] == 8
    assert after["pcscf"]["pcscf_refused"] - before["pcscf"]["pcscf_refused"] == 6
    assert after["scscf"]["scscf_notifies"] == before["scscf"]["scscf_notifies"]
    assert len(victim.events("NOTIFY")) == 1
    assert victim.finish() == 0


def test_P_WHICH_not_before_SM12(gateway):
    """P-WHICH: a set whose authentication has not succeeded carries no SUBSCRIBE."""
    judge = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
    assert judge.challenge().status == 401
    judge.sm12 = {"Service-Route": "<sip:scscf;lr>"}
    judge.send(subscribe(judge))
    assert judge.receive().status == 403
    assert gateway.counters()["pcscf"]["pcscf_originated"] == 0


@pytest.fixture
def tun():
    opened = []
    yield opened
    for one in opened:
        one.close()


def test_P_USE_NOTIFY_finds_a_ue_that_closed_its_connection(gateway, tun):
    """P-USE, P-REG: by TCP a NOTIFY comes on a connection from port_pc to port_us, which the P-CSCF
    opens, and opens anew where the UE has closed it."""
    judge = registered(gateway)
    topology = gateway.topology
    tun.append(EspTun(topology, judge))
    with standing_in(topology.ue):
        listener = socket.create_server((UE_TWO, judge.port_s))
        tcp = socket.socket()
    topology.sockets += [listener, tcp]
    listener.settimeout(20)
    tcp.settimeout(20)
    tcp.bind((UE_TWO, judge.port_c))
    tcp.connect((PCSCF, judge.port_ps))
    tcp.sendall(subscribe(judge, transport="TCP",
                          Contact=f"<sip:{judge.local}:{judge.port_s};transport=tcp>"))
    assert Message(tcp.recv(65535)).status == 200
    tcp.close()
    for number in (1, 2):
        connection, peer = listener.accept()
        with connection:
            assert peer == (PCSCF, judge.port_pc)
            connection.settimeout(20)
            octets = b""
            while not octets.endswith(b"</reginfo>\r\n"):
                octets += connection.recv(65535)
            notify = Message(octets)
            assert notify["CSeq"] == f"{number} NOTIFY"
            assert notify.all("Via")[0].startswith("SIP/2.0/TCP ")
            connection.sendall(answer(notify))
            eventually(lambda: gateway.counters()["sip"]["sip_responses"] == number)
        eventually(lambda: gateway.counters()["sip"]["sip_tcp_opened"] == number)
        if number == 1:
            gateway.ask("reauth", IMPI)
    found = re.search(r'event="(\w+)"', notify.body)
    assert found and found[1] == "shortened"
