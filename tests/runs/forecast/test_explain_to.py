"""The three explanations of one stored run agree with it and with each other; a resident needs somebody to write to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from tests.report.records.recorded_run import GOVERNANCE
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import GovernanceError
from patrolcast.domain.governance.audience import Audience
from patrolcast.domain.records import NOTICE
from patrolcast.io.hashing import file_sha256
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store.stored_run import StoredRun, read_run
from patrolcast.io.trail.proof import read_proof
from patrolcast.report.explanation.voices import Lines
from patrolcast.runs.forecast.explain_to import explain_to, gather_facts
from patrolcast.runs.forecast.once import run_once


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    return read_run(run_once(read_settings(write_city(tmp_path_factory.mktemp("city"))), now=NOW).folder)


def text_of(found: Lines) -> str:
    return "\n".join(line for head, lines in found.items() for line in (head, *lines))


def test_all_three_are_about_the_same_run_and_carry_the_notice(run: StoredRun) -> None:
    cell = str(run.suggestions["cell"].iloc[0])
    for reader in Audience:
        text = text_of(explain_to(run, cell, reader, governance=GOVERNANCE, now=NOW))
        assert NOTICE in text
        assert run.place_of(cell) in text or cell in text


def test_the_comparison_is_that_of_the_forecast(run: StoredRun) -> None:
    cell = str(run.suggestions["cell"].iloc[0])
    facts = gather_facts(run, cell, now=NOW)
    for start, times in facts.times_average.items():
        rows = run.forecast[run.forecast["shift_start"] == pd.Timestamp(start)]
        by_cell = rows.groupby("cell")["expected_incidents"].sum()
        assert times == pytest.approx(by_cell[cell] / by_cell.mean())
    assert facts.n_cells == run.forecast["cell"].nunique()


def test_the_court_sees_the_entries_that_state_this_manifest(run: StoredRun) -> None:
    facts = gather_facts(run, str(run.suggestions["cell"].iloc[0]), now=NOW)
    assert facts.manifest_sha256 == file_sha256(run.folder / "manifest.json")
    finished = [one for one in facts.entries if one["event"] == "run.finish"]
    assert [one["manifest_sha256"] for one in finished] == [facts.manifest_sha256]
    assert facts.proof == "" or read_proof(facts.proof.encode()).index >= 0


def test_a_resident_without_anybody_to_write_to_is_not_fobbed_off(run: StoredRun, tmp_path: Path) -> None:
    cell = str(run.suggestions["cell"].iloc[0])
    with pytest.raises(GovernanceError, match=r"organisation\.toml: got no such file"):
        explain_to(run, cell, Audience.COMMUNITY, governance=tmp_path / "nobody", now=NOW)
    assert explain_to(run, cell, Audience.OFFICER, governance=tmp_path / "nobody", now=NOW)


def test_each_reader_is_first_warned_of_a_run_that_is_over_and_of_none_that_holds(run: StoredRun) -> None:
    cell, later = str(run.suggestions["cell"].iloc[0]), NOW + timedelta(days=30)
    for reader in Audience:
        first = next(iter(explain_to(run, cell, reader, governance=GOVERNANCE, now=later).items()))
        assert first[0] == "Not for use"
        assert any("Use this run for review only" in line for line in first[1])
        expired = explain_to(run, cell, reader, governance=GOVERNANCE, now=NOW)
        assert not any("time was over" in line for lines in expired.values() for line in lines)
