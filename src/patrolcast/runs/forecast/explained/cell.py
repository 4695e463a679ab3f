"""`explain`: why a cell was, or was not, suggested in each shift.

Its rank in its district, the score it missed or passed, and what raised and lowered its forecast, recomputed from the
stored model and the stored features alone.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from patrolcast.domain.comparison import MODEL
from patrolcast.domain.errors import UsageError, shown
from patrolcast.domain.matrix import AdmittedFeature, FeatureSpec
from patrolcast.domain.records import NOTICE
from patrolcast.domain.settings import Settings
from patrolcast.features.catalogue import catalogue
from patrolcast.forecast.explain import ENDS, Setting, level_words, part_of_day, reasons
from patrolcast.io.settings.stored_config import settings_without_files
from patrolcast.io.store.booster import contributions_in_child
from patrolcast.io.store.stored_run import StoredRun
from patrolcast.numerics.arrays import FloatArray
from patrolcast.patrol.ranking import weights_by_slot
from patrolcast.report import words
from patrolcast.runs.forecast.stored_runs import stopping_gates


@dataclass(frozen=True)
class ShiftExplanation:
    """One cell in one shift.

    Attributes
    ----------
    rank, cells_in_district : place by weighted expected incidents, 1 is first.
    score, last_score : weighted expected incidents of this cell, and of the last suggested cell of its district.
    leading : the category that weighs most in the score.
    contributions : feature -> effect on the log scale for the leading category, strongest first; with the trees' base
        and the two parts of the start they sum to ``raw_score``.
    reasons : those that the pages print, then what raises the forecast; ``lowered_by`` : what lowers it, no reason.
    """

    shift: str
    shift_start: str
    suggested: bool
    rank: int
    cells_in_district: int
    expected_incidents: float
    lower: float | None
    upper: float | None
    score: float
    last_score: float | None
    visits: int
    patrol_minutes: float
    leading: str
    method: str
    expected_by_category: dict[str, float]
    raw_score: float | None
    contributions: dict[str, float]
    reasons: tuple[str, ...]
    lowered_by: tuple[str, ...] = ()

    def lines(self, district: str) -> list[str]:
        """In plain words and numbers."""
        place = f"rank {self.rank} of {self.cells_in_district} in district {district}"
        if self.suggested:
            head = f"{self.shift}: suggested, {place}: {self.visits} visits, {self.patrol_minutes:g} minutes"
        else:
            head = f"{self.shift}: not suggested, {place}"
        lines = [head, f"  expected incidents {self.expected_incidents:.3g}{self._interval()}"]
        if self.last_score is not None and not self.suggested:
            lines.append(f"  its weighted value is {self.score:.3g}; the last suggested cell has {self.last_score:.3g}")
        elif self.last_score is None:
            lines.append("  no cell of this district was suggested in this shift")
        parts = ", ".join(f"{name.replace('_', ' ')} {n:.3g}" for name, n in self.expected_by_category.items())
        lowered = [f"  despite: {'; '.join(self.lowered_by)}"] if self.lowered_by else []
        return [*lines, f"  by category: {parts}", *(f"  - {reason}" for reason in self.reasons), *lowered]

    def _interval(self) -> str:
        return "" if self.lower is None else f" (90 % interval {self.lower:.3g} to {self.upper:.3g})"


@dataclass(frozen=True)
class CellExplanation:
    """One cell in every shift of a run; ``standing`` says that the run may not be used, and why, or is empty."""

    run_id: str
    cell: str
    district: str
    shifts: tuple[ShiftExplanation, ...]
    place: str = ""
    standing: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """In plain words and numbers."""
        head = f"cell {self.cell}, district {self.district}, run {self.run_id}"
        return [
            *([self.place] if self.place else []),
            head,
            *self.standing,
            *(line for shift in self.shifts for line in shift.lines(self.district)),
            NOTICE,
        ]

    def as_dict(self) -> dict[str, Any]:
        """As plain values, for `--json`."""
        return {**asdict(self), "notice": NOTICE}


def explain_cell(run: StoredRun, cell: str, *, now: datetime) -> CellExplanation:
    """Why ``cell`` was, or was not, suggested.

    Parameters
    ----------
    now : with zone; a run whose time is over by then says so.

    Raises
    ------
    UsageError
        the run has no such cell.
    DataRefusedError
        the stored model cannot be read.
    """
    mine = run.forecast[run.forecast["cell"] == cell]
    if mine.empty:
        cells = f"one of the run's {run.forecast['cell'].nunique()} cells"
        cure = "forecast.parquet and briefing.html name them"
        raise UsageError("CELL", got=shown(cell), rule=f"must be {cells}", cure=cure)
    settings = settings_without_files(run.manifest["config"])
    district = str(mine["district"].iloc[0])
    table = _scored(run.forecast[run.forecast["district"] == mine["district"].iloc[0]], settings)
    rows = run.matrix[run.matrix["cell"] == cell].reset_index(drop=True)
    contributions = _Contributions(run, settings, rows)
    starts = sorted(mine["shift_start"].unique())
    shifts = tuple(_shift(run, settings, cell, table[table["shift_start"] == s], contributions) for s in starts)
    standing = _standing(run.manifest, now, settings.area.timezone)
    return CellExplanation(str(run.manifest["run_id"]), cell, district, shifts, run.place_of(cell), standing)


def _standing(manifest: Mapping[str, Any], now: datetime, zone: str) -> tuple[str, ...]:
    """That a run was stopped, or that its time is over: neither is for use."""
    warnings = []
    if stopped := stopping_gates(manifest["gates"]):
        named = ", ".join(name.replace("_", " ") for name in stopped)
        warnings.append(f"Not published: stopped by {named}. Use this run for review only.")
    if (until := datetime.fromisoformat(manifest["expires_at"])) <= now:
        warnings.append(f"Its time was over on {words.moment(until, zone)}. Use this run for review only.")
    return tuple(warnings)


class _Contributions:
    """Contributions for the rows of one cell, computed once."""

    def __init__(self, run: StoredRun, settings: Settings, rows: pd.DataFrame) -> None:
        self.rows = rows
        self.columns = admitted_columns(run.admission, settings, run.manifest["features"])
        self.values = rows[[c.spec.name for c in self.columns]].to_numpy(dtype=np.float32)
        categories = run.audit["calibration"]["by_category"]
        self.method = {category["category"]: category["used"] for category in categories}
        self.parts = self._parts(run) if MODEL in self.method.values() and len(rows) else None

    def _parts(self, run: StoredRun) -> FloatArray:
        """Contributions ``[n_rows, n_features + 3]``, in the order of a run's own explanations."""
        n = len(self.rows)
        # Runs of before have no share apart from the starting rate, the oldest no weight of the trees.
        share, weight = (
            self.rows[name].to_numpy() if name in self.rows else np.full(n, missing)
            for name, missing in (("share_of_shift", 0.0), ("tree_weight", 1.0))
        )
        trees = contributions_in_child(run.model, self.values) if self.columns else np.zeros((n, 1))
        return np.column_stack([weight[:, None] * trees, share, self.rows["offset"].to_numpy() - share])

    def of_shift(
        self, start: pd.Timestamp, category: str, zone: str, level: str
    ) -> tuple[list[str], list[str], dict[str, float], float | None]:
        """Reasons, what lowers it, contribution of each feature, raw score; of a baseline there is only its name."""
        method = self.method.get(category, MODEL)
        at = self.rows[(self.rows["shift_start"] == start) & (self.rows["category_name"] == category)].index
        if self.parts is None or method != MODEL or not len(at):
            return [level, f"forecast by {method.replace('_', ' ')}, which the model did not beat"], [], {}, None
        parts = self.parts[at[0]]
        local = start.tz_convert(zone)
        setting = Setting(category.replace("_", " "), f"{local:%A}", part_of_day(local.hour))
        raised, lowered = reasons(self.columns, self.values[at[0]], parts, level=level, setting=setting, most=5)
        by_name = dict(zip((c.spec.name for c in self.columns), parts, strict=False))
        strongest = sorted(by_name.items(), key=lambda item: (-abs(item[1]), item[0]))
        named = dict(strongest) | dict(zip(ENDS, parts[-len(ENDS) :], strict=True))
        return raised, lowered, {name: float(effect) for name, effect in named.items()}, float(parts.sum())


def admitted_columns(
    admission: Mapping[str, Any], settings: Settings, features: list[str]
) -> tuple[AdmittedFeature, ...]:
    """The run's columns in order; their phrases are this version's, or their names where it knows them no longer."""
    known = {spec.name: spec for spec in catalogue(settings.places, settings.features)}
    stored = {feature["name"]: feature for feature in admission["features"]}
    return tuple(
        AdmittedFeature(known.get(name) or _stored_spec(stored[name]), stored[name]["rule"]) for name in features
    )


def _stored_spec(feature: Mapping[str, Any]) -> FeatureSpec:
    name, lookback = feature["name"], feature["lookback_days"]
    days = float("inf") if lookback is None else float(lookback)
    phrase = name.replace("_", " ") + " is {value:.3g}"
    unit, provenance, family = (feature[key] for key in ("unit", "provenance", "family"))
    return FeatureSpec(name, unit, provenance, family, days, feature["source"], feature["caution"], phrase)


def _scored(forecast: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The rows of one district with their weight and their part of the score."""
    categories = tuple(sorted(forecast["category"].astype(str).unique()))
    starts = settings.shifts.starts
    clock = forecast["shift_start"].dt.tz_convert(settings.area.timezone).dt.strftime("%H:%M")
    # A start in the hour that spring skips is moved after it: the latest start not after the clock is still its slot.
    slot = np.maximum(np.searchsorted(starts, clock, side="right") - 1, 0)
    code = pd.Index(categories).get_indexer(forecast["category"].astype(str))
    weight = weights_by_slot(categories, settings.patrol, starts)[code, slot]
    return forecast.assign(weight=weight, score=weight * forecast["expected_incidents"])


def _shift(
    run: StoredRun, settings: Settings, cell: str, table: pd.DataFrame, contributions: _Contributions
) -> ShiftExplanation:
    start = pd.Timestamp(table["shift_start"].iloc[0])
    zone = settings.area.timezone
    scores = table.groupby("cell")["score"].sum()
    chosen = run.suggestions[run.suggestions["shift_start"] == start] if len(run.suggestions) else run.suggestions
    named = chosen[chosen["cell"].isin(scores.index)] if len(chosen) else chosen
    suggestion = named[named["cell"] == cell] if len(named) else named
    visited = named[named["visits"] > 0] if len(named) else named
    mine = table[table["cell"] == cell].sort_values("score", ascending=False, kind="stable")
    leading = mine.iloc[0]
    city = run.forecast[(run.forecast["shift_start"] == start) & (run.forecast["category"] == leading["category"])]
    of_city = city["expected_incidents"].to_numpy()
    level = level_words(str(leading["category"]), float(leading["expected_incidents"]), of_city)
    raised, lowered, effects, raw = contributions.of_shift(start, str(leading["category"]), zone, level)
    counted = mine[mine["weight"] > 0]
    return ShiftExplanation(
        shift=_when(start, pd.Timestamp(table["shift_end"].iloc[0]), zone),
        shift_start=start.isoformat(),
        suggested=bool(len(suggestion) and suggestion["visits"].iloc[0] > 0),
        rank=int(suggestion["rank"].iloc[0]) if len(suggestion) else int((scores > scores[cell]).sum()) + 1,
        cells_in_district=len(scores),
        expected_incidents=float(counted["expected_incidents"].sum()),
        lower=float(suggestion["lower"].iloc[0]) if len(suggestion) else None,
        upper=float(suggestion["upper"].iloc[0]) if len(suggestion) else None,
        score=float(scores[cell]),
        last_score=float(scores[visited["cell"]].min()) if len(visited) else None,
        visits=int(suggestion["visits"].iloc[0]) if len(suggestion) else 0,
        patrol_minutes=float(suggestion["patrol_minutes"].iloc[0]) if len(suggestion) else 0.0,
        leading=str(leading["category"]),
        method=contributions.method.get(str(leading["category"]), MODEL),
        expected_by_category={
            str(k): float(v) for k, v in zip(mine["category"], mine["expected_incidents"], strict=True)
        },
        raw_score=raw,
        contributions=effects,
        reasons=(*_printed(suggestion), *raised),
        lowered_by=tuple(lowered),
    )


def _when(start: pd.Timestamp, end: pd.Timestamp, zone: str) -> str:
    """A shift by its local date, times and zone: "Tue 2026-06-30 06:00 to 14:00 CDT"."""
    local, until = start.tz_convert(zone), end.tz_convert(zone)
    names = [words.zone_name(moment.to_pydatetime(), zone) for moment in (start, end)]
    first = f"{local:%a %Y-%m-%d %H:%M}" + (f" {names[0]}" if names[0] != names[1] else "")
    return f"{first} to {until:%H:%M} {names[1]}"


def _printed(suggestion: pd.DataFrame) -> list[str]:
    """The reasons that the pages print, in the same words."""
    if suggestion.empty:
        return []
    left_out = ["a coin left this cell out, so that the effect of patrol can be measured"]
    return [*left_out * int(suggestion["visits"].iloc[0] == 0), *str(suggestion["reasons"].iloc[0]).split("; ")]
