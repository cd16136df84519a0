# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures: the network of topology.py, the gateway or its data plane alone, UEs, a witness.
Whatever a test started ends with it. BUILD_DIR names the tree under test (build)."""
import os
import signal
import sys

import pytest

pytest.register_assert_rewrite("plane", "gateway", "ims_judge", "ue_process", "wired")

from gateway import Gateway
from plane import Plane
from topology import Topology
from ue_process import UeProcess
from wire_capture import WireCapture
from wired import FAMILIES, TAGS, Wired

NETWORKS = {"topology", "gateway", "plane", "shared_plane", "wired", "flooded", "besieged",
            "nics", "gateway_between"}

LONGEST = ("test_leaks.py", "test_demo.py")


def pytest_configure():
    # Ended from outside, the fixtures still clean up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
    # What a shell starts in the background ignores it, and so would every child.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    # Two files run at a time: what takes longest begins first.
    items.sort(key=lambda item: item.path.name not in LONGEST)
    if os.geteuid() != 0:
        for item in items:
            if NETWORKS & set(item.fixturenames):
                item.add_marker(pytest.mark.skip(reason="needs root for its namespaces"))


@pytest.fixture
def topology():
    network = Topology()
    yield network
    network.close()


@pytest.fixture
def make_plane(topology):
    """Makes one data plane; change: edits its settings before it starts."""
    made = []

    def make(change=None):
        made.append(Plane(topology, change))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def plane(make_plane):
    return make_plane()


@pytest.fixture(scope="module")
def wired():
    it = Wired()
    yield it
    it.close()


@pytest.fixture(params=FAMILIES)
def family(request):
    return request.param


@pytest.fixture(params=TAGS)
def tags(request):
    return request.param


@pytest.fixture
def make_gateway(topology):
    """Makes one gateway; change: edits its settings before it starts."""
    made = []

    def make(change=None):
        made.append(Gateway(topology, change))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def gateway(make_gateway):
    return make_gateway()


@pytest.fixture
def make_ue(topology):
    made = []

    def make(*arguments, **more):
        made.append(UeProcess(topology, *arguments, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def capture(topology, tmp_path):
    witness = WireCapture(topology, tmp_path / "wire.pcap")
    yield witness
    witness.close()
