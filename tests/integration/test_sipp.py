# SPDX-License-Identifier: BSD-3-Clause
"""sipp as an independent SIP client. It has no SAs, so it goes as far as SM6."""
import pathlib
import subprocess

import pytest

from topology import PCSCF, UE

SCENARIOS = pathlib.Path(__file__).parent / "sipp"


def sipp(topology, folder, scenario, calls=1, rate=10):
    done = subprocess.run(
        topology.command(topology.ue, "sipp", f"{PCSCF}:5060", "-sf", SCENARIOS / scenario,
                         "-i", UE, "-p", "5070", "-m", calls, "-r", rate, "-timeout", "15",
                         "-timeout_error", "-nostdin", "-trace_err", "-error_file",
                         folder / "errors"),
        capture_output=True, text=True, cwd=folder)
    errors = folder / "errors"
    assert done.returncode == 0, errors.read_text() if errors.exists() else done.stdout


@pytest.mark.parametrize("scenario", [
    "options_bare.xml", "register_no_security.xml", "register_no_overlap.xml",
    "register_malformed.xml"])
def test_P_SEC_refusals(gateway, tmp_path, scenario):
    """P-SEC, P-PORT: 421, 494, 403 and 400 as RFC 3329 and RFC 3261 have them."""
    sipp(gateway.topology, tmp_path, scenario)
    assert gateway.ask("show", "sa")["sas"] == []


def test_A_SM6_challenged(gateway, tmp_path):
    """A-SM6, P-SEC: SM1 by sipp is answered by 401 with Security-Server and without keys."""
    sipp(gateway.topology, tmp_path, "register_challenged.xml")
    assert len(gateway.ask("show", "sa")["sas"]) == 4
