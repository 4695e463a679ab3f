"""Naming measures, and taking counts in: each is on the trail before it holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from patrolcast.domain.errors import UsageError
from patrolcast.domain.outcomes.counts import EXPOSURES, OUTCOMES
from patrolcast.domain.trail.events import OPERATOR
from patrolcast.domain.trail.outcome_events import OutcomesDeclared, OutcomesImported
from patrolcast.intake.aggregates.outcome_counts import parse_counts, refuse_columns
from patrolcast.io.settings.outcomes_file import measures_path, read_measures
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.sources.count_tables import open_counts, read_roles
from patrolcast.io.store.outcome_store import outcomes_folder, store_counts
from patrolcast.io.trail.machine import account
from patrolcast.runs.outcomes.history import (
    OutcomeHistory,
    declared_sha256,
    identities,
    identity,
    months_by_outcome,
    require_declared,
)
from patrolcast.runs.trail.opened import opened_trail


@dataclass(frozen=True)
class Naming:
    """What came of naming: ids that are new on the trail, that come after their data, and that are asked no more."""

    new: tuple[str, ...]
    late: tuple[str, ...]
    gone: tuple[str, ...] = ()


def declare(config: ConfigFile, *, runs: Path | None = None) -> Naming:
    """Records the measures of a config's file as they are now; what was named before stays named.

    Raises GovernanceError: there is no such file, or it is not finished. TrailBrokenError and the like.
    """
    declared, data = read_measures(config)
    settings, history = config.settings, OutcomeHistory()
    city_runs = settings.city_runs(runs)
    with opened_trail(
        city_runs, settings.name, settings.trail.copies, account(OPERATOR), on_entry=history.learn
    ) as trail:
        known = history.named()
        new = tuple(measure.id for measure in declared.measures if identity(declared, measure.id) not in known)
        named, last = identities(declared), history.declared[-1:]
        former = [str(measure["id"]) for entry in last for measure in entry.body["measures"]]
        if not history.is_last_declared(declared):
            trail.append(OutcomesDeclared(hashlib.sha256(data).hexdigest(), declared.adopted, named))
    beforehand, ids = history.beforehand(declared), {measure.id for measure in declared.measures}
    late = [
        measure.id
        for measure in declared.measures
        if measure.id not in beforehand and history.first_import(measure.outcome)
    ]
    return Naming(new, tuple(late), tuple(name for name in former if name not in ids))


@dataclass(frozen=True)
class TakenIn:
    """What was taken in; ``is_new``: False where the same counts were there already, and nothing was done."""

    rows: int
    months: tuple[dict[str, object], ...]
    is_new: bool


def take_in(config: ConfigFile, file: Path, *, outcome: str | None, now: datetime, runs: Path | None = None) -> TakenIn:
    """Takes an export of counts in; a later one replaces the months that it holds.

    Raises ProhibitedDataError: rows or columns about persons. DataRefusedError: a wrong value; nothing is taken then.
    GovernanceError: the measures are not on the trail yet.

    Parameters
    ----------
    outcome : what was counted, where no column says it.
    """
    if outcome is not None and outcome not in {*OUTCOMES, *EXPOSURES}:
        raise UsageError("--outcome", got=repr(outcome), rule=f"one of {', '.join((*OUTCOMES, *EXPOSURES))}")
    declared, _ = read_measures(config)
    settings, history = config.settings, OutcomeHistory()
    city_runs = settings.city_runs(runs)
    columns = declared.columns_of(outcome)
    source = open_counts(file)
    named = {"month": columns.month, "area": columns.area, "n": columns.n}
    if columns.group is not None and outcome not in EXPOSURES:
        named["group"] = columns.group
    if outcome is None and columns.outcome is not None:
        named["outcome"] = columns.outcome
    refuse_columns(source.header, named, file=source.name)
    this_month = now.astimezone(ZoneInfo(settings.area.timezone)).strftime("%Y-%m")
    text = read_roles(source, named)
    if "outcome" not in named and outcome is None:
        raise UsageError("--outcome", got="none", rule="a file without a column of outcomes needs one")
    table = parse_counts(text.columns, text.lines, file=text.file, outcome=outcome, before=this_month)
    months = months_by_outcome(list(zip(table["outcome"], table["month"], strict=True)))
    with opened_trail(
        city_runs, settings.name, settings.trail.copies, account(OPERATOR), on_entry=history.learn
    ) as trail:
        require_declared(history, declared, measures_path(config))
        sha256 = store_counts(outcomes_folder(city_runs), table)
        if history.counts()[-1:] == [sha256]:
            return TakenIn(len(table), months, is_new=False)
        trail.append(OutcomesImported(sha256, source.sha256, declared_sha256(declared), len(table), months))
    return TakenIn(len(table), months, is_new=True)
