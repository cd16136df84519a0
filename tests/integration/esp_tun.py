# SPDX-License-Identifier: BSD-3-Clause
"""A TUN device in the UE's namespace, behind which scapy seals and opens: the kernel's own TCP
travels on a registration's SAs, and our data plane meets a stack that is not ours."""
import fcntl
import os
import select
import struct
import threading

from scapy.layers.inet import IP, TCP

from esp_peer import EspPeer
from topology import PCSCF, run, standing_in

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454ca, 0x0001, 0x1000
TABLE = "77"


class EspTun:
    """TCP between the ports of one ImsJudge's set, both ways; starts and ends by itself."""

    def __init__(self, topology, judge, name="esp0"):
        self.judge, self.name = judge, name
        self.raw = topology.raw(topology.ue, 50)
        with standing_in(topology.ue):
            self.tun = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(self.tun, TUNSETIFF,
                        struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
            for which in ("all", name):
                with open(f"/proc/sys/net/ipv4/conf/{which}/rp_filter", "w") as file:
                    file.write("0")
        ip = ("ip", "-n", topology.ue)
        run(*ip, "link", "set", name, "mtu", "1400", "up")
        run(*ip, "route", "add", "default", "dev", name, "src", judge.local, "table", TABLE)
        for ports in (("dport", judge.port_ps), ("sport", judge.port_s)):
            run(*ip, "rule", "add", "to", PCSCF, "ipproto", "tcp", ports[0], str(ports[1]),
                "lookup", TABLE)
        self.out = {judge.port_ps: judge.to_server,
                    judge.port_pc: EspPeer(judge.spi_pc, judge.algorithm, judge.key)}
        self.into = {judge.spi_s: judge.from_client,
                     judge.spi_c: EspPeer(judge.spi_c, judge.algorithm, judge.key)}
        self.segments = 0
        self.held = None  # a list: what would leave waits there, until release()
        self.stop_read, self.stop_write = os.pipe()
        self.thread = threading.Thread(target=self._pump, daemon=True)
        self.thread.start()

    def _pump(self):
        while True:
            ready = select.select([self.tun, self.raw, self.stop_read], [], [])[0]
            if self.stop_read in ready:
                return
            if self.tun in ready:
                packet = IP(os.read(self.tun, 65535))
                if TCP in packet and packet[TCP].dport in self.out:
                    sealed = self.out[packet[TCP].dport].seal(packet)
                    if self.held is None:
                        self.raw.sendto(bytes(sealed), (PCSCF, 0))
                    else:
                        self.held.append(bytes(sealed))
            if self.raw in ready:
                packet = IP(self.raw.recv(65535))
                spi = int.from_bytes(bytes(packet.payload)[:4], "big")
                if packet.dst == self.judge.local and spi in self.into:
                    plain = self.into[spi].open(packet)
                    if TCP in plain:
                        self.segments += 1
                        os.write(self.tun, bytes(plain))

    def release(self):
        """All that is held leaves in one go."""
        held, self.held = self.held, None
        for sealed in held:
            self.raw.sendto(sealed, (PCSCF, 0))

    def close(self):
        os.write(self.stop_write, b"x")
        self.thread.join(5)
        for fd in (self.tun, self.stop_read, self.stop_write):
            os.close(fd)
