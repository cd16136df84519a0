# SPDX-License-Identifier: BSD-3-Clause
"""A gateway that knows many subscribers, and their UEs in one process of the simulator, behind a
router: the gateway's kernel has one neighbour for all of them."""
import json
import subprocess

from build_tree import BUILD, ROOT
from process import Process
from topology import PCSCF, UE, run

IMPI = "001011000000000@ims.mnc001.mcc001.3gppnetwork.org"
K, OPC = "5c1f0e7ab39d4826e7f0916cfffffff0", "a3907be1d2c84f5606e9b41d7f28c35a"
NETWORK, FIRST = "10.64.0.0/15", "10.64.0.0"


class Fleet:
    def __init__(self, make_gateway, count, change=None):
        self.count = count
        made = subprocess.run([ROOT / "tools" / "subscribers", str(count), IMPI, K, OPC],
                              check=True, capture_output=True, text=True).stdout

        def many(settings):
            path = f"{settings['run_directory']}.subscribers.json"
            with open(path, "w") as file:
                file.write(made)
            settings["hss"]["subscribers"] = path
            if change:
                change(settings)

        self.gateway = make_gateway(many)
        self.network = self.gateway.topology
        run("ip", "-n", self.network.ue, "route", "replace", "local", NETWORK, "dev", "lo")
        run("ip", "-n", self.network.gateway, "route", "replace", NETWORK, "via", UE,
            "dev", "pcscf0", "onlink")

    def run(self, *options, timeout=60):
        """All UEs from beginning to end: the exit status, the summary, and standard error."""
        ue = Process(self.network.command(
            self.network.ue, BUILD / "portcullis-ue", "--count", self.count, "--impi", IMPI,
            "--k", K, "--opc", OPC, "--local", FIRST, "--pcscf", PCSCF, "--json", *options))
        try:
            status = ue.finish(timeout)
            return status, json.loads(ue.out[-1]), ue.err
        finally:
            ue.stop()
