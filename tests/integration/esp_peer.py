# SPDX-License-Identifier: BSD-3-Clause
"""ESP by scapy: the judge of the data plane's ESP that shares no line with it."""
import struct

from cryptography.hazmat.primitives import hashes, hmac
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.ipsec import ESP, SecurityAssociation
from scapy.packet import Raw

KEY_LEN = {"hmac-md5-96": 16, "hmac-sha-1-96": 20}
SCAPY_NAME = {"hmac-md5-96": "HMAC-MD5-96", "hmac-sha-1-96": "HMAC-SHA1-96"}
HASH = {"hmac-md5-96": hashes.MD5, "hmac-sha-1-96": hashes.SHA1}
ICV_LEN = 12


def is_esp(frame):
    """Ethernet without tags around ESP, of either family, without headers before it."""
    return (frame[12:14] == b"\x08\x00" and frame[23] == 50) or (
        frame[12:14] == b"\x86\xdd" and frame[20] == 50)


class EspPeer:
    """One SA, to seal with or to open with; numbers are given by hand or counted on."""

    def __init__(self, spi, algorithm, key):
        assert len(key) == KEY_LEN[algorithm]
        self.spi, self.algorithm, self.key, self.sequence = spi, algorithm, key, 0
        self.association = SecurityAssociation(
            ESP, spi=spi, crypt_algo="NULL", crypt_key=None,
            auth_algo=SCAPY_NAME[algorithm], auth_key=key)

    def seal(self, packet, sequence=None):
        """An IP packet with UDP or TCP, as ESP in transport mode."""
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        if sequence == 0:  # scapy takes it for none
            return self.forge(packet, bytes(IP(bytes(packet)).payload), packet.proto, sequence=0)
        family = type(packet)
        return family(bytes(self.association.encrypt(family(bytes(packet)), seq_num=sequence)))

    def open(self, packet):
        """The plain packet; raises scapy's IPSecIntegrityError on a wrong ICV."""
        return self.association.decrypt(type(packet)(bytes(packet)))

    def icv(self, covered):
        code = hmac.HMAC(self.key, HASH[self.algorithm]())
        code.update(covered)
        return code.finalize()[:ICV_LEN]

    def forge(self, ip, body, *arguments, **fields):
        """ip's addresses around enclose()."""
        return self.carry(ip, self.enclose(body, *arguments, **fields))

    def enclose(self, body, next_header=17, padding=None, pad_length=None, sequence=None, icv=None):
        """The octets of an ESP packet that scapy would not build: every field of the trailer as the
        test wants it."""
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        if padding is None:
            padding = bytes(range(1, (-(len(body) + 2)) % 4 + 1))
        if pad_length is None:
            pad_length = len(padding)
        covered = struct.pack(">II", self.spi, sequence) + body + padding + bytes(
            [pad_length, next_header])
        return covered + (self.icv(covered) if icv is None else icv)

    @staticmethod
    def carry(ip, esp):
        """ip's addresses around the octets of an ESP packet."""
        return IP(bytes(IP(src=ip.src, dst=ip.dst, proto=50) / Raw(esp)))


def datagram(source, source_port, destination, destination_port, payload):
    return IP(bytes(IP(src=source, dst=destination) /
                    UDP(sport=source_port, dport=destination_port) / Raw(payload)))


def segment(source, source_port, destination, destination_port, payload=b"", flags="S"):
    return IP(bytes(IP(src=source, dst=destination) /
                    TCP(sport=source_port, dport=destination_port, flags=flags) / Raw(payload)))


def trailer(packet):
    """(padding, pad length, next header) of an ESP packet with the NULL cipher."""
    data = bytes(packet[ESP].data)[:-ICV_LEN]
    pad_length, next_header = data[-2], data[-1]
    return data[len(data) - 2 - pad_length:-2], pad_length, next_header
