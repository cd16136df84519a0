# SPDX-License-Identifier: BSD-3-Clause
"""tools/demo: what a newcomer sees first, also when it is interrupted."""
import pathlib
import signal

import pytest

from build_tree import BUILD, ROOT
from process import Process
from topology import run

REASONS = ("replay_duplicate", "icv", "reflected", "plain_protected_port", "spi_unknown",
           "selector_address")

pytestmark = pytest.mark.skipif(BUILD != ROOT / "build", reason="tools/demo shows `build`")


def remains():
    """Namespaces, folders and processes that bear the demo's name."""
    namespaces = [line for line in run("ip", "netns", "list").splitlines() if "pcdemo" in line]
    processes = []
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"portcullis-demo" in entry.read_bytes():
                processes.append(entry)
        except OSError:
            pass
    return namespaces, sorted(pathlib.Path("/tmp").glob("portcullis-demo.*")), processes


def test_demo(topology):
    """All of it holds, each hop is told, each counter moved, and nothing stays."""
    before = remains()
    demo = Process([str(ROOT / "tools/demo")])
    assert demo.finish(120) == 0, "\n".join(demo.out[-20:] + demo.err)
    assert demo.out[-1].startswith("held: 2 registrations")
    for hop in [f"SM{n}" for n in range(1, 13)] + ["CM1", "CM2"]:
        assert sum(line.startswith(f"  {hop} ") for line in demo.out) >= 2, hop
    for reason in REASONS:
        assert any(line.split()[:1] == [reason] for line in demo.out), reason
    assert "\x1b" not in "".join(demo.out)
    assert remains() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["== Build", "== Network", "namespace", "== UE 1", "  SM6",
                                    "== UE 2", "== Hostile", "foreign-source"])
def test_demo_interrupted(topology, moment, number):
    """Interrupted at any moment it says so, ends with a status of its own, and leaves nothing."""
    before = remains()
    demo = Process([str(ROOT / "tools/demo")])
    demo.await_line(demo.out, lambda line: line.lstrip("\n").startswith(moment)
                    or moment in line, 60)
    demo.process.send_signal(number)
    assert demo.finish(30) == 128 + number, "\n".join(demo.out + demo.err)
    assert demo.out[-1] == "did not hold: interrupted"
    assert remains() == before
