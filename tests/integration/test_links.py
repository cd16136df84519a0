# SPDX-License-Identifier: BSD-3-Clause
"""A link that goes down and comes back: the operator learns of it, and registrations go on."""
import pytest

from both_families import PCSCF_IPV6, both_families, let_gateway_have_ipv6
from eventually import eventually
from topology import INSIDE, OUTSIDE, batch, run

IMPI = "001010000000002@ims.mnc001.mcc001.3gppnetwork.org"


@pytest.fixture
def gateway(topology, make_gateway):
    let_gateway_have_ipv6(topology)
    return make_gateway(both_families)


def links(gateway):
    return gateway.ask("status")["links"]


def said(gateway, words):
    return sum(words in line for line in gateway.process.err)


def comes_back(gateway, ue, side, namespace, interface, name, restore=()):
    """name: of the port, as the gateway says it; interface: which is set down and up."""
    other = {"outside": "inside", "inside": "outside"}[side]
    link = ("ip", "-n", namespace, "link", "set", interface)
    run(*link, "down")
    eventually(lambda: links(gateway) == {side: "down", other: "up"}, 20)
    run(*link, "up")
    for words in restore:
        run("ip", "-n", namespace, *words)
    eventually(lambda: links(gateway) == {side: "up", other: "up"}, 20)
    assert ue.order("reregister")["ok"], ue.process.out
    assert said(gateway, f"{side}: link of {name} is down") == 1
    assert said(gateway, f"{side}: link of {name} is up") == 2  # at start


def routes_of(topology):
    return run("ip", "-n", topology.gateway, "-6", "route", "show", "dev", INSIDE)


def test_a_link_that_was_down_for_a_moment(gateway):
    """Too short for a look at it: the TAP has its addresses and routes again nevertheless."""
    topology = gateway.topology
    eventually(lambda: links(gateway) == {"outside": "up", "inside": "up"}, 20)
    assert "2001:db8:100::/64" in routes_of(topology)
    batch(["-n", topology.gateway], f"link set {INSIDE} down", f"link set {INSIDE} up")
    eventually(lambda: "2001:db8:100::/64" in routes_of(topology), 20)
    assert PCSCF_IPV6 in run("ip", "-n", topology.gateway, "address", "show", "dev", INSIDE)
    assert said(gateway, "is down") == 0


def test_links_that_go_down_and_up(gateway, make_ue):
    """The far end of the outside veth, then the kernel's end of the inside TAP: status and the log tell
    it, a registration goes on upon its SAs, and the TAP has its addresses and routes again."""
    topology = gateway.topology
    ue = make_ue(IMPI, "-")
    assert ue.order("register")["ok"]
    eventually(lambda: links(gateway) == {"outside": "up", "inside": "up"}, 20)
    comes_back(gateway, ue, "outside", topology.ue, "ue0", OUTSIDE,
               ["route replace 203.0.113.0/24 dev ue0".split()])
    comes_back(gateway, ue, "inside", topology.gateway, INSIDE, INSIDE)
    addresses = run("ip", "-n", topology.gateway, "address", "show", "dev", INSIDE)
    assert PCSCF_IPV6 in addresses
    assert "2001:db8:100::/64" in routes_of(topology)
    assert ue.finish() == 0
