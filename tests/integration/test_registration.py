# SPDX-License-Identifier: BSD-3-Clause
"""Flow A by the UE simulator, asserted on the wire and on the state of the gateway."""
import subprocess

import pytest
from scapy.layers.inet import IP, UDP
from scapy.utils import rdpcap

from build_tree import BUILD, Settings, subscribers
from esp_peer import EspPeer
from eventually import eventually
from ims_judge import Message, parameters
from isim import answer_challenge
from topology import PCSCF, UE, UE_TWO, run

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"
OTHER = "001010000000008@ims.mnc001.mcc001.3gppnetwork.org"
FORMS = ("four", "pair")
ALGORITHMS = ("hmac-md5-96", "hmac-sha-1-96")
ATTACKS = {
    "replay": "replay_duplicate", "flip": "icv", "flip-captured": "replay_duplicate",
    "reflect": "reflected", "reflect-answer": "reflected", "plain": "plain_protected_port",
    "unknown-spi": "spi_unknown", "foreign-source": "selector_address"}


class Record:
    """The messages of one registration as they were on the wire, opened with the UE's keys."""

    def __init__(self, capture):
        capture.stop()
        self.packets = [packet[IP] for packet in rdpcap(capture.path) if IP in packet]
        bare = [packet for packet in self.packets if UDP in packet]
        self.bare = [Message(bytes(packet[UDP].payload)) for packet in bare
                     if bytes(packet[UDP].payload).strip()]
        self.challenge = next(one for one in self.bare if one.start.startswith("SIP/2.0 401"))
        nonce = parameters(self.challenge["WWW-Authenticate"], ",")["nonce"]
        self.res, self.ck, self.ik = answer_challenge(subscribers()[IMPI], nonce)

    def esp(self, source, destination, spi, algorithm):
        """(UDP header, message) of each packet on this SA, in order."""
        key = self.ik + (bytes(4) if algorithm == "hmac-sha-1-96" else b"")
        peer = EspPeer(spi, algorithm, key)
        opened = [peer.open(packet)[UDP] for packet in self.packets
                  if (packet.src, packet.dst, packet.proto) == (source, destination, 50)
                  and packet.spi == spi]
        return [(udp, Message(bytes(udp.payload))) for udp in opened]


def sas_of(gateway):
    return gateway.ask("show", "sa")["sas"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_A_SM1_to_SM12(gateway, make_ue, capture, algorithm, form):
    """A-SM1…12, INT-1, INT-3, INT-4, P-SEC, P-USE, P-KEY, A-SM4…6: SM1 and SM6 are bare, the
    challenge has no ik and no ck, SM7 travels port_uc → port_ps and the 200 port_pc → port_us in
    ESP, whose ICV scapy checks with a key of its own making."""
    ue = make_ue(IMPI, "register", options=["--algorithms", algorithm, "--sa-form", form])
    assert ue.finish() == 0, ue.process.err
    agreed = ue.event("SM6")
    assert (agreed["algorithm"], agreed["form"]) == (algorithm, form)
    mine, theirs = agreed["ue"], agreed["pcscf"]
    record = Record(capture)
    assert [one.start.split()[0] for one in record.bare] == ["REGISTER", "SIP/2.0"]
    challenge = record.challenge
    assert not {"ik", "ck"} & set(parameters(challenge["WWW-Authenticate"], ","))
    whole = "\n".join(" ".join(row) for row in challenge.rows).lower()
    assert record.ik.hex() not in whole and record.ck.hex() not in whole
    assert challenge["Security-Server"] and "ealg" not in challenge["Security-Server"]
    (udp, sm7), = record.esp(UE, PCSCF, theirs["spi_s"], algorithm)
    assert (udp.sport, udp.dport) == (mine["port_c"], theirs["port_s"])
    assert sm7["Security-Verify"] == challenge["Security-Server"]
    (udp, sm12), = record.esp(PCSCF, UE, mine["spi_s"], algorithm)
    assert (udp.sport, udp.dport) == (theirs["port_c"], mine["port_s"])
    assert sm12.status == 200 and not sm12["Security-Server"] and not sm12["WWW-Authenticate"]
    assert sm12["P-Associated-URI"] and sm12["Service-Route"] and "expires" in sm12["Contact"]
    assert gateway.drops() == {}
    assert len(sas_of(gateway)) == (4 if form == "four" else 2)


def test_INT_1_the_pcscf_prefers_by_its_own_order(make_gateway, make_ue):
    """INT-1, P-SEC: of several offers the P-CSCF's first counts, whatever the UE's order."""
    def md5_first(settings):
        settings["pcscf"]["algorithms"] = ["hmac-md5-96", "hmac-sha-1-96"]

    make_gateway(md5_first)
    ue = make_ue(IMPI, "register", options=["--algorithms", "hmac-sha-1-96,hmac-md5-96"])
    assert ue.finish() == 0, ue.process.err
    assert ue.event("SM6")["algorithm"] == "hmac-md5-96"


def test_INT_1_no_overlap(make_gateway, make_ue):
    """INT-1, P-KEY, P-SEC: an algorithm that the operator switched off is not agreed: 494."""
    def sha1_only(settings):
        settings["pcscf"]["algorithms"] = ["hmac-sha-1-96"]

    gateway = make_gateway(sha1_only)
    ue = make_ue(IMPI, "register", options=["--algorithms", "hmac-md5-96"])
    assert ue.finish() == 1
    assert ue.event("SM6")["status"] == 494
    assert sas_of(gateway) == []


@pytest.mark.parametrize("accepted, other", [("four", "pair"), ("pair", "four")])
def test_P_SEC_the_form_that_the_operator_accepts(make_gateway, make_ue, accepted, other):
    """P-SEC: sa_form: an offer in the other form is no overlap, 494, and makes no SA."""
    def one_form(settings):
        settings["pcscf"]["sa_form"] = accepted

    gateway = make_gateway(one_form)
    ue = make_ue(IMPI, "register", options=["--sa-form", other])
    assert ue.finish() == 1
    assert ue.event("SM6")["status"] == 494
    assert sas_of(gateway) == []
    ue = make_ue(IMPI, "register", options=["--sa-form", accepted])
    assert ue.finish() == 0, ue.process.err
    assert ue.event("SM6")["form"] == accepted


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_INT_2_each_hostile_packet_under_its_own_name(gateway, make_ue, algorithm):
    """INT-2, INT-3: replayed, altered, reflected, bare, unknown, foreign: each moves one counter,
    by one; the registration stands it."""
    ue = make_ue(IMPI, "register", "-", options=["--algorithms", algorithm,
                                                 "--foreign", "198.51.100.99"])
    ue.process.await_line(ue.process.out, lambda line: '"register"' in line)
    for attack, reason in ATTACKS.items():
        before = gateway.drops()
        assert ue.order(attack)["ok"]
        gateway.await_drops(before, {reason: 1})
    assert ue.finish() == 0
    assert len(sas_of(gateway)) == 4


def test_INT_4_the_sas_live_before_the_401_leaves(gateway, make_ue):
    """INT-4: at SM6 the workers have the SAs, and a UE that answers at once is heard; nothing of
    it is dropped, twenty times."""
    ue = make_ue(IMPI, "-")
    for _ in range(20):
        assert ue.order("challenge")["ok"]
        added = gateway.counters()["sum"]["counters"]["sa_added"]
        assert added >= 4 and added % 4 == 0
        assert ue.order("register")["ok"]
    assert ue.finish() == 0
    assert gateway.drops() == {}


def test_INT_4_show_sa_at_the_challenge(gateway, make_ue):
    """INT-4, P-SPI: `show sa` at the time of the 401 has the very SPIs and ports of SM6, and no
    key."""
    ue = make_ue(IMPI, "challenge", "-")
    ue.process.await_line(ue.process.out, lambda line: '"challenge"' in line)
    agreed = ue.event("SM6")
    sas = sas_of(gateway)
    assert {one["spi"] for one in sas} == {
        agreed[side][spi] for side in ("ue", "pcscf") for spi in ("spi_c", "spi_s")}
    assert all(one["impi"] == IMPI for one in sas)
    assert not any("key" in name for one in sas for name in one)
    assert ue.order("register")["ok"]
    assert ue.finish() == 0


def test_E_1_wrong_key_dies_in_ipsec(gateway, make_ue):
    """E-1: with a wrong IK SM7 is silently dropped by the ICV; the S-CSCF never sees it."""
    hops = gateway.hops()
    hops.await_line(hops.out, lambda line: '"result"' in line)
    before = gateway.drops()
    ue = make_ue(IMPI, "wrong-key", options=["--t1", "5000", "--timeout", "1500"])
    assert ue.finish() == 0, ue.process.err
    gateway.await_drops(before, {"icv": 1})
    assert not any('"SM7"' in line or '"SM9"' in line for line in hops.out)
    hops.stop()


def test_E_2_wrong_res_is_refused_inside_esp(gateway, make_ue):
    """E-2, P-ERR: right ICV, wrong RES: a 4xx on the new set without security parameters, after
    which the set is gone; then the UE can register."""
    ue = make_ue(IMPI, "wrong-res", "-")
    done = ue.process.await_line(ue.process.out, lambda line: '"done"' in line)
    assert '"ok":true' in done, ue.process.out
    assert ue.event("SM12")["status"] == 403
    eventually(lambda: not sas_of(gateway), 20)
    assert ue.order("register")["ok"]
    assert ue.finish() == 0


def test_REG_1_no_way_around_the_challenge(gateway, make_ue):
    """REG-1, REG-2: a registered UE that comes bare again is challenged again."""
    ue = make_ue(IMPI, "register", "register", "register")
    assert ue.finish() == 0, ue.process.err
    assert [one["status"] for one in ue.events("SM6")] == [401, 401, 401]


def flag_of(gateway, impi=IMPI):
    return gateway.ask("show", "ue", impi)["identities"][0]["flag"]


def test_FLAG_1_FLAG_2_pending_then_registered(gateway, make_ue):
    """FLAG-1, FLAG-2, REG-5: unregistered, pending from SM3 on, registered from the 200 on, with
    the S-CSCF that was assigned; a second challenge leaves it registered."""
    assert flag_of(gateway) == "unregistered"
    ue = make_ue(IMPI, "-")
    assert ue.order("challenge")["ok"]
    assert flag_of(gateway) == "initial registration pending"
    assert ue.order("register")["ok"]
    assert flag_of(gateway) == "registered"
    assert gateway.ask("show", "ue", IMPI)["identities"][0]["scscf"].startswith("sip:scscf.")
    assert ue.order("challenge")["ok"]
    assert flag_of(gateway) == "registered"


def test_FLAG_3_wrong_res_clears_only_who_was_not_registered(gateway, make_ue):
    """FLAG-3, REG-9: a wrong RES makes a pending user unregistered; a registered one stays so,
    however often it fails."""
    ue = make_ue(IMPI, "-")
    assert ue.order("wrong-res")["ok"]
    assert flag_of(gateway) == "unregistered"
    assert ue.order("register")["ok"]
    for _ in range(3):
        assert ue.order("wrong-res")["ok"]
        assert flag_of(gateway) == "registered"
    assert ue.finish() == 0


def test_F_1_no_answer_to_the_challenge(make_gateway, make_ue):
    """F-1, FLAG-3, P-LIFE: a challenge that nobody answers is forgotten in time: the set of SAs
    goes, the flag is unregistered again."""
    def hasty(settings):
        settings["pcscf"]["reg_await_auth_ms"] = settings["scscf"]["reg_await_auth_ms"] = 1000

    gateway = make_gateway(hasty)
    ue = make_ue(IMPI, "challenge", "-")
    ue.process.await_line(ue.process.out, lambda line: '"done"' in line)
    assert len(sas_of(gateway)) == 4
    eventually(lambda: not sas_of(gateway))
    eventually(lambda: flag_of(gateway) == "unregistered")
    sums = gateway.counters()["sum"]["counters"]
    assert sums["sa_added"] == sums["sa_deleted"] == 4


def test_INT_6_no_setting_turns_anti_replay_off(topology):
    """INT-6: a window of 0, or none, is no setting."""
    for window in (0, None, False, "off", 31):
        def without(settings, value=window):
            settings["dataplane"]["replay_window"] = value

        settings = Settings(without)
        done = subprocess.run([BUILD / "portcullis", "check", "--config", settings.path],
                              capture_output=True, text=True, timeout=30)
        settings.close()
        assert done.returncode == 1 and "/dataplane/replay_window" in done.stderr


def test_two_ues_at_once(gateway, make_ue):
    """Two UEs between SM6 and SM12 at the same time do not disturb each other."""
    one, two = make_ue(IMPI, "-"), make_ue(OTHER, "-", local=UE_TWO)
    for ue in (one, two):
        assert ue.order("challenge")["ok"]
    for ue in (two, one):
        assert ue.order("register")["ok"]
    assert len(sas_of(gateway)) == 8
    assert one.finish() == two.finish() == 0


def test_AKA_1_a_stranger_is_refused(gateway, make_ue):
    """AKA-1, REG-6: an IMPI that nobody has, and another's IMPU, end in 403."""
    stranger = make_ue(IMPI, options=["--impi", "nobody@ims.mnc001.mcc001.3gppnetwork.org"])
    assert stranger.finish() == 1
    assert stranger.event("SM6")["status"] == 403
    thief = make_ue(IMPI, options=["--impu", "sip:bob@ims.mnc001.mcc001.3gppnetwork.org"])
    assert thief.finish() == 1
    assert thief.event("SM6")["status"] == 403
    assert sas_of(gateway) == []


def test_AKA_4_numbers_rise_over_restarts(gateway, make_ue, tmp_path):
    """AKA-4, P-SQN: an ISIM that remembers accepts one challenge after the other, also those of a
    gateway that was started anew: no SQN comes twice."""
    state = ["--state", str(tmp_path / "isim")]
    assert make_ue(IMPI, "register", "register", options=state).finish() == 0
    assert gateway.process.stop() == 0
    gateway.start()
    # A TAP made anew has another link-layer address.
    run("ip", "-n", gateway.topology.ue, "neighbour", "flush", "dev", "ue0")
    ue = make_ue(IMPI, "register", "register", options=state)
    assert ue.finish() == 0, (ue.process.out, ue.process.err)
