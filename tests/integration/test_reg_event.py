# SPDX-License-Identifier: BSD-3-Clause
"""The reg event on the wire: a UE subscribes, the network asks it to authenticate anew or
de-registers it, and it does as it is told, or does not (TS 33.203 6.1.4; RFC 3680)."""
import json

import pytest

from eventually import eventually

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"


def sas(gateway):
    return gateway.ask("show", "sa", IMPI)["sas"]


def states(gateway):
    found = [sa["state"] for sa in sas(gateway)]
    return {state: found.count(state) for state in found}


def user(gateway):
    return gateway.ask("show", "ue", IMPI)


def flags(gateway):
    return {one["flag"] for one in user(gateway)["identities"]}


def subscriptions(gateway):
    return sum(one["subscriptions"] for one in user(gateway)["registrations"])


def remaining_ms(gateway):
    return [contact["remaining_ms"] for one in user(gateway)["registrations"]
            for contact in one["contacts"]]


def counter(gateway, role, name):
    return gateway.counters()[role][name]


def await_event(ue, name, start=0, **wanted):
    """The first such event behind the start-th line, with these members."""
    def fits(line):
        event = json.loads(line)
        return event["event"] == name and wanted.items() <= event.items()

    return json.loads(ue.process.await_line(ue.process.out, fits, 40, start))


def subscribed(make_ue, verb="subscribe"):
    ue = make_ue(IMPI, "-")
    assert ue.order("register")["ok"]
    assert ue.order(verb)["ok"], ue.process.out
    first = await_event(ue, "NOTIFY")
    assert (first["subscription"].split(";")[0], first["state"], first["change"]) == (
        "active", "active", "registered")
    return ue


def asks(within_s, ignored="deregister"):
    def policy(settings):
        settings["scscf"]["reauthentication"] = {"within_s": within_s, "ignored": ignored}

    return policy


def test_NET_1_NET_2_the_whole_flow(make_gateway, make_ue):
    """REG-4, NET-1, NET-2, P-REG, P-LIFE, P-USE: `reauth` makes the UE re-REGISTER on its set, a
    new AKA runs, the old set has little time left, the flag stays, the registration has its own
    time again, and the UE is told so on the new set."""
    gateway = make_gateway(asks(60))
    ue = subscribed(make_ue)
    assert subscriptions(gateway) == 1
    old = {sa["spi"] for sa in sas(gateway)}
    start = len(ue.process.out)
    vectors = counter(gateway, "scscf", "scscf_vector_requests")
    gateway.ask("reauth", IMPI)
    asked = await_event(ue, "NOTIFY", start, change="shortened")
    assert asked["state"] == "active" and 0 < asked["expires"] <= 60
    assert await_event(ue, "SM6", start)["set"] == "established"
    assert await_event(ue, "SM12", start)["status"] == 200
    assert await_event(ue, "reaction", start)["ok"]
    assert counter(gateway, "scscf", "scscf_vector_requests") == vectors + 1
    assert await_event(ue, "NOTIFY", start, change="refreshed")["state"] == "active"
    # The UE's answer came on the new set: it is the one now, the old one fades.
    eventually(lambda: states(gateway) == {"confirmed": 4, "old": 4})
    assert all(sa["remaining_ms"] <= 90000 for sa in sas(gateway) if sa["spi"] in old)
    assert all(sa["remaining_ms"] > 90000 for sa in sas(gateway) if sa["spi"] not in old)
    assert "registered" in flags(gateway)
    assert all(left > 60000 for left in remaining_ms(gateway))
    assert subscriptions(gateway) == 1
    # The next one travels on the new set.
    start = len(ue.process.out)
    gateway.ask("reauth", IMPI)
    await_event(ue, "NOTIFY", start, change="shortened")
    assert await_event(ue, "reaction", start)["ok"]
    assert ue.finish() == 0
    assert ue.events("rejected") == []
    assert gateway.drops() == {}


def test_NET_2_the_old_set_ends(make_gateway, make_ue):
    """NET-2, NET-3: who answers a NOTIFY and does not authenticate is de-registered in time, is told
    so ("deactivated", terminated), and its set has no more time than the registration had."""
    gateway = make_gateway(asks(10))
    ue = subscribed(make_ue, "subscribe-ignore")
    start = len(ue.process.out)
    gateway.ask("reauth", IMPI)
    assert await_event(ue, "NOTIFY", start)["change"] == "shortened"
    assert all(30000 < sa["remaining_ms"] <= 40000 for sa in sas(gateway))
    end = await_event(ue, "NOTIFY", start, state="terminated")
    assert (end["change"], end["subscription"]) == ("deactivated", "terminated;reason=noresource")
    eventually(lambda: flags(gateway) == {"unregistered"})
    assert user(gateway)["registrations"] == []
    assert counter(gateway, "scscf", "scscf_reauthentications_ignored") == 1
    # What is on its way may still leave (TS 24.229 §5.2.2).
    assert all(sa["remaining_ms"] <= 30000 for sa in sas(gateway))
    assert ue.events("reaction") == []
    assert ue.finish() == 0


def test_NET_3_ask_again(make_gateway, make_ue):
    """NET-3: or the policy asks once more, until the UE does as it is asked."""
    gateway = make_gateway(asks(10, "ask_again"))
    ue = subscribed(make_ue, "subscribe-ignore")
    start = len(ue.process.out)
    gateway.ask("reauth", IMPI)
    await_event(ue, "NOTIFY", start, change="shortened")
    seen = len(ue.process.out)
    again = await_event(ue, "NOTIFY", seen, change="shortened")
    assert again["state"] == "active" and 0 < again["expires"] <= 10
    assert "registered" in flags(gateway)
    assert ue.order("reregister")["ok"]
    await_event(ue, "NOTIFY", seen, change="refreshed")
    assert all(left > 10000 for left in remaining_ms(gateway))
    assert ue.finish() == 0


def test_NET_3_deactivated_may_register_anew(make_gateway, make_ue):
    """NET-3, P-REG: "deactivated" makes an honest UE register anew at once, bare."""
    gateway = make_gateway(asks(10))
    ue = subscribed(make_ue, "subscribe-late")
    gateway.ask("reauth", IMPI)
    await_event(ue, "NOTIFY", change="shortened")
    start = len(ue.process.out)
    await_event(ue, "NOTIFY", start, state="terminated", change="deactivated")
    assert await_event(ue, "SM1", start)["set"] == "bare"
    assert await_event(ue, "reaction", start)["ok"]
    assert flags(gateway) == {"registered"}
    assert ue.finish() == 0


def test_P_REG_the_operator_rejects(gateway, make_ue):
    """P-REG, REG-7, P-ERR: a de-registration by the operator is told by NOTIFY, terminated and
    "rejected", still inside ESP; the UE does not register by itself; then the SAs go."""
    ue = subscribed(make_ue)
    start = len(ue.process.out)
    gateway.ask("deregister", IMPI)
    end = await_event(ue, "NOTIFY", start)
    assert (end["state"], end["change"]) == ("terminated", "rejected")
    assert end["subscription"].startswith("terminated")
    eventually(lambda: sas(gateway) == [], 20)
    assert flags(gateway) == {"unregistered"}
    assert ue.events("reaction") == []
    assert not ue.order("subscribe")["ok"]
    assert ue.finish() == 1


@pytest.mark.parametrize("verb", ("deregister", "deregister-all"))
def test_P_REG_the_ue_leaves(gateway, make_ue, verb):
    """P-REG, P-ERR: with a de-registration by the UE its subscription ends; the NOTIFY that says so
    comes behind the 200, inside ESP, and is answered there."""
    ue = subscribed(make_ue)
    start = len(ue.process.out)
    assert ue.order(verb)["ok"]
    end = await_event(ue, "NOTIFY", start)
    assert end["subscription"].startswith("terminated")
    eventually(lambda: counter(gateway, "sip", "sip_responses") == 2)
    assert user(gateway)["registrations"] == []
    assert ue.events("reaction") == []
    assert ue.finish() == 0
    assert gateway.drops() == {}


def test_P_REG_refresh_and_unsubscribe(gateway, make_ue):
    """P-REG: within the dialog a SUBSCRIBE refreshes, and Expires 0 ends with a last NOTIFY; then
    nothing more is told, and there may be a new one."""
    ue = subscribed(make_ue)
    start = len(ue.process.out)
    assert ue.order("subscribe")["ok"]
    await_event(ue, "NOTIFY", start)
    assert subscriptions(gateway) == 1
    assert ue.order("unsubscribe")["ok"]
    assert await_event(ue, "NOTIFY", start, subscription="terminated;reason=timeout")
    assert subscriptions(gateway) == 0
    notifies = counter(gateway, "scscf", "scscf_notifies")
    assert ue.order("reregister")["ok"]
    assert counter(gateway, "scscf", "scscf_notifies") == notifies
    assert ue.order("subscribe")["ok"]
    assert subscriptions(gateway) == 1
    assert ue.finish() == 0


def test_P_REG_nobody_answers(gateway, make_ue, topology):
    """P-REG, P-USE: a NOTIFY without an answer is sent again by Timer E, each time as an ESP packet
    of its own; the answer stops that."""
    ue = subscribed(make_ue)
    assert ue.order("subscribe-deaf")["ok"]
    eventually(lambda: counter(gateway, "sip", "sip_client_retransmissions") >= 2, 20)
    told = [one for one in ue.events("NOTIFY")]
    assert len(told) >= 3
    assert ue.events("rejected") == []
    start = len(ue.process.out)
    ue.process.write("subscribe")
    await_event(ue, "NOTIFY", start)
    eventually(lambda: counter(gateway, "sip", "sip_responses") >= 3, 40)
    assert subscriptions(gateway) == 1
    assert ue.finish() == 0
