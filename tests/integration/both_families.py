# SPDX-License-Identifier: BSD-3-Clause
"""IPv6 beside IPv4 in the network of topology.py, which has it switched off."""
from topology import run, standing_in

UE_IPV6, PCSCF_IPV6 = "2001:db8:100::23", "2001:db8:200::9"


def _switch_on(namespace, *interfaces):
    with standing_in(namespace):
        for which in ("all", "default", *interfaces):
            with open(f"/proc/sys/net/ipv6/conf/{which}/disable_ipv6", "w") as file:
                file.write("0")


def give_ipv6(topology):
    """An IPv6 address for the UE, and the way to the P-CSCF's."""
    _switch_on(topology.ue, "ue0")
    ip = ("ip", "-n", topology.ue, "-6")
    run(*ip, "address", "replace", f"{UE_IPV6}/64", "dev", "ue0", "nodad")
    run(*ip, "route", "replace", "2001:db8:200::/64", "dev", "ue0")


def let_gateway_have_ipv6(topology):
    """Before a gateway starts with the settings of both_families()."""
    _switch_on(topology.gateway)


def both_families(settings):
    inside = settings["dataplane"]["inside"]
    inside["addresses"].append(f"{PCSCF_IPV6}/64")
    inside["routes"].append("2001:db8:100::/64")
    settings["pcscf"]["further_addresses"] = [PCSCF_IPV6]
