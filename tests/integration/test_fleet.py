# SPDX-License-Identifier: BSD-3-Clause
"""Many UEs of one simulator process, each from an address of its own."""
import json
import subprocess

import pytest

from build_tree import BUILD
from process import Process
from topology import PCSCF, run

SUBSCRIBERS = BUILD.parent / "tools" / "subscribers"
IMPI = "001011000000000@ims.mnc001.mcc001.3gppnetwork.org"
K, OPC = "5c1f0e7ab39d4826e7f0916cfffffff0", "a3907be1d2c84f5606e9b41d7f28c35a"
COUNT = 200


@pytest.fixture
def fleet(make_gateway, tmp_path):
    """Runs portcullis-ue --count COUNT; its exit status and its events."""
    done = subprocess.run([SUBSCRIBERS, str(COUNT), IMPI, K, OPC], check=True,
                          capture_output=True, text=True)

    def many(settings):
        path = f"{settings['run_directory']}.subscribers.json"
        with open(path, "w") as file:
            file.write(done.stdout)
        settings["hss"]["subscribers"] = path

    gateway = make_gateway(many)
    network = gateway.topology
    # Every address of the range is one of this namespace; the gateway's side reaches them all.
    run("ip", "-n", network.ue, "route", "add", "local", "198.51.100.0/24", "dev", "ue0")

    def go(*options):
        ue = Process(network.command(
            network.ue, BUILD / "portcullis-ue", "--count", COUNT, "--rate", "200", "--impi", IMPI,
            "--k", K, "--opc", OPC, "--local", "198.51.100.30", "--pcscf", PCSCF, "--json",
            *options))
        try:
            return ue.finish(60), [json.loads(line) for line in ue.out]
        finally:
            ue.stop()

    go.gateway = gateway
    return go


def test_INT_7_many_ues_each_with_a_set_of_its_own(fleet):
    """INT-7, P-SPI, P-TBL: as many UEs as addresses register at a rate, all of them; each has four
    SAs, and no SPI of the P-CSCF is there twice."""
    status, events = fleet()
    summary = events[-1]
    assert status == 0 and summary["ok"], events[-3:]
    assert (summary["registered"], summary["failed"]) == (COUNT, 0)
    assert 0 < summary["p50_ms"] <= summary["p99_ms"]
    sas = fleet.gateway.ask("show", "sa")["sas"]
    assert len(sas) == 4 * COUNT
    assert len({one["impi"] for one in sas}) == COUNT
    assert fleet.gateway.drops() == {}


def test_failures_are_told_by_reason(fleet):
    """E-1: UEs with another K do not authenticate the network: each reports it (B-SM7…10), and the
    summary has them by reason; nobody holds an SA."""
    status, events = fleet("--k", "00" * 16)
    summary = events[-1]
    assert status == 1 and summary["registered"] == 0
    (reason, count), = summary["failures"].items()
    assert count == COUNT and "wrong MAC" in reason
    assert fleet.gateway.ask("show", "sa")["sas"] == []
