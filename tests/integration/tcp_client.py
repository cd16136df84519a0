# SPDX-License-Identifier: BSD-3-Clause
"""SIP by the kernel's TCP, from the UEs' namespace."""
import socket

from ims_judge import Message
from topology import PCSCF, standing_in


def connect(topology, local, port=5060, local_port=0):
    with standing_in(topology.ue):
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    topology.sockets.append(tcp)
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    tcp.settimeout(20)
    tcp.bind((local, local_port))
    tcp.connect((PCSCF, port))
    return tcp


def hear(tcp, messages=1):
    """So many messages without a body; fewer where the peer ends."""
    octets = b""
    while octets.count(b"\r\n\r\n") < messages:
        more = tcp.recv(65535)
        if not more:
            break
        octets += more
    return [Message(one + b"\r\n\r\n") for one in octets.split(b"\r\n\r\n") if one.strip()]


def over_tcp(text):
    return text.replace(b"SIP/2.0/UDP", b"SIP/2.0/TCP")
