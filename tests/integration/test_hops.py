# SPDX-License-Identifier: BSD-3-Clause
"""The messages of each flow, hop by hop, as `portcullis trace` tells them (TS 33.203 6.1.1 to 6.1.3), and
that no secret is told on any way."""
import subprocess

from eventually import eventually
from gateway import PORTCULLIS
from hop_trace import HopTrace, names, only
from ims_judge import ImsJudge
from topology import UE

HOME = "ims.mnc001.mcc001.3gppnetwork.org"
IMPI, IMPU, SCSCF = f"001010000000002@{HOME}", f"sip:001010000000002@{HOME}", f"sip:scscf.{HOME}"
OTHER = f"001010000000008@{HOME}"
AS_SM1 = [("UE", "P-CSCF"), ("P-CSCF", "I-CSCF"), ("I-CSCF", "S-CSCF")]
PENDING, CLEAR = "initial registration pending", "clear S-CSCF name"


def ways(hops, order):
    return [(only(hops, name)["from"], only(hops, name)["to"]) for name in order]


def back(way):
    return [(end, start) for start, end in reversed(way)]


def puts(hops):
    return [(hop["from"], hop["to"], hop["what"], hop["detail"])
            for hop in hops if hop["name"] == "Cx-Put"]


def put(what):
    return [("S-CSCF", "HSS", what, IMPU)]


def state(gateway):
    """What somebody could hold of her: her flag and S-CSCF, registrations, sets, transactions."""
    ue = gateway.ask("show", "ue", IMPI)
    identity, = ue["identities"]
    return identity["flag"], identity["scscf"], ue["registrations"], ue["sas"]


def report(judge):
    return judge.ask_bare(judge.request(None, 5060, judge.initial_authorization().replace(
        'nonce=""', f'nonce="{judge.digest["nonce"]}"')))


def test_A_SM1_to_SM12_hop_by_hop(make_gateway):
    """A-SM1…12, A-CM1/2, A-SM7…9, FLAG-1, FLAG-2, P-FLAG, P-IPI, INT-4: each hop from whom to whom, in
    this order: the flag before CM1, the SAs before SM6, the second question to the HSS before SM9,
    the profile before SM10. In a re-authentication the same, but for the flag."""
    gateway = make_gateway()
    with HopTrace(gateway) as hops:
        judge = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
        assert judge.challenge(cseq=None).status == 401
        seen = hops.until("SM6")
        assert names(seen) == ["SM1", "SM2", "UAR", "UAA", "SM3", "Cx-Put", "CM1", "CM2", "SM4",
                               "SM5", "SA add", "SA add", "SM6"]
        assert ways(seen, ("SM1", "SM2", "SM3")) == AS_SM1
        assert ways(seen, ("SM4", "SM5", "SM6")) == back(AS_SM1)
        assert ways(seen, ("CM1", "CM2")) == [("S-CSCF", "HSS"), ("HSS", "S-CSCF")]
        assert (only(seen, "CM1")["detail"], only(seen, "CM2")["detail"]) == ("m=1", "2001, n=1")
        assert puts(seen) == put(PENDING) and only(seen, "UAA")["detail"] == "2001 "
        assert "port 5060, unprotected" in only(seen, "SM1")["detail"]
        assert "unprotected" in only(seen, "SM6")["detail"]
        assert state(gateway)[:2] == (PENDING, SCSCF)

        assert judge.answer(cseq=None).status == 200
        seen = hops.until("SM12")
        assert names(seen) == ["SM7", "SM8", "UAR", "UAA", "SM9", "SAR", "SAA", "SM10", "SM11",
                               "SM12"]
        assert ways(seen, ("SM7", "SM8", "SM9")) == AS_SM1
        assert ways(seen, ("SM10", "SM11", "SM12")) == back(AS_SM1)
        assert only(seen, "UAA")["detail"] == f"2002 {SCSCF}"
        assert f":{judge.port_c} to port {judge.port_ps}, inside ESP" in only(seen, "SM7")["detail"]
        assert only(seen, "SM12")["detail"] == (
            f"port {judge.port_pc} to {judge.local}:{judge.port_s}, inside ESP")
        assert all(hop["impi"] == IMPI for hop in seen)
        assert state(gateway)[:2] == ("registered", SCSCF)

        after = judge.successor()
        assert after.challenge_on(judge).status == 401
        assert after.answer(cseq=None).status == 200
        assert puts(hops.until("SM12")) == []


def test_B_I_nothing_stays(gateway):
    """B-I, B-SM7…10, P-FLAG, FLAG-3: after SM10 nobody holds anything of the IMPI: no flag, no S-CSCF
    name, no registration, no SA, no request under way; the next SM2 is a first one to the I-CSCF.
    Of a registered user nothing changes, and no Cx-Put is sent."""
    with HopTrace(gateway) as hops:
        judge = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
        before = state(gateway)
        assert judge.challenge(cseq=None).status == 401
        hops.until("SM6")
        assert report(judge).status == 403
        seen = hops.until("SM12")
        assert names(seen) == ["SM7", "SA delete", "SM8", "UAR", "UAA", "SM9", "Cx-Put", "SM10",
                               "SM11", "SM12"]
        assert puts(seen) == put(CLEAR)
        assert only(seen, "UAA")["detail"] == f"2002 {SCSCF}"
        assert state(gateway) == before == ("unregistered", "", [], [])
        assert gateway.ask("status")["registrations"] == gateway.ask("status")["sa_sets"] == 0

        judge.register()
        assert only(hops.until("SM6"), "UAA")["detail"] == "2001 "
        hops.until("SM12")
        registered = state(gateway)[:2]
        other = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"], local=UE)
        assert other.challenge(cseq=None).status == 401
        assert report(other).status == 403
        assert puts(hops.until("SM12")) == [] and state(gateway)[:2] == registered


def test_F_1_the_flag_of_an_unanswered_challenge(make_gateway):
    """F-1, P-FLAG, FLAG-3: the time-out sends the same Cx-Put, without a SIP message."""
    def hasty(settings):
        settings["pcscf"]["reg_await_auth_ms"] = settings["scscf"]["reg_await_auth_ms"] = 1000

    gateway = make_gateway(hasty)
    with HopTrace(gateway) as hops:
        judge = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
        assert judge.challenge(cseq=None).status == 401
        hops.until("SM6")
        assert puts(hops.until("Cx-Put")) == put(CLEAR)
    eventually(lambda: state(gateway) == ("unregistered", "", [], []), 20)


def test_INT_5_no_key_is_told(gateway):
    """INT-5, A-SM4…6, P-KEY: one IK_ESP serves both directions (the judge has no other), and neither
    it nor IK, CK, RES, K or OPc is in a bare message, the trace, an answer to the operator, or the
    log."""
    with HopTrace(gateway) as hops:
        judges = [ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"]),
                  ImsJudge(gateway.topology, OTHER, ["hmac-md5-96"], local=UE)]
        told = []
        for judge in judges:
            judge.register()
            told += [value for row in judge.sm6.rows for value in row]
            told.append(str(gateway.ask("show", "ue", judge.impi)))
        hops.until("SM12")
        hops.until("SM12")
        for words in (["show", "sa"], ["show", "counters"], ["status"]):
            told.append(str(gateway.ask(*words)))
            told.append(subprocess.run([PORTCULLIS, *words, "--config", gateway.settings.path],
                                       capture_output=True, text=True, check=True).stdout)
        told = "\n".join([hops.text(), *told, *gateway.process.err]).lower()
    assert IMPI in told
    for judge in judges:
        for secret in (judge.ik, judge.ck, judge.res, bytes.fromhex(judge.subscriber["k"]),
                       bytes.fromhex(judge.subscriber["opc"])):
            assert secret.hex() not in told
