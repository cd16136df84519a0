# SPDX-License-Identifier: BSD-3-Clause
"""A second UE, in Python: scapy's ESP, isim.py's Milenage, hashlib's digest, text by hand. It shares
no line with the gateway nor with tools/ue, so that those two can not be wrong alike."""
import copy
import hashlib
import itertools
import random
import re
import select

from scapy.layers.inet import IP, UDP
from scapy.layers.ipsec import ESP

from build_tree import subscribers
from esp_peer import EspPeer, datagram
from isim import answer_challenge
from topology import PCSCF, UE_TWO

IPPROTO_ESP = 50
EXPIRES = 600000


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
    """One set of SAs of a UE, and the registration that makes it, by hand. Sockets belong to the
    topology."""

    def __init__(self, topology, impi, algorithms, form="four", local=UE_TWO, impu=None, port=5060):
        self.topology, self.impi, self.form, self.local = topology, impi, form, local
        self.subscriber, self.algorithms, self.port = subscribers()[impi], algorithms, port
        self.impu = impu or next(one["identity"] for one in self.subscriber["impus"]
                                 if not one.get("barred"))
        self.realm = impi.split("@")[1]
        self.numbers = itertools.count(1)
        self.renew()
        self.bare = topology.udp(topology.ue, local, port)
        self.raw = topology.raw(topology.ue, IPPROTO_ESP)

    def renew(self):
        """Begins anew: other SPIs, ports and Call-ID."""
        self.port_s = random.randrange(20000, 40000)
        self.call_id = f"{random.getrandbits(64):x}@{self.local}"
        self._draw()

    def _draw(self):
        self.spi_c, self.spi_s = random.sample(range(256, 1 << 32), 2)
        self.port_c = random.randrange(40000, 60000)
        self.offer = ", ".join(self._mechanism(name) for name in self.algorithms)

    def successor(self):
        """The next set of the same UE: port_us stays, port_uc and the SPIs are others (P-PORT)."""
        next_set = copy.copy(self)
        next_set._draw()
        next_set.raw = self.topology.raw(self.topology.ue, IPPROTO_ESP)
        return next_set

    def _mechanism(self, algorithm):
        ends = (f"spi-c={self.spi_c};spi-s={self.spi_s};port-c={self.port_c};port-s={self.port_s}"
                if self.form == "four" else
                f"spi={self.spi_s};port1={self.port_s};port2={self.port_c}")
        return f"ipsec-3gpp; alg={algorithm}; ealg=null; prot=esp; mod=trans; {ends}"

    def contact(self, expires=EXPIRES, user="judge", port=None):
        return f"<sip:{user}@{self.local}:{port or self.port_s}>;expires={expires}"

    def request(self, cseq, port, authorization, more=(), leave_out=(), method="REGISTER",
                put=()):
        """REGISTER as text; more: further rows; leave_out: names of rows that are missing; put:
        rows, by name, that say something else. cseq None: one more than the last."""
        cseq = next(self.numbers) if cseq is None else cseq
        rows = [
            ("Via", f"SIP/2.0/UDP {self.local}:{port};branch=z9hG4bK{random.getrandbits(64):x}"),
            ("Max-Forwards", "70"), ("From", f"<{self.impu}>;tag=judge"), ("To", f"<{self.impu}>"),
            ("Call-ID", self.call_id), ("CSeq", f"{cseq} {method}"),
            ("Contact", self.contact(port=port)),
            ("Authorization", authorization), ("Security-Client", self.offer), *more,
            ("Require", "sec-agree"), ("Proxy-Require", "sec-agree"), ("Supported", "path"),
            ("Content-Length", "0")]
        put = dict(put)
        return (f"{method} sip:{self.realm} SIP/2.0\r\n" + "".join(
            f"{name}: {put.get(name, value)}\r\n" for name, value in rows
            if name not in leave_out) + "\r\n").encode()

    def initial_authorization(self):
        return (f'Digest username="{self.impi}",realm="{self.realm}",uri="sip:{self.realm}",'
                'nonce="",response=""')

    def ask_bare(self, text):
        self.bare.sendto(text, (PCSCF, 5060))
        answer, source = self.bare.recvfrom(65535)
        assert source == (PCSCF, 5060)
        return Message(answer)

    def challenge(self, cseq=1, **more):
        """SM1 and SM6; the answer, whatever its status."""
        return self.take_sm6(self.ask_bare(
            self.request(cseq, self.port, self.initial_authorization(), **more)))

    def challenge_on(self, old, verify=None, **more):
        """The same on an older set of this UE."""
        return self.take_sm6(old.ask(self.request(
            None, self.port_s, self.initial_authorization(),
            [("Security-Verify", verify or old.sm6["Security-Server"])], **more)))

    def take_sm6(self, answer):
        self.sm6 = answer
        if answer.status == 401:
            self._take_challenge()
        return answer

    def _take_challenge(self):
        self.digest = parameters(self.sm6["WWW-Authenticate"], ",")
        self.res, self.ck, self.ik = answer_challenge(self.subscriber, self.digest["nonce"])
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
        self.to_client = EspPeer(spi_pc, self.algorithm, key)
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
        return self.ask(self.request(
            cseq, self.port_s, self.authorization(self.res if res is None else res),
            [("Security-Verify", verify or self.sm6["Security-Server"])], **more))

    def register(self, **more):
        """SM1 bare to SM12, which is a 200."""
        assert self.challenge(cseq=None, **more).status == 401, self.sm6.start
        sm12 = self.answer(cseq=None, **more)
        assert sm12.status == 200, sm12.start
        return sm12

    def refresh(self, rows=(), **more):
        """A REGISTER without a response on this set; what comes back. rows: further ones."""
        verify = ("Security-Verify", self.sm6["Security-Server"])
        return self.ask(self.request(
            None, self.port_s, self.initial_authorization(), [verify, *rows], **more))

    def ask(self, text):
        """Sent and answered on this set."""
        self.send(text)
        return self.receive()

    def send(self, text):
        self.sm7 = self.to_server.seal(
            datagram(self.local, self.port_c, PCSCF, self.port_ps, text))
        self.raw.sendto(bytes(self.sm7), (PCSCF, 0))

    def receive(self, timeout=20.0):
        """The next message to port_us of this set; P-USE: from port_pc."""
        while select.select([self.raw], [], [], timeout)[0]:
            packet = IP(self.raw.recv(65535))
            if packet.dst != self.local or packet[ESP].spi != self.spi_s:
                continue
            plain = self.from_client.open(packet)
            assert (plain.src, plain[UDP].sport, plain[UDP].dport) == (
                PCSCF, self.port_pc, self.port_s)
            return Message(bytes(plain[UDP].payload))
        return None
