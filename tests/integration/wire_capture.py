# SPDX-License-Identifier: BSD-3-Clause
"""tshark as a witness: what was on the wire, and whether each ICV is good."""
import json
import os
import select
import signal
import socket
import subprocess

from scapy.layers.inet import ICMP, IP
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap

from topology import PCSCF, UE

TSHARK_NAME = {"hmac-md5-96": "HMAC-MD5-96 [RFC2403]", "hmac-sha-1-96": "HMAC-SHA-1-96 [RFC2404]"}
MARKER = 0x7CA7


class WireCapture:
    """Records the IPv4 packets on the UEs' side of the wire, from the moment it is made."""

    def __init__(self, topology, path):
        self.topology, self.path = topology, str(path)
        self.process = subprocess.Popen(
            topology.command(topology.ue, "tshark", "-n", "-l", "-P", "-i", "ue0", "-w", self.path,
                             "-F", "pcap", "-f", "ip", "-T", "fields", "-e", "icmp.ident"),
            stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            start_new_session=True)
        for line in self.process.stderr:
            # "Capturing on" comes before it does.
            if "Capture started" in line:
                return
        raise RuntimeError("tshark captures nothing")

    def stop(self):
        """Ends the record; everything that was on the wire before is in it."""
        if self.process.poll() is not None:
            return
        marker = IP(src=UE, dst=PCSCF) / ICMP(id=MARKER)
        self.topology.raw(self.topology.ue, socket.IPPROTO_RAW).sendto(bytes(marker), (PCSCF, 0))
        seen, out = b"", self.process.stdout.fileno()
        while str(MARKER).encode() not in seen and select.select([out], [], [], 10)[0]:
            chunk = os.read(out, 4096)
            if not chunk:
                break
            seen += chunk
        self.close()

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)  # dumpcap, too
            self.process.communicate()


class Sample:
    """Records the next ESP packets from one address on the UEs' side of the wire, and no more."""

    def __init__(self, topology, path, source, count):
        self.path = str(path)
        self.process = subprocess.Popen(
            topology.command(topology.ue, "dumpcap", "-q", "-P", "-i", "ue0", "-f",
                             f"src host {source} and (ip proto 50 or ip6 proto 50)", "-c", count,
                             "-w", self.path),
            stderr=subprocess.PIPE, text=True)
        if not any(line.startswith("File:") for line in iter(self.process.stderr.readline, "")):
            raise RuntimeError("dumpcap captures nothing")

    def finish(self):
        """Once so many have come."""
        self.process.communicate(timeout=30)

    def close(self):
        self.process.kill()
        self.process.communicate()


def write(path, frames):
    """A capture of frames that somebody else recorded."""
    wrpcap(str(path), [Ether(frame) for frame in frames])


def esp_row(source, destination, spi, algorithm, key):
    family = "IPv6" if ":" in source else "IPv4"
    return (f'uat:esp_sa:"{family}","{source}","{destination}","0x{spi:08x}","NULL","",'
            f'"{TSHARK_NAME[algorithm]}","0x{key.hex()}"')


def read(path, rows=(), display_filter="", fields=()):
    """The packets of a capture, each a dict of the fields' first values, ESP looked through."""
    out = _tshark(path, rows, display_filter, fields, "-T", "json")
    return [{key: value[0] for key, value in packet["_source"]["layers"].items()}
            for packet in json.loads(out or "[]")]


def icvs(path, rows):
    """Of each ESP packet of a capture: is its ICV good? What is in it is not looked at: to tshark
    random octets look like some protocol now and then, and one that is broken there hides what it
    found of the ESP."""
    out = _tshark(path, rows, "esp && !icmp && !icmpv6", ["esp.icv_good", "esp.icv_bad"],
                  "-T", "fields", "--disable-protocol", "udp", "--disable-protocol", "tcp")
    return [line.split() == ["1", "0"] for line in out.splitlines()]


def _tshark(path, rows, display_filter, fields, *more):
    command = ["tshark", "-r", str(path), "-n", "-o", "esp.enable_authentication_check:TRUE",
               "-o", "esp.enable_encryption_decode:TRUE", "-o", "ip.check_checksum:TRUE",
               "-o", "udp.check_checksum:TRUE", *more]
    for row in rows:
        command += ["-o", row]
    if display_filter:
        command += ["-Y", display_filter]
    for field in fields:
        command += ["-e", field]
    return subprocess.run(command, check=True, capture_output=True, text=True,
                          env={**os.environ, "HOME": "/nonexistent"}).stdout
