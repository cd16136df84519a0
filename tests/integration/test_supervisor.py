# SPDX-License-Identifier: BSD-3-Clause
"""The family of processes: who holds what, and what happens when one of them, or a port, goes."""
import os
import random
import signal
import subprocess
import time

import pytest

from build_tree import Settings
from esp_peer import datagram
from eventually import eventually
from gateway import PORTCULLIS
from process import Process
from topology import OUTSIDE, PCSCF, UE, run

DATAPLANE, CONTROLPLANE = "portcullis-dataplane", "portcullis-controlplane"


def await_true(what, timeout=30.0):
    end = time.monotonic() + timeout
    while not (value := what()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
    return value


def await_gone(*pids):
    await_true(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids))


def await_word(gateway, word):
    gateway.process.await_line(gateway.process.err, lambda line: word in line, timeout=30)


def descriptors(pid):
    return [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]


def interfaces(topology):
    return run("ip", "-n", topology.gateway, "-brief", "link")


def make_outside(topology):
    run("ip", "-n", topology.gateway, "link", "add", OUTSIDE, "type", "veth",
        "peer", "name", "ue0", "netns", topology.ue)
    for namespace, interface in ((topology.gateway, OUTSIDE), (topology.ue, "ue0")):
        run("ip", "netns", "exec", namespace, "ethtool", "-K", interface,
            "tx", "off", "rx", "off", "tso", "off", "gso", "off", "gro", "off")
        run("ip", "-n", namespace, "link", "set", interface, "up")
    run("ip", "-n", topology.ue, "address", "add", f"{UE}/24", "dev", "ue0")
    run("ip", "-n", topology.ue, "route", "add", "203.0.113.0/24", "dev", "ue0")


def await_answers(gateway):
    """Bare SIP from the UE's kernel goes through the data plane to the control plane and back."""
    ue = gateway.topology.udp(gateway.topology.ue, UE, 0)
    ue.settimeout(0.2)
    port = ue.getsockname()[1]

    def answered():
        branch = f"z9hG4bK{random.randrange(1 << 32):08x}"
        ue.sendto((f"OPTIONS sip:{PCSCF} SIP/2.0\r\nVia: SIP/2.0/UDP {UE}:{port};branch={branch}"
                   f"\r\nFrom: <sip:a@example.org>;tag=1\r\nTo: <sip:b@example.org>\r\n"
                   f"Call-ID: {branch}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
                   f"Content-Length: 0\r\n\r\n").encode(), (PCSCF, 5060))
        try:
            return ue.recvfrom(2000)[0].startswith(b"SIP/2.0 ")
        except OSError:  # nothing yet, or a way that is not there yet
            return False

    await_true(answered)


def test_INT_5_the_control_plane_has_no_way_to_the_sa_table(gateway):
    """INT-5: what reads SIP holds the channel, not the memory that the keys' states are in."""
    table = "portcullis-sa-table"
    held = descriptors(gateway.child(CONTROLPLANE))
    assert any("portcullis-sa-channel" in name for name in held)
    assert not any(table in name for name in held), held
    assert any(table in name for name in descriptors(gateway.child(DATAPLANE)))


@pytest.mark.parametrize("program", [DATAPLANE, CONTROLPLANE])
def test_a_killed_plane_comes_back(gateway, program):
    """Each plane is started again; the other one is the same process as before."""
    other = CONTROLPLANE if program == DATAPLANE else DATAPLANE
    before, same = gateway.child(program), gateway.child(other)
    os.kill(before, signal.SIGKILL)
    await_word(gateway, f"{program} runs again")
    assert gateway.child(program) not in (None, before)
    assert gateway.child(other) == same
    await_answers(gateway)


def test_both_planes_killed_come_back(gateway):
    for program in (DATAPLANE, CONTROLPLANE):
        os.kill(gateway.child(program), signal.SIGKILL)
    for program in (DATAPLANE, CONTROLPLANE):
        await_word(gateway, f"{program} runs again")
    await_answers(gateway)


def test_a_port_that_goes_and_returns(gateway):
    """The outside interface is deleted: that is said, once a try; the control plane lives, and is
    started again though its peer can not be; when the interface is back, packets pass."""
    run("ip", "-n", gateway.topology.gateway, "link", "delete", OUTSIDE)
    await_word(gateway, f"outside: interface {OUTSIDE} was deleted")
    await_word(gateway, f"no interface {OUTSIDE} here")
    os.kill(gateway.child(CONTROLPLANE), signal.SIGKILL)
    await_word(gateway, f"{CONTROLPLANE} runs again")
    assert len(gateway.process.err) < 30, gateway.process.err
    make_outside(gateway.topology)
    await_word(gateway, f"{DATAPLANE} runs again")
    await_answers(gateway)


def test_links_of_a_killed_data_plane_are_unknown(gateway):
    """It could not say so itself, and its successor can not start: nobody knows of the links."""
    def links_are(outside, inside):
        return gateway.ask("status")["links"] == {"outside": outside, "inside": inside}

    eventually(lambda: links_are("up", "up"), 20)
    before = gateway.child(DATAPLANE)
    os.kill(before, signal.SIGSTOP)  # lest it sees what comes
    run("ip", "-n", gateway.topology.gateway, "link", "delete", OUTSIDE)
    os.kill(before, signal.SIGKILL)
    await_word(gateway, f"no interface {OUTSIDE} here")
    eventually(lambda: links_are("unknown", "unknown"), 20)
    make_outside(gateway.topology)
    await_word(gateway, f"{DATAPLANE} runs again")
    eventually(lambda: links_are("up", "up"), 20)


def inside_mac(topology):
    return run("ip", "netns", "exec", topology.gateway, "cat", "/sys/class/net/pcscf0/address")


def test_an_inside_tap_that_is_deleted(gateway):
    """Somebody deletes the TAP with the protected address: it comes back as it was, MAC and all,
    and lives on when the data plane dies."""
    await_answers(gateway)
    mac = inside_mac(gateway.topology)
    run("ip", "-n", gateway.topology.gateway, "link", "delete", "pcscf0")
    await_word(gateway, "inside: interface pcscf0 was deleted")
    await_word(gateway, f"{DATAPLANE} runs again")
    assert inside_mac(gateway.topology) == mac
    await_answers(gateway)
    os.kill(gateway.child(DATAPLANE), signal.SIGKILL)
    await_word(gateway, f"{DATAPLANE} was ended by signal 9")
    assert inside_mac(gateway.topology) == mac


def test_nothing_outlives_a_killed_supervisor(gateway):
    """kill -9 of the supervisor ends both planes and takes the TAP away; the next start follows at
    once, under the MAC that the neighbours know."""
    await_answers(gateway)
    for _ in range(3):
        planes = [gateway.child(program) for program in (DATAPLANE, CONTROLPLANE)]
        gateway.process.process.kill()
        gateway.process.finish()
        gateway.start()
        await_gone(*planes)
        assert "pcscf0" in interfaces(gateway.topology)
        await_answers(gateway)
    planes = [gateway.child(program) for program in (DATAPLANE, CONTROLPLANE)]
    gateway.process.process.kill()
    await_gone(*planes)
    assert "pcscf0" not in interfaces(gateway.topology)


def test_an_orderly_end_leaves_nothing(gateway):
    planes = [gateway.child(program) for program in (DATAPLANE, CONTROLPLANE)]
    assert gateway.process.stop() == 0
    await_gone(*planes)
    left = interfaces(gateway.topology)
    assert "pcscf0" not in left and "PROMISC" not in left
    assert not (gateway.settings.folder / "run").exists()


def test_says_how_to_get_the_privilege(topology):
    settings = Settings()
    try:
        ended = subprocess.run(
            topology.command(topology.gateway, "setpriv", "--reuid=65534", "--regid=65534",
                             "--clear-groups", PORTCULLIS, "run", "--config", settings.path),
            capture_output=True, text=True, timeout=20)
    finally:
        settings.close()
    assert ended.returncode == 1
    assert "run_directory" in ended.stderr and "run as root" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def listens_to(number, pid):
    """Whether it has blocked a signal, to read it."""
    with open(f"/proc/{pid}/status") as file:
        blocked = next(line.split()[1] for line in file if line.startswith("SigBlk"))
    return int(blocked, 16) >> (number - 1) & 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_while_it_starts(topology, number):
    """At whatever moment of its start: it ends at once, with status 0, and leaves nothing."""
    seed = random.randrange(1 << 32)
    moments = random.Random(seed)
    for _ in range(6):
        settings = Settings()
        try:
            process = subprocess.Popen(
                topology.command(topology.gateway, PORTCULLIS, "run", "--config", settings.path),
                stderr=subprocess.PIPE, text=True)
            # Before that nothing is made yet, and a signal ends it as it ends any program.
            eventually(lambda: listens_to(number, process.pid), 20)
            wait = moments.uniform(0, 1)
            time.sleep(wait)
            process.send_signal(number)
            status = process.wait(20)
            words = process.stderr.read()
            process.stderr.close()
            assert status == 0, (seed, wait, words)
            assert "pcscf0" not in interfaces(topology), (seed, wait)
            # On a machine that is too busy to let it end in time, it was killed.
            assert "it is killed" in words or not (settings.folder / "run").exists(), (
                seed, wait, words)
        finally:
            settings.close()


def test_two_gateways_on_one_machine(gateway, make_gateway):
    """A second one in the same run directory is refused by name; with a directory and ports of its
    own, both run."""
    again = subprocess.run(
        gateway.topology.command(gateway.topology.gateway, PORTCULLIS, "run", "--config",
                                 gateway.settings.path),
        capture_output=True, text=True, timeout=60)
    assert again.returncode == 1 and "another gateway runs in" in again.stderr

    def elsewhere(settings):
        settings["dataplane"]["outside"] = {"kind": "tap", "interface": "gm1"}
        settings["dataplane"]["inside"] = {
            "kind": "tap", "interface": "pcscf1", "addresses": ["203.0.114.9/24"]}
        settings["pcscf"]["address"] = "203.0.114.9"

    second = make_gateway(elsewhere)
    assert second.ask("status") and gateway.ask("status")
    assert second.process.stop() == 0
    await_answers(gateway)


def test_the_kernel_inside_can_not_be_reached_bare_while_it_is_down(gateway):
    """INT-3: while the data plane is dead, bare packets to a protected port reach nobody."""
    os.kill(gateway.child(DATAPLANE), signal.SIGKILL)
    probe = gateway.topology.wire(gateway.topology.gateway, "pcscf0")
    ue = gateway.topology.wire(gateway.topology.ue, "ue0")
    ue.send(b"\xff" * 6 + ue.mac + b"\x08\x00" + bytes(datagram(UE, 5060, PCSCF, 6100, b"x")))
    assert probe.receive(lambda frame: frame[12:14] == b"\x08\x00", 0.5) is None
