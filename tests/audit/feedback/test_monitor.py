"""The monitor on 26 weeks of generated logs: it finds what was planted, names it, and is silent where nothing was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from benchmarks.cities.logs import Plant, make_logs
from tests.audit.logged import examined, records, rows_of, visits_of

from patrolcast.audit.feedback.dosage_log import Records, count_within, logged_rows
from patrolcast.audit.feedback.gates import feedback_gates
from patrolcast.audit.feedback.monitor import LogFindings, check_logs, monitor_reports
from patrolcast.domain.dosage_log import DosageLog, make_log
from patrolcast.domain.records import GateResult, GateVerdict

SEEDS = range(20)
MAY_STOP = ("band_reports", "band_score_later", "call_source_labels")


def gates(found: LogFindings) -> dict[str, GateResult]:
    return {gate.name: gate for gate in feedback_gates(found, longest_run_days=28)}


@pytest.fixture(scope="module")
def nothing_planted() -> list[dict[str, GateResult]]:
    return [gates(examined(seed, Plant())) for seed in SEEDS]


@pytest.fixture(scope="module")
def reinforced() -> list[LogFindings]:
    return [examined(seed, Plant(ratio=1.3), permutations=1) for seed in SEEDS]


def test_planted_reinforcement_is_found_in_at_least_18_of_20_seeds(reinforced: list[LogFindings]) -> None:
    assert sum(gates(one)["band_reports"].verdict is GateVerdict.FAIL for one in reinforced) >= 18


def test_without_any_nothing_that_may_stop_publication_fails_in_19_of_20(
    nothing_planted: list[dict[str, GateResult]],
) -> None:
    for name in MAY_STOP:
        assert sum(one[name].verdict is GateVerdict.PASS for one in nothing_planted) >= 19, name
    assert sum(all(one[name].verdict is not GateVerdict.FAIL for name in MAY_STOP) for one in nothing_planted) >= 19


def test_the_planted_ratio_is_estimated_without_bias(reinforced: list[LogFindings]) -> None:
    ratios = [one.reports.rate_ratio for one in reinforced if one.reports is not None]
    assert np.mean(np.log(ratios)) == pytest.approx(np.log(1.3), abs=0.04)


def test_deterrence_warns_and_never_stops() -> None:
    found = [gates(examined(seed, Plant(ratio=0.7), permutations=1))["band_reports"] for seed in range(6)]
    assert {(gate.verdict, "records fall where suggested" in gate.detail) for gate in found} == {
        (GateVerdict.WARN, True)
    }


def test_mislabelled_call_sources_are_caught_by_the_label_audit() -> None:
    """A quarter of officers' records labelled "citizen" stops publication; one in twenty is named."""
    quarter = [gates(examined(seed, Plant(mislabelled=0.25), permutations=999)) for seed in range(2)]
    assert {one["call_source_labels"].verdict for one in quarter} == {GateVerdict.FAIL}
    twentieth = [gates(examined(seed, Plant(mislabelled=0.05), permutations=199)) for seed in range(4)]
    assert sum(one["call_source_labels"].verdict is GateVerdict.WARN for one in twentieth) >= 3


def test_a_lag_that_reads_the_suggestion_log_is_caught_by_the_score_28_days_later() -> None:
    """Broken on purpose: no report changes, so the reports cannot show it; the later score does."""
    found = [gates(examined(seed, Plant(reads_log=0.10), permutations=1)) for seed in range(10)]
    assert sum(one["band_score_later"].verdict is GateVerdict.FAIL for one in found) >= 8
    assert sum(one["band_reports"].verdict is GateVerdict.FAIL for one in found) <= 1


def test_patrol_that_only_records_more_is_reported_as_detection_not_as_crime(
    nothing_planted: list[dict[str, GateResult]],
) -> None:
    told = [one["change_by_call_source"] for one in nothing_planted]
    assert all(not gate.stops for gate in told)
    assert sum("is patrol recording, not crime" in gate.detail for gate in told) >= 15
    assert sum(gate.verdict is GateVerdict.PASS for gate in told) >= 18


def test_without_a_coin_effects_are_not_measured_never_passed() -> None:
    logged = make_logs(1, Plant(weeks=10))
    table = logged.log.table
    certain = DosageLog(table[table["role"] == "suggested"].assign(propensity=1.0).reset_index(drop=True))
    found = examined_log(certain, logged)
    for name in ("band_reports", "band_score_later"):
        gate = gates(found)[name]
        assert (gate.verdict, gate.value, gate.stops) == (GateVerdict.NOT_MEASURED, None, False)
        assert "no place was suggested or left out by lot" in gate.detail


def test_without_moments_of_visits_labels_are_not_audited_never_passed() -> None:
    logged = make_logs(1, Plant(weeks=10))
    gate = gates(examined_log(logged.log, logged, visits=False))["call_source_labels"]
    assert gate.verdict is GateVerdict.NOT_MEASURED
    assert "[monitor.visits] names an AVL or CAD extract" in gate.detail


def test_what_could_have_been_seen_is_always_reported(nothing_planted: list[dict[str, GateResult]]) -> None:
    for one in nothing_planted:
        assert "could easily have gone unseen in 26 weeks" in one["band_reports"].detail
        assert "could easily have gone unseen" in one["band_score_later"].detail


def test_explored_cells_have_no_counterpart_in_the_log_and_make_no_effect() -> None:
    """A cell in ten is drawn from everywhere and logged, those that were passed by are not: compared with the held-back
    ones, at a chance of their own, they would look like an effect.
    """
    logged = make_logs(2, Plant(weeks=10))
    table, rng = logged.log.table, np.random.default_rng(4)
    held = table[(table["role"] == "comparison") & (rng.random(len(table)) < 0.2)]
    quiet = [cell for cell in logged.cells if cell not in set(table["cell"])]
    explored = held.assign(role="explored", propensity=0.1, cell=rng.choice(quiet, len(held)), suggested_visits=1.0)
    explored = explored.drop_duplicates(["cell", "shift_start"])
    explored["suggestion_id"] = explored["shift_start"].dt.strftime("%Y%m%dT%H%MZ-") + explored["cell"]
    more = make_log(pd.concat([table, explored], ignore_index=True))
    plain, with_explored = examined_log(logged.log, logged), examined_log(more, logged)
    assert with_explored.n_rows == plain.n_rows + len(explored)
    assert with_explored.n_drawn == plain.n_drawn
    assert (with_explored.reports, with_explored.reports_band) == (plain.reports, plain.reports_band)
    assert with_explored.score_band == plain.score_band


def test_unequal_chances_are_weighed_and_cry_no_wolf() -> None:
    """Hotter cells get a higher chance: without it they would look like an effect."""
    wolves = blind = 0
    for seed in range(10):
        logged = make_logs(seed, Plant())
        rng = np.random.default_rng([seed, 3])
        rows = rows_of(logged)
        counts = count_within(records(logged.citizen, logged.cells), rows.cell, rows.start, rows.end)
        heat = np.bincount(rows.cell, weights=counts, minlength=rows.n_cells)[rows.cell]
        chance = np.where(heat > np.median(heat[rows.drawn]), 0.9, 0.2)
        told = rng.random(len(chance)) < chance
        unequal = replace(rows, chance=np.where(rows.drawn, chance, 1.0), assigned=np.where(rows.drawn, told, True))
        found, _ = monitor_reports(unequal, counts, rows.drawn)
        same, _ = monitor_reports(replace(unequal, chance=np.full(len(chance), 0.55)), counts, rows.drawn)
        wolves += found is not None and found.alarm_week is not None
        blind += same is not None and same.alarm_week is not None
    assert wolves == 0
    assert blind >= 8


def test_records_are_counted_in_the_shift_in_which_they_became_known() -> None:
    logged = make_logs(2, Plant(weeks=9, history_weeks=9))
    rows, reports = rows_of(logged), records(logged.citizen, logged.cells)
    counts = count_within(reports, rows.cell, rows.start, rows.end)
    for i in np.random.default_rng(1).choice(len(counts), 50):
        inside = (reports.moment >= rows.start[i]) & (reports.moment < rows.end[i]) & (reports.cell == rows.cell[i])
        assert counts[i] == inside.sum()


def test_a_week_is_seven_days_from_the_first_shift_and_the_unfinished_one_waits() -> None:
    logged = make_logs(2, Plant(weeks=3, history_weeks=1))
    table = logged.log.table
    cut = table["shift_end"] <= table["shift_start"].min() + pd.Timedelta(days=17)
    rows = logged_rows(DosageLog(table[cut].reset_index(drop=True)), pd.Index(logged.cells))
    assert rows.n_weeks == 2
    assert sorted(set(rows.week)) == [-1, 0, 1]


def test_the_same_logs_give_the_same_findings_to_the_last_bit() -> None:
    assert examined(3, Plant(mislabelled=0.1)) == examined(3, Plant(mislabelled=0.1))


def examined_log(log: DosageLog, logged, *, visits: bool = True) -> LogFindings:
    return check_logs(
        logged_rows(log, pd.Index(logged.cells)),
        records(logged.citizen, logged.cells),
        records(logged.set_aside, logged.cells),
        visits_of(logged) if visits else None,
        near_visit_minutes=15.0,
        permutations=19,
        seed=7,
    )


def test_no_record_at_all_is_not_measured() -> None:
    none = Records(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    rows = rows_of(make_logs(1, Plant(weeks=9, history_weeks=1)))
    found = gates(check_logs(rows, none, none, None, near_visit_minutes=15.0, permutations=9, seed=7))
    for name in ("band_reports", "call_source_labels", "change_by_call_source", "officer_share_drift"):
        assert found[name].verdict is GateVerdict.NOT_MEASURED, name
