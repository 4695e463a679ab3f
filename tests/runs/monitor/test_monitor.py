"""A look at the logs of the tiny city: what is planted pauses publication, what is missing is never a pass."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import h3
import numpy as np
import pandas as pd
import pytest
from tests.logs import good_row, write_log
from tests.runs.planted import monitor_document
from tests.runs.tiny_city import AS_OF, NOW, write_city

from patrolcast.audit.feedback.monitor import LogFindings
from patrolcast.domain.dosage_log import DosageLog, Visits
from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store.evidence import evidence_path, write_evidence
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.load.operations import log_from_runs, log_known_at, read_dosage_log, with_visits
from patrolcast.runs.monitor.evidence import GATE, monitor_gate, verdict_of
from patrolcast.runs.monitor.monitor import MonitorReport, run_monitor

MOMENT = datetime.fromisoformat(AS_OF)
WEEKS = 10


def write_planted_log(root: Path, *, honest: bool) -> Path:
    """Ten weeks of coins in the 16 busiest cells; a dishonest coin falls where reports are about to come."""
    with (root / "data" / "incidents.csv").open(newline="") as file:
        rows = [(row["reported"], float(row["latitude"]), float(row["longitude"])) for row in csv.DictReader(file)]
    reported = (
        pd.to_datetime([one[0] for one in rows]).tz_localize("America/Chicago", ambiguous="NaT").tz_convert("UTC")
    )
    cell = np.array([h3.latlng_to_cell(lat, lon, 8) for _, lat, lon in rows])
    names, n = np.unique(cell, return_counts=True)
    busy = names[np.argsort(-n, kind="stable")[:16]]
    rng = np.random.default_rng(5)
    told = []
    for day in range(7 * WEEKS):
        start = pd.Timestamp("2025-12-15T12:00Z") + timedelta(days=day)
        end = start + timedelta(hours=8)
        coming = set(cell[(reported >= start) & (reported < end)])
        heads = set(rng.permutation(busy)[:8])
        if not honest:
            order = sorted(busy, key=lambda one: (one not in coming, one))
            heads = set(order[:8])
        for one in busy:
            role = "suggested" if one in heads else "comparison"
            told.append(
                good_row(
                    one,
                    suggestion_id=f"{start:%Y%m%dT%H%MZ}-{one}",
                    shift_start=f"{start:%Y-%m-%dT%H:%M:%SZ}",
                    shift_end=f"{end:%Y-%m-%dT%H:%M:%SZ}",
                    role=role,
                )
            )
    return write_log(root / "data" / "log.csv", told)


def city_with_log(root: Path, *, honest: bool = True) -> Path:
    config = write_city(root)
    write_planted_log(root, honest=honest)
    config.write_text(config.read_text() + '[monitor]\nlog = "../data/log.csv"\n')
    return config


def looked_at(config: Path, *, invariances: bool = False) -> MonitorReport:
    return run_monitor(read_settings(config), as_of=None, now=NOW, invariances=invariances)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, MonitorReport]:
    config = city_with_log(tmp_path_factory.mktemp("honest"))
    return config, looked_at(config)


@pytest.fixture(scope="module")
def dishonest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, MonitorReport]:
    config = city_with_log(tmp_path_factory.mktemp("dishonest"), honest=False)
    return config, looked_at(config)


def store(config: Path, found: MonitorReport, **changed: object) -> None:
    """Stores a look, with the invariances as if they had been tried."""
    exact = monitor_document(read_settings(config), as_of=MOMENT)["gates"][:3]
    document = {**found.document, "gates": [*exact, *found.document["gates"]]}
    write_evidence(read_settings(config), "monitor", document | changed)


def gate(config: Path, *, as_of: datetime = MOMENT):
    return monitor_gate(read_settings(config), as_of=as_of)


def test_before_use_nothing_is_measured_and_nothing_is_stopped(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    found = looked_at(config)
    assert (found.verdict, found.gates) == ("not measured", ())
    assert found.finding == "no shift of the dosage log is over: before use there is nothing to monitor"
    assert (gate(config).verdict, gate(config).stops) == (GateVerdict.NOT_MEASURED, False)
    assert "before use there is nothing to monitor" in gate(config).detail
    store(config, found)
    assert (gate(config).verdict, gate(config).stops) == (GateVerdict.NOT_MEASURED, False)


def test_an_honest_coin_raises_no_alarm_and_says_what_could_have_been_seen(honest: tuple[Path, MonitorReport]) -> None:
    config, found = honest
    assert found.verdict == "no alarm"
    assert found.finding.startswith(f"no alarm in {WEEKS - 1} weeks; ")  # the last week's last shift ends at 20:00
    assert "could easily have gone unseen" in found.finding
    store(config, found)
    assert gate(config).verdict is GateVerdict.PASS


def test_an_alarm_pauses_publication_with_its_finding(dishonest: tuple[Path, MonitorReport]) -> None:
    config, found = dishonest
    assert found.verdict == "alarm"
    store(config, found)
    done = run_once(read_settings(config), now=NOW)
    assert not done.publishable
    assert GATE in done.stopped_by
    told = next(one for one in done.manifest["gates"] if one["name"] == GATE)
    assert told["verdict"] == "fail"
    assert "alarm in week" in told["detail"]
    audit = json.loads((done.folder / "audit.json").read_bytes())
    assert audit["publishable"] is False


def test_neither_a_new_version_nor_a_new_config_clears_an_alarm(dishonest: tuple[Path, MonitorReport]) -> None:
    config, found = dishonest
    store(config, found, patrolcast="0.0.1", bound_to={}, as_of="2020-01-01T00:00:00+00:00")
    assert gate(config).verdict is GateVerdict.FAIL


def test_a_named_log_that_nobody_looked_at_stops_publication(tmp_path: Path) -> None:
    config = city_with_log(tmp_path)
    assert (gate(config).verdict, gate(config).stops) == (GateVerdict.NOT_MEASURED, True)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"as_of": "2026-01-20T00:00:00+00:00"}, "it is 40 days old, 35 are allowed"),
    ],
)
def test_a_stale_quiet_look_stops_publication(
    honest: tuple[Path, MonitorReport], changed: dict[str, object], told: str
) -> None:
    config, found = honest
    store(config, found, **changed)
    stale = gate(config)
    assert (stale.verdict, stale.stops) == (GateVerdict.NOT_MEASURED, True)
    assert stale.detail == f"the stored look is stale: {told}; run `patrolcast monitor` on this config"
    store(config, found)


def test_damaged_evidence_stops_like_an_alarm(honest: tuple[Path, MonitorReport]) -> None:
    config, found = honest
    evidence_path(read_settings(config), "monitor").write_text("{")
    assert gate(config).verdict is GateVerdict.FAIL
    store(config, found)


def test_shifts_that_are_not_over_and_days_before_since_are_not_looked_at(honest: tuple[Path, MonitorReport]) -> None:
    config, _ = honest
    early = run_monitor(read_settings(config), as_of="2026-01-05T08:00-06:00", now=NOW, invariances=False)
    assert early.document["watched"]["last_shift_end"] < "2026-01-05T14:00"
    text = config.read_text()
    config.write_text(text + 'since = "2026-02-01"\n')
    late = looked_at(config)
    config.write_text(text)
    assert late.document["watched"]["first_shift"] >= "2026-02-01T06:00"


def test_the_log_is_no_input_of_a_run(honest: tuple[Path, MonitorReport]) -> None:
    config, found = honest
    store(config, found)
    done = run_once(read_settings(config), now=NOW)
    assert not [one for one in done.manifest["inputs"] if one["key"].startswith("monitor")]
    assert done.manifest["publishable"] is True


def test_the_log_of_the_run_folders_is_what_the_runs_suggested(honest: tuple[Path, MonitorReport]) -> None:
    config, found = honest
    store(config, found)
    read = read_settings(config)
    early = run_once(read, now=NOW, as_of="2026-02-01T05:00:00-06:00")
    late = run_once(read, now=NOW)
    log = log_from_runs(read.settings.city_runs(), name="tiny", weights={}).table
    told = pd.read_csv(late.folder / "suggestions.csv")
    ours = log[log["run_id"] == late.manifest["run_id"]]
    assert set(ours["suggestion_id"]) == set(told["suggestion_id"])
    assert ours["score"].sum() == pytest.approx(told["expected_incidents"].sum(), rel=1e-4)
    assert set(log["run_id"]) == {early.manifest["run_id"], late.manifest["run_id"]}
    first = log[log["run_id"] == early.manifest["run_id"]]
    # The late run is 28 days on: its forecast is the early rows' later score, for every cell, suggested again or not.
    assert first["score_28_days_later"].notna().all()
    later = (
        pd.read_parquet(late.folder / "forecast.parquet").groupby(["cell", "shift_start"])["expected_incidents"].sum()
    )
    for row in first.itertuples():
        assert row.score_28_days_later == pytest.approx(later[row.cell, row.shift_start + pd.Timedelta(days=28)])


def test_visits_fall_into_cells_and_shifts_and_none_is_not_unknown(tmp_path: Path) -> None:
    cells = ("892664c1a8fffff", "892664c1a8bffff")
    days = [f"2026-06-{day}" for day in ("01", "27", "28", "29")]
    rows = [
        good_row(cell, shift_start=f"{day}T11:00:00Z", shift_end=f"{day}T19:00:00Z", delivered_visits="",
                 suggestion_id=f"{day.replace('-', '')}T1100Z-{cell}")
        for cell in cells for day in days
    ]  # fmt: skip
    log = read_dosage_log(write_log(tmp_path / "log.csv", rows))
    at = pd.to_datetime(["2026-06-27T12:00Z", "2026-06-27T13:00Z", "2026-06-29T19:00Z", "2026-06-29T18:59Z"], utc=True)
    visits = Visits(
        pd.DataFrame({"cell": [cells[0], cells[0], cells[0], "89266ffffffffff"], "arrived_at": at.as_unit("us"),
                      "left_at": (at + pd.Timedelta(minutes=12)).as_unit("us")})
    )  # fmt: skip
    table = with_visits(log, visits, source="cad").table.set_index("suggestion_id")
    assert table.loc["20260627T1100Z-" + cells[0], ["delivered_visits", "delivered_minutes"]].tolist() == [2.0, 24.0]
    assert table.loc["20260629T1100Z-" + cells[0], "delivered_visits"] == 0  # arrived when the shift was over
    assert table.loc["20260628T1100Z-" + cells[1], "delivered_visits"] == 0
    assert np.isnan(table.loc["20260601T1100Z-" + cells[1], "delivered_visits"])  # before the extract begins


def test_the_document_holds_no_path_and_no_clock(honest: tuple[Path, MonitorReport]) -> None:
    config, found = honest
    assert looked_at(config).document == found.document
    assert str(config.parent.parent) not in json.dumps(found.document)


def test_the_log_is_looked_at_as_it_stood_then(honest: tuple[Path, MonitorReport]) -> None:
    """Three days in, no week is finished; a score of 28 days later is not yet known."""
    config, _ = honest
    early = run_monitor(read_settings(config), as_of="2025-12-18T08:00-06:00", now=NOW, invariances=False)
    assert early.verdict == "not measured"
    assert early.finding.endswith("no week of the log is finished yet")
    log = read_dosage_log(config.parent.parent / "data" / "log.csv")
    told = DosageLog(log.table.assign(score_28_days_later=1.0))
    moment = pd.Timestamp("2026-01-20T00:00Z")
    then = log_known_at(told, moment).table
    known = then["score_28_days_later"].notna()
    assert (then["shift_end"] <= moment).all()
    assert known.any()
    assert (known == (then["shift_start"] + pd.Timedelta(days=28) <= moment)).all()


def test_a_log_of_another_city_is_refused(tmp_path: Path) -> None:
    config = city_with_log(tmp_path)
    write_log(tmp_path / "data" / "log.csv", [good_row() | dict.fromkeys(("shift_start",), "2026-06-29T11:00:00Z")])
    read = read_settings(config)
    with pytest.raises(DataRefusedError, match=r"^dosage log: got no cell of the grid in 1 rows; cells must be of"):
        run_monitor(read, as_of="2026-07-01T05:00-05:00", now=NOW, invariances=False)


def test_an_alarm_after_a_run_is_never_passed_by_using_that_run_again(tmp_path: Path) -> None:
    config = city_with_log(tmp_path)
    write_evidence(read_settings(config), "monitor", monitor_document(read_settings(config), as_of=MOMENT))
    first = run_once(read_settings(config), now=NOW)
    assert first.manifest["publishable"] is True
    alarm = monitor_document(read_settings(config), as_of=MOMENT, e_value=25.0)
    write_evidence(read_settings(config), "monitor", alarm)
    again = run_once(read_settings(config), now=NOW)
    assert (again.reused, again.publishable, again.stopped_by) == (False, False, [GATE])


def test_a_log_about_officers_ends_the_look_with_exit_14(tmp_path: Path) -> None:
    from patrolcast.cli import main

    config = city_with_log(tmp_path)
    path = tmp_path / "data" / "log.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0] + ",badge", *(f"{line},77" for line in lines[1:])]) + "\n")
    assert main(["monitor", str(config), "--quick", "--quiet", "--out", str(tmp_path / "out")]) == 14
    assert not (tmp_path / "out").exists()


def check(name: str, verdict: GateVerdict, *, stops: bool = True) -> GateResult:
    return GateResult(name, None, "rule", verdict, f"detail of {name}", stops=stops)


NINE_WEEKS = cast(LogFindings, SimpleNamespace(n_weeks=9))


@pytest.mark.parametrize(
    ("gates", "findings", "verdict", "finding"),
    [
        (
            [check("band_reports", GateVerdict.PASS)],
            NINE_WEEKS,
            "no alarm",
            "no alarm in 9 weeks; detail of band_reports",
        ),
        (
            [check("band_reports", GateVerdict.PASS), check("call_sources", GateVerdict.FAIL)],
            NINE_WEEKS,
            "alarm",
            "call_sources: detail of call_sources",
        ),
        (
            [check("band_reports", GateVerdict.PASS), check("coin", GateVerdict.FAIL, stops=False)],
            NINE_WEEKS,
            "no alarm",
            "no alarm in 9 weeks; detail of band_reports",
        ),
        (
            [check("band_reports", GateVerdict.NOT_MEASURED)],
            NINE_WEEKS,
            "not measured",
            "whether patrol feeds the records was not measured: detail of band_reports",
        ),
        ([check("demographics", GateVerdict.FAIL)], None, "alarm", "demographics: detail of demographics"),
        ([], None, "not measured", "no shift of the dosage log is over: before use there is nothing to monitor"),
    ],
)
def test_one_verdict_over_all_gates_by_hand(
    gates: list[GateResult], findings: LogFindings | None, verdict: str, finding: str
) -> None:
    weeks = 0 if findings is None else findings.n_weeks
    assert verdict_of(gates, looked=findings is not None, n_weeks=weeks) == (verdict, finding)
