# SPDX-License-Identifier: BSD-3-Clause
"""What may become of a challenge beside success, and what follows a registration: flows B and C,
silence, re-registration and de-registration, by the UE simulator's script verbs."""
import time

import pytest

from eventually import eventually
from gateway import difference
from topology import UE_TWO

BRIEF_S = 8
IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"


def sas_of(gateway):
    return gateway.ask("show", "sa")["sas"]


def flag_of(gateway):
    return gateway.ask("show", "ue", IMPI)["identities"][0]["flag"]


def spis_of(gateway):
    return {one["spi"] for one in sas_of(gateway)}


def watch(gateway):
    hops = gateway.hops()
    hops.await_line(hops.out, lambda line: '"result"' in line)
    return hops


def seen(hops, name):
    return sum(f'"{name}"' in line for line in hops.out)


def always(settings):
    settings["scscf"]["reauthentication"] = {"every": 1}


def never(settings):
    settings["scscf"]["reauthentication"] = {"every": 0}


@pytest.fixture
def ue(make_ue):
    """A UE that takes its orders one by one, and went as ordered to its end."""
    one = make_ue(IMPI, "-")
    yield one
    assert one.finish() == 0, (one.process.out, one.process.err)


def test_B_network_authentication_failure(gateway, ue):
    """B-SM7…10, P-ERR, FLAG-3: a wrong MAC is reported bare, the 4xx comes bare and without
    security parameters (the UE looks for them), the new set is deleted on receipt, the flag is
    cleared; then the UE can register."""
    hops = watch(gateway)
    assert ue.order("wrong-mac")["ok"]
    report, end = ue.event("report"), ue.event("SM12")
    assert (report["why"], report["set"]) == ("mac", "bare")
    assert (end["status"], end["set"]) == (403, "bare")
    eventually(lambda: not sas_of(gateway))
    assert flag_of(gateway) == "unregistered"
    assert (seen(hops, "CM1"), seen(hops, "CM3")) == (1, 0)
    hops.stop()
    assert ue.order("register")["ok"]
    assert flag_of(gateway) == "registered"


def test_B_on_the_old_set(make_gateway, make_ue):
    """B-SM7…10, P-WHICH, P-ERR, REG-9: of a registered UE that re-registers, challenge, report and
    4xx travel on the established set, which survives with the registration."""
    gateway = make_gateway(always)
    ue = make_ue(IMPI, "-")
    assert ue.order("register")["ok"]
    established = spis_of(gateway)
    assert ue.order("re-wrong-mac")["ok"]
    assert ue.event("SM6")["set"] == ue.event("report")["set"] == "established"
    assert (ue.event("SM12")["status"], ue.event("SM12")["set"]) == (403, "established")
    eventually(lambda: spis_of(gateway) == established)
    assert flag_of(gateway) == "registered"
    assert ue.order("reregister")["ok"]
    assert ue.finish() == 0


def test_C_synchronisation_failure(gateway, ue):
    """C-SM7…CM4, C-SM10…, P-SQN: an SQN out of range is answered with AUTS, bare; the HSS follows
    it, the new challenge is accepted, and its set is the only one."""
    hops = watch(gateway)
    assert ue.order("wrong-sqn")["ok"]
    assert (ue.event("report")["why"], ue.event("report")["set"]) == ("sqn", "bare")
    assert [one["status"] for one in ue.events("SM6")] == [401, 401]
    assert (ue.event("SM12")["status"], ue.event("SM12")["set"]) == (200, "new")
    hops.await_line(hops.out, lambda line: '"SM12"' in line)
    assert (seen(hops, "CM3"), seen(hops, "CM4")) == (1, 1)
    hops.stop()
    agreed = ue.event("SM6")
    eventually(lambda: spis_of(gateway) == {
        agreed[side][spi] for side in ("ue", "pcscf") for spi in ("spi_c", "spi_s")})
    assert flag_of(gateway) == "registered"
    # The HSS is where the ISIM is: no second report.
    assert ue.order("register")["ok"]
    assert len(ue.events("report")) == 1


def test_C_wrong_MAC_S_moves_nothing(gateway, ue):
    """C-SM7…CM4: an AUTS with a wrong MAC-S is refused and never moves SQN: the next challenge is
    still out of the ISIM's range, and a right AUTS then leads to success."""
    assert ue.order("wrong-auts")["ok"]
    assert ue.event("SM12")["status"] // 100 == 4
    assert flag_of(gateway) == "unregistered"
    assert ue.order("register")["ok"]
    assert [one["why"] for one in ue.events("report")] == ["sqn", "sqn"]
    assert flag_of(gateway) == "registered"


def test_C_on_the_old_set(make_gateway, make_ue):
    """C-SM7…CM4, P-ERR, P-WHICH: the same in a re-registration: AUTS and both challenges travel on
    the established set, SM12 on the new one."""
    gateway = make_gateway(always)
    ue = make_ue(IMPI, "-")
    assert ue.order("register")["ok"]
    assert ue.order("re-wrong-sqn")["ok"]
    assert ue.event("report")["set"] == "established"
    assert [one["set"] for one in ue.events("SM6")] == ["bare", "established", "established"]
    assert (ue.event("SM12")["status"], ue.event("SM12")["set"]) == (200, "new")
    assert ue.finish() == 0


def test_F_1_silence_of_a_registered_ue(make_gateway, make_ue):
    """F-1, FLAG-3, REG-9, P-LIFE: a challenge of a re-registration that nobody answers goes in
    time, with its set; the established set and the registration stay."""
    def hasty(settings):
        always(settings)
        settings["pcscf"]["reg_await_auth_ms"] = settings["scscf"]["reg_await_auth_ms"] = 1000

    gateway = make_gateway(hasty)
    ue = make_ue(IMPI, "-")
    assert ue.order("silence")["ok"]
    eventually(lambda: not sas_of(gateway) and flag_of(gateway) == "unregistered")
    assert ue.order("register")["ok"]
    established = spis_of(gateway)
    assert ue.order("re-silence")["ok"]
    assert len(sas_of(gateway)) == 8
    eventually(lambda: spis_of(gateway) == established)
    assert flag_of(gateway) == "registered"
    assert ue.order("reregister")["ok"]
    assert ue.finish() == 0


def test_E_2_of_a_registered_ue(make_gateway, make_ue):
    """E-2, P-ERR, REG-9: where SM1 was protected, the refusal of a wrong RES comes on the old set,
    which goes on."""
    gateway = make_gateway(always)
    ue = make_ue(IMPI, "-")
    assert ue.order("register")["ok"]
    assert ue.order("re-wrong-res")["ok"]
    assert (ue.event("SM12")["status"], ue.event("SM12")["set"]) == (403, "established")
    assert flag_of(gateway) == "registered"
    assert ue.order("reregister")["ok"]
    assert ue.finish() == 0


def test_P_CHK_changed_negotiation(gateway, ue):
    """P-CHK: Security-Verify other than SM6's list ends in 494 with the right list, Security-Client
    other than SM1's in 403; nobody is registered."""
    assert ue.order("wrong-verify")["ok"]
    assert ue.event("SM12")["status"] == 494
    assert ue.order("wrong-client")["ok"]
    assert ue.event("SM12")["status"] == 403
    assert flag_of(gateway) != "registered"
    assert ue.order("register")["ok"]


def test_REG_3_refresh_without_authentication(make_gateway, make_ue):
    """REG-3, IPI-2, P-LIFE: where the policy asks for none, a protected REGISTER without a
    response is answered 200 on the set that it came on, which stays the only one."""
    gateway = make_gateway(never)
    ue = make_ue(IMPI, "-")
    assert ue.order("register")["ok"]
    established = spis_of(gateway)
    for _ in range(3):
        assert ue.order("reregister")["ok"]
        assert (ue.event("SM6")["status"], ue.event("SM6")["set"]) == (200, "established")
    assert spis_of(gateway) == established
    assert ue.finish() == 0
    assert gateway.drops() == {}


def brief(settings):
    never(settings)
    settings["scscf"]["registration_min_s"] = 1


def test_REG_8_the_ues_timer_is_shorter(make_gateway, make_ue):
    """REG-8, P-24229: the UE re-registers by its own timer, at half of a short registration; each time
    that of the S-CSCF moves, so that the registration outlives what it was given first."""
    gateway = make_gateway(brief)
    ue = make_ue(IMPI, "-", options=("--expires", BRIEF_S))
    assert ue.order("register")["ok"]
    begin = time.monotonic()
    for count in range(1, 4):
        assert ue.order("refresh")["ok"]
        since = time.monotonic() - begin
        assert count * BRIEF_S / 2 - 1 < since < (count + 1) * BRIEF_S / 2
        scscf = gateway.counters()["scscf"]
        assert (scscf["scscf_refreshed"], scscf["scscf_expired"]) == (count, 0)
        (registration,) = gateway.ask("show", "ue", IMPI)["registrations"]
        (contact,) = registration["contacts"]
        assert BRIEF_S / 2 < contact["remaining_ms"] / 1000 <= BRIEF_S
        assert flag_of(gateway) == "registered"
    assert since > BRIEF_S
    assert ue.finish() == 0


def test_REG_3_refresh_with_authentication(make_gateway, make_ue):
    """REG-3, P-WHICH, P-PORT, INT-7, P-LIFE: where the policy asks for it, SM1 and SM6 travel on
    the old set, SM7 and SM12 on the new one; port_us and port_ps stay, both client ports change;
    only the set before stays beside the new one."""
    gateway = make_gateway(always)
    ue = make_ue(IMPI, "-")
    assert ue.order("register")["ok"]
    before = ue.event("SM6")
    for _ in range(3):
        assert ue.order("reregister")["ok"]
        after = ue.event("SM6")
        assert (after["status"], after["set"]) == (401, "established")
        assert (ue.event("SM12")["status"], ue.event("SM12")["set"]) == (200, "new")
        for side in ("ue", "pcscf"):
            assert after[side]["port_s"] == before[side]["port_s"]
            assert after[side]["port_c"] != before[side]["port_c"]
        mine = {one[side][spi] for one in (before, after)
                for side in ("ue", "pcscf") for spi in ("spi_c", "spi_s")}
        assert mine <= spis_of(gateway)
        before = after
    assert ue.finish() == 0
    assert gateway.drops() == {}


@pytest.mark.parametrize("verb", ("deregister", "deregister-all"))
@pytest.mark.parametrize("policy", (always, never))
def test_P_ERR_deregistration(make_gateway, make_ue, policy, verb):
    """P-ERR: the 200 to a de-registration, by expiry 0 or by Contact: *, still travels inside ESP;
    then the SAs go, and the flag is unregistered; the UE can register anew."""
    gateway = make_gateway(policy)
    ue = make_ue(IMPI, "-")
    assert ue.order("register")["ok"]
    assert ue.order(verb)["ok"], ue.process.out
    assert flag_of(gateway) == "unregistered"
    eventually(lambda: not sas_of(gateway), 20)
    assert not ue.order("reregister")["ok"]
    assert ue.order("register")["ok"]
    assert flag_of(gateway) == "registered"
    ue.finish()


def test_AKA_5_each_request_twice(gateway, ue):
    """AKA-5: SM1 and SM7 that come twice are one request each: one challenge, one registration."""
    assert ue.order("retransmit")["ok"]
    eventually(lambda: sum(gateway.counters()["sip"][f"sip_retransmissions_{what}"]
                           for what in ("absorbed", "answered")) == 2)
    counters = gateway.counters()["scscf"]
    assert (counters["scscf_challenges"], counters["scscf_registered"]) == (1, 1)
    assert len(sas_of(gateway)) == 4


def test_P_REREG_from_another_address(gateway, make_ue):
    """P-REREG, P-BIND, P-LIFE: a UE that goes elsewhere finds its set of SAs bound to the address
    that it had; bare it registers anew, and the old set goes."""
    ue = make_ue(IMPI, "-", options=("--timeout", "1000"))
    assert ue.order("register")["ok"]
    old = spis_of(gateway)
    assert ue.order(f"change-address {UE_TWO}")["ok"]
    before = gateway.drops()
    assert not ue.order("reregister")["ok"]
    assert set(difference(before, gateway.drops())) == {"selector_address"}
    assert ue.order("register")["ok"]
    eventually(lambda: len(sas_of(gateway)) == 4 and not spis_of(gateway) & old, 20)
    assert flag_of(gateway) == "registered"
    assert ue.finish() == 1
