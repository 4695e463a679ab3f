from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tests.runs.tiny_city import NOW, write_city

from patrolcast.audit.gates import REQUIRED
from patrolcast.domain.errors import DataRefusedError, UsageError
from patrolcast.domain.records import NOTICE
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store.booster import contributions_in_child
from patrolcast.io.store.stored_run import StoredRun, read_run
from patrolcast.runs.forecast.explained.cell import CellExplanation, explain_cell
from patrolcast.runs.forecast.once import run_once


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    config = write_city(tmp_path_factory.mktemp("city"))
    text = config.read_text().replace("rounds = 15", "rounds = 15\nlearning_rate = 0.1")
    config.write_text(text)
    return read_run(run_once(read_settings(config), now=NOW).folder)


@pytest.fixture(scope="module")
def explained(run: StoredRun) -> Callable[[str], CellExplanation]:
    """Each cell once: every explanation reads the model in a process of its own."""
    return cache(lambda cell: explain_cell(run, cell, now=NOW))


def test_a_suggested_cell_is_reported_its_rank_and_its_visits(
    run: StoredRun, explained: Callable[[str], CellExplanation]
) -> None:
    top = run.suggestions.iloc[0]
    told = explained(top["cell"])
    first = told.shifts[0]
    assert (first.suggested, first.rank, first.visits) == (True, top["rank"], top["visits"])
    assert first.expected_incidents == pytest.approx(top["expected_incidents"], rel=1e-6)
    assert "suggested, rank 1 of " in told.lines()[1 + len(told.standing)]
    assert told.lines()[-1] == NOTICE


def test_a_cell_that_was_not_suggested_is_reported_the_line_it_missed(
    run: StoredRun, explained: Callable[[str], CellExplanation]
) -> None:
    left = sorted(set(run.forecast["cell"]) - set(run.suggestions["cell"]))
    for shift in explained(left[0]).shifts:
        assert not shift.suggested
        assert shift.last_score is not None
        assert shift.score <= shift.last_score
        assert shift.rank > 4


def test_ranks_agree_with_the_suggestions_in_every_cell_and_shift(
    run: StoredRun, explained: Callable[[str], CellExplanation]
) -> None:
    suggested = {(r.cell, r.shift_start.isoformat()): r.rank for r in run.suggestions.itertuples()}
    left = sorted(set(run.forecast["cell"]) - set(run.suggestions["cell"]))
    for cell in (run.suggestions["cell"].iloc[0], run.suggestions["cell"].iloc[-1], left[0]):
        for shift in explained(cell).shifts:
            assert shift.suggested == ((cell, shift.shift_start) in suggested)


def test_the_contributions_sum_to_the_forecast(run: StoredRun, explained: Callable[[str], CellExplanation]) -> None:
    cell = run.suggestions["cell"].iloc[0]
    for shift in explained(cell).shifts:
        if shift.raw_score is None:
            assert shift.method != "model"
            continue
        assert sum(shift.contributions.values()) == pytest.approx(shift.raw_score, abs=1e-9)
        assert math.exp(shift.raw_score) == pytest.approx(shift.expected_by_category[shift.leading], rel=1e-6)


def test_a_cell_that_the_run_has_not_is_refused(run: StoredRun) -> None:
    with pytest.raises(UsageError) as error:
        explain_cell(run, "nope", now=NOW)
    rule = f"must be one of the run's {run.forecast['cell'].nunique()} cells"
    assert str(error.value) == f"CELL: got 'nope'; {rule}; forecast.parquet and briefing.html name them"


def test_what_lowers_a_forecast_stands_apart_from_the_reasons(
    run: StoredRun, explained: Callable[[str], CellExplanation]
) -> None:
    shift = explained(run.suggestions["cell"].iloc[0]).shifts[0]
    assert not [reason for reason in shift.reasons if "lowers it" in reason]
    assert all("lowers it" in text for text in shift.lowered_by)
    lowered = replace(shift, lowered_by=("it is a Friday (lowers it by 9 %)", "no bar near (lowers it by 4 %)"))
    said = [line for line in lowered.lines("1") if "lowers it" in line]
    assert said == ["  despite: it is a Friday (lowers it by 9 %); no bar near (lowers it by 4 %)"]


def test_a_shift_has_its_end_and_its_time_zone(run: StoredRun, explained: Callable[[str], CellExplanation]) -> None:
    for shift in explained(run.suggestions["cell"].iloc[0]).shifts:
        assert re.fullmatch(r"[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d to \d\d:\d\d C[DS]T", shift.shift)


def test_a_run_that_was_stopped_or_is_over_says_so_before_anything_else(run: StoredRun) -> None:
    cell, until = run.suggestions["cell"].iloc[0], datetime.fromisoformat(run.manifest["expires_at"])
    gates = [{**gate, "verdict": "pass"} for gate in run.manifest["gates"]]
    names = {gate["name"] for gate in gates}
    gates += [{"name": name, "stops": True, "verdict": "pass"} for name in REQUIRED - names]
    good = replace(run, manifest={**run.manifest, "gates": gates})
    assert explain_cell(good, cell, now=until - timedelta(seconds=1)).standing == ()
    (over,) = explain_cell(good, cell, now=until).standing
    assert over.startswith("Its time was over on ")
    assert over.endswith(". Use this run for review only.")
    fails = [{**gate, "verdict": "fail"} if gate["name"] == "loop_test" else gate for gate in gates]
    stopped = explain_cell(
        replace(run, manifest={**run.manifest, "gates": fails}), cell, now=until - timedelta(hours=1)
    )
    assert stopped.standing == ("Not published: stopped by loop test. Use this run for review only.",)
    assert stopped.lines()[2 if stopped.place else 1] == stopped.standing[0]


def test_a_changed_model_is_never_handed_to_the_library(run: StoredRun, tmp_path: Path) -> None:
    path = run.folder / "model" / "model.txt"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"num_leaves", b"num_leavez", 1))
    try:
        with pytest.raises(DataRefusedError, match=r"^run .*: model/model.txt: got other bytes than the manifest says"):
            read_run(run.folder)
    finally:
        path.write_bytes(whole)


LONG = pytest.mark.long
BAD_TEXTS = [b"", b"tree\nversion=v4\n", pytest.param(b"no booster", marks=LONG), pytest.param(b"\xff\xfe", marks=LONG)]


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_a_text_that_is_no_model_ends_the_child_and_not_us(text: bytes) -> None:
    with pytest.raises(DataRefusedError, match=r"^model/model.txt: got a reader that ended with -?\d+; must be the "):
        contributions_in_child(text, np.zeros((1, 3), dtype=np.float32))
