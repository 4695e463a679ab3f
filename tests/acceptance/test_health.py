"""`patrolcast health`: 0 for a good night, 1 for every other, 2 for a wrong call; one line, or one JSON document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.acceptance.conftest import patrolcast

from patrolcast.cli.door import main


def test_a_good_night_exits_0_and_another_one_1(tonight: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["health", str(tonight)]) == 0
    assert capsys.readouterr().out.startswith("good: ")
    assert main(["health", str(tonight), "--max-age", "26h", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["healthy"] is True
    assert main(["health", str(tonight), "--max-age", "59m"]) == 1
    assert "1 hours ago; more than 0.98" in capsys.readouterr().out
    (tonight.parents[1] / "runs" / "tiny" / "current").unlink()
    assert main(["health", str(tonight)]) == 1
    assert capsys.readouterr().out == "not good: nothing is published: there is no `current`\n"
    assert main(["health", str(tonight), "--quiet"]) == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("json_too", [[], ["--json"]])
def test_a_config_that_is_not_there_is_not_good(tmp_path: Path, json_too: list[str]) -> None:
    done = patrolcast("health", tmp_path / "gone.toml", *json_too)
    assert (done.returncode, done.stderr) == (1, "")
    assert "gone.toml: got no such file" in done.stdout
    assert done.stdout.startswith('{\n "as_of": null' if json_too else "not good: ")


@pytest.mark.parametrize("age", ["26", "h", "0h", "-1h", "26 h", "1.5h", "32d", "26H", "٢h", "1h30m", ""])
def test_an_age_that_is_none_is_a_wrong_call(age: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["health", "gone.toml", f"--max-age={age}"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "must be minutes, hours or days, at most 31 days; e.g. 26h" in captured.err
