# SPDX-License-Identifier: BSD-3-Clause
"""Hostile messages against one gateway, bare and inside of ESP, by UDP and TCP: each has its answer
or silence, and its counter. An honest UE registers between them, and at the end."""
import pytest

from gateway import Gateway, difference
from ims_judge import ImsJudge, Message
from test_sip_tcp import connect, hear, over_tcp, stopped
from topology import PCSCF, UE, UE_TWO, Topology

HONEST = "001010000000001@ims.mnc001.mcc001.3gppnetwork.org"
IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"
SILENCE = None


class Siege:
    """One gateway, an honest UE at one address, a hostile one at the other."""

    def __init__(self):
        self.topology = Topology()
        try:
            self.gateway = Gateway(self.topology)
            self.honest = ImsJudge(self.topology, HONEST, ["hmac-sha-1-96"], local=UE)
            self.hostile = ImsJudge(self.topology, IMPI, ["hmac-sha-1-96"], local=UE_TWO)
        except BaseException:
            self.close()
            raise

    def honest_registers(self):
        self.honest.renew()
        assert self.honest.challenge().status == 401
        assert self.honest.answer().status == 200

    def hostile_sets(self):
        return self.gateway.ask("show", "sa", IMPI)["sas"]

    def counters(self):
        return {name: n for part in ("sip", "pcscf", "icscf", "scscf")
                for name, n in self.gateway.counters()[part].items()}

    def close(self):
        if hasattr(self, "gateway"):
            self.gateway.close()
        self.topology.close()


@pytest.fixture(scope="module")
def besieged():
    siege = Siege()
    yield siege
    try:
        siege.honest_registers()
    finally:
        siege.close()


@pytest.fixture
def siege(besieged):
    besieged.honest_registers()
    besieged.hostile.renew()
    yield besieged


def sm1(judge, authorization=None, **more):
    return judge.request(1, 5060, authorization or judge.initial_authorization(), **more)


def changed(old, new):
    """SM1 with one part in another's place."""
    def make(judge):
        text = sm1(judge)
        old_octets = old.encode() if isinstance(old, str) else old(judge).encode()
        assert text.count(old_octets) >= 1
        return text.replace(old_octets, new.encode() if isinstance(new, str) else new(judge))
    return make


def with_rows(rows):
    return changed("Max-Forwards: 70\r\n", "Max-Forwards: 70\r\n" + rows)


def authorized(value):
    return lambda judge: sm1(judge, value.replace("IMPI", judge.impi))


def offered(old, value):
    """Another number in Security-Client."""
    return changed(lambda judge: f"{old}={getattr(judge, old.replace('-', '_'))}",
                   lambda judge: f"{old}={value}".encode())


def entries(count):
    return changed(lambda judge: judge.offer,
                   lambda judge: ", ".join([judge.offer] + ["tls"] * (count - 1)).encode())


REFUSED = "pcscf_refused"
ANSWERED = "sip_malformed_answered"
BARE = [
    ("nonce of another", authorized(
        'Digest username="IMPI",nonce="!!!!",response="0123456789abcdef0123456789abcdef"'),
     401, "pcscf_challenges"),
    ("nonce without end", authorized('Digest username="IMPI",nonce="%s"' % ("A" * 600)),
     400, REFUSED),
    ("auts to no challenge", authorized('Digest username="IMPI",nonce="AA==",auts="AA=="'),
     401, "pcscf_challenges"),
    ("no username", authorized('Digest realm="x",nonce="",response=""'), 400, REFUSED),
    ("username twice", authorized('Digest username="IMPI",username="IMPI"'), 400, REFUSED),
    ("quote without end", authorized('Digest username="IMPI'), 400, REFUSED),
    ("scheme alone", authorized("Digest"), 400, REFUSED),
    ("Basic", authorized("Basic YTpi"), 400, REFUSED),
    ("Authorization twice", with_rows('Authorization: Digest username="a@b"\r\n'), 400, REFUSED),
    ("IMPI is no NAI", authorized('Digest username="alice",nonce="",response=""'),
     400, "pcscf_failed"),
    ("IMPI of another realm", authorized('Digest username="a@evil.net",nonce="",response=""'),
     403, "pcscf_failed"),
    ("IMPI without end", authorized('Digest username="%s@x.net"' % ("a" * 300)), 400, REFUSED),
    ("IMPU of another", changed(lambda judge: f"To: <{judge.impu}>",
                                lambda judge: b"To: <sip:eve@evil.net>"), 403, "pcscf_failed"),
    ("spi 0", offered("spi-c", 0), 494, REFUSED),
    ("spi 255", offered("spi-s", 255), 494, REFUSED),
    ("spi 2^32", offered("spi-c", 2**32), 400, REFUSED),
    ("spi negative", offered("spi-c", -1), 400, REFUSED),
    ("spi of 11 digits", offered("spi-c", "00000000300"), 400, REFUSED),
    ("port 0", offered("port-c", 0), 400, REFUSED),
    ("port 65536", offered("port-s", 65536), 400, REFUSED),
    ("port 5060", offered("port-c", 5060), 494, REFUSED),
    ("port 5061", offered("port-s", 5061), 494, REFUSED),
    ("65 offers", entries(65), 400, REFUSED),
    ("no offer", lambda judge: sm1(judge, leave_out=("Security-Client",)), 421, REFUSED),
    ("extension", with_rows("Proxy-Require: x\r\n"), 420, REFUSED),
    ("NUL", changed("Max-Forwards: 70", "Max-Forwards: 70\r\nX: \0"), 400, ANSWERED),
    ("name with a blank", changed("Supported: path", "Supp orted: path"), 400, ANSWERED),
    ("no name", changed("Supported: path", ": path"), 400, ANSWERED),
    ("body is missing", changed("Content-Length: 0", "Content-Length: 5"), 400, ANSWERED),
    ("length negative", changed("Content-Length: 0", "Content-Length: -1"), 400, ANSWERED),
    ("length 2^32", changed("Content-Length: 0", "Content-Length: 4294967296"), 400, ANSWERED),
    ("length twice", with_rows("Content-Length: 0\r\n"), 400, ANSWERED),
    ("CSeq of another method", changed("CSeq: 1 REGISTER", "CSeq: 1 INVITE"), 400, ANSWERED),
    ("CSeq 2^32", changed("CSeq: 1 ", "CSeq: 4294967296 "), 400, ANSWERED),
    ("Expires 2^32", with_rows("Expires: 4294967296\r\n"), 400, ANSWERED),
    ("contact for ever", changed("expires=600000", "expires=99999999999999999999"),
     401, "pcscf_challenges"),
    ("17 contacts", with_rows("m: <sip:a>\r\n" * 16), 400, "pcscf_failed"),
    ("9 contacts", with_rows("".join(f"Contact: <sip:a@192.0.2.{n}>\r\n" for n in range(8))),
     403, "pcscf_failed"),
    ("no hops left", changed("Max-Forwards: 70", "Max-Forwards: 0"), 483, ANSWERED),
    ("256 hops", changed("Max-Forwards: 70", "Max-Forwards: 256"), 400, ANSWERED),
    ("URI with a user", changed("REGISTER sip:", "REGISTER sip:a@"), 400, ANSWERED),
    ("URI of another scheme", changed("REGISTER sip:", "REGISTER mailto:a@"), 416, ANSWERED),
    ("version", changed("SIP/2.0\r\nVia", "SIP/3.0\r\nVia"), 505, ANSWERED),
    ("INVITE", lambda judge: sm1(judge, method="INVITE"), 403, REFUSED),
    ("no Via", lambda judge: sm1(judge, leave_out=("Via",)), SILENCE, "sip_malformed_silent"),
    ("no From", lambda judge: sm1(judge, leave_out=("From",)), SILENCE, "sip_malformed_silent"),
    ("ACK", lambda judge: sm1(judge, method="ACK"), SILENCE, "sip_acks"),
    ("half a line", lambda judge: b"REGISTER sip:", SILENCE, "sip_malformed_silent"),
    ("octets", lambda judge: bytes(range(256)), SILENCE, "sip_malformed_silent"),
    ("a response", lambda judge: sm1(judge).replace(
        f"REGISTER sip:{judge.realm} SIP/2.0".encode(), b"SIP/2.0 200 OK"),
     SILENCE, "sip_responses_unmatched"),
]
names = [row[0] for row in BARE]


def ask_bare(siege, text, silent):
    """The status of the answer; SILENCE where the ping behind it is answered first."""
    siege.hostile.bare.sendto(text, (PCSCF, 5060))
    if silent:
        siege.hostile.bare.sendto(b"\r\n\r\n", (PCSCF, 5060))
    answer = siege.hostile.bare.recv(65535)
    return SILENCE if answer == b"\r\n" else Message(answer).status


@pytest.mark.parametrize("make, status, counter", [row[1:] for row in BARE], ids=names)
def test_bare(siege, make, status, counter):
    """P-PORT, AKA-1, AKA-6, P-SEC, P-SPI: what is wrong in the clear has one answer, and leaves at
    most one set of its own that waits for SM7."""
    before = siege.counters()
    got = ask_bare(siege, make(siege.hostile), status is SILENCE)
    risen = difference(before, siege.counters())
    assert got == status and risen.get(counter) == 1, risen
    assert len(siege.hostile_sets()) in (0, 4)
    if status != 401:
        assert "pcscf_challenges" not in risen


INSIDE = [
    ("octets", lambda text: bytes(range(256)), SILENCE, "sip_malformed_silent"),
    ("NUL", lambda text: text.replace(b"Supported", b"X: \0\r\nSupported"), 400, ANSWERED),
    ("body is missing", lambda text: text.replace(b"Length: 0", b"Length: 9"), 400, ANSWERED),
    ("Via of another", lambda text: text.replace(
        b"UDP " + UE_TWO.encode(), b"UDP " + UE.encode()), 400, REFUSED),
    ("IMPI of another", lambda text: text.replace(IMPI.encode(), HONEST.encode()), 403, REFUSED),
    ("no agreement", lambda text: text.replace(b"Security-Verify", b"X"), 494, REFUSED),
    ("less agreement", lambda text: text.replace(b"Security-Verify: ", b"Security-Verify: tls,"),
     494, REFUSED),
    ("INVITE", lambda text: text.replace(b"REGISTER", b"INVITE"), 405, REFUSED),
]


@pytest.mark.parametrize("make, status, counter", [row[1:] for row in INSIDE],
                         ids=[row[0] for row in INSIDE])
def test_inside_esp(siege, make, status, counter):
    """P-CHK, P-BIND, P-ERR: on an established set the same holds, and the set stays."""
    judge = siege.hostile
    assert judge.challenge().status == 401
    assert judge.answer().status == 200
    verify = [("Security-Verify", judge.sm6["Security-Server"])]
    text = judge.request(3, judge.port_s, judge.initial_authorization(), verify)
    before = siege.counters()
    judge.send(make(text))
    if status:
        assert judge.receive().status == status
    else:
        judge.send(text.replace(b"3 REGISTER", b"77 OPTIONS").replace(b"REGISTER", b"OPTIONS"))
        assert judge.receive()["CSeq"] == "77 OPTIONS"
    assert difference(before, siege.counters())[counter] >= 1
    assert [one["state"] for one in siege.hostile_sets()].count("confirmed") == 4
    flags = siege.gateway.ask("show", "ue", IMPI)["identities"]
    assert "registered" in [one["flag"] for one in flags]


def test_by_tcp_octet_by_octet(siege):
    """P-USE: one message over many segments, two in one, and half of one before the end."""
    sets = siege.hostile_sets()
    text = over_tcp(changed("Content-Length: 0", "X: \0\r\nContent-Length: 0")(siege.hostile))
    tcp = connect(siege.topology, UE_TWO)
    for at in range(len(text)):
        tcp.send(text[at:at + 1])
    assert [one.status for one in hear(tcp)] == [400]
    tcp.sendall(text + text.replace(b"CSeq: 1", b"CSeq: 2"))
    assert [(one.status, one["CSeq"]) for one in hear(tcp, 2)] == [
        (400, "1 REGISTER"), (400, "2 REGISTER")]
    before = siege.counters()
    tcp.sendall(text[:100])
    tcp.close()
    siege.honest_registers()
    assert "sip_requests" in difference(before, siege.counters())
    assert len(siege.hostile_sets()) <= len(sets)


def test_P_ERR_two_SM1_at_once(siege):
    """P-ERR: two different SM1s of one UE within a millisecond: the newer challenge wins."""
    judge = siege.hostile
    with stopped(siege.gateway.child("portcullis-controlplane")):
        for cseq in (1, 2):
            judge.bare.sendto(judge.request(cseq, 5060, judge.initial_authorization()),
                              (PCSCF, 5060))
    answers = {}
    while "2 REGISTER" not in answers:
        answer = Message(judge.bare.recv(65535))
        answers[answer["CSeq"]] = answer
    judge.sm6 = answers["2 REGISTER"]
    assert judge.sm6.status == 401
    assert "1 REGISTER" not in answers or answers["1 REGISTER"].status in (401, 500)
    judge._take_challenge()
    assert judge.answer(cseq=3).status == 200
    states = [one["state"] for one in siege.hostile_sets()]
    assert states.count("confirmed") == 4 and "temporary" not in states


def test_REG_2_a_stranger_in_another_name(siege):
    """REG-2, P-ERR: SM1s from another address in the name of who is being challenged take neither
    her challenge nor her set away."""
    victim, stranger = siege.hostile, siege.topology.udp(siege.topology.ue, UE, 5062)
    assert victim.challenge().status == 401
    for number in range(3):
        text = sm1(victim).replace(victim.call_id.encode(), b"stranger-%d" % number)
        stranger.sendto(text.replace(UE_TWO.encode() + b":5060", UE.encode() + b":5062"),
                        (PCSCF, 5060))
        assert Message(stranger.recv(65535)).status == 401
    assert victim.answer().status == 200


def test_P_TBL_a_port_that_is_taken(siege):
    """P-TBL: who offers (address, port_uc) of a set that stands gets the error, as after a restart
    of the UE; with another port she is in at once."""
    judge = siege.hostile
    assert judge.challenge().status == 401
    assert judge.answer().status == 200
    before = siege.counters()
    assert judge.challenge().status == 403
    assert difference(before, siege.counters())["pcscf_refused_port_taken"] == 1
    judge.renew()
    assert judge.challenge().status == 401
    assert judge.answer().status == 200
