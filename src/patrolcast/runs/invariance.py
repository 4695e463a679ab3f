"""Metamorphic checks on the live data: what may not matter is changed, and the scores must not move by one bit.

The pipeline runs on the city as it is, and once more with 1,000 officer-initiated records put where it suggests patrol
and with the groups' residents dealt anew to the areas. Only when something moves is each change tried alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd

from patrolcast.domain.records import GateResult, RunResult, Verdict
from patrolcast.domain.settings import Settings
from patrolcast.domain.tables import INCIDENT_COLUMNS, CityTables, Provenance, SetAsideRecords
from patrolcast.runs.pipeline import run_pipeline

INJECTED = 1000
RECENT_DAYS = 28
_RULE = "scores the same to the last bit"
Planner = Callable[[CityTables], RunResult]
"""From tables to a run: the product, or in a test a pipeline that is broken on purpose."""


def invariance_gates(
    tables: CityTables, settings: Settings, *, as_of: datetime, seed: int, planner: Planner | None = None
) -> tuple[GateResult, ...]:
    """Two gates: officer-initiated records, and demographics, must not move a score."""
    plan = planner or (lambda given: run_pipeline(given, settings, as_of=as_of))
    base = plan(tables)
    rng = np.random.default_rng([seed, 909])
    officer = with_officer_records(tables, base, as_of=as_of, rng=rng)
    groups = tuple(settings.residents.groups.values()) if settings.residents is not None else ()
    both = with_groups_dealt_anew(officer, groups, rng=rng)
    moved = largest_move(base, plan(both))
    by_officer = largest_move(base, plan(officer)) if moved else 0.0
    told = f"{INJECTED:,} officer-initiated records in suggested cells moved a score by at most {by_officer:.3g}"
    gates = [_gate("officer_records_change_nothing", by_officer, told)]
    if both is officer:
        why = "no residents are named, so nothing could be dealt anew; none can be read either"
        rule = f"with other demographics, {_RULE}"
        return (*gates, GateResult("demographics_change_nothing", None, rule, Verdict.NOT_MEASURED, why, stops=False))
    alone = with_groups_dealt_anew(tables, groups, rng=np.random.default_rng([seed, 910]))
    by_groups = largest_move(base, plan(alone)) if moved else 0.0
    n_areas = 0 if alone.residents is None else len(alone.residents)
    told = f"groups dealt anew to {n_areas} areas moved a score by at most {by_groups:.3g}"
    return (*gates, _gate("demographics_change_nothing", by_groups, told))


def with_officer_records(
    tables: CityTables, result: RunResult, *, as_of: datetime, rng: np.random.Generator
) -> CityTables:
    """The city with officer-initiated records of the last four weeks in its suggested cells."""
    where = result.suggestions.iloc[rng.integers(0, len(result.suggestions), INJECTED)]
    ago = pd.to_timedelta(rng.random(INJECTED) * RECENT_DAYS * 86_400, unit="s")
    known = (pd.Timestamp(as_of) - ago).as_unit("us")
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


def with_groups_dealt_anew(tables: CityTables, groups: tuple[str, ...], *, rng: np.random.Generator) -> CityTables:
    """The city with its group counts permuted over the areas; the same object when there are none."""
    if tables.residents is None or not groups:
        return tables
    residents = tables.residents.copy()
    order = rng.permutation(len(residents))
    for name in groups:
        if name in residents.columns:
            residents[name] = residents[name].to_numpy()[order]
    return replace(tables, residents=residents)


def largest_move(base: RunResult, other: RunResult) -> float:
    """Largest difference of any expected value, 0 only when every bit is the same; infinity when the model differs."""
    ours = base.forecast["expected_incidents"].to_numpy(dtype=np.float64)
    theirs = other.forecast["expected_incidents"].to_numpy(dtype=np.float64)
    if ours.shape != theirs.shape or base.model_text != other.model_text:
        return float("inf") if ours.shape != theirs.shape else max(float(np.abs(ours - theirs).max()), 5e-324)
    return 0.0 if ours.tobytes() == theirs.tobytes() else max(float(np.abs(ours - theirs).max()), 5e-324)


def _gate(name: str, moved: float, told: str) -> GateResult:
    verdict = Verdict.PASS if moved == 0.0 else Verdict.FAIL
    return GateResult(name, min(moved, 1e300), _RULE, verdict, told)
