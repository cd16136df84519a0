# SPDX-License-Identifier: BSD-3-Clause
"""portcullis-ue with a TUN device: the kernel of the UEs' namespace sends and receives in ESP, on
SAs that the test made up, with a data plane or with scapy at the other end."""
import json
import os
import random
import socket

from both_families import PCSCF_IPV6, UE_IPV6, give_ipv6
from build_tree import BUILD
from esp_peer import EspPeer
from process import Process
from topology import PCSCF, UE, standing_in

PORT_UC, PORT_US = 40112, 40113
PORT_PS, PORT_PC = 6100, 6101
TUN = "ims0"
ADDRESSES = {"ipv4": (UE, PCSCF), "ipv6": (UE_IPV6, PCSCF_IPV6)}


class TunnelUe:
    """The UE's side of one set, from the action `keyed` on. ports: port_uc and port_us."""

    def __init__(self, topology, algorithm, form, family="ipv4", ports=(PORT_UC, PORT_US)):
        self.topology, self.algorithm, self.form = topology, algorithm, form
        self.port_uc, self.port_us = ports
        self.local, self.pcscf = ADDRESSES[family]
        self.family = socket.AF_INET6 if family == "ipv6" else socket.AF_INET
        self.spi_uc, self.spi_us, self.spi_pc, self.spi_ps = random.sample(range(256, 1 << 32), 4)
        if form == "pair":
            self.spi_uc, self.spi_pc = self.spi_us, self.spi_ps
        ik = os.urandom(16)
        self.key = ik + (bytes(4) if algorithm == "hmac-sha-1-96" else b"")
        if family == "ipv6":
            give_ipv6(topology)
        with standing_in(topology.ue):
            for which in ("all", "ue0"):
                with open(f"/proc/sys/net/ipv4/conf/{which}/rp_filter", "w") as file:
                    file.write("2")
        self.process = Process(topology.command(
            topology.ue, BUILD / "portcullis-ue", "--json", "--local", self.local, "--pcscf",
            self.pcscf, "--impi", "ue@home.net", "--k", "00" * 16, "--opc", "00" * 16,
            "--sa-form", form, "--port-uc", self.port_uc, "--port-us", self.port_us, "--spi-uc",
            self.spi_uc, "--spi-us", self.spi_us, "--ik", ik.hex(), "--security-server",
            self._server(), "--tun", TUN, "keyed", "tunnel"))
        try:
            self.mtu = self._await(True)["mtu"]
        except BaseException:
            self.close()
            raise

    def _server(self):
        ends = (f"spi-c={self.spi_pc};spi-s={self.spi_ps};port-c={PORT_PC};port-s={PORT_PS}"
                if self.form == "four" else
                f"spi={self.spi_ps};port1={PORT_PS};port2={PORT_PC}")
        return f"ipsec-3gpp;alg={self.algorithm};{ends}"

    def _await(self, is_open):
        return json.loads(self.process.await_line(
            self.process.out, lambda line: json.loads(line).get("open") == is_open))

    def sas(self):
        """(direction, SPI, [(P-CSCF's port, UE's port)…]) of each SA, as the P-CSCF has them."""
        client, server = (PORT_PS, self.port_uc), (PORT_PC, self.port_us)
        if self.form == "pair":
            return [("inbound", self.spi_ps, [client, server]),
                    ("outbound", self.spi_us, [client, server])]
        return [("inbound", self.spi_ps, [client]), ("inbound", self.spi_pc, [server]),
                ("outbound", self.spi_uc, [client]), ("outbound", self.spi_us, [server])]

    def peer(self, spi):
        return EspPeer(spi, self.algorithm, self.key)

    def socket(self, kind, port):
        """A socket of an ordinary program of the UE."""
        with standing_in(self.topology.ue):
            one = socket.socket(self.family, kind)
        self.topology.sockets.append(one)
        one.settimeout(20)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((self.local, port))
        return one

    def finish(self):
        """Ends the tunnel; what it counted."""
        self.process.process.stdin.close()
        counts = self._await(False)
        assert self.process.finish() == 0, self.process.err
        return counts

    def close(self):
        self.process.stop()
