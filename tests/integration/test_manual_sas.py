# SPDX-License-Identifier: BSD-3-Clause
"""portcullis sa: security associations that somebody gives by hand, to a gateway that runs or in its
settings. scapy holds the other end; no UE registers."""
import json
import os
import random
import signal
import socket
import struct
import subprocess

import pytest
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.ipsec import ESP
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from both_families import PCSCF_IPV6, UE_IPV6, both_families, let_gateway_have_ipv6
from esp_peer import KEY_LEN, EspPeer, is_esp
from eventually import eventually
from gateway import PORTCULLIS
from topology import INSIDE, PCSCF, UE, UE_TWO, run

ALGORITHMS = ("hmac-md5-96", "hmac-sha-1-96")
PORT_PS, PORT_UC = 6100, 40112
HOST = "203.0.113.10"  # another protected one, without the P-CSCF's SIP


def sa(direction, algorithm="hmac-sha-1-96", **more):
    """An SA as JSON; what is None is left out."""
    values = {"label": "lab", "direction": direction, "algorithm": algorithm,
              "key": os.urandom(KEY_LEN[algorithm]).hex(), "local": PCSCF, "remote": UE,
              "local_port": PORT_PS, "remote_port": PORT_UC,
              "spi": random.randrange(256, 1 << 32), **more}
    return {name: value for name, value in values.items() if value is not None}


class Hand:
    """The operator's hand on a gateway, and the wire outside."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.keys = []
        topology = gateway.topology
        self.outside = topology.wire(topology.ue, "ue0")
        self.mac = topology.wire(topology.gateway, INSIDE).mac

    def run(self, *words, text=None):
        """(exit status, standard output, standard error) of portcullis sa WORDS."""
        done = subprocess.run(
            [PORTCULLIS, "sa", *map(str, words), "--config", self.gateway.settings.path],
            input=text, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout, done.stderr

    def add(self, values):
        """A live SA: its other end."""
        self.keys.append(values["key"])
        status, out, err = self.run("add", "--json", text=json.dumps(values))
        assert status == 0, (out, err)
        answer = json.loads(out)
        assert answer["arguments"]["installed"] == 1
        return EspPeer(answer["arguments"]["spi"], values["algorithm"],
                       bytes.fromhex(values["key"]))

    def list(self, *words):
        status, out, err = self.run("list", "--json", *words)
        assert status == 0, err
        return json.loads(out)["arguments"]["sas"]

    def send(self, packet):
        self.outside.send(bytes(Ether(src=self.outside.mac, dst=self.mac,
                                      type=0x86dd if IPv6 in packet else 0x0800)) + bytes(packet))

    def next_esp(self):
        frame = self.outside.receive(is_esp)
        assert frame, "no ESP packet left"
        return Ether(frame).payload


@pytest.fixture
def hand(topology, make_gateway):
    let_gateway_have_ipv6(topology)
    return Hand(make_gateway(with_host))


def with_host(settings):
    both_families(settings)
    settings["dataplane"]["inside"]["addresses"].append(f"{HOST}/24")
    settings["dataplane"]["protected"] = [
        {"addresses": [HOST], "protected_ports": [PORT_PS, PORT_PS + 1]}]


def layers(family, source_port, target_port, layer=UDP, inbound=True, local=PCSCF):
    ue, pcscf = (UE, local) if family == "ipv4" else (UE_IPV6, PCSCF_IPV6)
    ends = {"src": ue, "dst": pcscf} if inbound else {"src": pcscf, "dst": ue}
    head = IP(**ends) if family == "ipv4" else IPv6(**ends)
    more = {"flags": "R"} if layer is TCP else {}  # which nobody answers
    packet = head / layer(sport=source_port, dport=target_port, **more) / Raw(b"given by hand")
    return type(head)(bytes(packet))


@pytest.mark.parametrize("chosen", [False, True], ids=["given", "chosen"])
@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_P_SPI_inbound(hand, algorithm, family, chosen):
    """P-SPI, P-ESP: an inbound SA, its SPI given or left to the gateway, is opened; another port is
    not its own; once it is deleted its SPI is unknown."""
    ends = {} if family == "ipv4" else {"local": PCSCF_IPV6, "remote": UE_IPV6}
    peer = hand.add(sa("inbound", algorithm, **ends, **({"spi": None} if chosen else {})))
    hand.send(peer.seal(layers(family, PORT_UC, PORT_PS)))
    assert eventually(lambda: hand.gateway.counters()["sum"]["counters"]["esp_verified_packets"])
    before = hand.gateway.drops()
    hand.send(peer.seal(layers(family, PORT_UC + 1, PORT_PS)))
    hand.gateway.await_drops(before, {"selector_port": 1})
    assert [(one["spi"], one["packets"]) for one in hand.list()] == [(peer.spi, 1)]
    assert hand.run("delete", "--spi", peer.spi, "--direction", "inbound") == (0, "1 deleted\n", "")
    before = hand.gateway.drops()
    hand.send(peer.seal(layers(family, PORT_UC, PORT_PS)))
    hand.gateway.await_drops(before, {"spi_unknown": 1})
    assert hand.list() == []


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_P_ESP_outbound(hand, algorithm):
    """P-ESP, INT-3: what the host sends on an outbound SA leaves as ESP that scapy opens; once it is
    deleted nothing leaves the protected port."""
    peer = hand.add(sa("outbound", algorithm))
    topology = hand.gateway.topology
    raw = topology.raw(topology.gateway, 17)
    plain = bytes(layers("ipv4", PORT_PS, PORT_UC, inbound=False))
    raw.sendto(plain, (UE, 0))
    sealed = hand.next_esp()
    assert sealed[ESP].spi == peer.spi
    assert bytes(peer.open(sealed)[UDP].payload) == b"given by hand"
    assert hand.run("delete", "--label", "lab")[:2] == (0, "1 deleted\n")
    before = hand.gateway.drops()
    raw.sendto(plain, (UE, 0))
    hand.gateway.await_drops(before, {"out_no_sa": 1})


def test_P_USE_any_port(hand):
    """P-USE: SAs for any port of the other end, both ways, UDP and TCP; a closer SA goes first."""
    peer = hand.add(sa("inbound", local=HOST, remote_port=None))
    for layer in (UDP, TCP):
        for port in (1, PORT_UC, 65535):
            hand.send(peer.seal(layers("ipv4", port, PORT_PS, layer, local=HOST)))
    assert eventually(lambda: hand.list("--spi", peer.spi)[0]["packets"] == 6)
    before = hand.gateway.drops()
    hand.send(peer.seal(layers("ipv4", PORT_UC, PORT_PS + 1, local=HOST)))
    hand.gateway.await_drops(before, {"selector_port": 1})
    any_port = hand.add(sa("outbound", remote_port=None, label="any"))
    closer = hand.add(sa("outbound", label="closer"))
    topology = hand.gateway.topology
    raw = topology.raw(topology.gateway, 17)
    for port, expected in ((PORT_UC, closer), (PORT_UC + 1, any_port), (7, any_port)):
        raw.sendto(bytes(layers("ipv4", PORT_PS, port, inbound=False)), (UE, 0))
        sealed = hand.next_esp()
        assert sealed[ESP].spi == expected.spi
        assert expected.open(sealed)[UDP].dport == port


def test_INT_4_transports(hand):
    """INT-4: an SA for UDP takes no TCP."""
    peer = hand.add(sa("inbound", transports=["udp"]))
    before = hand.gateway.drops()
    hand.send(peer.seal(layers("ipv4", PORT_UC, PORT_PS, TCP)))
    hand.gateway.await_drops(before, {"esp_next_header": 1})


FAULTS = [
    ({"key": "00" * 16}, "/key: has 32 hexadecimal digits, not the 40 of hmac-sha-1-96"),
    ({"key": "00" * 19}, "/key: is not a key"), ({"key": "0" * 39}, "/key: is not a key"),
    ({"key": "x" * 40}, "/key: is not a key"), ({"key": 7}, "/key: is an integer"),
    ({"spi": 255}, "/spi: 255 is out of range"), ({"spi": 1 << 32}, "/spi: 4294967296 is out of"),
    ({"remote": UE_IPV6}, "/remote: is IPv6, local is IPv4"),
    ({"remote": "ue.home.net"}, "/remote: \"ue.home.net\" is not a host's address"),
    ({"local": "203.0.113.77"}, "local is no address of /pcscf or of /dataplane/protected"),
    ({"local_port": 7000}, "local_port is no protected port of that host: server_port"),
    ({"local_port": 5060}, "local_port is no protected port of that host"),
    ({"replay_window": 33}, "/replay_window: 33 is no multiple of 32"),
    ({"replay_window": 128}, "replay_window is more than /dataplane/replay_window"),
    ({"direction": "both"}, "/direction: \"both\" is none of the choices"),
    ({"algorithm": "hmac-sha-256"}, "/algorithm: \"hmac-sha-256\" is none of the choices"),
    ({"remote_port": None}, "remote_port is missing: an inbound one for any port would speak"),
    ({"remote_port": 0}, "/remote_port: 0 is out of range"),
    ({"transports": []}, "/transports: has 0 items"),
    ({"transports": ["sctp"]}, "/transports/0: \"sctp\" is none of the choices"),
    ({"colour": 1}, "/colour: unknown key; allowed: label, direction, spi"),
    ({"label": "a b"}, "/label: \"a b\" is not a label"),
    ({"key": None}, "/key: is missing"), ({"direction": "outbound", "spi": None}, "/spi: is missing"),
    ({"direction": "outbound", "replay_window": 64}, "/replay_window: an outbound one has no"),
]


def test_bad_ones_are_refused(hand):
    """Each fault in words, with its place; nothing is installed, no key is said."""
    for change, expected in FAULTS:
        values = {name: value for name, value in {**sa("inbound"), **change}.items()
                  if value is not None}
        status, out, err = hand.run("add", text=json.dumps(values))
        assert status == 1 and expected in err and out == "0 installed, 1 failed\n", (change, err)
        assert not values.get("key") or str(values["key"]) not in err or values["key"] == 7
    for text in ("", "[]", "{", '{"spi": 1, "spi": 2}', '{"key": "00112233'):
        status, out, err = hand.run("add", text=text)
        assert status == 1 and err.startswith("(standard input):1:"), (text, err)
        assert "00112233" not in err
    assert hand.list() == []
    assert hand.gateway.ask("status")["sas"] == 0


def test_P_SPI_taken(hand):
    """P-SPI: an SPI that another inbound SA has, or selectors that another outbound one has, are
    refused; so is in either direction one that the other has between the same addresses (INT-2: a
    packet must not come back as one of the other end's). Elsewhere it is free, and once deleted."""
    first = sa("inbound")
    hand.add(first)
    status, _, err = hand.run("add", text=json.dumps({**first, "remote": UE_TWO}))
    assert status == 1 and "another inbound one has this SPI" in err
    status, _, err = hand.run("add", text=json.dumps({**first, "direction": "outbound"}))
    assert status == 1 and "one of the other direction between these addresses" in err
    back = sa("outbound")
    hand.add(back)
    status, _, err = hand.run("add", text=json.dumps({**back, "direction": "inbound"}))
    assert status == 1 and "one of the other direction between these addresses" in err
    status, _, err = hand.run("add", text=json.dumps(sa("outbound")))
    assert status == 1 and "an outbound one these addresses and ports" in err
    hand.add(sa("outbound", remote=UE_TWO, spi=first["spi"]))
    assert hand.run("delete", "--spi", first["spi"])[1] == "2 deleted\n"
    hand.add(first)
    assert len(hand.list()) == 2


def test_P_SPI_of_a_registration_is_taken(hand, make_ue):
    """P-SPI: what the P-CSCF has agreed with a UE is nobody else's."""
    impi = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"
    ue = make_ue(impi, "-")
    assert ue.order("register")["ok"]
    spis = {one["spi"] for one in hand.gateway.ask("show", "sa", impi)["sas"]
            if one["direction"] == "inbound"}
    assert len(spis) == 2
    for spi in spis:
        status, _, err = hand.run("add", text=json.dumps(sa("inbound", spi=spi)))
        assert status == 1 and "taken" in err
    assert hand.list() == []
    assert ue.finish() == 0


def test_P_WHICH_who_speaks_from_a_port(hand, make_ue):
    """P-WHICH: the P-CSCF knows a UE by its address and port. While there
    is an inbound SA by hand from there a UE that offers the port is refused, and the other way round."""
    impi = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"
    ue = make_ue(impi, "-", options=("--port-uc", str(PORT_UC)))
    hand.add(sa("inbound"))
    assert not ue.order("register")["ok"]
    assert hand.gateway.counters()["pcscf"]["pcscf_refused_port_taken"] == 1
    assert hand.run("delete", "--label", "lab")[1] == "1 deleted\n"
    assert ue.order("register")["ok"]
    status, _, err = hand.run("add", text=json.dumps(sa("inbound")))
    assert status == 1 and "remote and remote_port are a registered UE's" in err
    hand.add(sa("inbound", local=HOST))
    hand.add(sa("inbound", remote_port=PORT_UC + 1))


def test_keys_are_nowhere(hand):
    """INT-5: no list, answer or line of the log has a key."""
    heard = hand.gateway.hops()
    try:
        hand.add(sa("inbound", spi=None))
        hand.add(sa("outbound", "hmac-md5-96"))
        said = json.dumps(hand.list()) + hand.run("list")[1]
        said += json.dumps(hand.gateway.ask("show", "sa")) + "\n".join(
            hand.gateway.process.err + hand.gateway.process.out + heard.out)
    finally:
        heard.stop()
    assert not any(key in said.lower() for key in hand.keys)
    assert '"key"' not in said


def test_a_label_without_end(hand):
    """Whoever speaks to the socket himself: what stands behind a label, the key too, is none of it."""
    with open(hand.gateway.settings.path, encoding="utf-8") as file:
        path = json.load(file)["run_directory"] + "/api.sock"
    with socket.socket(socket.AF_UNIX) as api, api.makefile("r") as answers:
        api.connect(path)
        for length in range(64, 513):
            api.send(b'{"command":"sa import","arguments":{"record":%d}}\n' % length)
            if json.loads(answers.readline())["result"] == 0:
                break
        api.send((struct.pack("=II", 1, 1) + b"A" * 48).ljust(length, b"K") + bytes(length))
        answer = json.loads(answers.readline())
    assert answer["result"] == -22
    assert answer["arguments"]["failures"] == [
        {"line": 1, "column": 1, "label": "", "why": "the label does not end"}]


def test_filters(hand):
    hand.add(sa("inbound", label="one", spi=1000))
    hand.add(sa("outbound", label="one", spi=1001))
    hand.add(sa("inbound", label="two", remote=UE_TWO, spi=1001))

    def found(*words):
        return sorted((one["label"], one["direction"]) for one in hand.list(*words))

    assert found("--label", "one") == [("one", "inbound"), ("one", "outbound")]
    assert found("--direction", "inbound") == [("one", "inbound"), ("two", "inbound")]
    assert found("--spi", 1001, "--direction", "outbound") == [("one", "outbound")]
    assert found("--spi", 1001) == [("one", "outbound"), ("two", "inbound")]
    assert found("--address", UE_TWO) == [("two", "inbound")]
    assert found("--address", PCSCF) == found()
    assert found("--label", "three") == []
    assert hand.run("delete")[0] == 1
    assert "which? label, spi or address" in hand.run("delete", "--direction", "inbound")[2]
    for words in (("--spi", "0"), ("--spi", "x"), ("--direction", "up"), ("--address", "ue")):
        assert hand.run("list", *words)[0] == 1
    assert hand.run("delete", "--address", PCSCF)[1] == "3 deleted\n"


def test_many(topology, make_gateway, tmp_path):
    """20 000 from one file, SPIs given and chosen: each is found, and nothing of it is too much for
    one answer. What is wrong is told with its place, and does not keep the others."""
    count = 20000

    def large(settings):
        settings["dataplane"]["sa_capacity"] = 2 * count

    hand = Hand(make_gateway(large))
    sas = []
    for n in range(count):
        remote = f"198.51.100.{n // 2 % 254 + 1}"
        sas.append(sa("outbound" if n % 2 else "inbound", ALGORITHMS[n % 3 == 0], remote=remote,
                      remote_port=1024 + n // 508, label=f"file/{n % 100}",
                      spi=None if n % 4 == 0 else 5000 + n))
    sas[7]["spi"] = 200
    sas[11]["local"] = "192.0.2.1"
    sas[13]["spi"] = 5001
    sas[14]["spi"] = 5002
    path = tmp_path / "sas.json"
    path.write_text('{"sas": [\n' + ",\n".join(map(json.dumps, sas)) + "\n]}\n")
    status, out, err = hand.run("import", path)
    assert status == 1
    assert out == f"{count - 3} installed, 3 failed\n", err
    assert f"{path}:9:" in err and "/sas/7/spi: 200 is out of range" in err
    assert f"{path}:13:1: file/11: local is no address of /pcscf" in err
    assert f"{path}:16:1: file/14: another inbound one has this SPI" in err
    listed = hand.list()
    assert len(listed) == count - 3 and "key" not in listed[0]
    assert len({one["spi"] for one in listed if one["direction"] == "inbound"}) == count // 2 - 1
    # Both kinds of SPI, both directions.
    raw = topology.raw(topology.gateway, 17)
    by_end = {(one["direction"], one["remote"], one["remote_port"]): one["spi"] for one in listed}
    for n in random.sample(range(100, count), 20):
        values = sas[n]
        spi = by_end[values["direction"], values["remote"], values["remote_port"]]
        assert spi == values.get("spi", spi)
        peer = EspPeer(spi, values["algorithm"], bytes.fromhex(values["key"]))
        ends = {"src": values["remote"], "dst": PCSCF}
        if values["direction"] == "inbound":
            hand.send(peer.seal(IP(bytes(IP(**ends) / UDP(
                sport=values["remote_port"], dport=PORT_PS) / Raw(b"x")))))
            assert eventually(lambda: hand.list("--spi", spi, "--direction", "inbound")[0]["packets"])
        else:
            run_neighbour(topology, values["remote"], hand.outside.mac)
            raw.sendto(bytes(IP(src=PCSCF, dst=values["remote"]) / UDP(
                sport=PORT_PS, dport=values["remote_port"]) / Raw(b"x")), (values["remote"], 0))
            sealed = hand.next_esp()
            assert sealed[ESP].spi == spi and bytes(peer.open(sealed)[UDP].payload) == b"x"
    assert hand.run("delete", "--label", "file/3")[1] == f"{count // 100} deleted\n"
    assert len(hand.list("--label", "file/3")) == 0
    assert hand.run("delete", "--address", PCSCF)[1] == f"{count - 3 - count // 100} deleted\n"
    assert eventually(lambda: hand.gateway.ask("status")["sas"] == 0)


def test_text_that_ends_early(hand, tmp_path):
    """What was read before is installed, and said."""
    path = tmp_path / "sas.json"
    for end in ("", ",\n{", ',\n{"spi": 1}', "\n}"):
        path.write_text('{"sas": [\n' + json.dumps(sa("inbound")) + end)
        status, out, err = hand.run("import", path)
        assert status == 1 and out.startswith("1 installed") and f"{path}:" in err, (end, err)
    path.write_text("[]")
    status, out, err = hand.run("import", path)
    assert status == 1 and "must be an object with one member, the array \"sas\"" in err
    assert len(hand.list()) == 4


def test_INT_6_settings_sas(make_gateway):
    """INT-6, field practice of RFC 4303 §3.3.3: SAs of the settings are there at start; with the next
    control plane they go on: nothing is taken twice, no number leaves twice under one key. Those of
    a command go with the control plane that was told."""
    inward, outward = sa("inbound", label="static"), sa("outbound", "hmac-md5-96", label="back")
    gateway = make_gateway(lambda settings: settings.update(sas=[inward, outward]))
    hand, topology = Hand(gateway), gateway.topology
    assert eventually(lambda: len(hand.list()) == 2)
    peer, back = (EspPeer(one["spi"], one["algorithm"], bytes.fromhex(one["key"]))
                  for one in (inward, outward))
    captured = peer.seal(layers("ipv4", PORT_UC, PORT_PS))
    hand.send(captured)
    assert eventually(lambda: hand.list("--label", "static")[0]["packets"] == 1)
    raw = topology.raw(topology.gateway, 17)
    for number in (1, 2, 3):
        raw.sendto(bytes(layers("ipv4", PORT_PS, PORT_UC, inbound=False)), (UE, 0))
        sealed = hand.next_esp()
        assert sealed[ESP].seq == number
        assert bytes(back.open(sealed)[UDP].payload) == b"given by hand"
        if number == 1:
            hand.add(sa("inbound", label="told", remote_port=PORT_UC + 1))
        gateway.restart("portcullis-controlplane")
        assert eventually(lambda: len(hand.list()) == 2 and gateway.ask("status")["sas"] == 2)
        assert hand.list("--label", "told") == []
        before = gateway.drops()
        hand.send(captured)
        gateway.await_drops(before, {"replay_duplicate": 1})
    assert not any(one["key"] in line for one in (inward, outward) for line in gateway.process.err)


def test_INT_6_settings_sas_wait_for_the_data_plane(make_gateway):
    """INT-6: a data plane that does not answer for longer than an acknowledgement may take goes on,
    once it does, with the SAs of the settings as they were."""
    values = [sa("inbound"), sa("outbound")]
    gateway = make_gateway(lambda settings: settings.update(sas=values))
    hand, raw = Hand(gateway), gateway.topology.raw(gateway.topology.gateway, 17)
    assert eventually(lambda: len(hand.list()) == 2)
    plain = bytes(layers("ipv4", PORT_PS, PORT_UC, inbound=False))
    raw.sendto(plain, (UE, 0))
    assert hand.next_esp()[ESP].seq == 1
    plane = gateway.child("portcullis-dataplane")
    os.kill(plane, signal.SIGSTOP)
    try:
        os.kill(gateway.child("portcullis-controlplane"), signal.SIGKILL)
        gateway.process.await_line(
            gateway.process.err, lambda line: "/sas: the data plane does not answer yet" in line, 30)
        assert hand.list() == []
    finally:
        os.kill(plane, signal.SIGCONT)
    assert eventually(lambda: len(hand.list()) == 2, timeout=30)
    assert sorted(one["spi"] for one in hand.list()) == sorted(one["spi"] for one in values)
    raw.sendto(plain, (UE, 0))
    assert hand.next_esp()[ESP].seq == 2
    assert not any(one["key"] in line for one in values for line in gateway.process.err)


def test_a_data_plane_that_does_not_answer(hand):
    """No figures are better than wrong ones, and what is not yet deleted is not said to be."""
    hand.add(sa("inbound", spi=1000))
    assert hand.list()[0]["packets"] == 0
    plane = hand.gateway.child("portcullis-dataplane")
    os.kill(plane, signal.SIGSTOP)
    try:
        assert "packets" not in hand.list()[0]
        assert hand.run("list")[1].splitlines()[1].split()[-3:] == ["?", "?", "lab"]
        status, _, err = hand.run("delete", "--spi", 1000)
        assert status == 1 and "the data plane does not answer" in err
    finally:
        os.kill(plane, signal.SIGCONT)
    assert eventually(lambda: hand.gateway.ask("status")["sas"] == 0)
    assert hand.list() == []


def run_neighbour(topology, address, mac):
    """The gateway's kernel knows where this UE is."""
    run("ip", "-n", topology.gateway, "neigh", "replace", address, "lladdr",
        ":".join(f"{octet:02x}" for octet in mac), "dev", INSIDE)
