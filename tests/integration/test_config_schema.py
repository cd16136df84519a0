#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""schema.json against the loader: what one refuses, the other refuses, as far as a schema can say.

The loader's words and positions are unit tests (tests/unit/config).
"""
import copy
import json
import pathlib
import re
import subprocess

import jsonschema
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config"
SCHEMA = json.loads((CONFIG / "schema.json").read_text())
SHIPPED = sorted(path for path in CONFIG.glob("*.json")
                 if path.name not in ("schema.json", "subscribers.json"))

GOOD = {
    "dataplane": {
        "outside": {"kind": "af_packet", "interface": "gm0"},
        "inside": {"kind": "tap", "interface": "in0", "addresses": ["203.0.113.9/24"],
                   "routes": ["198.51.100.0/24", "2001:db8::/32"]},
    },
    "pcscf": {"address": "203.0.113.9"},
    "scscf": {"realm": "home.example"},
}
PROTECTED = {"addresses": ["192.0.2.1"], "protected_ports": [6100]}
NIC = {"kind": "pci", "address": "0000:03:00.0"}
REMOVED = object()

# (JSON pointer, value): each makes GOOD bad for both.
BAD = [
    ("/colour", 1), ("/dataplane/colour", 1), ("/dataplane/inside/colour", 1), ("/pcscf/Address", 1),
    ("/dataplane", REMOVED), ("/pcscf", REMOVED), ("/scscf", REMOVED), ("/scscf/realm", REMOVED),
    ("/pcscf/address", REMOVED), ("/dataplane/outside", REMOVED), ("/dataplane/inside/kind", REMOVED),
    ("/dataplane/inside/interface", REMOVED),
    ("/log", []), ("/log", None), ("/log", {"level": "loud"}), ("/log", {"level": 1}),
    ("/run_directory", "run"), ("/run_directory", ""), ("/run_directory", "/a\nb"),
    ("/run_directory", "/" + "r" * 511), ("/state_directory", 7),
    ("/api", {"socket": "api.sock"}), ("/api", {"socket": "/" + "s" * 107}),
    ("/controlplane", {"user": "0"}), ("/controlplane", {"user": "u" * 33}),
    ("/dataplane/workers", []), ("/dataplane/workers", list(range(17))), ("/dataplane/workers", [2, 2]), ("/dataplane/workers", [128]),
    ("/dataplane/workers", [True]), ("/dataplane/main_cpu", -1), ("/dataplane/hugepages", "yes"),
    ("/dataplane/hugepages", 1), ("/dataplane/integrity_engine", "sse"),
    ("/dataplane/integrity_engine", None), ("/dataplane/memory_mb", 127), ("/dataplane/memory_mb", 65537),
    ("/dataplane/sa_capacity", 15), ("/dataplane/sa_capacity", 2097153),
    ("/dataplane/replay_window", 33), ("/dataplane/replay_window", 0),
    ("/dataplane/replay_window", 1056), ("/dataplane/plain_sip_rate", -1),
    ("/dataplane/protected", {}), ("/dataplane/protected", [PROTECTED] * 2),
    ("/dataplane/protected", [{**PROTECTED, "addresses": ["2001:db8::1"] * 2}]),
    ("/dataplane/protected", [{**PROTECTED, "protected_ports": [5060]}]),
    ("/dataplane/protected", [{**PROTECTED, "protected_ports": [1023]}]),
    ("/dataplane/protected", [{**PROTECTED, "unprotected_ports": [0]}]),
    ("/dataplane/protected", [{**PROTECTED, "pass": ["arp"]}]),
    ("/dataplane/protected", [{"addresses": ["192.0.2.1"]}]),
    ("/dataplane/inside", "in0"), ("/dataplane/inside/kind", "veth"), ("/dataplane/inside/kind", 1),
    ("/dataplane/inside/interface", "sixteen-letters."), ("/dataplane/inside/interface", ""),
    ("/dataplane/inside/interface", "a,b"), ("/dataplane/inside/interface", ".."),
    ("/dataplane/inside/addresses", "203.0.113.9/24"), ("/dataplane/inside/addresses/0", "203.0.113.9"),
    ("/dataplane/inside/addresses/0", "203.0.113.9/33"), ("/dataplane/inside/addresses/0", "203.0.113.9/0"),
    ("/dataplane/inside/addresses/0", "203.0.113.256/24"), ("/dataplane/inside/addresses/0", "::1/129"),
    ("/dataplane/inside/addresses", ["203.0.113.9/24"] * 2),
    ("/dataplane/inside/addresses", [f"203.0.113.{n}/24" for n in range(9, 14)]),
    ("/dataplane/inside/routes/0", "198.51.100.0"), ("/dataplane/inside/routes/0", "198.51.100.0/033"),
    ("/dataplane/outside/mtu", 1279), ("/dataplane/outside/mtu", 9217), ("/dataplane/inside/mtu", 1501),
    ("/dataplane/inside/mtu", None), ("/dataplane/outside/mtu", "1500"),
    ("/dataplane/outside", {**NIC, "mtu": 0}),
    ("/dataplane/outside", {**NIC, "mac_filter": "02:00:00:00:00:01"}), ("/dataplane/outside", {**NIC, "mac_filter": []}),
    ("/dataplane/outside", {**NIC, "mac_filter": ["02:00:00:00:00"]}), ("/dataplane/outside", {**NIC, "mac_filter": ["01:00:5e:00:00:01"]}),
    ("/dataplane/outside", {**NIC, "mac_filter": ["00:00:00:00:00:00"]}), ("/dataplane/outside", {**NIC, "mac_filter": ["02:00:00:00:00:01"] * 2}),
    ("/dataplane/outside", {**NIC, "mac_filter": [f"02:00:00:00:00:{n:02x}" for n in range(17)]}),
    ("/dataplane/outside/mac_filter", ["02:00:00:00:00:01"]), ("/dataplane/inside/mac_filter", ["02:00:00:00:00:01"]),
    ("/dataplane/outside", {"kind": "pci", "address": "03:00.0"}),
    ("/dataplane/outside", {"kind": "pci", "interface": "gm0"}),
    ("/dataplane/outside", {"kind": "af_packet", "interface": "gm0", "addresses": []}),
    ("/pcscf/address", "pcscf.example"), ("/pcscf/address", "203.0.113.256"), ("/pcscf/address", ""),
    ("/pcscf/address", "[2001:db8::1]"), ("/pcscf/further_addresses", "2001:db8::1"),
    ("/pcscf/further_addresses", ["2001:db8::1"] * 2), ("/pcscf/unprotected_port", 0),
    ("/pcscf/unprotected_port", 65536), ("/pcscf/server_port", 1023), ("/pcscf/server_port", "6100"),
    ("/pcscf/server_port", 5060), ("/pcscf/server_port", 5061), ("/pcscf/server_port", 6100.5),
    ("/pcscf/client_ports", [6101]), ("/pcscf/client_ports", [6101, 6101]),
    ("/pcscf/client_ports", [6101, 5060]), ("/pcscf/client_ports", list(range(2000, 2065))),
    ("/pcscf/host_name", "a..b"), ("/pcscf/host_name", "2001:db8::1"), ("/pcscf/host_name", "a b"),
    ("/pcscf/visited_network", "10.0.0.1"), ("/pcscf/algorithms", []),
    ("/pcscf/algorithms", ["hmac-sha-256"]), ("/pcscf/algorithms", ["hmac-md5-96"] * 2),
    ("/pcscf/sa_form", "two"), ("/pcscf/sa_form", ["four"]), ("/pcscf/reg_await_auth_ms", 999),
    ("/pcscf/t1_ms", 99),
    ("/scscf/realm", "-a.example"), ("/scscf/realm", "a.example."), ("/scscf/realm", "a\r\nb"),
    ("/scscf/realm", "l" * 64 + ".example"), ("/scscf/name", "scscf.home.example"),
    ("/scscf/name", "sip:scscf.home.example;lr"), ("/scscf/name", "sip:@home.example"),
    ("/scscf/name", "sip:home.example:0"), ("/scscf/vectors_per_request", 0),
    ("/scscf/vectors_per_request", 33), ("/scscf/registration_max_s", 59),
    ("/scscf/registration_min_s", 0), ("/icscf", {"scscfs": []}), ("/icscf", {"host_name": ""}),
    ("/hss", {"subscribers": ""}), ("/hss", {"subscribers": "a\tb"}),
]

# Bad in a way that only the loader can see.
BAD_TOGETHER = [
    ("/dataplane/protected", [{**PROTECTED, "addresses": ["203.0.113.9"]}]),
    ("/dataplane/protected", [PROTECTED, {**PROTECTED, "protected_ports": [6200]}]),
    ("/dataplane/protected", [{**PROTECTED, "unprotected_ports": [6100]}]),
    ("/pcscf/unprotected_port", 6100), ("/pcscf/client_ports", [6100, 6101]),
    ("/pcscf/address", "203.0.113.8"), ("/pcscf/address", "224.0.0.1"),
    ("/dataplane/inside/interface", "gm0"), ("/dataplane/inside/routes/0", "198.51.100.1/24"),
    ("/icscf", {"scscfs": ["sip:other.example"]}),
    ("/scscf", {"realm": "a.example", "registration_max_s": 60, "registration_min_s": 61}),
]


def changed(pointer, value):
    """GOOD with one member changed."""
    document = copy.deepcopy(GOOD)
    *path, last = pointer.split("/")[1:]
    parent = document
    for token in path:
        parent = parent[token]
    if value is REMOVED:
        del parent[last]
    elif isinstance(parent, list):
        parent[int(last)] = value
    else:
        parent[last] = value
    return document


def schema_accepts(document):
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(document)


def loader(path):
    """portcullis check: exit status, standard output, standard error."""
    done = subprocess.run([ROOT / "build/portcullis", "check", "--config", path],
                          capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout, done.stderr


def name_of(case):
    return f"{case[0]}={'removed' if case[1] is REMOVED else json.dumps(case[1])[:40]}"


@pytest.fixture(name="load")
def fixture_load(tmp_path):
    """Has the loader judge a document."""
    def load(document):
        path = tmp_path / "c.json"
        path.write_text(json.dumps(document, indent=1))
        return (path, *loader(path))
    return load


def test_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_files(path):
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(path.read_text()))
    assert loader(path) == (0, f"{path}: ok\n", "")


def test_there_are_shipped_files():
    assert {"demo.json", "bare-metal.json"} <= {path.name for path in SHIPPED}


def test_good_is_good(load):
    assert schema_accepts(GOOD)
    assert load(GOOD)[1] == 0


@pytest.mark.parametrize("case", BAD, ids=name_of)
def test_both_refuse(case, load):
    document = changed(*case)
    assert not schema_accepts(document)
    path, status, out, error = load(document)
    assert (status, out) == (1, "")
    assert re.fullmatch(rf"{re.escape(str(path))}:\d+:\d+: (/[^ ]+): .+; allowed: .+\n", error)


@pytest.mark.parametrize("case", BAD_TOGETHER, ids=name_of)
def test_loader_refuses(case, load):
    document = changed(*case)
    assert schema_accepts(document)
    _, status, out, error = load(document)
    assert (status, out) == (1, "")
    assert "; allowed: " in error and error.count("\n") == 1


def test_missing_file(tmp_path):
    path = tmp_path / "none.json"
    assert loader(path) == (1, "", f"{path}: No such file or directory; allowed: a readable JSON "
                                   "file of at most 1 MiB\n")
