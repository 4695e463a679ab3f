"""Past nights forecast again: nothing that came later may matter, and what is broken off goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.report.reader import unlabelled
from tests.runs import tiny_city
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.records import Progress
from patrolcast.domain.shifts import to_instants
from patrolcast.domain.tables import CitizenIncidents
from patrolcast.forecast.peers import COUNTING, PEERS, SELF_EXCITING, Space, TrainingWindow
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.report.backtest.page import backtest_page
from patrolcast.runs.backtest import backtest
from patrolcast.runs.backtest import peers as peer_runs
from patrolcast.runs.backtest.backtest import BacktestForecasts, forecast_origins, run_backtest, windows_of
from patrolcast.runs.backtest.hindsight import _sides
from patrolcast.runs.backtest.peers import tune_peers
from patrolcast.runs.backtest.windows import RollingOrigins, outcomes, plan_origins, reports_by, window_days
from patrolcast.runs.load.city import load_city
from patrolcast.runs.pipeline.rolling_origin import Fold
from patrolcast.runs.pipeline.run import run_pipeline

EXPECTED = ("forecast", "start", "peers", "excited", "shape", "growth")
SECTION = "\n[backtest]\norigins = 6\nretrain_every = 3\nhorizons = ['shift', 'week']\ntuning_windows = 4\n"


def tiny(root: Path, *, section: str = SECTION) -> ConfigFile:
    path = write_city(root)
    path.write_text(path.read_text() + section)
    return read_settings(path)


def forecasts(config: ConfigFile, out: Path) -> BacktestForecasts:
    return forecast_origins(config, out=out, now=NOW, progress=Progress())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[ConfigFile, Path, BacktestForecasts]:
    root = tmp_path_factory.mktemp("backtest")
    config = tiny(root)
    return config, root / "out", forecasts(config, root / "out")


def weekly(document: dict[str, Any], category: str) -> dict[str, Any]:
    return next(one for one in document["results"] if (one["category"], one["horizon"]) == (category, "week"))


@pytest.fixture(scope="module")
def document(made: tuple[ConfigFile, Path, BacktestForecasts]) -> dict[str, Any]:
    return run_backtest(made[0], out=made[1], now=NOW, progress=Progress())


def poisoned(root: Path, *, days_before_last: float) -> BacktestForecasts:
    """The city with every report after the last origin (less some days) moved to one corner."""
    config = tiny(root)
    last = np.datetime64("2026-02-14T05:00") - np.timedelta64(int(days_before_last * 24), "h")
    rows = [list(row) for row in tiny_city.records()]
    for row in rows:
        if np.datetime64(row[2].replace(" ", "T")) > last:
            row[3], row[4] = "-87.651", "41.801"
    tiny_city.write_rows(root / "data" / "incidents.csv", [tuple(row) for row in rows])
    return forecasts(config, root / "out")


def test_a_poisoned_future_moves_no_forecast(made: tuple[ConfigFile, Path, BacktestForecasts], tmp_path: Path) -> None:
    other = poisoned(tmp_path, days_before_last=0)
    assert made[2].rolling.moment(int(made[2].rolling.origins[-1])).isoformat() == "2026-02-14T11:00:00+00:00"
    for name in EXPECTED:
        np.testing.assert_array_equal(getattr(made[2].expected, name), getattr(other.expected, name))


def test_the_same_poison_before_the_last_origin_does_move_it(
    made: tuple[ConfigFile, Path, BacktestForecasts], tmp_path: Path
) -> None:
    other = poisoned(tmp_path, days_before_last=5)
    for name in EXPECTED:
        ours, theirs = getattr(made[2].expected, name), getattr(other.expected, name)
        np.testing.assert_array_equal(ours[:5], theirs[:5])
        moved = name not in ("shape", "growth")  # those are of the training, three origins before
        assert np.allclose(ours[5], theirs[5], equal_nan=True) != moved, name


def test_what_was_broken_off_goes_on_after_its_last_whole_part(
    made: tuple[ConfigFile, Path, BacktestForecasts], monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = sorted((made[1] / "parts").iterdir())
    assert len(parts) == 2
    parts[0].write_bytes(parts[0].read_bytes()[:100])
    trained: list[int] = []
    real = backtest._forecast_fold

    def counted(rolling: Any, fold: Any, *more: Any) -> Any:
        trained.append(fold.trained_at)
        return real(rolling, fold, *more)

    monkeypatch.setattr(backtest, "_forecast_fold", counted)
    again = forecasts(made[0], made[1])
    assert len(trained) == 1
    np.testing.assert_array_equal(again.expected.forecast, made[2].expected.forecast)


def test_another_config_uses_none_of_the_parts(
    made: tuple[ConfigFile, Path, BacktestForecasts], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tiny(tmp_path, section=SECTION.replace("tuning_windows = 4", "tuning_windows = 5"))

    def never(*_: Any) -> Any:
        raise AssertionError("made anew")

    monkeypatch.setattr(backtest, "_forecast_fold", never)
    with pytest.raises(AssertionError, match="made anew"):
        forecasts(config, made[1])


def test_the_window_of_an_origin_is_the_week_after_it(made: tuple[ConfigFile, Path, BacktestForecasts]) -> None:
    rolling = made[2].rolling
    origin = int(rolling.origins[2])
    start = to_instants(rolling.panel.calendar["shift_start"])
    first = rolling.first_shift(origin)
    assert start[first] >= rolling.panel.origins[origin] > start[first - 1]
    here = (rolling.panel.shift >= first) & (rolling.panel.shift < first + 21) & (rolling.panel.category == 0)
    after, before = outcomes(rolling, 0)
    assert after["week"][2].sum() == here.sum() > 0
    earlier = (rolling.panel.shift >= first - 21) & (rolling.panel.shift < first) & (rolling.panel.category == 0)
    assert before["week"][2].sum() == earlier.sum() > 0
    assert earlier.sum() != here.sum()


def test_categories_are_those_with_enough_incidents_at_the_first_origin(
    made: tuple[ConfigFile, Path, BacktestForecasts],
) -> None:
    """99 burglaries by then are too few, however many come later."""
    config, _, tested = made
    tables = load_city(config.settings, as_of=None, now=NOW, progress=Progress()).tables
    table, first = tables.incidents.table, tested.rolling.moment(int(tested.rolling.origins[0]))
    early = ((table["category"] == "burglary") & (table["reported_at"] <= first)).to_numpy()
    later = ((table["category"] == "burglary") & (table["reported_at"] > first)).to_numpy()
    assert later.sum() > 1
    for n, dropped in ((99, ("burglary",)), (100, ())):
        kept = ~early | (np.cumsum(early[::-1])[::-1] <= n)
        fewer = replace(tables, incidents=CitizenIncidents(table[kept].reset_index(drop=True)))
        grid = replace(tested.grid, position=tested.grid.position[kept])
        assert plan_origins(fewer, grid, config.settings, as_of=tested.as_of).dropped == dropped


def test_counting_counts_what_was_known_at_the_origin(made: tuple[ConfigFile, Path, BacktestForecasts]) -> None:
    rolling = made[2].rolling
    origin = int(rolling.origins[0])
    reports = reports_by(rolling.panel, 1, origin)
    known = rolling.panel.known(1)[: origin + 1]
    assert len(reports.cell) == known.sum()
    np.testing.assert_array_equal(np.bincount(reports.cell, minlength=rolling.panel.n_cells), known.sum(axis=0))


def test_every_method_is_scored_on_every_category_and_horizon(document: dict[str, Any]) -> None:
    told = [(one["category"], one["horizon"], one["windows"]) for one in document["results"]]
    assert told == [("burglary", "shift", 6), ("burglary", "week", 6), ("theft", "shift", 6), ("theft", "week", 6)]
    for one in document["results"]:
        assert {"forecast", "stacked_counts", COUNTING, "self_exciting", "promap"} <= set(one["methods"])
        ours, counting = (one["methods"][name]["hits"][2] for name in ("forecast", COUNTING))
        assert one["against"]["counting"][2]["ratio"] == pytest.approx(ours / counting, rel=1e-4)


def test_the_self_exciting_process_is_asked_for_each_horizon(made: tuple[ConfigFile, Path, BacktestForecasts]) -> None:
    expected, number = made[2].expected, list(PEERS).index(SELF_EXCITING)
    shift, week = np.moveaxis(expected.excited, 2, 0)
    np.testing.assert_array_equal(week, expected.peers[:, number])
    assert not np.allclose(shift, week)


def test_each_window_knows_its_training(made: tuple[ConfigFile, Path, BacktestForecasts]) -> None:
    after, before = outcomes(made[2].rolling, 0)
    windows = windows_of(made[2], 0, "week", after["week"], before["week"])
    assert windows.training.tolist() == [0, 0, 0, 1, 1, 1]
    assert windows.span == 21 / made[2].expected.n_shifts < 1
    assert all((windows.shape[k] == windows.shape[k + 1]).all() for k in (0, 1, 3, 4))


def test_districts_share_out_the_incidents_of_the_city(document: dict[str, Any]) -> None:
    for one in document["results"]:
        if one["horizon"] == "week":
            assert sum(part["incidents"] for part in one["districts"].values()) == one["incidents"]


def test_a_back_test_made_twice_is_the_same(
    made: tuple[ConfigFile, Path, BacktestForecasts], document: dict[str, Any]
) -> None:
    assert run_backtest(made[0], out=made[1], now=NOW, progress=Progress()) == document


def test_more_origins_than_the_history_holds_are_refused_in_one_line(tmp_path: Path) -> None:
    config = tiny(tmp_path, section=SECTION.replace("origins = 6", "origins = 25"))
    with pytest.raises(DataRefusedError, match=r"ask for fewer \[backtest\] origins"):
        forecasts(config, tmp_path / "out")


def test_windows_of_one_horizon_never_overlap(made: tuple[ConfigFile, Path, BacktestForecasts]) -> None:
    weekly = replace(made[2].rolling, folds=(Fold(np.arange(100, 163, 7, dtype=np.int32)),))
    assert weekly.scored("week").all()
    assert weekly.scored("shift").all()
    assert np.flatnonzero(weekly.scored("month")).tolist() == [0, 4, 8]
    daily = replace(weekly, folds=(Fold(np.arange(100, 110, dtype=np.int32)),))
    assert np.flatnonzero(daily.scored("week")).tolist() == [0, 7]


def test_a_category_that_goes_quiet_has_no_limit_and_the_others_have(document: dict[str, Any], tmp_path: Path) -> None:
    config = tiny(tmp_path)
    rows = [row for row in tiny_city.records() if row[5] != "BURG" or row[2] < "2026-01-10"]
    tiny_city.write_rows(tmp_path / "data" / "incidents.csv", rows)
    quiet = run_backtest(config, out=tmp_path / "out", now=NOW, progress=Progress())
    assert weekly(quiet, "burglary")["incidents"] == 0
    assert weekly(quiet, "burglary")["hindsight"] is None
    assert weekly(quiet, "theft")["hindsight"]["hits"]
    assert weekly(document, "burglary")["hindsight"]["hits"]
    assert '<td class="num">- / - / -</td>' in unlabelled(backtest_page(quiet))


def test_the_limit_is_reported_beside_the_hits_of_the_table(document: dict[str, Any]) -> None:
    """One order of ties for both: with another, counting catches other incidents here than there."""
    told = [one for one in document["results"] if one.get("hindsight")]
    assert told
    for one in told:
        counting = np.array(one["methods"]["all_history"]["hits"])
        over = np.array([np.nan if value is None else value for value in one["hindsight"]["over_counting"]])
        np.testing.assert_allclose(
            (over * counting)[counting > 0], np.array(one["hindsight"]["hits"])[counting > 0], rtol=1e-4
        )


def test_the_limit_knows_everything_but_the_window_itself(made: tuple[ConfigFile, Path, BacktestForecasts]) -> None:
    rolling = made[2].rolling
    for code, origin in ((0, rolling.origins[0]), (None, rolling.origins[3])):
        before, after = _sides(rolling, code, int(origin))
        first, panel = rolling.first_shift(int(origin)), rolling.panel
        mine = np.ones(len(panel.cell), dtype=bool) if code is None else panel.category == code
        inside = mine & (panel.shift >= first) & (panel.shift < first + 21)
        assert inside.sum() > 0
        left_out = np.bincount(panel.cell[mine], minlength=panel.n_cells)
        left_out -= np.bincount(np.concatenate([before.cell, after.cell]), minlength=panel.n_cells)
        np.testing.assert_array_equal(left_out, np.bincount(panel.cell[inside], minlength=panel.n_cells))


def later_reports_moved(rolling: RollingOrigins) -> RollingOrigins:
    """Every report that became known after the first origin: to the first cell, and to another slot of the day."""
    panel, later = rolling.panel, rolling.panel.known_day > rolling.origins[0]
    cell = np.where(later, np.int32(0), panel.cell)
    shift = np.where(later, panel.shift - panel.shift % rolling.n_slots, panel.shift)
    return replace(rolling, panel=replace(panel, cell=cell, shift=shift))


def test_peers_are_tuned_on_what_was_over_and_known_before_the_first_origin(
    made: tuple[ConfigFile, Path, BacktestForecasts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every fifth report comes in a month late: some of the weeks before the first origin are known only after it."""

    def windows_of_tuning(rolling: RollingOrigins) -> list[TrainingWindow]:
        asked: list[TrainingWindow] = []
        monkeypatch.setattr(peer_runs, "tune", lambda _, windows, *more, **options: asked.extend(windows))
        n_cells = rolling.panel.n_cells
        tune_peers(
            rolling, Space(np.zeros((n_cells, 2))), np.ones(n_cells), scored=np.ones(n_cells, dtype=bool), n_windows=4,
            maturity_days=7, seed=1,
        )  # fmt: skip
        return asked

    rolling = made[2].rolling
    late = np.where(np.arange(len(rolling.panel.cell)) % 5 == 0, 30, 0).astype(np.int32)
    rolling = replace(rolling, panel=replace(rolling.panel, known_day=rolling.panel.known_day + late))
    ours, theirs = windows_of_tuning(rolling), windows_of_tuning(later_reports_moved(rolling))
    assert len(ours) == len(theirs) > 0
    assert all(one.reports.n_days - 1 + 7 + 7 <= rolling.origins[0] for one in ours)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one.observed, other.observed)
        np.testing.assert_array_equal(one.reports.cell, other.reports.cell)


def test_the_worth_of_a_shift_is_that_of_what_was_known_at_its_origin(
    made: tuple[ConfigFile, Path, BacktestForecasts],
) -> None:
    rolling = made[2].rolling
    ours, theirs = window_days(rolling, 1), window_days(later_reports_moved(rolling), 1)
    np.testing.assert_array_equal(ours[0], theirs[0])
    assert not np.allclose(ours[-1], theirs[-1], rtol=1e-4)


def test_six_windows_tell_nothing_apart(document: dict[str, Any]) -> None:
    one = weekly(document, "theft")
    assert [against["too_few"] for against in one["against"]["counting"]] == ["windows"] * len(one["shares"])
    assert all(against["lower"] is None for against in one["against"]["counting"])
    assert all(decile["lower"] is None for decile in one["calibration"]["deciles"])


def first_origin(root: Path, *, horizon_days: int, kind: str = "auto") -> tuple[np.ndarray, np.ndarray]:
    """What the first origin expects of the day and week after it: by the back-test, by a nightly run of that moment."""
    path = write_city(root)
    text = path.read_text().replace("[model]", f'[model]\nkind = "{kind}"\nhorizon_days = {horizon_days}')
    path.write_text(text + SECTION.replace("origins = 6", "origins = 4").replace("'shift', 'week'", "'day', 'week'"))
    config = read_settings(path)
    tested = forecasts(config, root / "out")
    moment = tested.rolling.moment(int(tested.rolling.origins[0]))
    tables = load_city(config.settings, as_of=None, now=NOW, progress=Progress()).tables
    run = run_pipeline(tables, config.settings, as_of=moment).forecast
    names = tested.rolling.panel.categories
    by_shift = np.stack([
        run[run["category"] == name].pivot_table(index="cell", columns="shift_start", values="expected_incidents",
                                                 sort=True).loc[tested.grid.cells["cell"]].to_numpy()
        for name in names
    ])  # fmt: skip
    nightly = np.stack([by_shift[:, :, :3].sum(axis=2), by_shift.sum(axis=2)], axis=1)
    return tested.expected.forecast[0], nightly


@pytest.mark.parametrize("kind", ["start", "auto"])
def test_the_first_origin_of_a_week_is_the_nightly_run_of_a_week(tmp_path: Path, kind: str) -> None:
    tested, nightly = first_origin(tmp_path, horizon_days=7, kind=kind)
    np.testing.assert_allclose(tested, nightly, rtol=1e-5)


def test_a_nightly_run_of_one_day_expects_something_else_of_its_day(tmp_path: Path) -> None:
    tested, nightly = first_origin(tmp_path, horizon_days=1)
    assert not np.allclose(tested[:, 0], nightly[:, 0], rtol=1e-3)
    assert np.corrcoef(tested[:, 0].ravel(), nightly[:, 0].ravel())[0, 1] > 0.9


def test_origins_before_the_first_report_are_reported_as_such(tmp_path: Path) -> None:
    config = tiny(tmp_path, section="\n[backtest]\norigins = 40\nhorizons = ['day']\n")
    with pytest.raises(DataRefusedError) as told:
        forecasts(config, tmp_path / "out")
    assert str(told.value) == (
        "incidents: got none known by the first origin; must reach back before it, 2025-05-23; "
        "ask for fewer [backtest] origins, or fewer days between them"
    )
