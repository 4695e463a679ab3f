"""What `deploy/` promises, as far as it can be shown without systemd as process 1 and without a container engine.

Not shown: that the image builds (no engine is asked for here), and that systemd keeps `Persistent=`.
"""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from tests.runs.tiny_city import write_city
from tests.test_docs import verbs

from patrolcast.io.encode import json_bytes

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
PAGE = (ROOT / "docs" / "nightly.md").read_text(encoding="utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
STRACE, ANALYZE = shutil.which("strace"), shutil.which("systemd-analyze")


def instructions(text: str) -> list[tuple[str, str]]:
    """Instruction and its words, continued lines joined, comments left out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(word.upper(), rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines())]


def image_faults(text: str, root: Path = ROOT) -> list[str]:
    """What is wrong with a container file, one line each."""
    steps = instructions(text)
    said = []
    for image in (rest.split()[0] for word, rest in steps if word == "FROM"):
        name, _, tag = image.partition(":")
        if "/" in name or not tag or tag == "latest":
            said.append(f"{image}: an image by its name alone, with the version")
    users = [rest for word, rest in steps if word == "USER"]
    if not users or not re.fullmatch(r"[1-9]\d*(:[1-9]\d*)?", users[-1]):
        said.append("its last user must be a number and not root")
    for sources in (rest.split()[:-1] for word, rest in steps if word == "COPY"):
        said += [f"{source}: is not there" for source in sources if not (root / source).exists()]
    if any(word == "ADD" or "://" in rest for word, rest in steps):
        said.append("nothing is fetched from an address")
    installs = [part for word, rest in steps if word == "RUN" for part in rest.split("&&") if "pip install" in part]
    said += [
        f"{part.strip()}: every hash is checked" for part in installs if not re.search("require-hashes|no-deps", part)
    ]
    return said


def test_the_container_file_is_sound() -> None:
    assert image_faults(DOCKERFILE) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("FROM python:3.11-slim", "FROM registry.example/python:3.11-slim", "an image by its name alone"),
        ("FROM python:3.11-slim", "FROM python", "an image by its name alone"),
        ("FROM python:3.11-slim", "FROM python:latest", "an image by its name alone"),
        ("USER 10001", "USER root", "its last user must be a number and not root"),
        ("USER 10001", "USER 0", "its last user must be a number and not root"),
        ("USER 10001\n", "", "its last user must be a number and not root"),
        ("USER 10001\n", "USER 10001\nUSER 0:0\n", "its last user must be a number and not root"),
        ("COPY src src", "COPY source src", "source: is not there"),
        ("COPY src src", "ADD https://example.org/src src", "nothing is fetched from an address"),
        ("--require-hashes ", "", "every hash is checked"),
    ],
)
def test_a_container_file_with_a_planted_fault_is_caught(old: str, new: str, fault: str) -> None:
    assert old in DOCKERFILE
    assert [said for said in image_faults(DOCKERFILE.replace(old, new)) if fault in said]


def test_the_container_starts_a_command_that_the_project_installs() -> None:
    steps = dict(instructions(DOCKERFILE))
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert steps["ENTRYPOINT"] == '["patrolcast"]'
    assert "patrolcast" in scripts


def test_all_that_is_copied_and_nothing_else_reaches_the_build() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    copied = {source for word, rest in instructions(DOCKERFILE) if word == "COPY" for source in rest.split()[:-1]}
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied


def test_what_the_image_installs_holds_what_building_the_project_needs() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert re.search(r"^setuptools==", lock, re.MULTILINE), "--no-build-isolation takes it from the lock"
    assert re.search(r"^lightgbm==", lock, re.MULTILINE)
    assert "libgomp1" in DOCKERFILE, "LightGBM does not start without it, and slim images lack it"


def test_every_documented_start_of_the_container_is_confined() -> None:
    starts = re.findall(r"^docker run .*?[^\\]$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(starts) >= 2
    for start in starts:
        for option in (
            "--read-only",
            "--tmpfs /tmp",
            "--network none",
            "--cap-drop ALL",
            "no-new-privileges",
            ":/city:ro",
        ):
            assert option in start, f"{option} is missing in: {start}"
        verb = re.search(r"\bpatrolcast (\w+) ", start)
        assert verb is not None
        assert verb[1] in verbs()


def unit(name: str) -> configparser.ConfigParser:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string((DEPLOY / name).read_text(encoding="utf-8"))
    return read


def test_units_and_cron_call_verbs_that_exist() -> None:
    called = re.findall(r"bin/patrolcast (\w+) ", (DEPLOY / "patrolcast.cron").read_text())
    called += re.findall(r"bin/patrolcast (\w+) ", unit("patrolcast.service")["Service"]["ExecStart"])
    assert called == ["nightly", "nightly"]
    assert set(called) <= set(verbs())


def test_the_service_ends_a_hung_run_and_may_write_to_the_runs_alone() -> None:
    service = unit("patrolcast.service")["Service"]
    assert service["TimeoutStartSec"] == "2h"
    assert (service["ProtectSystem"], service["ReadWritePaths"]) == ("strict", "/opt/patrolcast/runs")
    assert service["User"] != "root"


def test_a_missed_start_is_caught_up() -> None:
    timer = unit("patrolcast.timer")["Timer"]
    assert (timer["Persistent"], timer["Unit"]) == ("true", "patrolcast.service")


def elapses(calendar: str, *, zone: str, times: int) -> list[datetime]:
    """The next moments of a calendar from the first of January, in UTC, as systemd computes them in a zone."""
    command = [str(ANALYZE), "calendar", "--base-time=2026-01-01 12:00:00", f"--iterations={times}", calendar]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "TZ": zone})
    return [
        datetime.strptime(text, "%Y-%m-%d %H:%M:%S") for text in re.findall(r"\(in UTC\): \w+ (.+) UTC", done.stdout)
    ]


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed: its calendar cannot be asked")
@pytest.mark.parametrize("zone", ["America/Chicago", "Australia/Lord_Howe", "Europe/London"])
def test_the_timer_starts_once_a_day_of_the_year_whatever_the_clocks_do(zone: str) -> None:
    moments = elapses(unit("patrolcast.timer")["Timer"]["OnCalendar"], zone=zone, times=366)
    assert len(moments) == 366
    assert {after - before for before, after in pairwise(moments)} == {timedelta(days=1)}


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed: its calendar cannot be asked")
def test_a_timer_by_local_time_would_lose_a_night() -> None:
    moments = elapses("*-*-* 02:30:00", zone="America/Chicago", times=366)
    gaps = {after - before for before, after in pairwise(moments)}
    assert max(gaps) > timedelta(hours=40)


@pytest.mark.parametrize(("outcome", "mails"), [("published", 1), ("refused", 1), ("finished before", 0)])
def test_the_documented_example_mails_what_a_person_should_know(tmp_path: Path, outcome: str, mails: int) -> None:
    [script] = re.findall(r"```sh\n(# configs/notify\.sh.*?)```", PAGE, re.DOTALL)
    (tmp_path / "notify.sh").write_text(script)
    (tmp_path / "mail").write_text('#!/bin/sh\necho "$@" >> sent\ncat >> sent\n')
    (tmp_path / "mail").chmod(0o755)
    summary = json_bytes({"city": "tiny", "outcome": outcome})
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = ["sh", "notify.sh", "duty@example.org"]
    done = subprocess.run(command, input=summary, cwd=tmp_path, env=environment, check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    sent = (tmp_path / "sent").read_bytes() if (tmp_path / "sent").exists() else b""
    assert sent == (b"-s patrolcast duty@example.org\n" + summary if mails else b"")


WRITES = "openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,symlink,symlinkat,link,linkat"
CALL = re.compile(r"^\d+\s+(\w+)\((.*)\)\s+= \d")
NAMED = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"([^"]*)"')


def written(trace: str) -> set[str]:
    """Absolute paths that calls of the system wrote to, made, moved or removed, and that did not fail."""
    found = set()
    for line in trace.splitlines():
        call = CALL.match(line)
        if call is None or (call[1].startswith("open") and not re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", call[2])):
            continue
        names = NAMED.findall(call[2])
        for folder, name in names[1:] if call[1].startswith("symlink") else names:
            found.add(os.path.normpath(Path(folder) / name))
    return found


def elsewhere(paths: set[str], *allowed: Path) -> list[str]:
    free = [str(path) for path in (*allowed, Path("/dev"), Path("/proc"))]
    return sorted(path for path in paths if not any(path == one or path.startswith(f"{one}/") for one in free))


@pytest.mark.skipif(STRACE is None, reason="strace is not installed: a night's calls cannot be traced")
def test_a_night_writes_to_the_runs_and_the_temporary_folder_alone(tmp_path: Path) -> None:
    config = write_city(tmp_path / "city")
    text = config.read_text().replace("[publish]\n", '[publish]\nmetrics = "runs/metrics/tiny.prom"\n')
    config.write_text(text)
    temporary, trace = tmp_path / "temporary", tmp_path / "trace"
    (tmp_path / "city" / "runs").mkdir()
    temporary.mkdir()
    command = [
        str(STRACE),
        "-f",
        "-y",
        "-qqq",
        "-s",
        "4096",
        "-e",
        "signal=none",
        "-e",
        f"trace={WRITES}",
        "-o",
        str(trace),
    ]
    environment = {**os.environ, "TMPDIR": str(temporary), "HOME": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"}
    night = [sys.executable, "-m", "patrolcast", "nightly", str(config), "--quiet"]
    done = subprocess.run(
        [*command, *night], capture_output=True, text=True, check=False, timeout=300, env=environment,
        cwd=tmp_path / "city",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    paths = written(trace.read_text())
    runs = tmp_path / "city" / "runs"
    assert str(runs / "metrics" / "tiny.prom") in paths, "the trace must have seen what a night is known to write"
    assert [path for path in paths if path.endswith("/current")]
    assert elsewhere(paths, runs, temporary) == []
    assert elsewhere(paths, runs / "metrics", temporary), "a night that may write less must be caught"


@pytest.mark.parametrize("there", [None, "chromium", "google-chrome"])
def test_the_browser_of_the_page_tests_is_installed_where_there_is_none(tmp_path: Path, there: str | None) -> None:
    """A function of the script was called `chromium` once, so that the script found itself and installed nothing."""
    bin_, venv, asked = tmp_path / "bin", tmp_path / "venv", tmp_path / "asked"
    for folder in (bin_, venv / "bin"):
        folder.mkdir(parents=True)
    for name in ("sh", "dirname", "mkdir", "cp"):
        (bin_ / name).symlink_to(str(shutil.which(name)))
    stubs = {bin_ / "id": "echo 0", bin_ / "apt-get": f'echo "$@" >> {asked}', venv / "bin" / "npm": ":"}
    if there is not None:
        stubs[bin_ / there] = ":"
    for path, text in stubs.items():
        path.write_text(f"#!{shutil.which('sh')}\n{text}\n")
        path.chmod(0o755)
    done = subprocess.run(
        [str(bin_ / "sh"), "tools/browser.sh", str(venv)], env={"PATH": str(bin_)}, cwd=ROOT, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert asked.exists() is (there is None)
    assert there is not None or asked.read_text().splitlines()[-1].endswith(" chromium")
