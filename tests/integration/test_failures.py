# SPDX-License-Identifier: BSD-3-Clause
"""Authentications that fail (TS 33.203 6.1.2, 6.1.3), on the wire and in the HSS: a UE by hand."""
import base64

import pytest

from eventually import eventually
from ims_judge import ImsJudge
from isim import make_auts, sqn_of
from topology import UE

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"
FOREIGN = ("WWW-Authenticate", "Authentication-Info", "Security-Server")
SQN_MS = 0x1234567000


@pytest.fixture
def judge(gateway):
    return ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])


def flag(gateway):
    """Of her only public identity; the S-CSCF's name goes with it."""
    identity, = gateway.ask("show", "ue", IMPI)["identities"]
    assert bool(identity["scscf"]) == (identity["flag"] != "unregistered")
    return identity["flag"]


def report(judge, cseq, auts=None):
    """SM7 of flow B, or with auts of flow C: bare."""
    authorization = (f'Digest username="{judge.impi}",realm="{judge.realm}",uri="sip:{judge.realm}",'
                     f'nonce="{judge.digest["nonce"]}",algorithm=AKAv1-MD5,response=""')
    if auts:
        authorization += f',auts="{base64.b64encode(auts).decode()}"'
    return judge.ask_bare(judge.request(cseq, 5060, authorization))


def refused(judge, answer):
    assert answer.status == 403
    assert not [name for name in FOREIGN if answer[name]]
    text = "\n".join(" ".join(row) for row in answer.rows).lower()
    for secret in (judge.digest["nonce"].lower(), judge.ik.hex(), judge.ck.hex()):
        assert secret not in text


def test_B_SM7_to_SM10_network_failure(gateway, judge):
    """B-SM7…10, FLAG-3: the UE finds MAC wrong: a bare 403 without security parameters; the flag is
    cleared, and a new registration succeeds."""
    assert judge.challenge().status == 401
    assert flag(gateway) == "initial registration pending"
    refused(judge, report(judge, 2))
    assert flag(gateway) == "unregistered"
    assert gateway.counters()["scscf"]["scscf_reported_failures"] == 1


def test_B_SM7_to_SM10_network_failure_of_a_registered_user(gateway, judge):
    """B-SM7…10, FLAG-3, REG-9: the same while she is registered: she stays so."""
    judge.challenge()
    assert judge.answer().status == 200
    other = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"], local=UE)
    assert other.challenge().status == 401
    refused(other, report(other, 2))
    assert flag(gateway) == "registered"
    assert len(gateway.ask("show", "ue", IMPI)["registrations"]) == 1


def test_C_SM7_to_SM10_resynchronisation(gateway, judge):
    """C-SM7…CM4, C-SM10: the UE's SQN has run ahead: AUTS moves the HSS's, and a new challenge
    leads to a registration."""
    assert judge.challenge().status == 401
    auts = make_auts(judge.subscriber, judge.digest["nonce"], SQN_MS)
    assert judge.take_sm6(report(judge, 2, auts)).status == 401
    assert SQN_MS < sqn_of(judge.subscriber, judge.digest["nonce"]) < SQN_MS + (1 << 16)
    assert judge.answer(cseq=3).status == 200
    assert flag(gateway) == "registered"


def test_C_SM7_wrong_mac_s(gateway, judge):
    """C-SM7…CM4, FLAG-3: a wrong MAC-S ends as flow B and moves nothing."""
    judge.challenge()
    before = sqn_of(judge.subscriber, judge.digest["nonce"])
    auts = make_auts(judge.subscriber, judge.digest["nonce"], SQN_MS)
    refused(judge, report(judge, 2, auts[:-1] + bytes([auts[-1] ^ 1])))
    assert flag(gateway) == "unregistered"
    assert judge.challenge(cseq=3).status == 401
    assert before < sqn_of(judge.subscriber, judge.digest["nonce"]) < before + (1 << 12)


def test_E_2_wrong_res(gateway, judge):
    """E-2, FLAG-3: right ICV and wrong RES: a bare 403; the flag is cleared."""
    judge.challenge()
    refused(judge, judge.answer(res=bytes(8)))
    assert flag(gateway) == "unregistered"


def test_E_2_wrong_res_of_a_registered_user(gateway, judge):
    """E-2, FLAG-3, REG-9: the same while she is registered: she stays so."""
    judge.challenge()
    assert judge.answer().status == 200
    other = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"], local=UE)
    other.challenge()
    refused(other, other.answer(res=bytes(8)))
    assert flag(gateway) == "registered"


def test_F_1_silence(make_gateway):
    """F-1, FLAG-3: a challenge that nobody answers in time has failed."""
    def patience(settings):
        settings["scscf"]["reg_await_auth_ms"] = settings["pcscf"]["reg_await_auth_ms"] = 1000

    gateway = make_gateway(patience)
    judge = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
    assert judge.challenge().status == 401
    eventually(lambda: gateway.counters()["scscf"]["scscf_timeouts"] == 1, timeout=20)
    assert flag(gateway) == "unregistered"
    eventually(lambda: gateway.ask("show", "sa")["sas"] == [], timeout=20)
