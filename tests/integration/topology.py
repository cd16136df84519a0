# SPDX-License-Identifier: BSD-3-Clause
"""The network that each test lives in: two namespaces, made and removed by the test itself.

     namespace pcue…                       namespace pcgw…
    +-----------------------------+       +--------------------------------------------------+
    |  UEs 198.51.100.23, .24     |  veth |           portcullis-dataplane                   |
    |                        ue0 -+-------+- gm0   outside | inside   pcscf0 (TAP)            |
    |                             |       |                            203.0.113.9 (kernel)  |
    +-----------------------------+       +--------------------------------------------------+
"""
import contextlib
import ctypes
import itertools
import os
import select
import socket
import struct
import subprocess
import time

UE = "198.51.100.23"
UE_TWO = "198.51.100.24"
PCSCF = "203.0.113.9"
OUTSIDE, INSIDE = "gm0", "pcscf0"

CLONE_NEWNET = 0x40000000
PACKET_OUTGOING = 4
SOL_PACKET, PACKET_AUXDATA = 263, 8
TP_STATUS_VLAN_VALID = 1 << 4
libc = ctypes.CDLL(None, use_errno=True)
numbers = itertools.count()


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def batch(options, *commands):
    """Commands of ip(8), by one process."""
    subprocess.run(["ip", *options, "-batch", "-"], input="\n".join(commands), check=True,
                   capture_output=True, text=True)


@contextlib.contextmanager
def standing_in(namespace):
    """What is opened within stays in that namespace; the caller comes home."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        if libc.setns(there, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
        yield
    finally:
        libc.setns(home, CLONE_NEWNET)
        os.close(home)
        os.close(there)


class Wire:
    """Frames of one interface, as they are."""

    def __init__(self, namespace, interface):
        with standing_in(namespace):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            self.socket.bind((interface, 3))
        self.mac = self.socket.getsockname()[4]
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)

    def send(self, frame):
        self.socket.send(bytes(frame))

    def receive(self, wanted, timeout=20.0):
        """The next frame from the other end that wanted() takes; None when the time is up."""
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.socket], [], [], left)[0]:
                break
            frame, is_ours = self._take()
            if not is_ours and wanted(frame):
                return frame
        return None

    def drain(self):
        """The frames from the other end that wait."""
        frames = []
        while select.select([self.socket], [], [], 0)[0]:
            frame, is_ours = self._take()
            if not is_ours:
                frames.append(frame)
        return frames

    def _take(self):
        """A frame, and whether it left by this interface. The kernel has taken its first tag out
        (struct tpacket_auxdata)."""
        frame, more, _, address = self.socket.recvmsg(65535, 128)
        for level, kind, data in more:
            if (level, kind) == (SOL_PACKET, PACKET_AUXDATA):
                status, tag, protocol = struct.unpack("=I12x2H", data)
                if status & TP_STATUS_VLAN_VALID:
                    frame = frame[:12] + struct.pack(">HH", protocol, tag) + frame[12:]
        return frame, address[2] == PACKET_OUTGOING

    def close(self):
        self.socket.close()


class Topology:
    def __init__(self):
        name = f"{os.getpid()}n{next(numbers)}"
        self.ue, self.gateway = f"pcue{name}", f"pcgw{name}"
        self.sockets = []
        try:
            self._make()
        except BaseException:
            self.close()
            raise

    def _make(self):
        batch([], f"netns add {self.ue}", f"netns add {self.gateway}",
              f"link add {OUTSIDE} netns {self.gateway} type veth peer ue0 netns {self.ue}")
        for namespace, interface in ((self.gateway, OUTSIDE), (self.ue, "ue0")):
            with standing_in(namespace):
                # No router solicitations among the packets that a test counts.
                for which in ("all", "default"):
                    path = f"/proc/sys/net/ipv6/conf/{which}/disable_ipv6"
                    with contextlib.suppress(FileNotFoundError), open(path, "w") as file:
                        file.write("1")
                run("ethtool", "-K", interface,
                    "tx", "off", "rx", "off", "tso", "off", "gso", "off", "gro", "off")
        batch(["-n", self.gateway], "link set lo up", f"link set {OUTSIDE} up")
        batch(["-n", self.ue], "link set lo up", "link set ue0 up",
              *(f"address add {address}/24 dev ue0" for address in (UE, UE_TWO)),
              "route add 203.0.113.0/24 dev ue0")

    def command(self, namespace, *command):
        return ["ip", "netns", "exec", namespace, *map(str, command)]

    def wire(self, namespace, interface):
        return self._keep(Wire(namespace, interface))

    def inside_wire(self):
        """The kernel's end of the inside TAP."""
        return self.wire(self.gateway, INSIDE)

    def udp(self, namespace, address, port):
        """A kernel socket; 3 s is long for everything that a test awaits from one."""
        with standing_in(namespace):
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.settimeout(3)
        self._keep(udp).bind((address, port))
        return udp

    def raw(self, namespace, protocol):
        with standing_in(namespace):
            raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol)
        raw.settimeout(3)
        raw.setsockopt(socket.IPPROTO_IP, socket.IP_HDRINCL, 1)
        return self._keep(raw)

    def _keep(self, thing):
        self.sockets.append(thing)
        return thing

    def close(self):
        for thing in self.sockets:
            thing.close()
        for namespace in (self.ue, self.gateway):
            subprocess.run(["ip", "netns", "delete", namespace], capture_output=True)
