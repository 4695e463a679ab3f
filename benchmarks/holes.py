"""Holes planted into a city's history: are they named with their dates, and does the level forget them?

    python -m benchmarks.holes sample chicago [--trials 20] [--write]

Each trial takes one hole of one to six weeks at random (all incidents, one category, one district; all records gone, or
a fifth of them left), looks for it as a run does, and compares the city's level with that of the same city unplanted.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.page import markdown_table, say, write_section
from patrolcast.features.city_rate import MOST_LEAD_DAYS, CityLevel, city_level
from patrolcast.grid.exposed import exposed_days, with_gaps
from patrolcast.grid.gaps import Gap
from patrolcast.grid.panel import Panel
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.numerics.arrays import BoolArray, IntArray
from patrolcast.runs.load.city import load_city
from patrolcast.runs.pipeline.counted import build_grid, count_incidents

SCOPES = ("all incidents", "one category", "one district")
_YEAR, _WEEK = 365, 7
_AFTER_WEEKS = 8
_WARM_UP = 200


@dataclass(frozen=True)
class Hole:
    """A planted hole: days, and whose."""

    first: int
    last: int
    category: int | None
    district: str | None


@dataclass
class Tally:
    """What the trials of one kind showed."""

    named: int = 0
    missed: list[str] = field(default_factory=list)
    anniversaries: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)


def drawn(panel: Panel, scope: str, rng: np.random.Generator) -> Hole:
    """One hole at random, with a year and more after it."""
    n_weeks = int(rng.integers(1, 7))
    first = int(rng.integers(_WARM_UP, panel.n_days - _YEAR - 65))
    category = int(rng.integers(len(panel.categories))) if scope == SCOPES[1] else None
    district = str(rng.choice(np.unique(panel.district))) if scope == SCOPES[2] else None
    return Hole(first, first + _WEEK * n_weeks - 1, category, district)


def concerned(panel: Panel, hole: Hole) -> BoolArray:
    """Which incidents are of the hole's category and district, on whatever day."""
    of_hole = np.ones(len(panel.shift), dtype=bool)
    if hole.category is not None:
        of_hole &= panel.category == hole.category
    if hole.district is not None:
        of_hole &= (panel.district == hole.district)[panel.cell]
    return of_hole


def without(panel: Panel, hole: Hole, left: float, rng: np.random.Generator) -> Panel:
    """The panel without the records of the hole but for a share, and with the gaps that are then found."""
    day = panel.day_of_shift()[panel.shift]
    lost = (day >= hole.first) & (day <= hole.last) & (rng.random(len(day)) >= left) & concerned(panel, hole)
    return with_gaps(panel.only(~lost))


def names(gap: Gap, hole: Hole, panel: Panel) -> bool:
    """Whether a gap is the planted hole: both ends within two days, and of the right category or district."""
    first, last = (gap.first - panel.first_day).days, (gap.last - panel.first_day).days
    whose = (None if hole.category is None else panel.categories[hole.category], hole.district)
    near = abs(first - hole.first) <= 2 and abs(last - hole.last) <= 2
    return gap.kind == "hole" and near and (gap.category, gap.district) == whose


def missed(hole: Hole, panel: Panel, planted: Panel) -> str:
    """A planted hole that was not named: whose, how long, how many incidents are usual, and what was named near."""
    n_days = hole.last - hole.first + 1
    usual = concerned(panel, hole).sum() / panel.n_days * n_days
    whose = panel.categories[hole.category].replace("_", " ") if hole.category is not None else "all incidents"
    where = "" if hole.district is None else f" in district {hole.district}"
    near = [
        ((gap.first - panel.first_day).days - hole.first, (gap.last - panel.first_day).days - hole.last)
        for gap in planted.gaps
        if (gap.first - panel.first_day).days <= hole.last and (gap.last - panel.first_day).days >= hole.first
    ]
    off = f"named with ends {near[0][0]:+d} and {near[0][1]:+d} days off" if near else "not named"
    return f"{whose}{where}, {n_days} days, {usual:.0f} incidents in such a time: {off}"


def levels(panel: Panel, categories: Sequence[int]) -> list[CityLevel]:
    """The city's level of some categories."""
    days = panel.days_of_year(MOST_LEAD_DAYS)
    return [city_level(panel.known(code), days, exposed_days(panel, code)) for code in categories]


def weeks_ahead(level: Sequence[CityLevel], origins: IntArray) -> float:
    """What is expected in the weeks after some origins, over all categories."""
    return float(sum((one.rate[origins, None] * one.ahead[origins, :_WEEK]).sum() for one in level))


def tally(panel: Panel, scope: str, left: float, n_trials: int, rng: np.random.Generator) -> Tally:
    """Trials of one kind."""
    found = Tally()
    clean = levels(panel, range(len(panel.categories)))
    for _ in range(n_trials):
        hole = drawn(panel, scope, rng)
        planted = without(panel, hole, left, rng)
        if any(names(gap, hole, panel) for gap in planted.gaps):
            found.named += 1
        else:
            found.missed.append(missed(hole, panel, planted))
        if scope == SCOPES[2]:
            continue  # the city's level is that of all districts
        codes = range(len(panel.categories)) if hole.category is None else [hole.category]
        mine, theirs = levels(planted, codes), [clean[code] for code in codes]
        for year in range(1, 5):
            origins = np.arange(hole.first + _YEAR * year - _WEEK, hole.last + _YEAR * year, _WEEK)
            origins = origins[origins < panel.n_days - _WEEK]
            if len(origins):
                found.anniversaries.append(weeks_ahead(mine, origins) / weeks_ahead(theirs, origins))
        for origin in hole.last + _WEEK * np.arange(1, _AFTER_WEEKS):
            at = np.array([origin + 1])
            found.after.append(weeks_ahead(mine, at) / weeks_ahead(theirs, at))
    return found


def span(ratios: Sequence[float], limit: float) -> str:
    """Share within the limit of 1, and the least and largest."""
    if not ratios:
        return "-"
    within = np.mean(np.abs(np.array(ratios) - 1.0) <= limit)
    return f"{100 * within:.0f} % ({min(ratios):.3f}-{max(ratios):.3f})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cities", nargs="+")
    parser.add_argument("--trials", type=int, default=20, help="of each kind")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    given = parser.parse_args()
    rows, notes, n_named, n_planted = [], [], 0, 0
    for city in given.cities:
        settings = read_settings(Path("configs") / f"{city}.toml").settings
        loaded = load_city(settings, as_of=None, now=datetime.now(UTC))
        panel = count_incidents(loaded.tables, build_grid(loaded.tables, settings), settings, as_of=loaded.as_of)
        say(f"{city}: gaps without planting: {'; '.join(gap.sentence() for gap in panel.gaps) or 'none'}")
        rng = np.random.default_rng(1)
        for scope in SCOPES:
            for left in (0.0, 0.2):
                found = tally(panel, scope, left, given.trials, rng)
                rows.append([
                    f"{city}, {scope}, {100 * left:.0f} % left", f"{found.named} of {given.trials}",
                    span(found.anniversaries, 0.05), span(found.after, 0.1),
                ])  # fmt: skip
                say(" | ".join(rows[-1]))
                notes += [f"{city}, {left * 100:.0f} % left: {one}" for one in found.missed]
                n_named, n_planted = n_named + found.named, n_planted + given.trials
    head = [
        "planted",
        "named",
        "a year and more later, within .95-1.05",
        "second to eighth week after, within .9-1.1",
    ]
    if given.write:
        share = f"Named in all: {n_named} of {n_planted}, {100 * n_named / n_planted:.0f} %. The others:"
        listed = "\n".join(f"- {one}" for one in notes)
        write_section("holes", "\n\n".join([markdown_table(head, rows), share, listed]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
