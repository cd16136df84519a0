# SPDX-License-Identifier: BSD-3-Clause
"""A control plane dies, and the next one goes on where it was: nobody registers again. What it knew
lies in its store, what it had installed in the data plane's table; both must say the same."""
import json
import random
import signal

import pytest

from esp_peer import datagram
from eventually import eventually
from fleet import Fleet
from ims_judge import ImsJudge
from topology import PCSCF, run

CONTROLPLANE, DATAPLANE = "portcullis-controlplane", "portcullis-dataplane"
IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"
COUNT = 200


def refreshing(settings):
    """A REGISTER on the set passes without a challenge."""
    settings["scscf"]["reauthentication"] = {"every": 100}


def sas(gateway, *words):
    return gateway.ask("show", "sa", *words)["sas"]


def spis(gateway):
    """Of the user's SAs: by the state of their set."""
    found = {}
    for sa in sas(gateway, IMPI):
        found.setdefault(sa["state"], set()).add(sa["spi"])
    return found


def user(gateway):
    return gateway.ask("show", "ue", IMPI)


def flag(gateway):
    return user(gateway)["identities"][0]["flag"]


def counter(gateway, role, name):
    return gateway.counters()[role][name]


def in_data_plane(gateway):
    """SAs in the table, and how many came and went since the gateway began."""
    counters = gateway.counters()
    moved = counters["sum"]["counters"]
    return counters["gauges"]["sas"], moved["sa_added"], moved["sa_deleted"]


def await_notify(ue, start, **wanted):
    def fits(line):
        event = json.loads(line)
        return event["event"] == "NOTIFY" and wanted.items() <= event.items()

    ue.process.await_line(ue.process.out, fits, 40, start)


@pytest.mark.parametrize("form,number", [("four", signal.SIGKILL), ("pair", signal.SIGTERM)])
def test_INT_4_nobody_registers_again(make_gateway, make_ue, form, number):
    """INT-4, INT-6, REG-8, P-REG: the SAs stay as they are, with their windows; a REGISTER on them
    is a refresh, not a challenge; the subscription to the reg event goes on; the de-registration
    ends all of it, and nothing of it comes back."""
    gateway = make_gateway(refreshing)
    ue = make_ue(IMPI, "-", options=["--sa-form", form])
    assert ue.order("register")["ok"] and ue.order("subscribe")["ok"]
    count = 4 if form == "four" else 2
    before, contacts = spis(gateway), user(gateway)["registrations"][0]["contacts"]
    for _ in range(2):
        gateway.restart(CONTROLPLANE, number)
        assert spis(gateway) == before and list(before) == ["confirmed"]
        assert in_data_plane(gateway) == (count, count, 0)
        assert counter(gateway, "pcscf", "pcscf_sa_sets_restored") == 1
        now = user(gateway)["registrations"][0]["contacts"]
        assert [one["contact"] for one in now] == [one["contact"] for one in contacts]
        assert 0 < now[0]["remaining_ms"] <= contacts[0]["remaining_ms"]
        assert flag(gateway) == "registered"
        dropped = gateway.drops()
        assert ue.order("replay")["ok"]
        gateway.await_drops(dropped, {"replay_duplicate": 1})
    assert ue.order("reregister")["ok"], ue.process.out
    counters = gateway.counters()
    assert counters["scscf"]["scscf_refreshed"] == 1
    assert counters["scscf"]["scscf_challenges"] == 0
    start = len(ue.process.out)
    gateway.ask("deregister", IMPI)
    await_notify(ue, start, state="terminated")
    eventually(lambda: in_data_plane(gateway) == (0, count, count), 20)
    gateway.restart(CONTROLPLANE, number)
    assert sas(gateway) == [] and flag(gateway) == "unregistered"
    assert ue.order("register")["ok"]
    assert ue.finish() == 0, ue.process.err


def test_both_planes_die_and_nobody_notices(make_gateway, make_ue):
    gateway = make_gateway(refreshing)
    ue = make_ue(IMPI, "-")
    assert ue.order("register")["ok"]
    before = spis(gateway)
    for program in (DATAPLANE, CONTROLPLANE, CONTROLPLANE, DATAPLANE):
        gateway.restart(program)
    assert spis(gateway) == before
    assert ue.order("reregister")["ok"]
    assert counter(gateway, "scscf", "scscf_challenges") == 0
    assert ue.finish() == 0, ue.process.err


def test_P_LIFE_the_new_set_is_taken_into_use(make_gateway):
    """P-LIFE: between SM12 and the first message on the new set; then the old one ends in time."""
    gateway = make_gateway(lambda settings: settings["pcscf"].update({"old_set_ms": 1000}))
    one = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
    one.register()
    two = one.successor()
    assert two.challenge_on(one).status == 401
    assert two.answer(cseq=None).status == 200
    before = spis(gateway)
    assert sorted(before) == ["new", "replaced"]
    gateway.restart(CONTROLPLANE)
    assert spis(gateway) == before
    # Not SIP: a packet on the SA from port_us to port_pc.
    two.raw.sendto(bytes(two.to_client.seal(
        datagram(two.local, two.port_s, PCSCF, two.port_pc, b"\r\n\r\n"))), (PCSCF, 0))
    eventually(lambda: spis(gateway) == {"confirmed": before["new"]}, 20)
    assert in_data_plane(gateway) == (4, 8, 4)


def test_P_LIFE_an_unanswered_challenge_is_forgotten(gateway):
    """P-LIFE, P-ERR: nobody knows its set any more, so the data plane has to forget it, too."""
    one = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
    assert one.challenge().status == 401
    assert in_data_plane(gateway) == (4, 4, 0)
    gateway.restart(CONTROLPLANE)
    assert in_data_plane(gateway) == (0, 4, 4)
    assert sas(gateway) == []
    before = gateway.drops()
    one.send(one.request(None, one.port_s, one.initial_authorization()))
    gateway.await_drops(before, {"spi_unknown": 1})
    one.renew()
    one.register()


def test_REG_8_the_expiry_goes_on(make_gateway):
    """REG-8, FLAG-3: a registration ends when it would have ended, as if nothing had been."""
    gateway = make_gateway(
        lambda settings: settings["scscf"].update({"registration_min_s": 1}))
    one = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
    one.challenge(put={"Contact": one.contact(expires=3)})
    assert one.answer(put={"Contact": one.contact(expires=3)}).status == 200
    gateway.restart(CONTROLPLANE)
    assert flag(gateway) == "registered"
    eventually(lambda: flag(gateway) == "unregistered", 20)
    assert counter(gateway, "scscf", "scscf_expired") == 1


def test_another_gateway_knows_nothing_of_them(gateway, make_ue):
    """What the store keeps speaks of SAs that went with the memory of the gateway before."""
    ue = make_ue(IMPI, "-")
    assert ue.order("register")["ok"]
    assert gateway.process.stop() == 0
    gateway.start()
    run("ip", "-n", gateway.topology.ue, "neighbour", "flush", "dev", "ue0")
    assert sas(gateway) == []
    assert counter(gateway, "pcscf", "pcscf_sa_sets_restored") == 0
    assert ue.order("register")["ok"]
    assert ue.finish() == 0, ue.process.err


def test_many_ues_and_many_deaths(make_gateway):
    """Killed at any moment, also while it reads what it has kept: sets are whole or gone, in both
    planes alike, and those that had been answered are there."""
    source = random.Random()
    fleet = Fleet(make_gateway, COUNT)
    gateway = fleet.gateway
    status, summary, _ = fleet.run("--rate", 400)
    assert status == 0 and summary["registered"] == COUNT, summary
    before = {(sa["impi"], sa["spi"]) for sa in sas(gateway)}
    assert len(before) == 4 * COUNT
    for _ in range(10):
        gateway.restart(source.choice((CONTROLPLANE, CONTROLPLANE, DATAPLANE)))
    assert {(sa["impi"], sa["spi"]) for sa in sas(gateway)} == before
    eventually(lambda: in_data_plane(gateway) == (4 * COUNT, 4 * COUNT, 0), 20)
    assert counter(gateway, "pcscf", "pcscf_sa_sets_lost") == 0
