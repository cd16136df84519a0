#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""AKA-2: our Milenage against Osmocom's (osmo-auc-gen of libosmocore-utils), random subscribers.

The seed is in every failure's message; PORTCULLIS_SEED repeats a run.
"""
import os
import pathlib
import random
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "build/tests/integration/milenage_tool"
ROUNDS = 50


def ours(*arguments):
    """The words that milenage_tool prints; its exit status."""
    done = subprocess.run([TOOL, *arguments], capture_output=True, text=True, timeout=30)
    assert done.returncode in (0, 1), (arguments, done)
    return done.stdout.split(), done.returncode


def theirs(*arguments):
    """osmo-auc-gen's answer as {"AUTN": "…"}; None where it refuses."""
    done = subprocess.run(["osmo-auc-gen", "-3", "-a", "milenage", *arguments],
                          capture_output=True, text=True, timeout=30)
    if done.returncode:
        return None
    return dict(line.split(":\t", 1) for line in done.stdout.splitlines() if ":\t" in line)


@pytest.fixture(name="subscribers")
def fixture_subscribers():
    assert shutil.which("osmo-auc-gen"), "osmo-auc-gen is not there: apt install libosmocore-utils"
    assert TOOL.exists(), f"{TOOL} is not built: tools/build"
    seed = int(os.environ.get("PORTCULLIS_SEED") or random.SystemRandom().getrandbits(32))
    source = random.Random(seed)

    def octets(count):
        return source.randbytes(count).hex()

    return [{"seed": seed, "k": octets(16), "kind": source.choice(["op", "opc"]), "op": octets(16),
             "rand": octets(16), "amf": octets(2), "sqn": source.getrandbits(48)}
            for _ in range(ROUNDS)]


def osmo_options(one):
    return ["-k", one["k"], "-O" if one["kind"] == "op" else "-o", one["op"],
            "-f", one["amf"], "-r", one["rand"]]


def our_options(command, one):
    return [command, one["k"], one["kind"], one["op"], one["rand"]]


def test_aka_2_vectors(subscribers):
    for one in subscribers:
        want = theirs(*osmo_options(one), "-s", str(one["sqn"]))
        assert want and int(want["SQN"]) == one["sqn"], one
        got, _ = ours(*our_options("av", one), f"{one['sqn']:012x}", one["amf"])
        assert got == [want["AUTN"], want["RES"], want["CK"], want["IK"]], one


def test_aka_2_isim_reads_their_vectors(subscribers):
    for one in subscribers:
        av = theirs(*osmo_options(one), "-s", str(one["sqn"]))
        got, status = ours(*our_options("ue", one), av["AUTN"])
        assert status == 0, one
        assert got == [f"{one['sqn']:012x}", av["RES"], av["CK"], av["IK"]], one


def test_c_sm7_they_read_our_auts(subscribers):
    for one in subscribers:
        auts, _ = ours(*our_options("auts", one), f"{one['sqn']:012x}")
        read = theirs(*osmo_options(one), "-A", auts[0])
        assert read and int(read["SQN.MS"]) == one["sqn"], one
        assert ours(*our_options("sync", one), auts[0]) == ([f"{one['sqn']:012x}"], 0), one


def test_c_sm7_wrong_auts_is_refused_by_both(subscribers):
    for one in subscribers:
        auts = bytearray.fromhex(ours(*our_options("auts", one), f"{one['sqn']:012x}")[0][0])
        auts[one["sqn"] % len(auts)] ^= 1
        assert theirs(*osmo_options(one), "-A", auts.hex()) is None, one
        assert ours(*our_options("sync", one), auts.hex()) == (["mac", "failure"], 1), one
