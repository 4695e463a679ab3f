"""`patrolcast serve` as a person starts it: a process that answers, and ends when it is asked to."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.acceptance.conftest import called
from tests.postgres import Server
from tests.runs.reviewed_city import copy_of


@contextmanager
def demonstration(config: Path, **shell: str) -> Iterator[tuple[str, str]]:
    """What the start prints, and where it answers; at the end it is asked to end, and must do so quietly."""
    command = [sys.executable, "-m", "patrolcast", "serve", str(config), "--port", "0", "--demonstration"]
    env = {**os.environ, "PYTHONUNBUFFERED": "1", **shell}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as process:
        try:
            assert process.stdout is not None
            said = ""
            while "Ctrl-C ends it" not in said and (line := process.stdout.readline()):
                said += line
            address = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert address is not None, said
            yield said, address[0]
        finally:
            process.send_signal(signal.SIGTERM)
            errors = process.communicate(timeout=60)[1]
        assert (process.returncode, errors) == (0, "")


def signed_in(address: str, name: str, password: str) -> str:
    """The first page that somebody sees after signing in."""
    reader = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with reader.open(f"{address}/account/login/", timeout=60) as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    assert token is not None
    form = urlencode({"login": name, "password": password, "csrfmiddlewaretoken": token[1]}).encode()
    with reader.open(f"{address}/account/login/", form, timeout=60) as page:
        return str(page.read().decode())


def passwords(said: str) -> dict[str, str]:
    """Account -> its password, as the start prints them."""
    return dict(re.findall(r"^  (\S+) +\w+ +(\S{16})$", said, re.M))


def test_a_demonstration_prints_its_passwords_answers_on_loopback_and_ends_with_sigterm(
    published_city: Path, tmp_path: Path
) -> None:
    copy_of(published_city, tmp_path)
    with demonstration(tmp_path / "city" / "configs" / "tiny.toml") as (said, address):
        assert "What is published" in signed_in(address, "chief", passwords(said)["chief"])
        with urllib.request.urlopen(f"{address}/static/console/console.css", timeout=60) as style:
            assert style.status == 200
    state = tmp_path / "city" / "console" / "tiny-demonstration"
    assert (state / "secret.key").stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o077 for path in state.iterdir()} == {0}


def test_accounts_lie_in_postgresql_by_one_setting(published_city: Path, tmp_path: Path, postgres: Server) -> None:
    postgres.run("create role console_owner login password 'canary'")
    postgres.run("create database console owner console_owner")
    copy_of(published_city, tmp_path)
    url = postgres.url(database="console", user="console_owner", password="canary")
    with demonstration(tmp_path / "city/configs/tiny.toml", PATROLCAST_CONSOLE_DATABASE=url) as (said, address):
        assert "What is published" in signed_in(address, "chief", passwords(said)["chief"])
    assert postgres.run("select count(*) from accounts_account", database="console") == [(7,)]
    assert not list((tmp_path / "city" / "console" / "tiny-demonstration").glob("*.sqlite3"))


def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import util

    real = util.find_spec
    monkeypatch.setattr("patrolcast.cli.verbs.serve.find_spec", lambda name: None if name == "allauth" else real(name))
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
