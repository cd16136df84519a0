# SPDX-License-Identifier: BSD-3-Clause
"""The whole gateway: `portcullis run` in its namespace, and what the operator can ask it."""
import json
import os
import signal
import subprocess
import time

from build_tree import BUILD, Settings
from process import Process

PORTCULLIS = BUILD / "portcullis"


class Gateway:
    def __init__(self, topology, change=None):
        self.topology = topology
        self.settings = Settings(change)
        self.process = None
        try:
            self.start()
        except BaseException:
            self.close()
            raise

    def start(self):
        self.process = Process(self.topology.command(
            self.topology.gateway, PORTCULLIS, "run", "--config", self.settings.path))
        self.process.await_line(self.process.err, lambda line: " portcullis: ready:" in line)

    def ask(self, *words):
        """The API's answer to `portcullis WORDS --json`."""
        done = subprocess.run(
            [PORTCULLIS, *words, "--json", "--config", self.settings.path],
            capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["arguments"]

    def counters(self):
        return self.ask("show", "counters")

    def drops(self):
        """What was dropped so far, by reason; zeros left out."""
        return {name: n for name, n in self.counters()["sum"]["dropped"].items() if n}

    def await_drops(self, before, expected, timeout=20.0):
        """Waits until the counters rose by expected, and by nothing else."""
        end = time.monotonic() + timeout
        while True:
            risen = difference(before, self.drops())
            if risen == expected or time.monotonic() > end:
                break
        assert risen == expected

    def child(self, program):
        """The process id of a plane."""
        children = f"/proc/{self.process.process.pid}/task/{self.process.process.pid}/children"
        with open(children) as file:
            for pid in map(int, file.read().split()):
                with open(f"/proc/{pid}/cmdline", "rb") as command:
                    if os.path.basename(command.read().split(b"\0")[0]).decode() == program:
                        return pid
        return None

    def restart(self, program, number=signal.SIGKILL):
        """Ends a plane by a signal; the supervisor starts it again."""
        start = len(self.process.err)
        os.kill(self.child(program), number)
        self.process.await_line(self.process.err,
                                lambda line: program in line and "runs again" in line, start=start)

    def hops(self):
        """A running `portcullis trace --json`, which has answered its first line."""
        return Process([str(PORTCULLIS), "trace", "--json", "--config", str(self.settings.path)])

    def close(self):
        status = self.process.stop() if self.process else 0
        self.settings.close()
        return status


def difference(before, after):
    return {name: after[name] - before.get(name, 0)
            for name in after if after[name] != before.get(name, 0)}
