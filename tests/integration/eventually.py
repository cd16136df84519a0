# SPDX-License-Identifier: BSD-3-Clause
"""Waiting for what a program does in its own time, with an end to the patience."""
import time


def eventually(condition, timeout=5.0):
    """Asks until condition() is true; its value. Fails when the time is up."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
