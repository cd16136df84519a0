# SPDX-License-Identifier: BSD-3-Clause
"""What the home network decides: who may register as whom, when authentication is asked for again, and
what ends a registration (TS 33.203 5.1.1, 5.1.2, 6.1, 6.1.1)."""
import pytest

from eventually import eventually
from gateway import PORTCULLIS
from hop_trace import HopTrace, names, only
from ims_judge import ImsJudge
from topology import UE, run

HOME = "ims.mnc001.mcc001.3gppnetwork.org"
IMPI = f"001010000000007@{HOME}"  # two implicit sets
BARRED, ALICE, TEL, WORK = f"sip:001010000000007@{HOME}", f"sip:alice@{HOME}", "tel:+15550107", (
    f"sip:work@{HOME}")
BOB = f"sip:bob@{HOME}"


def policy(failures=(0, "none"), minimum_s=60, **reauthentication):
    def change(settings):
        settings["scscf"].update(
            reauthentication=reauthentication, registration_min_s=minimum_s,
            failed_authentications=dict(zip(("limit", "action"), failures)))
    return change


def alice(gateway, **more):
    return ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"], **more)


def show(gateway):
    return gateway.ask("show", "ue", IMPI)


def flags(gateway):
    return {one["identity"]: one["flag"] for one in show(gateway)["identities"]}


def registered(gateway):
    """Whose flag says so; each has its S-CSCF, and nobody else has one."""
    for one in show(gateway)["identities"]:
        assert bool(one["scscf"]) == (one["flag"] != "unregistered")
    return {identity for identity, flag in flags(gateway).items() if flag == "registered"}


def expiry_s(gateway):
    """Of the contacts at the S-CSCF, each once."""
    return [contact["remaining_ms"] / 1000 for one in show(gateway)["registrations"]
            for contact in one["contacts"]]


def of(judge, impu, expires=600000):
    return {"To": f"<{impu}>", "From": f"<{impu}>;tag=judge",
            "Contact": judge.contact(expires=expires)}


def sas(gateway):
    found = [sa["state"] for sa in gateway.ask("show", "sa", IMPI)["sas"]]
    return {state: found.count(state) for state in found}


def test_REG_5_REG_7_REG_8_the_implicit_set(make_gateway):
    """REG-5, REG-7, REG-8, FLAG-2, P-ID: the I-CSCF assigns the S-CSCF, which pulls the profile; the
    implicit set reaches S-CSCF and P-CSCF, and all of it is registered, the barred identity, too.
    A sibling is refreshed without having registered itself, which moves the expiry of the whole
    set; one of the other set is authenticated, since the policy says each identity is."""
    gateway = make_gateway(policy(every=0))
    with HopTrace(gateway) as hops:
        one = alice(gateway)
        assert one.register(put={"Contact": one.contact(expires=1000)}).status == 200
        seen = hops.until("SM12")
        assert only(hops_to(seen, "SM6"), "UAA")["detail"] == "2001 "
        assert only(seen, "SM3")["detail"] == only(seen, "SM9")["detail"] == f"sip:scscf.{HOME}"
        assert only(seen, "SAA")["detail"] == "2001, 3 identities"
        assert registered(gateway) == {BARRED, ALICE, TEL}
        ue = show(gateway)
        assert ue["registrations"][0]["identities"] == [ALICE, BARRED, TEL]
        assert ue["pcscf"]["associated_uris"] == f"<{ALICE}>, <{TEL}>"
        assert ue["pcscf"]["service_route"] == f"<sip:scscf.{HOME};lr>"
        expiry, = expiry_s(gateway)
        assert 970 < expiry <= 1000

        sm12 = one.refresh(put=of(one, TEL, 2000))
        assert sm12.status == 200 and sm12["P-Associated-URI"].startswith(f"<{ALICE}>")
        assert "CM1" not in names(hops.until("SM6"))
        expiry, = expiry_s(gateway)
        assert 1970 < expiry <= 2000 and registered(gateway) == {BARRED, ALICE, TEL}

        two = one.successor()
        two.impu = WORK
        assert two.challenge_on(one).status == 401
        assert flags(gateway)[WORK] == "initial registration pending"
        assert two.answer(cseq=None).status == 200
        assert registered(gateway) == {BARRED, ALICE, TEL, WORK}
        assert sorted(one["identities"] for one in show(gateway)["registrations"]) == [
            [ALICE, BARRED, TEL], [WORK]]


def hops_to(hops, name):
    return hops[:names(hops).index(name) + 1]


def test_REG_3_a_further_identity_without_authentication(make_gateway):
    """REG-3, P-ERR: each_identity false: a protected REGISTER of another set is enough. The SAs stay
    until the last identity leaves; then they go, after the 200, and nobody is registered."""
    gateway = make_gateway(policy(every=0, each_identity=False))
    one = alice(gateway)
    one.register()
    vectors = gateway.counters()["scscf"]["scscf_vector_requests"]
    assert one.refresh(put=of(one, WORK)).status == 200
    assert registered(gateway) == {BARRED, ALICE, TEL, WORK}
    assert gateway.counters()["scscf"]["scscf_vector_requests"] == vectors
    with HopTrace(gateway) as hops:
        assert one.refresh(put=of(one, ALICE, 0)).status == 200
        assert registered(gateway) == {WORK} and sas(gateway) == {"confirmed": 4}
        assert one.refresh(put=of(one, WORK, 0)).status == 200
        assert set(flags(gateway).values()) == {"unregistered"}
        eventually(lambda: sas(gateway) == {}, 30)
        assert "SM6" in names(hops.until("SA delete"))
    assert show(gateway)["registrations"] == []


def test_REG_5_REG_6_who_belongs_to_whom(make_gateway):
    """REG-5, REG-6, AKA-1, P-BIND: another user's identity is refused on the SAs, too, and bare; so
    is an IMPI that is no NAI. No vector is made, no flag moves, the registration stays."""
    gateway = make_gateway(policy(every=1))
    one = alice(gateway)
    one.register()
    before = gateway.counters()["scscf"]
    assert one.successor().challenge_on(one, put=of(one, BOB)).status == 403
    thief = alice(gateway, local=UE)
    assert thief.challenge(put=of(thief, BOB)).status == 403
    thief.impi = "alice"
    assert thief.challenge().status in (400, 403)
    after = gateway.counters()["scscf"]
    assert after["scscf_vector_requests"] == before["scscf_vector_requests"]
    assert registered(gateway) == {BARRED, ALICE, TEL} and sas(gateway) == {"confirmed": 4}


def test_REG_4_at_any_time(make_gateway):
    """REG-4, NET-1: where the policy never asks again, the operator can: the next protected REGISTER
    is challenged, its success gives the registration its whole time back; the one after that is
    not challenged any more."""
    gateway = make_gateway(policy(every=0))
    one = alice(gateway)
    one.register()
    assert one.refresh().status == 200
    gateway.ask("reauth", IMPI)
    assert expiry_s(gateway)[0] <= 120
    two = one.successor()
    assert two.challenge_on(one).status == 401
    assert two.answer(cseq=None).status == 200
    assert expiry_s(gateway)[0] > 120 and registered(gateway) == {BARRED, ALICE, TEL}
    assert two.refresh().status == 200
    assert gateway.counters()["scscf"]["scscf_reauthentications"] == 1


@pytest.mark.parametrize("action", ("none", "deregister"))
def test_REG_9_a_flood_of_failures(make_gateway, action):
    """REG-9, FLAG-3: failures that a stranger reports in the clear never end a registration. Wrong
    RES inside of ESP, which only the UE can have sent, do where the policy says so, at its limit:
    then the flag is unregistered and the SAs go."""
    gateway = make_gateway(policy(failures=(3, action), every=1))
    one = alice(gateway)
    one.register()
    stranger = alice(gateway, local=UE)
    for _ in range(6):
        assert stranger.challenge(cseq=None).status == 401
        nonce = f'nonce="{stranger.digest["nonce"]}"'
        assert stranger.ask_bare(stranger.request(
            None, 5060, stranger.initial_authorization().replace('nonce=""', nonce))).status == 403
        assert registered(gateway) == {BARRED, ALICE, TEL}
    for n in range(1, 4):
        two = one.successor()
        assert two.challenge_on(one).status == 401
        two.send(two.request(None, two.port_s, two.authorization(bytes(8)),
                             [("Security-Verify", two.sm6["Security-Server"])]))
        assert one.receive().status == 403
        left = action == "none" or n < 3
        assert registered(gateway) == ({BARRED, ALICE, TEL} if left else set())
    counters = gateway.counters()["scscf"]
    assert [counters[f"scscf_{name}"] for name in (
        "failure_limits", "wrong_response", "reported_failures")] == [1, 3, 6]
    if action == "deregister":
        assert "confirmed" not in sas(gateway)
        eventually(lambda: sas(gateway) == {}, 30)
    else:
        assert sas(gateway)["confirmed"] == 4


def test_bindings(make_gateway):
    """REG-8, field note 21: several contacts, each with a time of its own; one leaves by expiry 0,
    one by its own expiry, the others by Contact: *; a shorter time than the least is refused with
    it. Only with the last one the flag and the SAs go."""
    gateway = make_gateway(policy(every=0, minimum_s=2))
    one = alice(gateway)
    phone, tablet, watch = (one.contact(expires, user) for expires, user in (
        (1000, "phone"), (2000, "tablet"), (2, "watch")))
    sm12 = one.register(put={"Contact": f"{phone}, {tablet}, {watch}"})
    assert sm12["Contact"].count("expires=") == 3
    assert sorted(expiry_s(gateway))[-1] > 1900
    eventually(lambda: len(expiry_s(gateway)) == 2, 30)
    short = one.refresh(put={"Contact": one.contact(1)})
    assert (short.status, short["Min-Expires"]) == (423, "2")
    assert one.refresh(put={"Contact": "*"}).status == 400
    sm12 = one.refresh(put={"Contact": one.contact(0, "phone")})
    assert sm12.status == 200 and "tablet@" in sm12["Contact"] and "phone@" not in sm12["Contact"]
    assert registered(gateway) == {BARRED, ALICE, TEL} and sas(gateway) == {"confirmed": 4}
    assert one.refresh([("Expires", "0")], put={"Contact": "*"}).status == 200
    assert registered(gateway) == set() and sas(gateway) == {"closing": 4}
    counters = gateway.counters()["scscf"]
    assert (counters["scscf_deregistered"], counters["scscf_expired"]) == (1, 0)


def test_REG_8_an_expiry_ends_it(make_gateway):
    """REG-8, FLAG-3, P-LIFE: a registration that nobody refreshes ends by itself: all of the set is
    unregistered; its SAs have 30 s more, in which a REGISTER on them is challenged anew."""
    gateway = make_gateway(policy(every=0, minimum_s=1))
    one = alice(gateway)
    one.register(put={"Contact": one.contact(1)})
    eventually(lambda: set(flags(gateway).values()) == {"unregistered"}, 30)
    assert show(gateway)["registrations"] == []
    assert gateway.counters()["scscf"]["scscf_expired"] == 1
    remaining, = {sa["remaining_ms"] for sa in gateway.ask("show", "sa", IMPI)["sas"]}
    assert remaining <= 31000
    two = one.successor()
    assert two.challenge_on(one).status == 401
    assert two.answer(cseq=None).status == 200
    assert registered(gateway) == {BARRED, ALICE, TEL}


def test_P_ERR_the_operator_ends_one_identity(make_gateway):
    """P-ERR, REG-7: de-registration of one implicit set by the operator leaves the other one and the
    SAs; that of the last one takes the SAs."""
    gateway = make_gateway(policy(every=0, each_identity=False))
    one = alice(gateway)
    one.register()
    assert one.refresh(put=of(one, WORK)).status == 200
    for identity, left, states in ((TEL, {WORK}, {"confirmed": 4}), (WORK, set(), {"closing": 4})):
        run(str(PORTCULLIS), "deregister", identity, "--config", str(gateway.settings.path))
        assert registered(gateway) == left and sas(gateway) == states
    eventually(lambda: sas(gateway) == {}, 30)
