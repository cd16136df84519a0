# SPDX-License-Identifier: BSD-3-Clause
"""The data plane as a process: what it says when the machine lacks something, what the kernel gets
of its packets, what it leaves behind."""
import os
import signal
import socket
import subprocess
import time

import pytest

from build_tree import BUILD, Settings
from esp_peer import datagram
from plane import PORT_PS, PORT_UC
from topology import OUTSIDE, PCSCF, UE, run

DATAPLANE = BUILD / "portcullis-dataplane"


def start(topology, change=None, prefix=()):
    """Runs it with no shared memory at all: what is missing is said before that is looked at."""
    settings = Settings(change)
    try:
        return subprocess.run(
            topology.command(topology.gateway, *prefix, DATAPLANE, "--config", settings.path,
                             "--channel-fd", 0, "--sa-fd", 0, "--wake-fd", 0, "--ready-fd", 0),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    finally:
        settings.close()


def in_dataplane(**more):
    return lambda settings: settings["dataplane"].update(more)


def free_hugepages():
    folder = "/sys/kernel/mm/hugepages"
    return os.path.isdir(folder) and any(
        int(open(f"{folder}/{size}/free_hugepages").read()) for size in os.listdir(folder))


@pytest.mark.parametrize("change, words", [
    (in_dataplane(outside={"kind": "af_packet", "interface": "nowhere0"}),
     ["outside", "nowhere0", "ip link add nowhere0"]),
    (in_dataplane(outside={"kind": "pci", "address": "0000:fe:1f.7"}),
     ["outside", "0000:fe:1f.7", "dpdk-devbind.py"]),
    (in_dataplane(workers=[127]), ["worker", "CPU 127"]),
    (in_dataplane(main_cpu=126), ["main", "CPU 126"]),
], ids=["interface", "pci", "worker", "main"])
def test_says_what_is_missing(topology, change, words):
    ended = start(topology, change)
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    for word in words:
        assert word in ended.stderr


@pytest.mark.skipif(free_hugepages(), reason="this machine has hugepages")
def test_says_how_to_get_hugepages(topology):
    ended = start(topology, in_dataplane(hugepages=True))
    assert ended.returncode == 1
    assert "sysctl vm.nr_hugepages=" in ended.stderr


def test_says_which_privilege(topology):
    ended = start(topology, prefix=["setpriv", "--bounding-set=-net_admin,-net_raw"])
    assert ended.returncode == 1
    assert "CAP_NET_ADMIN" in ended.stderr and "root" in ended.stderr


def test_refuses_memory_that_is_none(topology):
    ended = start(topology)
    assert ended.returncode == 1
    assert "channel to the control plane" in ended.stderr


def test_usage():
    ended = subprocess.run([DATAPLANE, "--config"], capture_output=True, text=True)
    assert ended.returncode == 1
    assert "--channel-fd" in ended.stderr


def gets_nothing(udp):
    udp.settimeout(0.3)
    with pytest.raises(socket.timeout):
        udp.recvfrom(100)
    return True


def dataplane_pid(plane):
    """The child of sa_tool."""
    pid = plane.process.process.pid
    return int(run("pgrep", "-P", str(pid)).split()[0])


def test_INT_3_the_kernel_is_no_way_round(plane):
    """INT-3: a packet socket gets copies; the kernel, which has the protected address itself, must
    not take the packet too: not while the data plane runs, and not while it is dead."""
    protected = plane.topology.udp(plane.topology.gateway, PCSCF, PORT_PS)
    bare = plane.frame(datagram(UE, PORT_UC, PCSCF, PORT_PS, b"bare"))
    # To the MAC of the outside interface itself, which only the kernel's own stack would take.
    mac = run("ip", "netns", "exec", plane.topology.gateway, "cat",
              f"/sys/class/net/{OUTSIDE}/address")
    direct = bytes.fromhex(mac.strip().replace(":", "")) + bare[6:]
    plane.expect_drop({"plain_protected_port": 2}, bare, direct)
    assert gets_nothing(protected)
    os.kill(dataplane_pid(plane), signal.SIGKILL)
    plane.outside.send(bare)
    plane.outside.send(direct)
    assert gets_nothing(protected)


def test_leaves_nothing(topology, make_plane):
    plane = make_plane()
    namespace = topology.gateway
    assert "pcscf0" in run("ip", "-n", namespace, "link")
    assert "bpf" in run("ip", "netns", "exec", namespace, "tc", "filter", "show", "dev", OUTSIDE,
                        "ingress")
    plane.process.process.stdin.close()
    assert plane.process.finish() == 0
    assert "pcscf0" not in run("ip", "-n", namespace, "link")
    assert run("ip", "netns", "exec", namespace, "tc", "filter", "show", "dev", OUTSIDE,
               "ingress") == ""
    assert not os.path.exists(plane.settings.folder / "run" / "dpdk")


def test_dies_with_its_supervisor(plane):
    pid = dataplane_pid(plane)
    plane.process.process.kill()
    end = time.monotonic() + 5
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < end:
        if open(f"/proc/{pid}/stat").read().split()[2] == "Z":
            break
    else:
        assert not os.path.exists(f"/proc/{pid}")


def test_is_no_core_file_and_not_traced(plane):
    """INT-5: keys are in its memory."""
    pid = dataplane_pid(plane)
    limits = open(f"/proc/{pid}/limits").read()
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]
    assert os.stat(f"/proc/{pid}/environ").st_uid == 0  # of a process that is not dumpable


def test_packets_from_inside_wake_nobody(plane):
    """The TAP's driver would have a signal for each of them, which costs its sender dearly: the
    main thread, which would take it, sleeps on."""
    ue = plane.topology.udp(plane.topology.ue, UE, 5060)
    host = plane.topology.udp(plane.topology.gateway, PCSCF, 5060)

    def wakings():
        with open(f"/proc/{dataplane_pid(plane)}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("voluntary"))

    before, packets, start_s = wakings(), 200, time.monotonic()
    for number in range(packets):
        host.sendto(str(number).encode(), (UE, 5060))
        assert ue.recv(100) == str(number).encode()
    looks = 2 * (time.monotonic() - start_s)  # at the ports, twice a second
    assert wakings() - before < looks + packets / 4
