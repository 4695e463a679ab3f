"""Runs of a city for those who watch over it: their checks, how a check went over time, and two nights compared."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import pandas as pd

from patrolcast.domain.errors import UnknownError, shown
from patrolcast.domain.residents import GroupNames
from patrolcast.io.store import run_store
from patrolcast.io.store.stored_run import read_forecast, read_suggestions
from patrolcast.report import words
from patrolcast.report.audit.inputs_and_gates import gate_rows, stored_gate, tally
from patrolcast.report.index.verdict_lines import check_name
from patrolcast.report.run.place_rows import district_order
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.console.night import PublishedNight
from patrolcast.runs.forecast.stored_runs import stopping_gates

MOST_RUNS, MOST_NIGHTS = 60, 14
PUBLISHED = "Published"


@dataclass(frozen=True)
class RunRow:
    """A run as a list shows it; ``checks`` are the rows of its table of checks, empty where it cannot be read."""

    run_id: str
    as_of: str
    outcome: str
    good: bool
    published: bool
    checks: tuple[dict[str, Any], ...] = ()
    tally: str = ""


def listed_runs(city: ConsoleCity, night: PublishedNight) -> list[RunRow]:
    """The newest runs, newest first. Their files are compared with their hashes when somebody opens one.

    Parameters
    ----------
    night : what is published. A link to a run is not enough: it may have expired, or been changed.
    """
    folders = islice(run_store.finished_runs(city.runs), MOST_RUNS)
    return [_row_of(city, folder.name, night) for folder in folders]


def one_run(city: ConsoleCity, run_id: str, night: PublishedNight) -> RunRow:
    """One run with its checks.

    Raises UnknownError: there is no such run.
    """
    _require_run(city, run_id)
    return _row_of(city, run_id, night)


def _require_run(city: ConsoleCity, run_id: str) -> None:
    if run_id not in (folder.name for folder in run_store.finished_runs(city.runs)):
        raise UnknownError("run", got=shown(run_id), rule="must be a run of this city")


def _row_of(city: ConsoleCity, run_id: str, night: PublishedNight) -> RunRow:
    manifest = run_store.manifest_or_none(city.runs / run_id)
    try:
        if manifest is None:
            raise ValueError(run_id)
        called = GroupNames.stored(manifest)
        gates = [stored_gate(gate) for gate in manifest["gates"]]
        stopped = stopping_gates(manifest["gates"])
        names = words.listed(words.in_quotes(check_name(name, called)) for name in stopped)
        outcome = f"Stopped by {names}" if stopped else "Passed"
        as_of = words.moment(datetime.fromisoformat(manifest["as_of"]), city.zone)
    except (KeyError, TypeError, ValueError):
        return RunRow(run_id, "not known", "Do not use: its manifest cannot be read", good=False, published=False)
    standing = "" if stopped else _standing(city, run_id, night)
    good = not stopped and standing in ("", PUBLISHED)
    return RunRow(
        run_id, as_of, standing or outcome, good, standing == PUBLISHED, tuple(gate_rows(gates, called)), tally(gates)
    )


def _standing(city: ConsoleCity, run_id: str, night: PublishedNight) -> str:
    """What a run is as the published one, in words; "" for every other."""
    if night.run_id == run_id:
        return PUBLISHED if night.state == "current" else "Expired: not to be used"
    linked = run_store.current_run(city.runs)
    withdrawn = night.state == "none" and linked is not None and linked.name == run_id
    return f"Do not use: {night.fault}" if withdrawn else ""


def check_history(runs: list[RunRow]) -> tuple[list[RunRow], list[dict[str, Any]]]:
    """Each check over the newest nights: the runs, oldest first, and a row a check with a verdict for each of them.

    What a run did not make at all is None in its place.
    """
    shown_runs = [run for run in runs if run.checks][:MOST_NIGHTS][::-1]
    names = list(dict.fromkeys(check["name"] for run in reversed(shown_runs) for check in run.checks))
    by_run = [{check["name"]: check for check in run.checks} for run in shown_runs]
    return shown_runs, [{"name": name, "verdicts": [checks.get(name) for checks in by_run]} for name in names]


@dataclass(frozen=True)
class NightChange:
    """A place that is suggested in one of two nights and not in the other, with what was expected there in both."""

    came: bool
    district: str
    shift: str
    place: str
    cell: str
    before: str
    after: str
    why: str


def two_nights(city: ConsoleCity, newer: str, older: str) -> list[NightChange]:
    """Which places came and which went between two runs, shift by shift of the day, and why.

    Raises UnknownError: no such run. DataRefusedError: a file of one of them was changed.
    """
    _require_run(city, newer)
    _require_run(city, older)
    after, before = _suggested(city, newer), _suggested(city, older)
    expected_after, expected_before = _expected(city, newer), _expected(city, older)
    changes = []
    for key in sorted({*after, *before} - ({*after} & {*before}), key=lambda key: (key[0], key[1])):
        shift, cell = key
        row = after.get(key) or before[key]
        was, now_is = expected_before.get(key), expected_after.get(key)
        changes.append(
            NightChange(
                came=key in after,
                district=words.district(str(row["district"])),
                shift=shift,
                place=row.get("place") or f"{row['latitude']:.4f}, {row['longitude']:.4f}",
                cell=cell,
                before=words.number(was),
                after=words.number(now_is),
                why=_why(key in after, was, now_is, str(row["reasons"])),
            )
        )
    return sorted(
        changes,
        key=lambda change: (district_order(change.district.removeprefix("District ")), change.shift, not change.came),
    )


def _why(came: bool, was: float | None, now_is: float | None, reasons: str) -> str:
    """In a sentence: did more or fewer incidents come to be expected, or did other places move past it?"""
    if was is None or now_is is None:
        return "The other run did not forecast this place."
    change = "more" if now_is > 1.02 * was else "fewer" if now_is < was / 1.02 else "as many"
    if came:
        first = reasons.split("; ")[0]
        explanations = {
            "more": "More incidents are expected here now.",
            "fewer": "Other places fell further.",
            "as many": "",
        }
        return " ".join(part for part in (explanations[change], f"{words.sentence(first)}." if first else "") if part)
    explanations = {
        "more": "More are expected elsewhere in the district.",
        "fewer": "Fewer incidents are expected here now.",
        "as many": "As many are expected here; another place moved past it, or the turn went elsewhere.",
    }
    return explanations[change]


def _suggested(city: ConsoleCity, run_id: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Local time of the shift and cell -> the suggestion; comparison cells are left out."""
    folder = city.runs / run_id
    table = read_suggestions(folder, run_store.read_manifest(folder))
    table = table[table["visits"] > 0]
    rows: list[dict[Any, Any]] = table.to_dict("records")
    return {(_time_of_day(row["shift_start"], city.zone), str(row["cell"])): dict(row) for row in rows[::-1]}


def _expected(city: ConsoleCity, run_id: str) -> dict[tuple[str, str], float]:
    folder = city.runs / run_id
    table = read_forecast(folder, run_store.read_manifest(folder))
    sums = table.groupby(["shift_start", "cell"], as_index=False)["expected_incidents"].sum()
    times = {start: _time_of_day(start, city.zone) for start in sums["shift_start"].unique()}
    keys = zip(sums["shift_start"].map(times), sums["cell"].astype(str), strict=True)
    return dict(zip(keys, sums["expected_incidents"].astype(float), strict=True))


def _time_of_day(moment: Any, zone: str) -> str:  # noqa: ANN401
    local = pd.Timestamp(moment)
    local = local.tz_localize("UTC") if local.tzinfo is None else local
    return f"{local.tz_convert(zone):%H:%M}"
