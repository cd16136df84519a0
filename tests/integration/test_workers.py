# SPDX-License-Identifier: BSD-3-Clause
"""Two workers: whatever queue the kernel puts a packet into, its SA has one writer. The kernel
spreads by a hash of its own (over the SPI, too, which it takes for ports), so about half of all
packets arrive at the wrong worker."""
import os
import random
import subprocess

import pytest
from scapy.layers.inet import IP, fragment
from scapy.layers.ipsec import ESP
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from esp_peer import datagram
from fleet import Fleet
from gateway import PORTCULLIS
from plane import PORT_PC, PORT_PS, PORT_UC, PORT_US
from topology import PCSCF

UES = [f"198.51.100.{host}" for host in range(100, 124)]
ALGORITHMS = ("hmac-md5-96", "hmac-sha-1-96")


def two_workers(settings):
    settings["dataplane"]["workers"] = sorted(os.sched_getaffinity(0))[:2]


class Ue:
    """The first and the last of the four SAs of one UE."""

    def __init__(self, plane, address, algorithm):
        self.plane, self.address = plane, address
        self.inbound = plane.add("inbound", algorithm, [(PORT_PS, PORT_UC)], remote=address)
        self.outbound = plane.add("outbound", algorithm, [(PORT_PC, PORT_US)], remote=address)

    def sealed(self, payload):
        return self.inbound.seal(datagram(self.address, PORT_UC, PCSCF, PORT_PS, payload))

    def send(self, packet):
        self.plane.outside.send(self.plane.frame(packet))

    def arrives_inside(self, payload):
        return self.plane.inside.receive(lambda frame: payload in frame)

    def number_from_inside(self, payload):
        """Sends from the P-CSCF; the number under which it leaves, opened by scapy."""
        self.plane.inside.send(self.plane.inside_frame(
            datagram(PCSCF, PORT_PC, self.address, PORT_US, payload)))
        packet = Ether(self.plane.outside.receive(lambda frame: payload in frame))[IP]
        assert packet[ESP].spi == self.outbound.spi
        assert bytes(self.outbound.open(packet)[Raw]) == payload
        return packet[ESP].seq


@pytest.fixture(params=["af_packet", "tap"])
def plane(request, make_plane):
    def change(settings):
        two_workers(settings)
        if request.param == "tap":
            settings["dataplane"]["outside"] = {"kind": "tap", "interface": "gmtap0"}

    return make_plane(change)


@pytest.fixture
def ues(plane):
    return [Ue(plane, address, ALGORITHMS[n % 2]) for n, address in enumerate(UES)]


def per_worker(plane, counter):
    return [worker["counters"][counter] for worker in plane.counters()["workers"]]


def test_INT_3_many_ues_both_ways(plane, ues):
    """INT-3, P-ESP: every UE's packets arrive, both ways and in ESP, numbers from 1 without a gap;
    both workers own UEs, and both hand over and take over."""
    for number in (1, 2, 3):
        for ue in ues:
            payload = random.randbytes(40)
            ue.send(ue.sealed(payload))
            assert ue.arrives_inside(payload)
            assert ue.number_from_inside(payload[::-1]) == number
    assert plane.drops() == {}
    verified, handed, taken = (per_worker(plane, counter) for counter in (
        "esp_verified_packets", "handed_over_packets", "taken_over_packets"))
    assert sum(verified) == 3 * len(UES) and min(verified) > 0
    assert handed == taken[::-1] and sum(handed) > 0


def test_INT_6_one_window_for_both_queues(plane, ues):
    """INT-2, INT-6: a packet and a copy of it in fragments, which the kernel puts into another queue:
    whichever is first passes, the second one is a replay, every time."""
    for turn, ue in enumerate(ues):
        payload = random.randbytes(300)
        packet = ue.sealed(payload)
        copies = [[packet], fragment(packet, fragsize=160)]
        for copy in copies if turn % 2 else copies[::-1]:
            before = plane.drops()
            for part in copy:
                ue.send(part)
            if copy is copies[1 - turn % 2]:
                assert ue.arrives_inside(payload)
            else:
                plane.await_drops(before, {"replay_duplicate": 1})
    assert plane.drops() == {"replay_duplicate": len(UES)}
    assert sum(per_worker(plane, "handed_over_packets")) > 0


def test_P_ESP_numbers_go_on_after_a_death(plane, ues):
    """P-ESP: a data plane of two workers dies; its successor, on the same TAP, finds each SA at its
    owner: outbound numbers go on, and what was received is a replay."""
    packets = []
    for ue in ues:
        payload = random.randbytes(40)
        packets.append(ue.sealed(payload))
        ue.send(packets[-1])
        assert ue.arrives_inside(payload)
        assert ue.number_from_inside(payload[::-1]) == 1
    plane.restart()
    before = plane.drops()
    for ue, packet in zip(ues, packets):
        assert ue.number_from_inside(random.randbytes(40)) == 2
        ue.send(packet)
    plane.await_drops(before, {"replay_duplicate": len(UES)})


def test_INT_4_registrations_of_two_workers(make_gateway):
    """INT-4: UEs register, more than one worker's table takes, each with the worker that owns its
    address: the control plane and the packet path agree on it. Nothing is dropped, and the operator
    sees who handed over how much."""
    def change(settings):
        two_workers(settings)
        settings["dataplane"]["sa_capacity"] = 280

    fleet = Fleet(make_gateway, 100, change)
    status, summary, _ = fleet.run("--rate", 200)
    assert status == 0 and summary["registered"] == 100, summary
    assert fleet.gateway.drops() == {}
    counters = fleet.gateway.counters()
    added = [one["counters"]["sa_added"] for one in counters["workers"]]
    assert sum(added) == counters["gauges"]["sas"] == 400 and min(added) > 0
    shown = subprocess.run([PORTCULLIS, "show", "counters", "--config",
                            fleet.gateway.settings.path],
                           capture_output=True, text=True, timeout=30, check=True).stdout
    for worker, one in enumerate(counters["workers"]):
        line = next(line for line in shown.splitlines() if line.startswith(f"worker {worker}:"))
        assert f", taken over {one['counters']['taken_over_packets']} packets" in line


def test_every_flow_with_two_workers(make_gateway):
    """A walk through every flow of a registration goes as with one worker."""
    fleet = Fleet(make_gateway, 80, two_workers)
    status, summary, _ = fleet.run(
        "--scenario", "mixed", "--seed", 20261126, "--rate", 200, "--timeout", 5000)
    assert status == 0 and summary["ok"], summary
