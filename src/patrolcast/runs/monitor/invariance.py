"""Metamorphic checks on the live data: what may not matter is changed, and the scores must not move by one bit.

The pipeline runs on the city as it is, and once more with three things changed at once: 1,000 officer-initiated records
put where it suggests patrol, the log of suggestions reassigned to other cells, and the groups' residents permuted over
the areas. Only when something moves is each change tried alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd

from patrolcast.domain.provenance import Provenance
from patrolcast.domain.records import GateResult, GateVerdict, RunResult
from patrolcast.domain.settings import Settings
from patrolcast.domain.tables import INCIDENT_COLUMNS, CityTables, SetAsideRecords
from patrolcast.numerics.random_streams import Stream, random_stream
from patrolcast.runs.pipeline.run import run_pipeline

INJECTED = 1000
PLANTED_DAYS = 28
_RULE = "scores the same to the last bit"
Planner = Callable[[CityTables], RunResult]
"""From tables to a run: the product, or in a test a pipeline that is broken on purpose."""


@dataclass(frozen=True)
class Change:
    """One thing that may not matter: the gate's name, what is done to the tables, and the words for it."""

    gate: str
    apply: Callable[[CityTables], CityTables]
    description: str


def invariance_gates(
    tables: CityTables,
    settings: Settings,
    *,
    as_of: datetime,
    seed: int,
    past: pd.DataFrame | None = None,
    planner: Planner | None = None,
) -> tuple[GateResult, ...]:
    """Three gates: officer-initiated records, past suggestions and demographics must not move a score.

    Parameters
    ----------
    past : ``cell`` and ``shift_start`` of what was suggested so far; None or empty: as if every night of the last four
        weeks had suggested what this run suggests. The caps of [patrol] may read it; no score may.
    """
    plan = planner or (lambda changed: run_pipeline(changed, settings, as_of=as_of))
    if past is not None and len(past):
        tables = replace(tables, past_suggestions=past)
    base = plan(tables)
    changes = _changes(tables, settings, base, as_of=as_of, seed=seed)
    everything = tables
    for change in changes:
        everything = change.apply(everything)
    difference = largest_difference(base, plan(everything))
    alone = [largest_difference(base, plan(change.apply(tables))) if difference else 0.0 for change in changes]
    gates = [
        _gate(change.gate, by, _sentence(change.description, by)) for change, by in zip(changes, alone, strict=True)
    ]
    if difference and not any(alone):
        gates[0] = _gate(
            changes[0].gate,
            difference,
            f"{len(changes)} changes, only together, changed a score by up to {difference:.3g}",
        )
    if settings.residents is None or tables.residents is None:
        why = "no residents are named, so nothing could be permuted; none can be read either"
        rule = f"with other demographics, {_RULE}"
        gates.append(GateResult("demographics_change_nothing", None, rule, GateVerdict.NOT_MEASURED, why, stops=False))
    return tuple(gates)


def _sentence(change: str, difference: float) -> str:
    """What a change did to the scores.

    >>> _sentence("moving 40 past suggestions to other cells", 0.0)
    'moving 40 past suggestions to other cells changed no score'
    """
    return f"{change} changed {f'a score by up to {difference:.3g}' if difference else 'no score'}"


def _changes(
    tables: CityTables, settings: Settings, base: RunResult, *, as_of: datetime, seed: int
) -> tuple[Change, ...]:
    def officer(changed: CityTables) -> CityTables:
        return with_officer_records(changed, base, as_of=as_of, rng=random_stream(seed, Stream.OFFICER_RECORDS))

    def log(changed: CityTables) -> CityTables:
        return with_log_reassigned(changed, base, as_of=as_of, rng=random_stream(seed, Stream.SHUFFLED_LOG))

    def people(changed: CityTables) -> CityTables:
        return with_groups_permuted(changed, groups, rng=random_stream(seed, Stream.SHUFFLED_GROUPS))

    groups = () if settings.residents is None else tuple(settings.residents.groups)
    n_logged = len(_log_of(tables, base, as_of=as_of))
    changes = [
        Change(
            "officer_records_change_nothing",
            officer,
            f"adding {INJECTED:,} officer-initiated records to suggested cells",
        ),
        Change("past_suggestions_change_nothing", log, f"moving {n_logged:,} past suggestions to other cells"),
    ]
    if groups and tables.residents is not None:
        description = f"swapping the residents of {len(tables.residents)} areas"
        changes.append(Change("demographics_change_nothing", people, description))
    return tuple(changes)


def with_log_reassigned(
    tables: CityTables, result: RunResult, *, as_of: datetime, rng: np.random.Generator
) -> CityTables:
    """The city with the log of every cell reassigned to another, so that no cell has its own log.

    Shuffled rows would not do: a cell that is suggested every night would keep most of its own.
    """
    log = _log_of(tables, result, as_of=as_of)
    cells = rng.permutation(result.cells["cell"].to_numpy(dtype=object))
    other = dict(zip(cells, np.roll(cells, 1), strict=True))
    return replace(tables, past_suggestions=log.assign(cell=[other.get(cell, cell) for cell in log["cell"]]))


def _log_of(tables: CityTables, result: RunResult, *, as_of: datetime) -> pd.DataFrame:
    """``cell`` and ``shift_start`` of past suggestions; before there are any, this run's on each of the last nights."""
    if tables.past_suggestions is not None and len(tables.past_suggestions):
        return tables.past_suggestions
    tonight = result.suggestions.loc[result.suggestions["visits"] > 0, ["cell", "shift_start"]]
    nights = [
        tonight.assign(shift_start=tonight["shift_start"] - pd.Timedelta(days=ago))
        for ago in range(1, PLANTED_DAYS + 1)
    ]
    log = pd.concat(nights, ignore_index=True)
    return log[log["shift_start"] < pd.Timestamp(as_of)].reset_index(drop=True)


def with_officer_records(
    tables: CityTables, result: RunResult, *, as_of: datetime, rng: np.random.Generator
) -> CityTables:
    """The city with officer-initiated records of the last four weeks in its suggested cells."""
    where = result.suggestions.iloc[rng.integers(0, len(result.suggestions), INJECTED)]
    ago = pd.to_timedelta(rng.random(INJECTED) * PLANTED_DAYS * 86_400, unit="s")
    known = (pd.Timestamp(as_of).tz_convert("UTC") - ago).as_unit("us")
    table = pd.DataFrame(
        {
            "occurred_at": known,
            "reported_at": known,
            "longitude": where["longitude"].to_numpy(),
            "latitude": where["latitude"].to_numpy(),
            "offence": pd.Categorical(["injected"] * INJECTED),
            "category": pd.Categorical([""] * INJECTED),
            "provenance": pd.Categorical([str(Provenance.OFFICER)] * INJECTED),
        }
    )
    as_text = dict.fromkeys(("offence", "category", "provenance"), str)
    plain = [part.astype(as_text) for part in (tables.set_aside.table, table)]
    more = pd.concat(plain, ignore_index=True).sort_values("reported_at", kind="stable", ignore_index=True)
    return replace(tables, set_aside=SetAsideRecords(more[list(INCIDENT_COLUMNS)]))


def with_groups_permuted(tables: CityTables, groups: tuple[str, ...], *, rng: np.random.Generator) -> CityTables:
    """The city with its group counts permuted over the areas.

    Raises KeyError: a group that the areas do not have: a check that changed nothing would always pass.
    """
    if tables.residents is None:
        return tables
    residents = tables.residents.copy()
    order = rng.permutation(len(residents))
    for name in groups:
        residents[name] = residents[name].to_numpy()[order]
    return replace(tables, residents=residents)


def largest_difference(base: RunResult, other: RunResult) -> float:
    """Largest difference of any expected value, 0 only when every bit and the model are the same; infinity when the
    number of rows differs.
    """
    values = base.forecast["expected_incidents"].to_numpy(dtype=np.float64)
    others = other.forecast["expected_incidents"].to_numpy(dtype=np.float64)
    if values.shape != others.shape:
        return float("inf")
    same = values.tobytes() == others.tobytes() and base.model_text == other.model_text
    # Never 0 when something differs, e.g. 0.0 and -0.0: the smallest positive float stands for it.
    return 0.0 if same else max(float(np.abs(values - others).max()), 5e-324)


def _gate(name: str, difference: float, detail: str) -> GateResult:
    verdict = GateVerdict.PASS if difference == 0.0 else GateVerdict.FAIL
    return GateResult(name, min(difference, 1e300), _RULE, verdict, detail)
