# SPDX-License-Identifier: BSD-3-Clause
"""The UE simulator's SIP over IPv6, with a P-CSCF of a few lines at the other end."""
import base64
import os

import pytest
from scapy.layers.inet import UDP
from scapy.packet import Raw

from both_families import PCSCF_IPV6, UE_IPV6, give_ipv6
from build_tree import subscribers
from esp_peer import EspPeer
from ims_judge import Message, mechanisms
from isim import milenage
from scapy_host import ESP, ScapyHost
from tunnel_ue import PORT_PC, PORT_PS
from ue_process import UeProcess

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"
SPI_PC, SPI_PS = 7000001, 7000002


@pytest.fixture
def host(topology):
    give_ipv6(topology)
    return ScapyHost(topology, PCSCF_IPV6, UE_IPV6)


def answer(request, status, rows):
    kept = "".join(f"{name}: {request[name]}\r\n"
                   for name in ("Via", "From", "To", "Call-ID", "CSeq"))
    more = "".join(f"{name}: {value}\r\n" for name, value in rows)
    return f"SIP/2.0 {status}\r\n{kept}{more}Content-Length: 0\r\n\r\n".encode()


def challenge():
    """The rows of SM6, and IK."""
    subscriber, rand = subscribers()[IMPI], os.urandom(16)
    kind = "opc" if "opc" in subscriber else "op"
    autn, _, _, ik = milenage(
        subscriber["k"], kind, subscriber[kind], bytes.fromhex("8000"), 1 << 20, rand)
    nonce = base64.b64encode(rand + autn).decode()
    return [("WWW-Authenticate", f'Digest realm="{IMPI.split("@")[1]}", nonce="{nonce}", '
             'algorithm=AKAv1-MD5, qop="auth"'),
            ("Security-Server", f"ipsec-3gpp;alg=hmac-sha-1-96;spi-c={SPI_PC};spi-s={SPI_PS};"
             f"port-c={PORT_PC};port-s={PORT_PS}")], ik


def bare(host):
    """The next message of the UE that comes bare."""
    protocol, body, _ = host.receive()
    assert (protocol, body[:4]) == (17, (5060).to_bytes(2, "big") * 2)
    return Message(body[8:])


@pytest.mark.parametrize("filling", [0, 5000])
def test_A_SM1_to_SM12_by_ipv6(topology, host, filling):
    """A-SM1…12, P-24229, P-KEY: bare from [UE]:5060, then in ESP; Via and Contact name the address in
    brackets with port_us; SM12 is believed, also where it comes in fragments."""
    ue = UeProcess(topology, IMPI, "register", local=UE_IPV6, pcscf=f"[{PCSCF_IPV6}]:5060",
                   options=["--t1", "20000"])  # each message once
    try:
        sm1 = bare(host)
        assert sm1["Via"].startswith(f"SIP/2.0/UDP [{UE_IPV6}]:5060;")
        offer = mechanisms(sm1["Security-Client"])[0]
        rows, ik = challenge()
        host.send(17, bytes(host.header(17) / UDP(sport=5060, dport=5060) /
                            Raw(answer(sm1, "401 Unauthorized", rows)))[40:])
        key = ik + bytes(4)
        plain, _ = host.opened(EspPeer(SPI_PS, "hmac-sha-1-96", key))
        assert (plain[UDP].sport, plain[UDP].dport) == (int(offer["port-c"]), PORT_PS)
        sm7 = Message(bytes(plain[UDP].payload))
        protected = f"[{UE_IPV6}]:{offer['port-s']}"
        assert sm7["Via"].startswith(f"SIP/2.0/UDP {protected};") and protected in sm7["Contact"]
        back = EspPeer(int(offer["spi-s"]), "hmac-sha-1-96", key)
        text = answer(sm7, "200 OK", [("Subject", "x" * filling)])
        host.send(ESP, host.seal(back, host.header(17) / UDP(
            sport=PORT_PC, dport=int(offer["port-s"])) / Raw(text)))
        assert ue.finish() == 0, ue.process.err
        assert ue.event("summary")["registered"]
    finally:
        ue.close()
