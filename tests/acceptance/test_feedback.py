"""`patrolcast feedback`: added by hand and from a form, answered, listed; overdue items are a warning of the run."""

from __future__ import annotations

import json
from pathlib import Path

from tests.acceptance.conftest import called
from tests.runs.tiny_city import write_city


def test_from_the_desk_to_the_answer(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    here = ("--runs", tmp_path / "runs")
    form = tmp_path / "form.csv"
    form.write_text("received,topic,text\n2026-01-02,place,Why here?\n")
    assert called("feedback", "list", config, *here).stdout == "no feedback is on the register\n"
    assert called("feedback", "add", config, "--from", form, *here).stdout.startswith("1 items entered")
    assert called("feedback", "add", config, "--from", form, *here).stdout.endswith("1 were there before\n")
    assert called("feedback", "add", config, "--topic", "fairness", "--text", "Why us?", *here).returncode == 0
    assert called("feedback", "add", config, *here).returncode == 2
    listed = json.loads(called("feedback", "list", config, "--json", *here).stdout)["items"]
    assert [(one["topic"], one["state"]) for one in listed] == [("place", "OVERDUE"), ("fairness", "open")]
    run = called("forecast", config, *here)
    assert run.returncode == 0, run.stderr
    warned = f"warning: feedback item {listed[0]['item']} of 2026-01-02 (place) is open for "
    assert warned in run.stdout
    assert warned in called("status", config, *here).stdout
    reply = ("--disposition", "answered", "--reply", "The streets there had most reports of the district.")
    assert called("feedback", "answer", config, listed[0]["item"], *reply, *here).returncode == 0
    assert "warning: feedback" not in called("forecast", config, *here).stdout
    assert called("trail", "verify", tmp_path / "runs" / "tiny").returncode == 0
