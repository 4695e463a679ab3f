"""Every ending of a command: one line, the documented code, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from patrolcast import cli
from patrolcast.cli import app
from patrolcast.domain import errors
from patrolcast.io.settings import settings_file


def ended(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = cli.main(list(arguments))
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Missing command; `patrolcast --help` explains it"),
        (["forecats"], "No such command 'forecats'"),
        (["forecast"], "Missing argument 'CONFIG'; `patrolcast forecast --help` explains it"),
        (["forecast", "a.toml", "--nope"], "No such option: --nope"),
        (["explain", "current"], "Missing argument 'CELL'; `patrolcast explain --help` explains it"),
        (["reproduce", "no-such-run"], "RUN: got 'no-such-run'; must be a run folder, the id of a run, or 'current'"),
        (["forecast", "a.toml", "--as-of", "yesterday"], "--as-of: got 'yesterday'; must be 'now', 'last-report' or"),
        (["forecast", "a.toml", "--as-of", "2026-01-01"], "--as-of: got '2026-01-01'; has no zone; add one"),
    ],
)
def test_a_wrong_call_ends_with_2_and_one_line(capsys, arguments: list[str], told: str) -> None:
    code, line = ended(capsys, *arguments)
    assert code == 2
    assert line.startswith(f"patrolcast: {told}")
    assert line.count("\n") == 1


def test_a_missing_config_ends_with_10_and_one_line(capsys) -> None:
    code, line = ended(capsys, "forecast", "no/such.toml")
    assert code == 10
    cure = "check the path; `patrolcast init` drafts one"
    assert line == f"patrolcast: such.toml: got no such file; must be a TOML file; {cure}\n"


CLASSES = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.PatrolcastError)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda c: c.__name__)
def test_every_error_of_the_project_ends_with_its_code(capsys, monkeypatch, kind) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise kind("a thing", got="'x'", rule="must be y", cure="write y")

    monkeypatch.setattr(settings_file, "read_settings", refuse)
    told = "patrolcast: a thing: got 'x'; must be y; write y\n"
    assert ended(capsys, "forecast", "a.toml") == (kind.exit_code, told)


def test_too_little_memory_is_said_as_that_and_is_no_defect(capsys, monkeypatch) -> None:
    def no_memory(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(settings_file, "read_settings", no_memory)
    told = "patrolcast: the run: got more memory than it may take; raise the limit, or choose fewer cells\n"
    assert ended(capsys, "forecast", "a.toml") == (70, told)


def test_a_defect_ends_with_70_one_line_and_a_report(capsys, monkeypatch) -> None:
    def break_down(*args: object, **options: object) -> None:
        raise KeyError("secret")

    monkeypatch.setattr(settings_file, "read_settings", break_down)
    code, line = ended(capsys, "forecast", "a.toml")
    start = "patrolcast: a defect of patrolcast (KeyError), not of your input; its report is in "
    assert code == 70
    assert line.startswith(start)
    report = Path(line.removeprefix(start).strip())
    assert "break_down" in report.read_text()
    report.unlink()


def test_a_defect_whose_words_are_no_text_has_a_report_as_well(capsys, monkeypatch) -> None:
    def break_down(*args: object, **options: object) -> None:
        raise KeyError("b\udcff.toml")

    monkeypatch.setattr(settings_file, "read_settings", break_down)
    code, line = ended(capsys, "forecast", "a.toml")
    report = Path(line.rpartition(" ")[2].strip())
    assert code == 70
    assert "break_down" in report.read_text()
    report.unlink()


def test_an_interrupt_ends_with_130_and_one_line(capsys, monkeypatch) -> None:
    def interrupt(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(settings_file, "read_settings", interrupt)
    assert ended(capsys, "forecast", "a.toml") == (130, "patrolcast: interrupted; nothing half-made is left\n")


def test_control_characters_never_reach_the_terminal(capsys, monkeypatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise errors.DataRefusedError("x\x1b[2J\u202e\x07")

    monkeypatch.setattr(settings_file, "read_settings", refuse)
    assert ended(capsys, "forecast", "a.toml") == (13, "patrolcast: x\\x1b[2J\\u202e\\x07\n")


def test_help_loads_nothing_that_computes() -> None:
    code = (
        "import sys\nfrom patrolcast.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'numpy', 'pandas', 'lightgbm', 'geopandas', 'scipy', 'duckdb'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_run_never_loads_what_only_an_oracle_or_a_simulated_city_needs() -> None:
    code = (
        "import sys\n"
        "import patrolcast.runs.forecast.once, patrolcast.runs.forecast.run_folder, patrolcast.runs.nightly.nightly\n"
        "import patrolcast.runs.load.city, patrolcast.runs.pipeline.run\n"
        "print(sorted({'scipy.stats', 'scipy.signal', 'sklearn', 'duckdb', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_every_verb_has_an_example_in_its_help() -> None:
    without = [
        c.callback.__name__ for c in app.app.registered_commands if "Example: patrolcast" not in c.callback.__doc__
    ]
    assert without == []


def test_a_closed_reader_is_no_error() -> None:
    command = f"{sys.executable} -m patrolcast --help | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("command", "ending"),
    [
        ("--version > /dev/full", (73, "standard output: got 'No space left on device'; free some space, or use")),
        ("forecats >&-", (2, "No such command 'forecats'")),
        ("--version >&-", (0, "")),
        ("forecats 2>&-", (2, "")),
    ],
)
def test_an_output_that_is_full_or_closed_is_no_defect(command: str, ending: tuple[int, str]) -> None:
    done = subprocess.run(["bash", "-c", f"{sys.executable} -m patrolcast {command}"], capture_output=True, check=False)
    code, told = ending
    assert done.returncode == code
    assert done.stderr.decode().startswith(f"patrolcast: {told}" if told else "")
    assert done.stderr.count(b"\n") == bool(told)


def test_a_name_that_the_terminal_cannot_show_is_no_defect() -> None:
    code = "import sys; from patrolcast.cli import app, console, main\n"
    code += "app.app = lambda *a, **o: console.say(['K\xf6ln'])"
    run = [sys.executable, "-c", f"{code}\nsys.exit(main([]))"]
    done = subprocess.run(run, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stdout) == (0, b"K\\xf6ln\n")
