# SPDX-License-Identifier: BSD-3-Clause
"""tools/demo: what a newcomer sees first, also when it is interrupted."""
import itertools
import os
import pathlib
import shutil
import signal
import tempfile

import pytest

from build_tree import BUILD, ROOT
from process import Process
from topology import run

REASONS = ("replay_duplicate", "icv", "reflected", "plain_protected_port", "spi_unknown",
           "selector_address")

pytestmark = pytest.mark.skipif(BUILD != ROOT / "build" or os.geteuid() != 0,
                                reason="tools/demo shows `build`, as root")


@pytest.fixture
def demo():
    """A running demo; a folder of its own names what is its."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pc-"))
    folder.chmod(0o755)
    process = Process([str(ROOT / "tools/demo")], env={**os.environ, "TMPDIR": str(folder)})
    process.folder = folder
    yield process
    process.stop(30)
    shutil.rmtree(folder)


def remains(demo):
    """Namespaces, files and processes of this demo."""
    namespaces = [line for line in run("ip", "netns", "list").splitlines()
                  if line.startswith("pcdemo") and line.split()[0].endswith(
                      str(demo.process.pid))]
    processes = []
    for entry in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            if str(demo.folder).encode() in entry.read_bytes():
                processes.append(entry)
        except OSError:  # it has just ended
            pass
    return namespaces, list(demo.folder.iterdir()), processes


def test_demo(demo):
    """All of it holds, each hop is told, each counter moved, and nothing stays."""
    assert demo.finish(120) == 0, "\n".join(demo.out[-20:] + demo.err)
    assert demo.out[-1].startswith("held: 2 registrations")
    for hop in [f"SM{n}" for n in range(1, 13)] + ["CM1", "CM2"]:
        assert sum(line.startswith(f"  {hop} ") for line in demo.out) >= 2, hop
    for reason in REASONS:
        assert any(line.split()[:1] == [reason] for line in demo.out), reason
    assert "\x1b" not in "".join(demo.out)
    assert remains(demo) == ([], [], [])


@pytest.mark.parametrize("moment, number", zip(
    ["== Build", "== Network", "namespace", "== UE 1", "  SM6", "== UE 2", "== Hostile",
     "foreign-source"], itertools.cycle([signal.SIGINT, signal.SIGTERM])))
def test_demo_interrupted(demo, moment, number):
    """Interrupted at any moment it says so, ends with a status of its own, and leaves nothing."""
    demo.await_line(demo.out, lambda line: moment in line, 120)
    demo.process.send_signal(number)
    assert demo.finish(30) == 128 + number, "\n".join(demo.out + demo.err)
    assert demo.out[-1] == "did not hold: interrupted"
    assert remains(demo) == ([], [], [])
