# SPDX-License-Identifier: BSD-3-Clause
"""Each reason to drop a packet has a test that reaches it: here, that one names it."""
import pathlib
import re

TESTS = pathlib.Path(__file__).resolve().parent.parent
HEADER = TESTS.parent / "lib/stats/drop_reason.h"


def test_each_drop_reason_is_named_by_a_test():
    reasons = re.findall(r'X\(([A-Z0-9_]+), "([a-z0-9_]+)"', HEADER.read_text())
    assert len(reasons) > 30
    sources = "\n".join(
        path.read_text() for kind in ("test_*.c", "test_*.py") for path in TESTS.rglob(kind))
    missing = [name for constant, name in reasons
               if not re.search(rf'\bDROP_{constant}\b|"{name}"', sources)]
    assert not missing
