# SPDX-License-Identifier: BSD-3-Clause
"""When a registered UE authenticates again (TS 33.203 5.1.2): the operator's policy, on the wire."""
import pytest

from ims_judge import ImsJudge

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"


@pytest.mark.parametrize("every, answers", [(0, [200, 200, 200]), (1, [401]), (3, [200, 200, 401])])
def test_REG_3_protected_reregistration(make_gateway, every, answers):
    """REG-3, REG-8, AKA-3: a protected re-REGISTER is answered by 200 on its own SAs, whose life
    follows, or by 401, as the policy says; a 200 asks for no vector."""
    def policy(settings):
        settings["scscf"]["reauthentication"] = {"every": every}

    gateway = make_gateway(policy)
    judge = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
    assert judge.challenge().status == 401
    assert judge.answer().status == 200
    vectors = gateway.counters()["scscf"]["scscf_vector_requests"]
    # P-PORT: another port_uc, for the case of a challenge.
    judge.offer = judge.offer.replace(f"port-c={judge.port_c}", f"port-c={judge.port_c - 1}")
    for cseq, status in enumerate(answers, 3):
        judge.send(judge.request(cseq, judge.port_s, judge.initial_authorization(),
                                 [("Security-Verify", judge.sm6["Security-Server"])]))
        assert judge.receive().status == status
    counters = gateway.counters()["scscf"]
    assert counters["scscf_refreshed"] == answers.count(200)
    assert counters["scscf_vector_requests"] == vectors + answers.count(401)
    sas = gateway.ask("show", "sa")["sas"]
    assert len(sas) == (8 if 401 in answers else 4)


def test_REG_1_REG_2_a_bare_one_always(make_gateway):
    """REG-1, REG-2, P-REREG: a policy that never authenticates again has no say over what comes
    without protection."""
    def policy(settings):
        settings["scscf"]["reauthentication"] = {"every": 0, "each_identity": False}

    gateway = make_gateway(policy)
    judge = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
    judge.challenge()
    assert judge.answer().status == 200
    judge.offer = judge.offer.replace(f"port-c={judge.port_c}", f"port-c={judge.port_c - 1}")
    assert judge.ask_bare(judge.request(5, 5060, judge.initial_authorization())).status == 401
