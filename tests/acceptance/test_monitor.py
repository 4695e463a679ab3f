"""`patrolcast monitor`: the log of the sample is looked at, told and stored; nothing is planted, and none is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.acceptance.conftest import CONFIG, ROOT, Sample, called, patrolcast

pytestmark = pytest.mark.skipif(CONFIG.name != "sample.toml", reason="only the sample has a log")
STORED = ROOT / "configs" / "evidence" / "sample.monitor.json"


@pytest.mark.long
def test_a_quick_look_writes_page_and_document_and_stores_no_verdict(tmp_path: Path) -> None:
    before = STORED.read_bytes()
    done = patrolcast("monitor", CONFIG, "--quick", "--out", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    first, second, *_ = done.stdout.splitlines()
    assert first.startswith("No sign that patrol is driving the forecast. A rise of ")
    assert second.startswith("Citizens made ")
    assert second.endswith("% could be missed.")
    document = json.loads((tmp_path / "out" / "monitor.json").read_bytes())
    assert document["watched"]["weeks"] == 26
    assert {one["name"]: one["verdict"] for one in document["gates"]} == {
        "band_reports": "pass",
        "band_score_later": "pass",
        "call_source_labels": "pass",
        "change_by_call_source": "pass",
        "officer_share_drift": "pass",
        "suggestions_move": "warn",
    }
    page = (tmp_path / "out" / "monitor.html").read_text(encoding="utf-8")
    assert "only a rise of 56 % would be seen as often" in page
    assert STORED.read_bytes() == before
    stored = json.loads(before)
    ours = {one["name"]: one for one in document["gates"]}
    assert all(ours[one["name"]] == one for one in stored["gates"] if one["name"] in ours)


def test_the_committed_verdict_speaks_for_the_committed_config_and_is_whole() -> None:
    stored = json.loads(STORED.read_bytes())
    verified = called("evidence", "verify", CONFIG, "--quick")
    assert verified.returncode == 0, verified.stderr
    assert "look at the dosage log: no alarm; bound to this code, config and city, whole" in verified.stdout
    names = {one["name"]: one["verdict"] for one in stored["gates"]}
    assert names["officer_records_change_nothing"] == names["demographics_change_nothing"] == "pass"
    assert names["past_suggestions_change_nothing"] == "pass"
    assert stored["verdict"] == "no alarm"


def test_every_run_tells_the_stored_verdict(sample: Sample) -> None:
    (gate,) = [one for one in sample.manifest["gates"] if one["name"] == "feedback_monitor"]
    assert gate["verdict"] == "pass"
    assert gate["detail"].startswith("no alarm in 26 weeks")
