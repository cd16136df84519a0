# SPDX-License-Identifier: BSD-3-Clause
"""Sets of SAs on the wire: how one follows another, what ends them, and what a flood meets."""
from eventually import eventually

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"
OTHER = "001010000000008@ims.mnc001.mcc001.3gppnetwork.org"


def states(gateway, impi):
    """The states of the IMPI's SAs, each with how many."""
    found = [sa["state"] for sa in gateway.ask("show", "sa", impi)["sas"]]
    return {state: found.count(state) for state in found}


def counter(gateway, name):
    def search(tree):
        if isinstance(tree, dict):
            if name in tree:
                return tree[name]
            return next((hit for hit in map(search, tree.values()) if hit is not None), None)
        return None

    return search(gateway.counters())


def registered(make_ue, impi):
    ue = make_ue(impi, "register")
    assert ue.finish() == 0, ue.process.err
    return ue.event("SM6")


def test_P_LIFE_P_REREG_a_bare_registration_takes_over(gateway, make_ue):
    """P-LIFE, P-REREG, INT-7: SM1 of a registered UE came bare: after SM12 the new set is the one,
    the old one goes; nothing of it stays in the data plane."""
    first = registered(make_ue, IMPI)
    assert states(gateway, IMPI) == {"confirmed": 4}
    second = registered(make_ue, IMPI)
    assert second["pcscf"]["port_c"] != first["pcscf"]["port_c"]
    assert states(gateway, IMPI) == {"confirmed": 4, "closing": 4}
    eventually(lambda: states(gateway, IMPI) == {"confirmed": 4}, 20)
    spis = {sa["spi"] for sa in gateway.ask("show", "sa", IMPI)["sas"]}
    assert second["pcscf"]["spi_s"] in spis and first["pcscf"]["spi_s"] not in spis
    eventually(lambda: counter(gateway, "sa_deleted") == 4, 20)
    assert counter(gateway, "sa_added") == 8


def test_P_ERR_the_operator_ends_the_sas(gateway, make_ue):
    """P-ERR, NET-2: a de-registration by the network ends the SAs, too."""
    registered(make_ue, IMPI)
    registered(make_ue, OTHER)
    gateway.ask("deregister", IMPI)
    assert states(gateway, IMPI) == {"closing": 4}
    eventually(lambda: states(gateway, IMPI) == {}, 20)
    assert states(gateway, OTHER) == {"confirmed": 4}


def test_NET_2_reauth_shortens_the_old_set(make_gateway, make_ue):
    """NET-1, NET-2: who is asked to authenticate anew has little time left on the old set."""
    def soon(settings):
        settings["scscf"].setdefault("reauthentication", {})["within_s"] = 10

    gateway = make_gateway(soon)
    registered(make_ue, IMPI)
    gateway.ask("reauth", IMPI)
    lives = [sa["remaining_ms"] for sa in gateway.ask("show", "sa", IMPI)["sas"]]
    assert len(lives) == 4 and all(30000 < life <= 40000 for life in lives)


def test_P_TBL_half_open_of_one_address(make_gateway, make_ue):
    """P-TBL: what one address begins in the clear is bounded, and is given back by time."""
    def strict(settings):
        settings["pcscf"]["half_open_per_source"] = 1
        settings["pcscf"]["reg_await_auth_ms"] = settings["scscf"]["reg_await_auth_ms"] = 5000

    gateway = make_gateway(strict)
    waiting = make_ue(IMPI, "challenge")
    assert waiting.finish() == 0, waiting.process.err
    refused = make_ue(OTHER, "register")
    assert refused.finish() == 1
    assert refused.event("SM6")["status"] == 503
    assert counter(gateway, "pcscf_refused_half_open_source") == 1
    assert states(gateway, OTHER) == {}
    eventually(lambda: states(gateway, IMPI) == {}, 20)
    registered(make_ue, OTHER)
