# SPDX-License-Identifier: BSD-3-Clause
"""Where the programs under test lie: `build`, unless BUILD_DIR says otherwise."""
import json
import os
import pathlib
import shutil
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD_DIR", ROOT / "build")).resolve()
DEMO = ROOT / "config" / "demo.json"
SUBSCRIBERS = ROOT / "config" / "subscribers.json"


class Settings:
    """The shipped demo.json with folders of its own; change() edits it before it is written."""

    def __init__(self, change=None):
        # Not below pytest's own folder: the control plane, as nobody, could not enter it.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pc-"))
        self.folder.chmod(0o755)
        settings = json.loads(DEMO.read_text())
        settings["run_directory"] = str(self.folder / "run")
        settings["state_directory"] = str(self.folder / "state")
        settings["hss"]["subscribers"] = str(SUBSCRIBERS)
        if change:
            change(settings)
        self.values = settings
        self.path = self.folder / "portcullis.json"
        self.path.write_text(json.dumps(settings, indent=1))

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def subscribers():
    return {one["impi"]: one for one in json.loads(SUBSCRIBERS.read_text())["subscribers"]}
