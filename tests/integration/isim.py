# SPDX-License-Identifier: BSD-3-Clause
"""The ISIM of the second judge: osmo-auc-gen's Milenage for a challenge, and for AUTS a Milenage on
cryptography's AES. It shares no line with lib/milenage."""
import base64
import re
import subprocess

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def milenage(k, kind, op, amf, sqn, rand):
    """AUTN, RES, CK, IK."""
    out = subprocess.run(
        ["osmo-auc-gen", "-3", "-a", "milenage", "-k", k, f"--{kind}", op, "-f", amf.hex(),
         "-s", str(sqn), "-r", rand.hex()], check=True, capture_output=True, text=True).stdout
    values = dict(re.findall(r"^(\w+):\s+([0-9a-f]+)$", out, re.M))
    return tuple(bytes.fromhex(values[name]) for name in ("AUTN", "RES", "CK", "IK"))


def xor(*parts):
    return bytes(a ^ b for a, b in zip(*parts))


def split_nonce(nonce):
    """RAND and AUTN: P-DIG, AKA-6."""
    octets = base64.b64decode(nonce, validate=True)
    assert len(octets) == 32
    return octets[:16], octets[16:]


def sqn_of(subscriber, nonce):
    """What the AuC put into AUTN."""
    rand, autn = split_nonce(nonce)
    kind = "opc" if "opc" in subscriber else "op"
    ak = milenage(subscriber["k"], kind, subscriber[kind], autn[6:8], 0, rand)[0][:6]
    return int.from_bytes(xor(autn[:6], ak), "big")


def answer_challenge(subscriber, nonce):
    """RES, CK, IK; fails where AUTN is not what this subscriber's AuC makes."""
    rand, autn = split_nonce(nonce)
    kind = "opc" if "opc" in subscriber else "op"
    expected, res, ck, ik = milenage(
        subscriber["k"], kind, subscriber[kind], autn[6:8], sqn_of(subscriber, nonce), rand)
    assert expected == autn, "AUTN"
    return res, ck, ik


def make_auts(subscriber, nonce, sqn_ms):
    """TS 35.206 f1* and f5*, TS 33.102 6.3.3: (SQN_MS xor AK*) || MAC-S, AMF 0000."""
    def encrypt(block):
        cipher = Cipher(algorithms.AES(bytes.fromhex(subscriber["k"])), modes.ECB()).encryptor()
        return cipher.update(block) + cipher.finalize()

    def rotated(block, octets):
        return block[octets:] + block[:octets]

    rand = split_nonce(nonce)[0]
    op = bytes.fromhex(subscriber.get("opc") or subscriber["op"])
    opc = op if "opc" in subscriber else xor(op, encrypt(op))
    temp = encrypt(xor(rand, opc))
    sqn = sqn_ms.to_bytes(6, "big")
    in1 = (sqn + bytes(2)) * 2
    out1 = xor(encrypt(xor(temp, rotated(xor(in1, opc), 8))), opc)
    out5 = xor(encrypt(xor(rotated(xor(temp, opc), 12), bytes(15) + b"\x08")), opc)
    return xor(sqn, out5[:6]) + out1[8:]
