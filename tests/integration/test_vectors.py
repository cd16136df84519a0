# SPDX-License-Identifier: BSD-3-Clause
"""Authentication vectors by hand: how many are asked for, in which order they are used, and that none
is used twice (TS 33.203 6.1.1, 6.1.3; RFC 3310)."""
import base64
import json

from build_tree import subscribers
from gateway import PORTCULLIS
from hop_trace import HopTrace, names, only
from ims_judge import ImsJudge, md5
from isim import make_auts, sqn_of
from tcp_client import connect, hear, over_tcp
from topology import UE, run

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"
OTHER = "001010000000008@ims.mnc001.mcc001.3gppnetwork.org"


def three_at_a_time(settings):
    settings["scscf"]["vectors_per_request"] = 3


def last_sqn(gateway, impi=IMPI):
    """SQN_HE in the store."""
    shown = run(str(PORTCULLIS), "subscriber", "show", impi, "--json", "--config",
                str(gateway.settings.path))
    return json.loads(shown)["arguments"]["sqn"]


def flag(gateway, impi=IMPI):
    return gateway.ask("show", "ue", impi)["identities"][0]["flag"]


def same(one, other):
    return (one.start, one.rows) == (other.start, other.rows)


def counted(gateway):
    counters = gateway.counters()["scscf"]
    return [counters[f"scscf_{name}"] for name in ("vector_requests", "challenges", "registered")]


def report(judge, auts, response=""):
    """SM7 of flow C, bare; auts: octets."""
    return judge.ask_bare(judge.request(None, 5060, (
        f'Digest username="{judge.impi}",realm="{judge.realm}",uri="sip:{judge.realm}",'
        f'nonce="{judge.digest["nonce"]}",algorithm=AKAv1-MD5,response="{response}",'
        f'auts="{base64.b64encode(auts).decode()}"')))


def test_AKA_3_AKA_4_AKA_5_a_queue_of_vectors(make_gateway):
    """AKA-3, AKA-4, AKA-5, A-CM1/2, P-DIG: CM1 asks for m = 3; the second and the third
    authentication send no CM1, the fourth does. SQNs strictly rise in the AUTNs, none comes twice,
    and SQN_HE in the store is the last one made. SM1 and SM7 again get the same answers, octet by
    octet, and cost nothing."""
    gateway = make_gateway(three_at_a_time)
    start = last_sqn(gateway)
    with HopTrace(gateway) as hops:
        one = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
        sm1 = one.request(None, 5060, one.initial_authorization())
        assert one.take_sm6(one.ask_bare(sm1)).status == 401
        assert one.digest["algorithm"] == "AKAv1-MD5" and one.digest["qop"] == "auth"
        assert len(one.res) == 8 and len(one.ck) == len(one.ik) == 16
        hop = only(seen := hops.until("SM6"), "CM1")
        assert (hop["impi"], hop["detail"]) == (IMPI, "m=3")
        assert only(seen, "CM2")["detail"] == "2001, n=3"
        stored = last_sqn(gateway)
        sqns = [sqn_of(one.subscriber, one.digest["nonce"])]
        assert start < sqns[0] < stored
        assert same(one.ask_bare(sm1), one.sm6)
        assert counted(gateway) == [1, 1, 0]

        sm7 = one.request(None, one.port_s, one.authorization(one.res),
                          [("Security-Verify", one.sm6["Security-Server"])])
        sm12 = one.ask(sm7)
        assert sm12.status == 200 and same(one.ask(sm7), sm12)
        assert counted(gateway) == [1, 1, 1]
        hops.until("SM12")

        for vector_requests in (1, 1, 2):
            after = one.successor()
            assert after.challenge_on(one).status == 401
            assert ("CM1" in names(hops.until("SM6"))) == (vector_requests == 2)
            sqns.append(sqn_of(after.subscriber, after.digest["nonce"]))
            assert (last_sqn(gateway) == stored) == (vector_requests == 1)
            assert after.answer(cseq=None).status == 200
            assert counted(gateway) == [vector_requests, len(sqns), len(sqns)]
            one = after
    assert sqns == sorted(set(sqns))
    assert flag(gateway) == "registered"


def test_AKA_5_by_tcp(gateway):
    """AKA-5, P-ERR: on a connection SIP retransmits nothing (RFC 3261: Timer J is 0 there), so SM1
    once more is another request: its vector is another one, and its set the only one."""
    judge = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
    tcp = connect(gateway.topology, judge.local)
    sm1 = over_tcp(judge.request(None, 5060, judge.initial_authorization()))
    sqns = []
    for _ in range(3):
        tcp.sendall(sm1)
        assert judge.take_sm6(*hear(tcp)).status == 401
        sqns.append(sqn_of(judge.subscriber, judge.digest["nonce"]))
        assert {judge.spi_pc, judge.spi_ps} < {
            one["spi"] for one in gateway.ask("show", "sa")["sas"]}
        assert len(gateway.ask("show", "sa")["sas"]) == 4
    assert sqns == sorted(set(sqns)) and last_sqn(gateway) == sqns[-1]
    assert counted(gateway) == [3, 3, 0]
    assert judge.answer(cseq=None).status == 200


def test_C_SM7_CM4_queued_vectors_are_dropped(make_gateway):
    """C-SM7…CM4, C-SM10, AKA-3, P-SQN, P-DIG: AUTS (its response is made with the empty password)
    moves SQN_HE in the store; what was queued is older and goes, so that the next challenge is of
    CM4. An AUTS that answers no challenge is ignored: SQN_HE only counts on."""
    gateway = make_gateway(three_at_a_time)
    with HopTrace(gateway) as hops:
        judge = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
        assert judge.challenge(cseq=None).status == 401
        sqn_ms = sqn_of(judge.subscriber, judge.digest["nonce"]) + (1000 << 5)
        auts = make_auts(judge.subscriber, judge.digest["nonce"], sqn_ms)
        response = md5(md5(IMPI, judge.realm, b""), judge.digest["nonce"],
                       md5("REGISTER", f"sip:{judge.realm}"))
        hops.until("SM6")
        assert judge.take_sm6(report(judge, auts, response)).status == 401
        seen = hops.until("SM12")
        assert only(seen, "CM3")["detail"] == "m=3, RAND, AUTS"
        assert only(seen, "CM4")["detail"] == "2001, n=3"
        assert sqn_ms < sqn_of(judge.subscriber, judge.digest["nonce"]) < last_sqn(gateway)
        assert judge.answer(cseq=None).status == 200
        stored = last_sqn(gateway)
        old = judge.successor()
        assert old.take_sm6(report(old, make_auts(
            judge.subscriber, judge.digest["nonce"], sqn_ms + (1 << 30)))).status == 401
        assert last_sqn(gateway) == stored
    assert flag(gateway) == "registered"


def test_AKA_6_lengths(gateway):
    """AKA-6, P-DIG: AUTS has 14 octets, a response 32 digits: shorter and longer ones are refused,
    SQN_HE does not move, and nobody is registered."""
    judge = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
    for length in (13, 15, 0x100):
        assert judge.challenge(cseq=None).status == 401
        stored = last_sqn(gateway)
        auts = make_auts(judge.subscriber, judge.digest["nonce"], stored + (1000 << 5))
        assert report(judge, (auts * 20)[:length]).status in (400, 403)
        assert last_sqn(gateway) == stored
    for change in (lambda right: right[:-1], lambda right: right + "0", lambda right: right * 2):
        assert judge.challenge(cseq=None).status == 401
        right = judge.authorization(judge.res).split('response="')[1].split('"')[0]
        assert len(right) == 32
        wrong = judge.authorization(judge.res).replace(right, change(right))
        assert judge.ask(judge.request(None, judge.port_s, wrong, [
            ("Security-Verify", judge.sm6["Security-Server"])])).status == 403
        assert flag(gateway) == "unregistered"
    assert counted(gateway)[2] == 0
    judge.successor().register()


def test_AKA_4_two_users_do_not_share(make_gateway):
    """AKA-4, P-SQN: each IMPI has a queue and an SQN of its own."""
    gateway = make_gateway(three_at_a_time)
    one = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
    two = ImsJudge(gateway.topology, OTHER, ["hmac-sha-1-96"], local=UE)
    one.register()
    stored = last_sqn(gateway)
    two.register()
    assert last_sqn(gateway) == stored
    assert last_sqn(gateway, OTHER) > subscribers()[OTHER]["sqn"]
    assert counted(gateway) == [2, 2, 2]
