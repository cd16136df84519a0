# SPDX-License-Identifier: BSD-3-Clause
"""The UE simulator of tools/ue as a process in the UEs' namespace."""
import json

from build_tree import BUILD, subscribers
from process import Process
from topology import PCSCF, UE


class UeProcess:
    def __init__(self, topology, impi, *actions, local=UE, pcscf=PCSCF, options=(),
                 changes=()):
        subscriber = {**subscribers()[impi], **dict(changes)}
        kind = "opc" if "opc" in subscriber else "op"
        impu = next(one["identity"] for one in subscriber["impus"]
                    if not one.get("barred") and one["identity"].startswith("sip:"))
        self.process = Process(topology.command(
            topology.ue, BUILD / "portcullis-ue", "--local", local, "--pcscf", pcscf,
            "--impi", impi, "--impu", impu, "--k", subscriber["k"], f"--{kind}",
            subscriber[kind], "--json", *options, *actions))

    def order(self, action):
        """An action by standard input ("-" is among the actions); its outcome."""
        start = len(self.process.out)
        self.process.write(action)
        return json.loads(self.process.await_line(
            self.process.out, lambda line: json.loads(line)["event"] == "done", 40, start))

    def finish(self, timeout=60):
        if not self.process.process.stdin.closed:
            self.process.process.stdin.close()
        return self.process.finish(timeout)

    def events(self, name=None):
        events = [json.loads(line) for line in list(self.process.out)]
        return [one for one in events if name in (None, one["event"])]

    def event(self, name):
        found = self.events(name)
        assert found, (name, self.process.out, self.process.err)
        return found[-1]

    def close(self):
        self.process.stop()
