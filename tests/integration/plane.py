# SPDX-License-Identifier: BSD-3-Clause
"""The data plane alone: portcullis-dataplane under sa_tool, which plays the supervisor and the
control plane, so that ESP can be judged without a line of SIP."""
import json
import os
import random
import time

from scapy.layers.l2 import Ether

from both_families import PCSCF_IPV6
from build_tree import BUILD, Settings
from esp_peer import KEY_LEN, EspPeer
from gateway import difference
from process import Process
from topology import PCSCF, UE

PORT_UC, PORT_US = 40112, 40113
PORT_PS, PORT_PC = 6100, 6101


class Plane:
    """outside, inside: the wires at the UE's end of the veth and at the kernel's end of the TAP."""

    def __init__(self, topology, change=None):
        self.topology = topology
        self.settings = Settings(change)
        self.process = Process(topology.command(
            topology.gateway, BUILD / "tests/integration/sa_tool", "--dataplane",
            BUILD / "portcullis-dataplane", "--config", self.settings.path))
        self.answered = 0
        self.spis = iter(random.sample(range(256, 1 << 32), 10000))
        self.handles = {}
        try:
            assert self._next_answer()["event"] == "ready"
            outside = self.settings.values["dataplane"]["outside"]
            self.outside = (topology.wire(topology.ue, "ue0") if outside["kind"] == "af_packet" else
                            topology.wire(topology.gateway, outside["interface"]))
            self.inside = topology.inside_wire()
        except BaseException:
            self.close()
            raise

    def _next_answer(self):
        line = self.process.await_line(self.process.out, lambda line: True, start=self.answered)
        self.answered += 1
        return json.loads(line)

    def tell(self, **command):
        self.process.write(json.dumps(command))
        return self._next_answer()

    def add(self, direction, algorithm, ports, spi=None, key=None, transports=("udp",), remote=UE,
            **more):
        """A live SA, as its other end. ports: (the P-CSCF's, the UE's), one pair or two; remote: the
        UE's address, of either family."""
        key = key or os.urandom(KEY_LEN[algorithm])
        peer = self.peer(next(self.spis) if spi is None else spi, algorithm, key)
        transports = ("udp", "tcp") if "tcp" in transports else transports
        more.setdefault("local", PCSCF_IPV6 if ":" in remote else PCSCF)
        answer = self.tell(command="add", direction=direction, spi=peer.spi, algorithm=algorithm,
                           transports=list(transports), remote=remote,
                           ports=[list(pair) for pair in ports], key=key.hex(), **more)
        assert answer["result"] == 0, answer
        self.handles[peer] = answer["handle"]
        return peer

    @staticmethod
    def peer(spi, algorithm, key):
        return EspPeer(spi, algorithm, key)

    def restart(self):
        """Kills the data plane and starts another on the same memory."""
        assert self.tell(command="restart")["event"] == "ready"
        assert self._next_answer()["result"] == 0

    def delete(self, peer):
        assert self.tell(command="delete", handle=self.handles.pop(peer))["result"] == 0

    def counters(self):
        return self.tell(command="counters")

    def drops(self):
        return {name: n for name, n in self.counters()["dropped"].items() if n}

    def await_drops(self, before, expected, timeout=20.0):
        """Waits until the drop counters rose by expected, and by nothing else."""
        end = time.monotonic() + timeout
        while (risen := difference(before, self.drops())) != expected and time.monotonic() < end:
            pass
        assert risen == expected

    def expect_drop(self, expected, *frames, wire=None):
        before = self.drops()
        for frame in frames:
            (wire or self.outside).send(frame)
        self.await_drops(before, expected)

    def frame(self, packet):
        """An IPv4 packet as the UE's frame."""
        return bytes(Ether(src=self.outside.mac, dst=self.inside.mac, type=0x0800)) + bytes(packet)

    def inside_frame(self, packet):
        """An IPv4 packet as the protected host's frame."""
        return bytes(Ether(src=self.inside.mac, dst=self.outside.mac, type=0x0800)) + bytes(packet)

    def close(self):
        status = self.process.stop()
        self.settings.close()
        return status
