# SPDX-License-Identifier: BSD-3-Clause
"""A second UE, in Python: scapy's ESP, osmo-auc-gen's Milenage, hashlib's digest, text by hand.
It shares no line with the gateway nor with tools/ue, so that those two can not be wrong alike."""
import base64
import hashlib
import random
import re
import select
import socket
import subprocess

from scapy.layers.inet import IP, UDP

from build_tree import subscribers
from esp_peer import EspPeer, datagram
from topology import PCSCF, UE_TWO

IPPROTO_ESP = 50


def milenage(k, kind, op, amf, sqn, rand):
    """AUTN, RES, CK, IK."""
    out = subprocess.run(
        ["osmo-auc-gen", "-3", "-a", "milenage", "-k", k, f"--{kind}", op, "-f", amf.hex(),
         "-s", str(sqn), "-r", rand.hex()], check=True, capture_output=True, text=True).stdout
    values = dict(re.findall(r"^(\w+):\s+([0-9a-f]+)$", out, re.M))
    return tuple(bytes.fromhex(values[name]) for name in ("AUTN", "RES", "CK", "IK"))


def answer_challenge(subscriber, rand, autn):
    """RES, CK, IK; fails where AUTN is not what this subscriber's AuC makes."""
    kind = "opc" if "opc" in subscriber else "op"
    ak = milenage(subscriber["k"], kind, subscriber[kind], autn[6:8], 0, rand)[0][:6]
    sqn = int.from_bytes(bytes(a ^ b for a, b in zip(autn, ak)), "big")
    expected, res, ck, ik = milenage(
        subscriber["k"], kind, subscriber[kind], autn[6:8], sqn, rand)
    assert expected == autn, "AUTN"
    return res, ck, ik


def md5(*parts):
    return hashlib.md5(b":".join(part if isinstance(part, bytes) else part.encode()
                                 for part in parts)).hexdigest()


class Message:
    def __init__(self, text):
        head, _, self.body = text.decode(errors="replace").partition("\r\n\r\n")
        self.start, *rows = head.split("\r\n")
        self.rows = [tuple(part.strip() for part in row.split(":", 1)) for row in rows]

    def all(self, name):
        return [value for key, value in self.rows if key.lower() == name.lower()]

    def __getitem__(self, name):
        return ", ".join(self.all(name))

    @property
    def status(self):
        return int(self.start.split()[1])


def parameters(text, separator):
    """Of "a=b;c=\"d\"" as a dict."""
    found = re.findall(r'([\w-]+)\s*=\s*("[^"]*"|[^%s]*)' % separator, text)
    return {name.lower(): value.strip().strip('"') for name, value in found}


def mechanisms(text):
    """The entries of a Security-Client or Security-Server."""
    return [parameters(one, ";") for one in text.split(",")]


class ImsJudge:
    """One registration by hand. Sockets belong to the topology."""

    def __init__(self, topology, impi, algorithms, form="four", local=UE_TWO):
        self.subscriber, self.impi, self.form, self.local = (
            subscribers()[impi], impi, form, local)
        self.impu = next(one["identity"] for one in self.subscriber["impus"]
                         if not one.get("barred"))
        self.realm, self.algorithms = impi.split("@")[1], algorithms
        self.renew()
        self.bare = topology.udp(topology.ue, local, 5060)
        self.raw = topology.raw(topology.ue, IPPROTO_ESP)

    def renew(self):
        """Begins anew: other SPIs, ports and Call-ID."""
        self.spi_c, self.spi_s = random.sample(range(256, 1 << 32), 2)
        self.port_c, self.port_s = random.sample(range(20000, 60000), 2)
        self.call_id = f"{random.getrandbits(64):x}@{self.local}"
        self.offer = ", ".join(self._mechanism(name) for name in self.algorithms)

    def _mechanism(self, algorithm):
        ends = (f"spi-c={self.spi_c};spi-s={self.spi_s};port-c={self.port_c};port-s={self.port_s}"
                if self.form == "four" else
                f"spi={self.spi_s};port1={self.port_s};port2={self.port_c}")
        return f"ipsec-3gpp; alg={algorithm}; ealg=null; prot=esp; mod=trans; {ends}"

    def request(self, cseq, port, authorization, more=(), leave_out=(), method="REGISTER"):
        """REGISTER as text; more: further rows; leave_out: names of rows that are missing."""
        rows = [
            ("Via", f"SIP/2.0/UDP {self.local}:{port};branch=z9hG4bK{random.getrandbits(64):x}"),
            ("Max-Forwards", "70"), ("From", f"<{self.impu}>;tag=judge"), ("To", f"<{self.impu}>"),
            ("Call-ID", self.call_id), ("CSeq", f"{cseq} {method}"),
            ("Contact", f"<sip:judge@{self.local}:{port}>;expires=600000"),
            ("Authorization", authorization), ("Security-Client", self.offer), *more,
            ("Require", "sec-agree"), ("Proxy-Require", "sec-agree"), ("Supported", "path"),
            ("Content-Length", "0")]
        return (f"{method} sip:{self.realm} SIP/2.0\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in rows if name not in leave_out) +
            "\r\n").encode()

    def initial_authorization(self):
        return (f'Digest username="{self.impi}",realm="{self.realm}",uri="sip:{self.realm}",'
                'nonce="",response=""')

    def ask_bare(self, text):
        self.bare.sendto(text, (PCSCF, 5060))
        answer, source = self.bare.recvfrom(65535)
        assert source == (PCSCF, 5060)
        return Message(answer)

    def challenge(self, **more):
        """SM1 and SM6; the answer, whatever its status."""
        self.sm6 = self.ask_bare(self.request(1, 5060, self.initial_authorization(), **more))
        if self.sm6.status == 401:
            self._take_challenge()
        return self.sm6

    def _take_challenge(self):
        self.digest = parameters(self.sm6["WWW-Authenticate"], ",")
        nonce = base64.b64decode(self.digest["nonce"], validate=True)
        self.res, self.ck, self.ik = answer_challenge(self.subscriber, nonce[:16], nonce[16:32])
        mine = {one["alg"] for one in mechanisms(self.offer) if one.get("ealg", "null") == "null"}
        # The network's list is its own; of it the best counts that was offered.
        self.server = max((one for one in mechanisms(self.sm6["Security-Server"])
                           if one["alg"] in mine), key=lambda one: float(one.get("q", 1)))
        self.algorithm = self.server["alg"]
        key = self.ik + (bytes(4) if self.algorithm == "hmac-sha-1-96" else b"")
        ends = (("spi-c", "spi-s", "port-c", "port-s") if self.form == "four" else
                ("spi", "spi", "port2", "port1"))
        spi_pc, spi_ps, self.port_pc, self.port_ps = (int(self.server[name]) for name in ends)
        self.key, self.spi_pc, self.spi_ps = key, spi_pc, spi_ps
        self.to_server = EspPeer(spi_ps, self.algorithm, key)
        self.from_client = EspPeer(self.spi_s, self.algorithm, key)

    def authorization(self, res):
        uri, nc, cnonce = f"sip:{self.realm}", "00000001", "6a756467"
        response = md5(md5(self.impi, self.realm, res), self.digest["nonce"], nc, cnonce, "auth",
                       md5("REGISTER", uri))
        return (f'Digest username="{self.impi}", realm="{self.realm}", nonce='
                f'"{self.digest["nonce"]}", uri="{uri}", response="{response}", algorithm='
                f'AKAv1-MD5, qop=auth, nc={nc}, cnonce="{cnonce}"')

    def answer(self, res=None, verify=None, cseq=2, **more):
        """SM7 in ESP; sends it and returns SM12, or None where nothing comes back."""
        text = self.request(
            cseq, self.port_s, self.authorization(self.res if res is None else res),
            [("Security-Verify", verify or self.sm6["Security-Server"])], **more)
        self.send(text)
        return self.receive()

    def send(self, text):
        self.sm7 = self.to_server.seal(
            datagram(self.local, self.port_c, PCSCF, self.port_ps, text))
        self.raw.sendto(bytes(self.sm7), (PCSCF, 0))

    def receive(self, timeout=20.0):
        while select.select([self.raw], [], [], timeout)[0]:
            packet = IP(self.raw.recv(65535))
            if packet.dst != self.local:
                continue
            plain = self.from_client.open(packet)
            assert (plain.src, plain[UDP].sport, plain[UDP].dport) == (
                PCSCF, self.port_pc, self.port_s)
            return Message(bytes(plain[UDP].payload))
        return None
