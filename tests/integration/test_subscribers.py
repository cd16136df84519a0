# SPDX-License-Identifier: BSD-3-Clause
"""portcullis subscriber: who may register, changed beside a gateway that runs, or without one."""
import json
import os
import pwd
import stat
import subprocess

import pytest

from build_tree import SUBSCRIBERS, Settings, subscribers
from gateway import PORTCULLIS

ONE, TWO = list(subscribers())[:2]
NEW_KEY = "00112233445566778899aabbccddeeff"


class Command:
    """The command on settings of its own; no gateway."""

    def __init__(self, settings):
        self.settings = settings

    def run(self, *words, status=0):
        done = subprocess.run([PORTCULLIS, *map(str, words), "--config", self.settings.path],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == status, done
        return done.stdout if status == 0 else done.stderr

    def show(self, name):
        return json.loads(self.run("subscriber", "show", name, "--json"))["arguments"]


@pytest.fixture(name="command")
def fixture_command():
    settings = Settings()
    yield Command(settings)
    settings.close()


def write(path, *changed):
    path.write_text(json.dumps({"subscribers": list(changed)}))
    return path


def test_import_export_show(command, tmp_path):
    """What is exported with keys can be imported; without, and in show, there is none."""
    assert command.run("subscriber", "import", SUBSCRIBERS) == "4 subscribers imported\n"
    secrets = [value for one in subscribers().values() for name, value in one.items()
               if name in ("k", "op", "opc")]
    public = command.run("subscriber", "export")
    assert len(json.loads(public)["subscribers"]) == 4
    shown = "".join(command.run("subscriber", "show", impi, *more)
                    for impi in subscribers() for more in ((), ("--json",)))
    assert not any(secret in public + shown for secret in secrets)

    path = tmp_path / "all.json"
    path.write_text("old")
    path.chmod(0o644)
    command.run("subscriber", "export", path, "--with-keys")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    exported = path.read_text()
    assert {one["k"] for one in json.loads(exported)["subscribers"]} == {
        one["k"] for one in subscribers().values()}
    assert os.listdir(tmp_path) == ["all.json"]
    other = Command(Settings())
    try:
        other.run("subscriber", "import", path)
        other.run("subscriber", "export", path, "--with-keys")
        assert path.read_text() == exported
    finally:
        other.settings.close()


def test_show_by_impu(command):
    """An IMPU, also in another form, shows its owner; strangers are nobody's."""
    command.run("subscriber", "import", SUBSCRIBERS)
    owner = next(impi for impi, one in subscribers().items()
                 if any(each["identity"] == "tel:+15550107" for each in one["impus"]))
    for name in (owner, "tel:+1-555-0107", f"sip:alice@{owner.split('@')[1].upper()};user=phone"):
        assert command.show(name)["impi"] == owner
    for name in ("tel:+1555", "nobody@home.net", "x" * 300):
        assert "no subscriber has this IMPI or IMPU" in command.run(
            "subscriber", "show", name, status=1)


def test_keys_are_for_owners_eyes(command, tmp_path):
    """Store and export: mode 0600, the store its user's; keys never go to a terminal."""
    command.run("subscriber", "import", SUBSCRIBERS)
    folder = command.settings.folder / "state"
    user = pwd.getpwnam("nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        assert file.stat().st_uid == user.pw_uid, file
    assert "--with-keys needs a FILE" in command.run("subscriber", "export", "--with-keys", status=1)


def test_all_or_nothing(command, tmp_path):
    """A fault has its place, and nothing of its file was imported."""
    command.run("subscriber", "import", SUBSCRIBERS)
    before = command.run("subscriber", "export")
    path = tmp_path / "wrong.json"
    path.write_text('{"subscribers": [\n' + json.dumps({**subscribers()[ONE], "amf": "9999"}) +
                    ',\n{"impi": "a@home.net",\n "k": "12"}]}')
    said = command.run("subscriber", "import", path, "--replace", status=1)
    assert said == (f"{path}:3:1: /subscribers/1/impus: must be an array of 1 to 32 objects\n")
    assert command.run("subscriber", "export") == before
    for words in (("import",), ("import", tmp_path / "none"), ("import", tmp_path), ("export", "a", "b"),
                  ("show",), ("show", ONE, "--with-keys"), ("remove", ONE), ()):
        assert command.run("subscriber", *words, status=1)
    assert command.run("subscriber", "export") == before


def test_replace(command, tmp_path):
    command.run("subscriber", "import", SUBSCRIBERS)
    command.run("subscriber", "import", write(tmp_path / "one.json", subscribers()[ONE]), "--replace")
    exported = json.loads(command.run("subscriber", "export"))["subscribers"]
    assert [one["impi"] for one in exported] == [ONE]


def test_P_SQN_import_beside_a_gateway(gateway, make_ue, tmp_path):
    """AKA-1, P-SQN: a new K counts at the next authentication, and the SQN goes on from where it
    was, whatever the file says of it."""
    ue = make_ue(TWO)
    assert ue.finish() == 0
    used = gateway.ask("subscriber", "show", TWO)["sqn"]
    assert used > 0
    changed = {**subscribers()[TWO], "k": NEW_KEY, "sqn": 0}
    command = Command(gateway.settings)
    command.run("subscriber", "import", write(tmp_path / "two.json", changed))
    assert command.show(TWO)["sqn"] == used
    assert make_ue(TWO).finish() != 0  # the old SIM
    later = command.show(TWO)["sqn"]
    assert later > used
    ue = make_ue(TWO, changes={"k": NEW_KEY}, options=("--sqn", f"{later:012x}"))
    assert ue.finish() == 0, (ue.process.out, ue.process.err, gateway.process.err)
    assert command.show(TWO)["sqn"] > later


def test_AKA_1_who_is_gone_is_refused(gateway, make_ue, tmp_path):
    """REG-6: who was removed beside a running gateway is unknown at the next registration."""
    command = Command(gateway.settings)
    command.run("subscriber", "import", write(tmp_path / "one.json", subscribers()[ONE]), "--replace")
    assert make_ue(TWO).finish() != 0
    assert make_ue(ONE).finish() == 0
    # The settings' file has not changed: a restart does not bring him back.
    gateway.process.stop()
    gateway.start()
    assert "no subscriber" in command.run("subscriber", "show", TWO, status=1)


def test_settings_file_that_changed(make_gateway, make_ue, tmp_path):
    """It is imported again at the next start; who came by command stays."""
    path = write(tmp_path / "settings.json", subscribers()[ONE])
    gateway = make_gateway(lambda settings: settings["hss"].update(subscribers=str(path)))
    command = Command(gateway.settings)
    command.run("subscriber", "import", write(tmp_path / "two.json", subscribers()[TWO]))
    third = list(subscribers())[2]
    write(path, subscribers()[third])
    gateway.process.stop()
    gateway.start()
    exported = json.loads(command.run("subscriber", "export"))["subscribers"]
    assert sorted(one["impi"] for one in exported) == sorted([TWO, third])


def test_settings_file_that_is_wrong(topology, tmp_path):
    """One line says what, where; nothing is started, and nothing stays."""
    path = tmp_path / "settings.json"
    path.write_text('{"subscribers": [\n{"impi": 7}]}')
    settings = Settings(lambda values: values["hss"].update(subscribers=str(path)))
    try:
        done = subprocess.run(
            topology.command(topology.gateway, PORTCULLIS, "run", "--config", settings.path),
            capture_output=True, text=True, timeout=30)
        assert done.returncode == 1
        assert done.stderr.startswith(f"{path}:2:10: /subscribers/0/impi: must be a network access")
        assert done.stderr.count("\n") == 1
        assert not (settings.folder / "run").exists()
    finally:
        settings.close()
