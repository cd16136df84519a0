# SPDX-License-Identifier: BSD-3-Clause
"""`portcullis trace --json` as a list of hops, taken step by step."""
import json


class HopTrace:
    """For `with`: listens from its beginning on."""

    def __init__(self, gateway):
        self.process = gateway.hops()
        self.process.await_line(self.process.out, lambda line: '"result"' in line)
        self.taken = 1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stop()

    def until(self, name):
        """The hops since the last call, up to the next of this name: each a dict."""
        self.process.await_line(self.process.out, lambda line: json.loads(line).get(
            "arguments", {}).get("name") == name, start=self.taken)
        hops = [json.loads(line)["arguments"] for line in self.process.out[self.taken:]]
        end = next(n for n, hop in enumerate(hops, 1) if hop["name"] == name)
        self.taken += end
        return hops[:end]

    def text(self):
        """All that was told so far, for those who look for what must not be in it."""
        return "\n".join(self.process.out)


def names(hops):
    return [hop["name"] for hop in hops]


def only(hops, name):
    """The one hop of this name."""
    found, = [hop for hop in hops if hop["name"] == name]
    return found
