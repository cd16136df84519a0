# SPDX-License-Identifier: BSD-3-Clause
"""The sets of SAs of one UE, by hand: which one carries what, how long each lives, and what a REGISTER
on each of them counts for (TS 33.203 6.1.5, 7.2 to 7.4)."""
import pytest

from esp_peer import datagram
from eventually import eventually
from hop_trace import HopTrace, only
from ims_judge import ImsJudge
from topology import PCSCF, UE_TWO, run

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"
OTHER = "001010000000008@ims.mnc001.mcc001.3gppnetwork.org"
GUARD_S = 30


def policy(every, **pcscf):
    def change(settings):
        settings["scscf"]["reauthentication"] = {"every": every}
        settings["pcscf"].update(pcscf)
    return change


def first_set(gateway, **more):
    return ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96", "hmac-md5-96"], **more)


def states(gateway, *sets):
    """Of each set, by its SPIs: the one state of all its SAs; None: it is gone."""
    sas = gateway.ask("show", "sa", IMPI)["sas"]
    found = []
    for one in sets:
        spis = {one.spi_c, one.spi_s, one.spi_pc, one.spi_ps}
        mine = {sa["state"] for sa in sas if sa["spi"] in spis}
        assert len(mine) <= 1
        found.append(mine.pop() if mine else None)
    return found


def life_s(gateway, one):
    """What is left to it; all SAs of a set end together."""
    lives = {sa["remaining_ms"] for sa in gateway.ask("show", "sa", IMPI)["sas"]
             if sa["spi"] in (one.spi_c, one.spi_s, one.spi_pc, one.spi_ps)}
    assert len(lives) == 1
    return lives.pop() / 1000


def lives(gateway, one, seconds):
    """Whether it has this long to live, less what the test took."""
    return seconds - 25 < life_s(gateway, one) <= seconds


def expiring(judge, seconds):
    return {"Contact": judge.contact(expires=seconds)}


def flag(gateway):
    return gateway.ask("show", "ue", IMPI)["identities"][0]["flag"]


def options(judge):
    """Answered, where the set carries more than authentication."""
    return judge.ask(judge.request(None, judge.port_s, judge.initial_authorization(),
                                   method="OPTIONS"))


def test_P_LIFE_P_WHICH_one_set_after_the_other(make_gateway):
    """P-LIFE, P-WHICH, P-USE, P-PORT, INT-7: a temporary set lives for reg-await-auth and carries
    nothing but authentication; a confirmed one max(old, registration + 30 s); a refresh only
    extends it. After SM12 on the new set the old one is sent on, until a packet comes on the new
    one's other inbound SA; then it ends after 64 * T1, in the data plane, too. rport does not pull
    an answer to port_uc."""
    gateway = make_gateway(policy(2, old_set_ms=1000))
    one = first_set(gateway)
    assert one.challenge(cseq=None).status == 401
    assert states(gateway, one) == ["temporary"] and lives(gateway, one, 240)
    assert options(one).status == 403
    assert one.answer(cseq=None, put={
        **expiring(one, 1000),
        "Via": f"SIP/2.0/UDP {one.local}:{one.port_s};branch=z9hG4bKrport;rport"}).status == 200
    assert states(gateway, one) == ["confirmed"] and lives(gateway, one, 1000 + GUARD_S)
    assert one.refresh(put=expiring(one, 2000)).status == 200
    assert lives(gateway, one, 2000 + GUARD_S)

    two = one.successor()
    assert two.challenge_on(one, put=expiring(two, 100)).status == 401
    assert states(gateway, one, two) == ["confirmed", "temporary"]
    assert two.port_ps == one.port_ps and two.port_pc != one.port_pc
    assert options(one).status == 405
    assert two.answer(cseq=None, put=expiring(two, 100)).status == 200
    assert states(gateway, one, two) == ["replaced", "new"]
    assert lives(gateway, one, 2000 + GUARD_S) and lives(gateway, two, 2000 + GUARD_S)
    # Not SIP, and still a packet: a keep-alive from port_us to port_pc.
    two.raw.sendto(bytes(two.to_client.seal(
        datagram(two.local, two.port_s, PCSCF, two.port_pc, b"\r\n\r\n"))), (PCSCF, 0))
    assert two.receive().start == ""
    eventually(lambda: states(gateway, two) == ["confirmed"], 20)
    assert states(gateway, one)[0] in ("old", None)
    eventually(lambda: states(gateway, one) == [None], 20)
    before = gateway.drops()
    one.send(one.request(None, one.port_s, one.initial_authorization()))
    gateway.await_drops(before, {"spi_unknown": 1})
    sums = gateway.counters()["sum"]["counters"]
    assert (sums["sa_added"], sums["sa_deleted"]) == (8, 4)

    assert two.refresh(put=expiring(two, 100)).status == 200
    assert lives(gateway, two, 2000 + GUARD_S)
    assert two.successor().challenge_on(two).status == 401


def test_P_LIFE_P_ERR_bare_and_unfinished_ones(make_gateway):
    """P-LIFE, P-REREG, P-ERR, P-WHICH: beside what a bare SM1 begins, the established set serves on
    until SM12 has been sent; a new challenge takes the place of the one before, and of nothing
    else. A message on the new set, too, takes it into use."""
    gateway = make_gateway(policy(1))
    one = first_set(gateway)
    one.register()
    two, three = one.successor(), one.successor()
    assert two.challenge(cseq=None).status == 401
    assert states(gateway, one, two) == ["confirmed", "temporary"]
    assert three.challenge_on(one).status == 401
    assert states(gateway, one, two, three) == ["confirmed", None, "temporary"]
    assert options(one).status == 405
    assert three.answer(cseq=None).status == 200
    assert states(gateway, one, three) == ["replaced", "new"]
    assert options(three).status == 405
    assert states(gateway, one, three) == ["old", "confirmed"] and lives(gateway, one, 128)
    four = three.successor()
    assert four.challenge(cseq=None).status == 401
    assert options(three).status == 405
    assert four.answer(cseq=None).status == 200
    assert states(gateway, three, four) == ["closing", "confirmed"]
    assert three.refresh().status == 403
    assert flag(gateway) == "registered"


def test_IPI_1_IPI_2_which_set_protects(make_gateway):
    """IPI-1, IPI-2, REG-2: a response counts on the set of its own challenge only, a REGISTER
    without one on the set of the latest successful authentication only; whatever else comes is
    marked "no" and challenged, or refused."""
    gateway = make_gateway(policy(1))
    with HopTrace(gateway) as hops:
        def marked(name):
            return only(hops.until(name), name)["detail"]

        one = first_set(gateway)
        one.register()
        assert marked("SM2") == 'integrity-protected="no"'
        assert marked("SM8") == 'integrity-protected="yes"'
        two = one.successor()
        assert two.challenge_on(one).status == 401
        assert marked("SM2") == 'integrity-protected="yes"'
        # IPI-1: the right response, on the old set.
        again = one.ask(two.request(None, two.port_s, two.authorization(two.res),
                                    [("Security-Verify", one.sm6["Security-Server"])]))
        assert marked("SM8") == 'integrity-protected="no"'
        assert two.take_sm6(again).status == 401
        # IPI-2: no response, on the set that waits for one.
        assert two.refresh().status == 403
        assert marked("SM2") == 'integrity-protected="no"'
        assert states(gateway, one, two) == ["confirmed", "closing"]
        three = one.successor()
        assert three.challenge_on(one).status == 401
        assert three.answer(cseq=None).status == 200
        marked("SM2")
        assert marked("SM8") == 'integrity-protected="yes"'
        # IPI-2: the set before is none of the latest authentication any more.
        assert one.successor().challenge_on(one).status == 401
        assert marked("SM2") == 'integrity-protected="no"'
    assert flag(gateway) == "registered"


def test_P_CHK_on_a_protected_reregistration(make_gateway):
    """P-CHK, P-ERR, P-BIND: on the established set the agreement is confirmed again, and a changed
    one is refused with the right list; so is SM7 with another Security-Client, and what claims to
    be another user. The established set and the registration stand all of it."""
    gateway = make_gateway(policy(1))
    one = first_set(gateway)
    one.register()
    right = one.sm6["Security-Server"]
    for wrong in (right.replace("alg=hmac-sha-1-96", "alg=hmac-md5-96"),
                  right.replace("spi-s=", "spi-s=1"), right.split(",")[0]):
        answer = one.successor().challenge_on(one, verify=wrong)
        assert (answer.status, answer["Security-Server"]) == (494, right)
    two = one.successor()
    assert two.challenge_on(one).status == 401
    offer, two.offer = two.offer, two.offer.replace("hmac-md5-96", "hmac-sha-1-96")
    assert two.answer(cseq=None).status == 403
    two.offer = offer
    assert states(gateway, one, two) == ["confirmed", "closing"]
    assert gateway.counters()["pcscf"]["pcscf_refused_agreement"] == 4
    thief = one.successor()
    thief.impi = OTHER
    assert thief.challenge_on(one).status == 403
    three = one.successor()
    assert three.challenge_on(one).status == 401
    assert three.answer(cseq=None).status == 200
    assert states(gateway, one, three) == ["replaced", "new"]
    assert flag(gateway) == "registered"


def test_P_TBL_whose_port_and_how_many(make_gateway):
    """P-TBL: (address, port_uc) belongs to one set: another user who offers it is refused, and no SA
    is made. However many addresses ask for one IMPI, it has six SAs a direction, and its
    established set is among them."""
    gateway = make_gateway(policy(1))
    one = first_set(gateway)
    one.register()
    thief = ImsJudge(gateway.topology, OTHER, ["hmac-sha-1-96"], port=5070)
    thief.offer = thief.offer.replace(f"port-c={thief.port_c}", f"port-c={one.port_c}")
    assert thief.challenge().status == 403
    assert gateway.counters()["pcscf"]["pcscf_refused_port_taken"] == 1
    assert gateway.counters()["sum"]["counters"]["sa_added"] == 4
    for last in range(40, 46):
        address = f"198.51.100.{last}"
        run("ip", "-n", gateway.topology.ue, "address", "add", f"{address}/24", "dev", "ue0")
        assert first_set(gateway, local=address).challenge().status in (401, 403)
        sas = gateway.ask("show", "sa", IMPI)["sas"]
        for direction in ("inbound", "outbound"):
            assert sum(sa["direction"] == direction for sa in sas) == min(6, 2 * (last - 38))
    assert states(gateway, one) == ["confirmed"]
    assert one.local == UE_TWO and options(one).status == 405


@pytest.mark.parametrize("every", (0, 1))
def test_INT_7_one_pair(make_gateway, every):
    """INT-7, P-LIFE: the draft's one pair, too: refreshed, or replaced by its successor."""
    gateway = make_gateway(policy(every))
    one = first_set(gateway, form="pair")
    one.register()
    assert len(gateway.ask("show", "sa", IMPI)["sas"]) == 2
    two = one.successor()
    if every == 0:
        assert one.refresh().status == 200
        assert states(gateway, one) == ["confirmed"]
        return
    assert two.challenge_on(one).status == 401
    assert two.answer(cseq=None).status == 200
    assert states(gateway, one, two) == ["replaced", "new"]
    assert options(two).status == 405
    assert states(gateway, one, two) == ["old", "confirmed"]
