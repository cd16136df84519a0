# SPDX-License-Identifier: BSD-3-Clause
"""P-SQN: the control plane is killed in the midst of registrations, and no SQN is seen twice."""
import base64
import json
import os
import random
import re
import signal

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from eventually import eventually
from topology import PCSCF, UE

REALM = "ims.mnc001.mcc001.3gppnetwork.org"
USERS, KILLS = 60, 5
NONCE = re.compile(rb'nonce="([^"]+)"')
USERNAME = re.compile(rb"^To:\s*<sip:([^@>]+)@", re.M | re.I)


def sqn_of(keys, nonce):
    """SQN = AUTN's first six octets without f5 (TS 35.206 4.1)."""
    key, opc = (bytes.fromhex(text) for text in keys)
    rand, autn = nonce[:16], nonce[16:32]

    def encrypt(block):
        encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
        return encryptor.update(block)

    def xor(a, b):
        return bytes(x ^ y for x, y in zip(a, b))

    temp = encrypt(xor(rand, opc))
    out2 = xor(encrypt(xor(xor(temp, opc), bytes(15) + b"\x01")), opc)
    return int.from_bytes(xor(autn[:6], out2[:6]), "big")


class Storm:
    """UEs that ask for challenges, again and again, and never answer one."""

    def __init__(self, topology, source, users):
        self.source, self.users = source, users
        self.socket = topology.udp(topology.ue, UE, 0)
        self.socket.settimeout(0.5)
        self.nonces, self.sqns = set(), {user: [] for user in users}

    def ask(self, user):
        port = self.socket.getsockname()[1]
        spi, port_c = self.source.randrange(256, 1 << 31), self.source.randrange(20000, 60000)
        tag = f"{self.source.getrandbits(64):x}"
        impi = f"{user}@{REALM}"
        text = (f"REGISTER sip:{REALM} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP {UE}:{port};branch=z9hG4bK{tag}\r\nMax-Forwards: 70\r\n"
                f"From: <sip:{impi}>;tag={tag}\r\nTo: <sip:{impi}>\r\nCall-ID: {tag}@{UE}\r\n"
                f"CSeq: 1 REGISTER\r\nContact: <sip:{user}@{UE}:{port}>;expires=600000\r\n"
                f'Authorization: Digest username="{impi}",realm="{REALM}",uri="sip:{REALM}",'
                'nonce="",response=""\r\n'
                f"Security-Client: ipsec-3gpp;alg=hmac-sha-1-96;ealg=null;prot=esp;mod=trans;"
                f"spi-c={spi};spi-s={spi + 1};port-c={port_c};port-s={port_c + 1}\r\n"
                "Require: sec-agree\r\nProxy-Require: sec-agree\r\nSupported: path\r\n"
                "Content-Length: 0\r\n\r\n")
        self.socket.sendto(text.encode(), (PCSCF, 5060))

    def hear(self):
        """One answer: whether it was a challenge, None where none comes."""
        try:
            text = self.socket.recv(65535)
        except OSError:  # silence, or nobody is there
            return None
        if not text.startswith(b"SIP/2.0 401 "):
            return False  # who asks twice at once is refused once
        nonce = NONCE.search(text)[1]
        assert nonce not in self.nonces
        self.nonces.add(nonce)
        user = USERNAME.search(text)[1].decode()
        self.sqns[user].append(sqn_of(self.users[user], base64.b64decode(nonce)))
        return True

    def burst(self, until=None):
        """All ask at once; the number of challenges, when `until` have come or no more come."""
        for user in self.source.sample(list(self.users), k=len(self.users)):
            self.ask(user)
        heard = 0
        while heard != until and (answer := self.hear()) is not None:
            heard += answer
        return heard


@pytest.mark.parametrize("vectors", [1, 4])
def test_P_SQN_no_av_comes_again(make_gateway, tmp_path, vectors):
    """P-SQN, AKA-4: SIGKILL at random moments; each UE's SQNs only ever rise."""
    seed = int(os.environ.get("PORTCULLIS_SEED") or random.SystemRandom().getrandbits(32))
    source = random.Random(seed)
    users = {f"{n:015d}": (source.randbytes(16).hex(), source.randbytes(16).hex())
             for n in range(USERS)}
    path = tmp_path / "subscribers.json"
    path.write_text(json.dumps({"subscribers": [
        {"impi": f"{user}@{REALM}", "k": keys[0], "opc": keys[1],
         "impus": [{"identity": f"sip:{user}@{REALM}"}]} for user, keys in users.items()]}))

    def change(settings):
        settings["hss"]["subscribers"] = str(path)
        settings["scscf"]["vectors_per_request"] = vectors

    gateway = make_gateway(change)
    storm = Storm(gateway.topology, source, users)
    for _ in range(KILLS):
        pid = gateway.child("portcullis-controlplane")
        assert storm.burst() > USERS // 2, seed
        storm.burst(source.randrange(USERS))
        os.kill(pid, signal.SIGKILL)
        while storm.hear() is not None:
            pass
        eventually(lambda: gateway.child("portcullis-controlplane") not in (None, pid), 30)
        eventually(lambda: storm.burst(1), 30)
        while storm.hear() is not None:
            pass
    assert all(len(one) > KILLS for one in storm.sqns.values()), seed
    for user, sqns in storm.sqns.items():
        assert all(a < b for a, b in zip(sqns, sqns[1:])), (seed, user, sqns)
