# SPDX-License-Identifier: BSD-3-Clause
"""Flow A and the reg event over IPv6, by a P-CSCF of both families."""
import json

import pytest

from both_families import (PCSCF_IPV6, UE_IPV6, both_families, give_ipv6,
                           let_gateway_have_ipv6)

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"
OTHER = "001010000000008@ims.mnc001.mcc001.3gppnetwork.org"


@pytest.fixture
def gateway(topology, make_gateway):
    give_ipv6(topology)
    let_gateway_have_ipv6(topology)
    return make_gateway(both_families)


@pytest.mark.parametrize("form", ["four", "pair"])
def test_A_SM1_to_SM12_by_both_families(gateway, make_ue, form):
    """A-SM1…12, P-USE, P-REG, P-24229: a UE registers from [UE]:5060, subscribes, is told on its set,
    and leaves; beside it one over IPv4."""
    ue = make_ue(IMPI, "-", local=UE_IPV6, pcscf=f"[{PCSCF_IPV6}]:5060",
                 options=["--sa-form", form])
    assert ue.order("register")["ok"], ue.process.out
    sas = gateway.ask("show", "sa", IMPI)["sas"]
    assert len(sas) == (4 if form == "four" else 2)
    assert all(UE_IPV6 in json.dumps(sa) and PCSCF_IPV6 in json.dumps(sa) for sa in sas)
    assert make_ue(OTHER, "register").finish() == 0
    assert ue.order("subscribe")["ok"], ue.process.out
    told = json.loads(ue.process.await_line(
        ue.process.out, lambda line: json.loads(line)["event"] == "NOTIFY", 40))
    assert (told["state"], told["change"]) == ("active", "registered")
    assert ue.order("deregister")["ok"], ue.process.out
    assert ue.finish() == 0, ue.process.err
    assert gateway.ask("show", "ue", IMPI)["registrations"] == []
