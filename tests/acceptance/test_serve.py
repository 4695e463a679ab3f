"""`patrolcast serve` as a person starts it: a process that answers, and ends when it is asked to."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.acceptance.conftest import called
from tests.runs.reviewed_city import copy_of


def test_a_demonstration_prints_its_passwords_answers_on_loopback_and_ends_with_sigterm(
    published_city: Path, tmp_path: Path
) -> None:
    copy_of(published_city, tmp_path)
    config = tmp_path / "city" / "configs" / "tiny.toml"
    command = [sys.executable, "-m", "patrolcast", "serve", str(config), "--port", "0", "--demonstration"]
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as process:
        try:
            assert process.stdout is not None
            said = ""
            while "Ctrl-C ends it" not in said and (line := process.stdout.readline()):
                said += line
            address = re.search(r"http://127\.0\.0\.1:\d+/", said)
            assert address is not None, said
            with urllib.request.urlopen(f"{address[0]}account/login/", timeout=60) as page:
                assert b"Sign in" in page.read()
            with urllib.request.urlopen(f"{address[0]}static/console/console.css", timeout=60) as style:
                assert style.status == 200
        finally:
            process.send_signal(signal.SIGTERM)
            told = process.communicate(timeout=60)[1]
        assert (process.returncode, told) == (0, "")
    assert re.findall(r"^  (\S+) +(\w+) +\S{16}$", said, re.M)[0] == ("sergeant", "supervisor")
    state = tmp_path / "city" / "console" / "tiny-demonstration"
    assert {path.name: path.stat().st_mode & 0o777 for path in state.glob("secret.key")} == {"secret.key": 0o600}
    assert {path.stat().st_mode & 0o077 for path in state.iterdir()} == {0}


def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path, monkeypatch: object) -> None:
    from importlib import util

    real = util.find_spec
    monkeypatch.setattr(  # type: ignore[attr-defined]
        "patrolcast.cli.verbs.serve.find_spec", lambda name: None if name == "allauth" else real(name)
    )
    done = called("serve", tmp_path / "nowhere.toml")
    assert (done.returncode, done.stderr) == (
        2,
        'patrolcast: serve: got no allauth; needs the extra `console`; pip install "patrolcast[console]", or '
        "`make console` in this folder\n",
    )


def test_a_config_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    done = called("serve", tmp_path / "nowhere.toml")
    assert done.returncode == 10
    assert done.stderr.count("\n") == 1
