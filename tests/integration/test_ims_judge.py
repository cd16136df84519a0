# SPDX-License-Identifier: BSD-3-Clause
"""Registrations by the second judge: no line of the project's C code on the UE's side."""
import pytest

from ims_judge import ImsJudge
from topology import UE_TWO

IMPI = "001010000000008@ims.mnc001.mcc001.3gppnetwork.org"
ALGORITHMS = ("hmac-md5-96", "hmac-sha-1-96")


@pytest.fixture
def judge(gateway):
    return ImsJudge(gateway.topology, IMPI, ALGORITHMS)


@pytest.mark.parametrize("form", ("four", "pair"))
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_AKA_2_registers(gateway, algorithm, form):
    """AKA-2, P-DIG, P-KEY, INT-4: Osmocom's Milenage agrees on AUTN, RES and IK; scapy's ESP is
    understood and understandable; the 200 comes from port_pc to port_us."""
    judge = ImsJudge(gateway.topology, IMPI, [algorithm], form)
    assert judge.challenge().status == 401
    assert judge.algorithm == algorithm
    sm12 = judge.answer()
    assert sm12 and sm12.status == 200, sm12 and sm12.start
    assert sm12["P-Associated-URI"]
    assert gateway.drops() == {}


def test_REG_7_the_implicit_set(gateway):
    """REG-7, P-ID: the 200 names the whole implicit set, the default first, a barred identity
    never, and none of another set."""
    judge = ImsJudge(gateway.topology, "001010000000007@ims.mnc001.mcc001.3gppnetwork.org",
                     ALGORITHMS)
    assert judge.challenge().status == 401
    sm12 = judge.answer()
    assert sm12.status == 200
    assert [one.strip(" <>") for one in sm12["P-Associated-URI"].split(",")] == [
        "sip:alice@ims.mnc001.mcc001.3gppnetwork.org", "tel:+15550107"]


@pytest.mark.parametrize("row", [
    'integrity-protected="yes"', "integrity-protected=yes", 'Integrity-Protected="yes"',
    'ik="00112233445566778899aabbccddeeff"', 'CK="00112233445566778899aabbccddeeff"'])
def test_IPI_3_what_the_ue_claims_is_removed(judge, row):
    """IPI-3, A-SM4…6: integrity-protected, ik and ck of the UE's own do not help it: it is
    challenged, and the challenge has no key."""
    authorization = judge.initial_authorization() + f",{row}"
    sm6 = judge.ask_bare(judge.request(1, 5060, authorization))
    assert sm6.status == 401
    text = sm6["WWW-Authenticate"].lower()
    assert "ik=" not in text and "ck=" not in text and "integrity-protected" not in text


def test_REG_1_a_response_without_protection_is_ignored(judge):
    """REG-1, REG-2, IPI-2: the right RES, sent bare, leads to a new challenge and never to 200."""
    judge.challenge()
    bare = judge.ask_bare(judge.request(2, 5060, judge.authorization(judge.res), [
        ("Security-Verify", judge.sm6["Security-Server"])]))
    assert bare.status != 200


def test_E_2_wrong_res(judge):
    """E-2: wrong RES, right ICV: 403 on the new set, without a challenge."""
    judge.challenge()
    sm12 = judge.answer(res=bytes(8))
    assert sm12.status == 403
    assert not sm12["WWW-Authenticate"] and not sm12["Security-Server"]


def test_AKA_5_a_retransmission_gets_the_same_answer(judge):
    """AKA-5: SM1 again gets the same 401, octet by octet, and costs no AV."""
    text = judge.request(1, 5060, judge.initial_authorization())
    first = judge.ask_bare(text)
    again = judge.ask_bare(text)
    assert (first.start, first.rows) == (again.start, again.rows)


@pytest.mark.parametrize("change", [
    lambda text: text.replace("alg=hmac-sha-1-96", "alg=hmac-md5-96"),
    lambda text: text.replace("spi-s=", "spi-s=1"),
    lambda text: text.split(",")[0] + ", ipsec-3gpp;alg=des"])
def test_P_CHK_changed_security_verify(gateway, change):
    """P-CHK: a Security-Verify that is not the Security-Server is a bid down: no 200."""
    judge = ImsJudge(gateway.topology, IMPI, ALGORITHMS)
    judge.challenge()
    sm12 = judge.answer(verify=change(judge.sm6["Security-Server"]))
    assert sm12.status in (400, 403, 494)


def test_P_CHK_changed_security_client(judge):
    """P-CHK: SM7's Security-Client is SM1's, or no 200."""
    judge.challenge()
    judge.offer = judge.offer.replace("hmac-md5-96", "hmac-sha-1-96")
    assert judge.answer().status in (400, 403, 494)


def test_P_SEC_required_but_absent(judge):
    """P-SEC: no Security-Client and no sec-agree: 421 with Require: sec-agree."""
    answer = judge.ask_bare(judge.request(
        1, 5060, judge.initial_authorization(),
        leave_out=("Security-Client", "Require", "Proxy-Require")))
    assert answer.status == 421
    assert "sec-agree" in answer["Require"]


@pytest.mark.parametrize("offer", [
    "ipsec-3gpp;alg=hmac-sha-2-256;spi-c=1000;spi-s=1001;port-c=5000;port-s=5001",
    "ipsec-3gpp;alg=hmac-sha-1-96;ealg=aes-cbc;spi-c=1000;spi-s=1001;port-c=5000;port-s=5001",
    "tls;q=0.1", "digest"])
def test_CONF_1_no_overlap(judge, offer):
    """P-SEC, CONF-1: nothing that we do, or with encryption only: 494 with our own list."""
    judge.offer = offer
    answer = judge.challenge()
    assert answer.status == 494
    assert "ipsec-3gpp" in answer["Security-Server"]


def test_P_SEC_many_offers(judge):
    """P-SEC, field note 15: several entries in any order, unknown parameters among them; the one
    that is acceptable is found."""
    ends = (f"spi-c={judge.spi_c};spi-s={judge.spi_s};port-c={judge.port_c};port-s={judge.port_s}")
    judge.offer = ", ".join([
        f"ipsec-3gpp;alg=hmac-sha-1-96;ealg=des-ede3-cbc;{ends}",
        f"ipsec-3gpp; prot=esp; alg=hmac-md5-96; ealg=aes-cbc; {ends}",
        f"ipsec-3gpp;x-unknown=7;{ends};mod=trans;ealg=null;alg=hmac-md5-96"])
    assert judge.challenge().status == 401
    assert judge.algorithm == "hmac-md5-96"
    assert judge.answer().status == 200


def test_P_SPI_never_one_of_the_ues(gateway):
    """P-SPI: what the P-CSCF chooses is unique, above 255, and none of the UE's."""
    seen = set()
    for n in range(6):
        judge = ImsJudge(gateway.topology, IMPI, ALGORITHMS)
        assert judge.challenge().status == 401, n
        chosen = {judge.spi_pc, judge.spi_ps}
        assert len(chosen) == 2 and min(chosen) > 255
        assert not chosen & {judge.spi_c, judge.spi_s} and not chosen & seen
        seen |= chosen
        judge.bare.close()
        judge.raw.close()


@pytest.mark.parametrize("method,status", [("OPTIONS", None), ("INVITE", None), ("MESSAGE", None)])
def test_P_PORT_only_register_is_heard_bare(judge, method, status):
    """P-PORT: unprotected, nothing but REGISTER gets in."""
    answer = judge.ask_bare(judge.request(
        1, 5060, judge.initial_authorization(), method=method))
    assert 400 <= answer.status < 500, answer.start


def test_P_BIND_another_ues_address(judge):
    """P-BIND: Via of SM7 names another host than the packet's source: no 200."""
    judge.challenge()
    local, judge.local = judge.local, "198.51.100.77"
    text = judge.request(2, judge.port_s, judge.authorization(judge.res),
                         [("Security-Verify", judge.sm6["Security-Server"])])
    judge.local = local
    judge.send(text)
    answer = judge.receive(1.0)
    assert answer is None or 400 <= answer.status < 500
    assert local == UE_TWO


def test_octets_of_a_peer_reach_the_operator_as_text(gateway, judge):
    """A Contact that is no UTF-8, with what steers a terminal, is shown; so is the hop of an IMPI
    that is neither."""
    hops = gateway.hops()
    try:
        hops.await_line(hops.out, lambda line: '"result"' in line)
        stranger = judge.request(1, 5060, judge.initial_authorization()).replace(
            b'username="0', b'username="\xff\xc2\x9b')
        assert judge.ask_bare(stranger).status == 400
        hops.await_line(hops.out, lambda line: '"SM1"' in line and "%FF%C2%9B" in line)
    finally:
        hops.stop()
    judge.challenge()
    judge.send(judge.request(2, judge.port_s, judge.authorization(judge.res), [
        ("Security-Verify", judge.sm6["Security-Server"])]).replace(
            b"sip:judge@", b"sip:\xff\xc2\x9b@"))
    assert judge.receive().status == 200
    contacts = gateway.ask("show", "ue", IMPI)["registrations"][0]["contacts"]
    assert [one["contact"].split("@")[0] for one in contacts] == ["sip:%FF%C2%9B"]


@pytest.mark.parametrize("via", (b";branch=", b";rport;branch="))
def test_P_USE_a_malformed_request_is_answered_on_its_set(gateway, judge, via):
    """P-USE: what is refused before any role saw it is refused port_pc → port_us, too."""
    judge.challenge()
    assert judge.answer().status == 200
    text = judge.request(3, judge.port_s, judge.initial_authorization()).replace(b";branch=", via)
    judge.send(text.replace(b"3 REGISTER", b"3 INVITE"))
    assert judge.receive().status == 400
    judge.send(text.replace(b"Max-Forwards: 70", b"Max-Forwards: 0"))
    assert judge.receive().status == 483
    assert gateway.drops() == {}
