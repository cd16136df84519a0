# SPDX-License-Identifier: BSD-3-Clause
"""Many UEs of one simulator process, each from an address of its own."""
import pytest

from fleet import Fleet

COUNT = 200
SEED = 20260731


@pytest.fixture
def make_fleet(make_gateway):
    """Makes a gateway that knows so many subscribers, and their UEs."""
    return lambda count=COUNT, change=None: Fleet(make_gateway, count, change)


def test_INT_7_many_ues_each_with_a_set_of_its_own(make_fleet):
    """INT-7, P-SPI, P-TBL: as many UEs as addresses register at a rate, all of them; each has four
    SAs, and no SPI of the P-CSCF is there twice."""
    fleet = make_fleet()
    status, summary, _ = fleet.run("--rate", 200)
    assert status == 0 and summary["ok"], summary
    assert (summary["registered"], summary["failed"]) == (COUNT, 0)
    assert summary["flows"] == {"register": {"as_ordered": COUNT, "failed": 0}}
    assert 0 < summary["p50_ms"] <= summary["p99_ms"]
    sas = fleet.gateway.ask("show", "sa")["sas"]
    assert len(sas) == 4 * COUNT
    assert len({one["impi"] for one in sas}) == COUNT
    assert fleet.gateway.drops() == {}


def test_failures_are_told_by_reason(make_fleet):
    """E-1: UEs with another K do not authenticate the network: each reports it (B-SM7…10), and the
    summary has them by reason; nobody holds an SA."""
    fleet = make_fleet()
    status, summary, _ = fleet.run("--rate", 200, "--k", "00" * 16)
    assert status == 1 and summary["registered"] == 0
    (reason, count), = summary["failures"].items()
    assert count == COUNT and "wrong MAC" in reason
    assert fleet.gateway.ask("show", "sa")["sas"] == []


def test_a_mixed_fleet_is_a_function_of_its_seed(make_fleet):
    """A walk through every flow goes as ordered: the same one with the same seed, another one with
    another; progress is told once a second."""
    def walk(seed):
        fleet = make_fleet(80)
        status, summary, lines = fleet.run(
            "--scenario", "mixed", "--seed", seed, "--rate", 400, "--timeout", 5000, "--progress")
        fleet.gateway.close()
        assert status == 0 and summary["ok"] and summary["seed"] == seed, summary
        assert any("flows begun" in line for line in lines)
        return summary["flows"]

    flows = walk(SEED)
    assert len(flows) == 22, flows
    assert walk(SEED) == flows
    assert walk(SEED + 1) != flows


def test_lost_packets_are_sent_again(make_fleet):
    """AKA-5: where every fifth packet is lost, each way, all register nevertheless; a repeated SM1
    or SM7 costs no authentication vector and never ends a registration."""
    fleet = make_fleet(80)
    status, summary, _ = fleet.run("--loss", 20, "--seed", SEED, "--t1", 200, "--timeout", 30000,
                                   timeout=120)
    assert status == 0 and summary["registered"] == 80, summary
    assert summary["packets_lost"] > 20
    counters = fleet.gateway.counters()
    assert counters["scscf"]["scscf_registered"] == 80
    assert counters["sip"]["sip_retransmissions_answered"] > 0
    assert counters["scscf"]["scscf_challenges"] == 80
