# SPDX-License-Identifier: BSD-3-Clause
"""What the operator begins: re-authentication and de-registration, by `portcullis`."""
import subprocess

import pytest

from eventually import eventually
from gateway import PORTCULLIS
from ims_judge import ImsJudge
from process import Process

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"


def registered(make_ue):
    ue = make_ue(IMPI, "register")
    assert ue.finish() == 0, ue.process.err


def flags(gateway):
    return {one["flag"] for one in gateway.ask("show", "ue", IMPI)["identities"]}


def refusal(gateway, *words):
    done = subprocess.run([PORTCULLIS, *words, "--config", gateway.settings.path],
                          capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("by", ["impi", "impu"])
def test_REG_7_deregister(gateway, make_ue, by):
    """REG-7, FLAG-2: `deregister` ends a registration with its whole implicit set."""
    identity = IMPI if by == "impi" else gateway.ask("show", "ue", IMPI)["identities"][-1]["identity"]
    assert "nobody" in refusal(gateway, "deregister", identity)
    registered(make_ue)
    assert "registered" in flags(gateway)
    assert gateway.ask("deregister", identity) == {"identity": identity, "registrations": 1}
    ue = gateway.ask("show", "ue", IMPI)
    assert ue["registrations"] == []
    eventually(lambda: flags(gateway) == {"unregistered"})
    assert gateway.counters()["scscf"]["scscf_ended"] == 1
    assert "nobody" in refusal(gateway, "deregister", identity)


@pytest.mark.parametrize("ignored", ["deregister", "ask_again"])
def test_NET_3_reauth(make_gateway, make_ue, ignored):
    """REG-4, NET-1, NET-3: after `reauth` a UE that lets the time pass is de-registered, or has the
    same time once more."""
    def policy(settings):
        settings["scscf"]["reauthentication"] = {"within_s": 10, "ignored": ignored}

    gateway = make_gateway(policy)
    assert "nobody" in refusal(gateway, "reauth", IMPI)
    registered(make_ue)

    def remaining_ms():
        return [contact["remaining_ms"] for one in gateway.ask("show", "ue", IMPI)["registrations"]
                for contact in one["contacts"]]

    assert remaining_ms()[0] > 10000
    assert gateway.ask("reauth", IMPI) == {"impi": IMPI}
    assert 0 < remaining_ms()[0] <= 10000
    eventually(lambda: gateway.counters()["scscf"]["scscf_reauthentications_ignored"] == 1,
               timeout=30)
    if ignored == "deregister":
        eventually(lambda: flags(gateway) == {"unregistered"})
        assert remaining_ms() == []
    else:
        assert 0 < remaining_ms()[0] <= 10000
        assert "registered" in flags(gateway)


def text_of(gateway, *words):
    return subprocess.run([PORTCULLIS, *words, "--config", gateway.settings.path],
                          capture_output=True, text=True, timeout=30, check=True).stdout


def test_show_ue_and_trace(gateway):
    """INT-5, P-LIFE: `show ue` has her identities, flag, S-CSCF, contact and SAs, and what has passed
    on each by the data plane's own count, as text and as JSON, and no key; `trace` of another
    user stays silent, hers is a ladder."""
    ladder, silent = (Process([str(PORTCULLIS), "trace", impi, "--config",
                               str(gateway.settings.path)]) for impi in (IMPI, "x@y"))
    try:
        for trace in (ladder, silent):
            trace.await_line(trace.out, lambda line: "P-CSCF" in line)
        judge = ImsJudge(gateway.topology, IMPI, ["hmac-sha-1-96"])
        judge.register()
        judge.successor().challenge_on(judge)
        last = ladder.await_line(ladder.out, lambda line: "SM12: 200 OK" in line)
        assert f"{judge.local}:{judge.port_s}, inside ESP" in last
        rungs = [line for line in ladder.out if "SM8: REGISTER" in line]
        assert len(rungs) == 1 and "|----SM8--->|" in rungs[0]
        assert len(silent.out) == 1
    finally:
        ladder.stop()
        silent.stop()
    ue = gateway.ask("show", "ue", IMPI)
    passed = {sa["spi"]: sa["packets"] for sa in ue["sas"]}
    assert len(passed) == 8
    # SM7 and a new SM1 came, SM12 and SM6 left.
    assert [passed[spi] for spi in (judge.spi_ps, judge.spi_pc, judge.spi_s, judge.spi_c)] == [
        2, 0, 2, 0]
    octets = {sa["spi"]: sa["octets"] for sa in ue["sas"]}
    assert octets[judge.spi_ps] > 1000 and octets[judge.spi_pc] == 0
    text = text_of(gateway, "show", "ue", IMPI)
    for part in (IMPI, ue["identities"][0]["identity"], "registered at sip:scscf.",
                 ue["registrations"][0]["contacts"][0]["contact"], "confirmed", "temporary",
                 str(judge.spi_ps), str(judge.port_ps), str(octets[judge.spi_ps])):
        assert part in text
    for told in (text, str(ue)):
        assert judge.ik.hex() not in told and judge.ck.hex() not in told


@pytest.mark.parametrize("engine", ["auto", "ipsec-mb", "avx512"])
def test_P_ESP_integrity_engine(make_gateway, make_ue, engine):
    """P-ESP: a UE registers with the engine that the settings name, and the counters tell which."""
    with open("/proc/cpuinfo", encoding="utf-8") as cpu:
        fastest = "avx512" if "avx512bw" in cpu.read() else "ipsec-mb"
    if engine == "avx512" and fastest != engine:
        pytest.skip("this CPU has no AVX-512")
    gateway = make_gateway(lambda settings: settings["dataplane"].update(integrity_engine=engine))
    registered(make_ue)
    runs = fastest if engine == "auto" else engine
    assert [one["integrity_engine"] for one in gateway.counters()["workers"]] == [runs]
    shown = subprocess.run([PORTCULLIS, "show", "counters", "--config", gateway.settings.path],
                           capture_output=True, text=True, timeout=30, check=True).stdout
    assert f"worker 0: integrity engine {runs}\n" in shown


def test_the_commands_want_their_argument(gateway):
    """One argument, and no more: else the usage, and exit status 2 or 1."""
    for words in (["reauth"], ["deregister"], ["reauth", IMPI, IMPI], ["deregister", IMPI, "x"]):
        done = subprocess.run([PORTCULLIS, *words, "--config", gateway.settings.path],
                              capture_output=True, text=True, timeout=30)
        assert done.returncode != 0 and "usage" in done.stderr
