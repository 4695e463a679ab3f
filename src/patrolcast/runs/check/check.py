"""`check`: reads the config and the data as a run would and says what would be kept and refused, and why; runs nothing.

Two steps, so that one call shows everything there is to mend: first what can be seen without the records (files that
are missing, codes nobody has decided), all of it at once; then the records, counted as a run would count them.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd

from patrolcast.audit.feed.names import breaches, refusal_of
from patrolcast.audit.waivers import exceptions_in_force, refuse_unwaivable
from patrolcast.domain.counted import counted
from patrolcast.domain.errors import DataRefusedError, GovernanceError, PatrolcastError
from patrolcast.domain.records import GateResult, Progress, SourceAccount, rows_of_incidents
from patrolcast.domain.settings import Patrol, Settings
from patrolcast.domain.settings.limits import chosen_limits
from patrolcast.domain.settings.waivers import refuse_long
from patrolcast.domain.shifts import local_day
from patrolcast.grid.cells import cover_area, locate
from patrolcast.io.settings.settings_file import ConfigFile, missing_files
from patrolcast.numerics.arrays import IntArray
from patrolcast.patrol.dosage import most_cells
from patrolcast.report import words
from patrolcast.runs.check.database import look_at_database
from patrolcast.runs.check.warnings import gate_warnings, rows_by_value, without_cells
from patrolcast.runs.feed.stage import look_at_feed
from patrolcast.runs.forecast.objectives import objectives_of
from patrolcast.runs.forecast.stored_evidence import evidence_warnings
from patrolcast.runs.load.call_source import require_as_published
from patrolcast.runs.load.city import LoadedCity, load_city
from patrolcast.runs.pipeline.counted import panel_of, place_values
from patrolcast.runs.pipeline.levers import exploration_by_past
from patrolcast.runs.pipeline.run import admit_features

MOST_PATROLLED = 0.05
"""Share of the cells that one shift's patrol may reach before `check` warns: a few percent of places hold half of a
city's incidents, and a list that names more of them is no focus."""


@dataclass(frozen=True)
class CheckReport:
    """What a run would find in this config and its data.

    Attributes
    ----------
    problems : what would stop a run, one line each with its cure; empty when a run can start.
    warnings : what would make a gate fail, or deserves a look.
    categories : counted category -> incidents known by ``as_of``.
    set_aside : provenance -> records kept for the audit and never counted.
    as_of, newest_report : with the agency's zone.
    max_refused_share : of the incidents' rows, more of which fail the gate.
    first_occurred, last_occurred : of the counted incidents, local time.
    patrol_hours, patrol_share : patrol of one shift in all districts, and the most cells it can reach, of all cells.
    shares : what lies where, as shares of the city's land ("districts" -> 0.996).
    returns : what a database gives, where the config names one, as lines.
    exceptions : limits that are not the default, and waivers that hold: as every page of a run says them.
    feed : every feed check; one that stops the unattended night is a warning too, since a run by hand can start.
    """

    name: str
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    as_of: datetime | None = None
    newest_report: datetime | None = None
    first_occurred: datetime | None = None
    last_occurred: datetime | None = None
    sources: tuple[SourceAccount, ...] = ()
    max_refused_share: float = 1.0
    categories: dict[str, int] = field(default_factory=dict)
    set_aside: dict[str, int] = field(default_factory=dict)
    n_cells: int = 0
    n_districts: int = 0
    patrol_hours: float = 0.0
    patrol_share: float = 0.0
    shares: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    feed: tuple[GateResult, ...] = ()
    exit_code: int = 0

    @property
    def ok(self) -> bool:
        """True when a run can start."""
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, for `--json`."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The report as a person reads it."""
        lines = [f"{self.name}: {'a run can start' if self.ok else 'a run cannot start'}"]
        lines += self.returns
        if self.as_of is not None:
            lines.append(
                f"as of {_moment(self.as_of, zone=True)}; newest report {_moment(self.newest_report, zone=True)}"
            )
        for source in self.sources:
            lines += _source_lines(source)
        rows_in, refused, _ = rows_of_incidents(self.sources)
        if refused:
            gate = f"{100 * refused / rows_in:.1f} %; the gate allows {100 * self.max_refused_share:.1f} %"
            lines.append(f"incidents: {refused:,} refused ({gate})")
        if self.categories:
            span = f"{_moment(self.first_occurred)} to {_moment(self.last_occurred)}"
            lines.append(f"counted, {span}: {_counts(self.categories)}")
        if self.set_aside:
            lines.append(f"set aside by who made the record: {_counts(self.set_aside)}")
        if self.n_cells:
            lines.append(f"{counted(self.n_cells, 'cell')} in {counted(self.n_districts, 'district')}")
            lines.append(
                f"patrol: {self.patrol_hours:,g} hours a shift ({self.patrol_hours / self.n_districts:g} a district), "
                f"in at most {words.share(self.patrol_share)} of the cells"
            )
        if self.shares:
            lines.append(_covered(self.shares))
        lines += [f"note: {words.spaced(note)}" for note in self.notes]
        lines += [f"exception: {sentence}" for sentence in self.exceptions]
        lines += [_feed_line(check) for check in self.feed]
        lines += [f"warning: {warning}" for warning in self.warnings]
        return lines + [f"problem: {problem}" for problem in self.problems]


def check_city(
    config: ConfigFile, *, now: datetime, runs: Path | None = None, progress: Progress | None = None
) -> CheckReport:
    """What a run of ``config`` would keep, set aside and refuse; a refused file is a problem, not an exception.

    Parameters
    ----------
    now : the moment that an ``as_of`` of "now" stands for, with zone.
    runs : folder of runs, instead of the config's: the feed is compared with the last night accepted there.
    """
    errors: list[PatrolcastError] = [*missing_files(config)]
    settings = config.settings
    returns: tuple[str, ...] = ()
    try:
        if errors:
            return _stopped(config, errors)
        admit_features(settings)
        refuse_unwaivable(settings.waivers)
        require_as_published(settings, settings.city_runs(runs))
        returns = look.lines() if (look := look_at_database(settings, now=now)) is not None else ()
        city = load_city(settings, as_of=None, now=now, progress=progress or Progress())
        day = local_day(city.as_of, settings.area.timezone)
        refuse_long(settings.waivers, day=day)
        cells = cover_area(
            city.tables.boundary, city.tables.districts, city.tables.water, resolution=settings.area.resolution
        )
        place_values(city.tables, settings, cells)
    except PatrolcastError as error:
        return replace(_stopped(config, [error]), returns=returns)
    report, patrol = report_on(city, settings), settings.patrol
    of_districts = cells["district"].value_counts().to_numpy()
    hours = len(of_districts) * patrol.minutes_per_district / 60.0
    share = _patrolled(of_districts, patrol)
    feed = look_at_feed(city, settings, settings.city_runs(runs)).checks
    if report.ok:
        report = _with_panel(report, city, settings, cells)
    return replace(
        report,
        n_cells=len(cells),
        n_districts=len(of_districts),
        patrol_hours=hours,
        patrol_share=share,
        shares=city.shares,
        returns=returns,
        exceptions=exceptions_in_force(None, tuple(chosen_limits(settings)), settings.waivers, day=day),
        feed=feed,
        warnings=(
            *report.warnings,
            *_too_wide(hours, share, len(of_districts)),
            *without_cells(city.tables.districts, cells),
            *evidence_warnings(config),
            *(f"`nightly` stops: {refusal_of(check)}" for check in breaches(feed)),
            *_unpublished(settings, day=day),
        ),
    )


def _patrolled(cells_of_districts: IntArray, patrol: Patrol) -> float:
    """The most cells that one shift's patrol can reach, as a share of all."""
    reached = most_cells(
        cells_of_districts,
        minutes_per_district=patrol.minutes_per_district,
        visit_minutes=patrol.visit_minutes,
        visits_per_cell=patrol.visits_per_cell,
    )
    return reached / int(cells_of_districts.sum())


def _too_wide(hours: float, share: float, n_districts: int) -> list[str]:
    """Patrol that is spread over much of the city is no focus any more, and hours that nobody has are no advice."""
    if share <= MOST_PATROLLED:
        return []
    some = counted(n_districts, "district gets", "districts get")
    return [
        f"{some} {hours:,g} hours of patrol a shift, in up to {100 * share:.0f} % of the cells "
        f"(more than {100 * MOST_PATROLLED:.0f} %): are these the agency's districts? else lower [patrol] "
        "minutes_per_district"
    ]


def _unpublished(settings: Settings, *, day: date) -> list[str]:
    """Nothing is published without finished objectives."""
    try:
        objectives_of(settings, day=day)
    except GovernanceError as error:
        return [f"a run can start, but is not published: {error}"]
    return []


def _with_panel(report: CheckReport, city: LoadedCity, settings: Settings, cells: gpd.GeoDataFrame) -> CheckReport:
    """What only counting shows: a history that is too short for a run, categories that will be left out."""
    table = city.tables.incidents.table
    position = locate(
        table["longitude"].to_numpy(), table["latitude"].to_numpy(), cells["cell"], resolution=settings.area.resolution
    )
    try:
        panel = panel_of(
            city.tables, position, settings, n_cells=len(cells), as_of=city.as_of,
            district=cells["district"].to_numpy(),
        )  # fmt: skip
    except PatrolcastError as error:
        return replace(report, problems=(*report.problems, str(error)), exit_code=error.exit_code)
    explored = exploration_by_past(panel, cells, settings, as_of=city.as_of)
    notes = (*report.notes, *panel.uncounted_notes("in the category"), explored.statement)
    return replace(report, notes=notes)


def report_on(city: LoadedCity, settings: Settings) -> CheckReport:
    """The report on a city that was read."""
    table = city.tables.incidents.table
    zone = ZoneInfo(settings.area.timezone)
    span = [] if table.empty else [table["occurred_at"].min(), table["occurred_at"].max()]
    local = [moment.tz_convert(zone).to_pydatetime() for moment in span] or [None, None]
    problems = []
    if table.empty:
        cure = "check [incidents.columns] and the codebook"
        problems.append(DataRefusedError(settings.name, got="no incident that is counted", cure=cure))
    return CheckReport(
        name=settings.name,
        problems=tuple(str(problem) for problem in problems),
        warnings=tuple(gate_warnings(city, settings)),
        as_of=city.as_of.astimezone(zone),
        newest_report=None if city.newest_report is None else city.newest_report.astimezone(zone),
        first_occurred=local[0],
        last_occurred=local[1],
        sources=tuple(city.sources),
        max_refused_share=settings.gates.max_refused_share,
        categories=rows_by_value(table["category"]),
        set_aside=rows_by_value(city.tables.set_aside.table["provenance"]),
        notes=tuple(city.notes),
        exit_code=DataRefusedError.exit_code if problems else 0,
    )


def _stopped(config: ConfigFile, errors: Sequence[PatrolcastError]) -> CheckReport:
    problems = tuple(str(error) for error in errors)
    return CheckReport(config.settings.name, problems=problems, exit_code=errors[0].exit_code)


def _source_lines(source: SourceAccount) -> list[str]:
    head = f"{source.name}: {counted(source.rows_in, 'row')} in, {source.kept:,} kept"
    lines = [head, *(f"  set aside {n:,}: {why}" for why, n in sorted(source.set_aside.items()) if n)]
    lines += [f"  cancelled {n:,}: {why}" for why, n in sorted(source.cancelled.items()) if n]
    lines += [f"  refused {n:,}: {why}" for why, n in sorted(source.refused.items()) if n]
    return lines + [f"  {words.spaced(note)}" for note in source.notes]


def _covered(shares: dict[str, float]) -> str:
    (first, share), *rest = shares.items()
    others = (f"{name} {100 * part:.0f} %" for name, part in rest)
    return ", ".join([f"{first} cover {100 * share:.0f} % of the city's land", *others])


def _feed_line(check: GateResult) -> str:
    return f"feed: {check.name} {check.verdict}: {check.detail} ({check.threshold})"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {n:,}" for name, n in counts.items())


def _moment(moment: datetime | None, *, zone: bool = False) -> str:
    if moment is None:
        return "unknown"
    return moment.strftime("%Y-%m-%d %H:%M %Z" if zone else "%Y-%m-%d %H:%M")
