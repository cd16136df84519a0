# SPDX-License-Identifier: BSD-3-Clause
"""Starting, stopping, dying: what the supervisor promises."""
import json
import os
import pathlib
import select
import signal
import subprocess

import pytest

from build_tree import BUILD, ROOT, Settings
from gateway import Gateway
from topology import OUTSIDE, run

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"
PORTCULLIS = BUILD / "portcullis"
PROGRAMS = ("portcullis-dataplane", "portcullis-controlplane")


def links(namespace):
    return {one["ifname"] for one in json.loads(run("ip", "-n", namespace, "-j", "link"))}


def remains(gateway, before):
    """What a gateway left: processes of its namespace, interfaces, files."""
    pids = run("ip", "netns", "pids", gateway.topology.gateway).split()
    new_links = links(gateway.topology.gateway) - before
    run_directory = pathlib.Path(gateway.settings.values["run_directory"])
    files = list(run_directory.rglob("*")) if run_directory.exists() else []
    return pids, new_links, files, set(dpdk_folders())


def dpdk_folders():
    folder = pathlib.Path("/run/dpdk")
    return [one.name for one in folder.iterdir()] if folder.exists() else []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stops_and_leaves_nothing(topology, number):
    """SIGINT and SIGTERM end it with status 0; no process, interface, socket or file stays."""
    before, folders = links(topology.gateway), set(dpdk_folders())
    gateway = Gateway(topology)
    try:
        assert "pcscf0" in links(topology.gateway)
        gateway.process.process.send_signal(number)
        assert gateway.process.finish() == 0
        assert remains(gateway, before) == ([], set(), [], folders)
    finally:
        gateway.close()


def test_killed_supervisor_takes_its_planes_with_it(gateway):
    """Nobody polls on after the supervisor was killed -9."""
    planes = [gateway.child(program) for program in PROGRAMS]
    assert all(planes)
    descriptors = [os.pidfd_open(pid) for pid in planes]
    os.kill(gateway.process.process.pid, signal.SIGKILL)
    for descriptor in descriptors:
        assert select.select([descriptor], [], [], 5)[0], "a plane outlived its supervisor"
        os.close(descriptor)


def test_INT_6_dataplane_killed(gateway, make_ue):
    """INT-6, field note 12: the data plane dies in the middle of a registration; the SAs and their
    numbers are there again, nothing is replayed, nobody registers anew."""
    ue = make_ue(IMPI, "register", "challenge", "-")
    ue.process.await_line(ue.process.out, lambda line: '"challenge"' in line)
    gateway.restart("portcullis-dataplane")
    before = gateway.drops()
    assert ue.order("register")["ok"]
    assert ue.order("replay")["ok"]
    gateway.await_drops(before, {"replay_duplicate": 1})
    assert ue.finish() == 0, ue.process.err


def test_again_and_again(gateway, make_ue):
    """Each plane dies three times; it still works."""
    for _ in range(3):
        for program in PROGRAMS:
            gateway.restart(program)
    ue = make_ue(IMPI, "register")
    assert ue.finish() == 0, ue.process.err


def test_one_gateway_per_run_directory(gateway):
    """A second one says that there is a first, and does not touch it."""
    second = subprocess.run(
        gateway.topology.command(gateway.topology.gateway, PORTCULLIS, "run", "--config",
                                 gateway.settings.path),
        capture_output=True, text=True, timeout=60)
    assert second.returncode == 1
    assert "another gateway runs" in second.stderr
    assert gateway.ask("status") is not None


def refused(topology, change=None, as_user=None):
    """Runs it once; its status and its last words. Nothing may be left of it."""
    settings = Settings(change)
    before = links(topology.gateway)
    command = [PORTCULLIS, "run", "--config", settings.path]
    if as_user:
        command = ["setpriv", f"--reuid={as_user}", f"--regid={as_user}", "--clear-groups",
                   *command]
    try:
        done = subprocess.run(topology.command(topology.gateway, *command), capture_output=True,
                              text=True, timeout=30)
        assert links(topology.gateway) == before
        assert run("ip", "netns", "pids", topology.gateway).split() == []
        return done.returncode, done.stderr
    finally:
        settings.close()


def test_missing_interface(topology):
    """No such interface: which one, and what to type; exit 1; nothing stays."""
    def elsewhere(settings):
        settings["dataplane"]["outside"]["interface"] = "nowhere0"

    status, said = refused(topology, elsewhere)
    assert status == 1
    assert "nowhere0" in said and "ip link" in said


def test_interface_that_is_down_or_gone_again(topology):
    """The interface vanishes before the start: the same clear words."""
    run("ip", "-n", topology.gateway, "link", "delete", OUTSIDE)
    status, said = refused(topology)
    assert status == 1 and OUTSIDE in said


def test_no_privilege(topology):
    """Without privileges: says which are missing; exit 1."""
    def writable(settings):
        folder = pathlib.Path(settings["run_directory"]).parent / "open"
        folder.mkdir()
        folder.chmod(0o777)
        for name in ("run_directory", "state_directory"):
            settings[name] = str(folder / name)

    status, said = refused(topology, writable, as_user=65534)
    assert status == 1
    assert any(word in said for word in ("CAP_NET_ADMIN", "root", "privilege")), said


def test_no_hugepages(topology):
    """Hugepages demanded where there are none: says so, and what to type."""
    if int(pathlib.Path("/proc/sys/vm/nr_hugepages").read_text()) > 0:
        pytest.skip("this machine has hugepages")

    def demand(settings):
        settings["dataplane"]["hugepages"] = True

    status, said = refused(topology, demand)
    assert status == 1
    assert "nr_hugepages" in said


def test_port_taken(topology):
    """A SIP port that somebody else has: which one; exit 1."""
    run("ip", "-n", topology.gateway, "address", "add", "203.0.113.9/32", "dev", "lo")
    topology.udp(topology.gateway, "203.0.113.9", 5060)
    status, said = refused(topology)
    assert status == 1
    assert "5060" in said


@pytest.mark.parametrize("text,expected", [
    ("{}", ": /dataplane"), ('{"dataplane": {"workers": "no"}}', ":1:"), ("", ":"),
    ('{"nonsense": 1}', "/nonsense"), ("[1]", ":1:1:")])
def test_bad_settings_start_nothing(topology, text, expected):
    """One line with file, line:column and JSON pointer; exit 1; nothing started."""
    settings = Settings()
    settings.path.write_text(text)
    try:
        for command in ("check", "run"):
            done = subprocess.run([PORTCULLIS, command, "--config", settings.path],
                                  capture_output=True, text=True, timeout=30)
            assert done.returncode == 1
            lines = done.stderr.splitlines()
            assert len(lines) == 1, done.stderr
            assert lines[0].startswith(str(settings.path)) and expected in lines[0], lines
    finally:
        settings.close()


def test_missing_settings():
    """A file that is not there: its name; exit 1."""
    done = subprocess.run([PORTCULLIS, "check", "--config", "/nowhere/at/all.json"],
                          capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert done.stderr.startswith("/nowhere/at/all.json: ")


def test_check_accepts_what_is_shipped():
    """The shipped settings are right."""
    for path in sorted((ROOT / "config").glob("*.json")):
        if path.name in ("schema.json", "subscribers.json"):
            continue
        done = subprocess.run([PORTCULLIS, "check", "--config", path], capture_output=True,
                              text=True, timeout=30)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith(": ok\n")
