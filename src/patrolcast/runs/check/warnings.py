"""What would keep a run from being published, as far as `check` sees it: sources, incidents and residents."""

import geopandas as gpd
import pandas as pd

from patrolcast.audit.gates import MOST_CANCELLED
from patrolcast.domain.counted import counted, names_shown
from patrolcast.domain.records import rows_of_incidents
from patrolcast.domain.residents import CensusCoverage, GroupNames
from patrolcast.domain.settings import Settings
from patrolcast.report import words
from patrolcast.runs.load.call_source import offence_warning
from patrolcast.runs.load.city import LoadedCity
from patrolcast.runs.screen.screen import LEAST_NAMED_SHARE


def unmeasurable_residents(coverage: CensusCoverage | None, settings: Settings) -> list[str]:
    """What of the residents keeps the gate group_audit from passing, one sentence each; empty without residents."""
    residents, limits = settings.residents, settings.audit
    if coverage is None or residents is None:
        return []
    warnings, called = [], GroupNames.of(residents)
    if (share := min(coverage.share(name) for name in coverage.expected_residents)) < limits.least_measured_share:
        warnings.append(
            f"{coverage.sentence}; the gate group_audit requires {words.share(limits.least_measured_share)} of every "
            f"group ({words.share(share)} of the least covered)"
        )
    counted_total = coverage.counted_residents["total"]
    named = sum(coverage.counted_residents.get(name, 0.0) for name in residents.groups)
    if named < LEAST_NAMED_SHARE * counted_total * (1 - 1e-9):
        warnings.append(
            f"{100 * (1 - named / counted_total):.0f} % of the counted residents are of no group in "
            "[residents] groups: `patrolcast screen` refuses to look for stand-ins for the others only; name theirs"
        )
    for name, n in coverage.counted_residents.items():
        if name in residents.groups and name not in residents.not_measured and n < limits.least_residents:
            warnings.append(
                f"{called(name)} has {n:,.0f} residents, fewer than the {limits.least_residents:,.0f} that are "
                "measured: the gate group_audit does not pass unless [residents.not_measured] says why"
            )
    return warnings


def gate_warnings(city: LoadedCity, settings: Settings) -> list[str]:
    """What would make a gate of this config fail."""
    gates, warnings = settings.gates, []
    rows_in, refused, cancelled = rows_of_incidents(city.sources)
    if rows_in and refused / rows_in > gates.max_refused_share:
        warnings.append(
            f"{100 * refused / rows_in:.1f} % of the incidents' rows are refused; the gate allows "
            f"{100 * gates.max_refused_share:.1f} %"
        )
    if rows_in and cancelled / rows_in > MOST_CANCELLED:
        warnings.append(
            f"{words.share(cancelled / rows_in)} of the incidents' rows are cancelled; the gate allows "
            f"{words.share(MOST_CANCELLED)}: does the column mapped as status or count say what became of a report?"
        )
    n = len(city.tables.incidents.table)
    if 0 < n < gates.min_incidents:
        warnings.append(
            f"{counted(n, 'incident is', 'incidents are')} counted; the gate requires {gates.min_incidents:,}"
        )
    if city.newest_report is not None:
        hours = (city.as_of - city.newest_report).total_seconds() / 3600.0
        if hours > gates.max_report_age_hours:
            warnings.append(
                f"the newest report is {hours:.0f} hours old; the gate allows {gates.max_report_age_hours:.0f}"
            )
    warnings += unmeasurable_residents(city.tables.coverage, settings)
    warnings += retired_keys(settings)
    unweighted = set(settings.patrol.weights) - set(rows_by_value(city.tables.incidents.table["category"]))
    if unweighted:
        warnings.append(f"[patrol.weights] names categories without an incident: {', '.join(sorted(unweighted))}")
    if worded := offence_warning(city.officer_worded):
        warnings.append(worded)
    return warnings


def retired_keys(settings: Settings) -> list[str]:
    """Keys of the config that are accepted and do nothing any more."""
    return [
        f"[model] {key} has no effect: trees have one stage now (docs/decisions/0018-the-start.md); delete the line"
        for key in ("weekly_rounds", "weekly_leaves")
        if getattr(settings.model, key) is not None
    ]


def rows_by_value(values: pd.Series) -> dict[str, int]:
    """Value -> rows of it, the most first."""
    counts = values.astype(str).value_counts()
    return {str(name): int(n) for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if n}


def without_cells(districts: gpd.GeoDataFrame | None, cells: gpd.GeoDataFrame) -> list[str]:
    """Districts of the layer that receive no cell, because others lie on them or they are too small."""
    if districts is None:
        return []
    names = sorted(set(districts["district"].astype(str)) - set(cells["district"].astype(str)))
    if not names:
        return []
    return [
        f"districts that receive no cell, and so no patrol of their own: {names_shown(names)}; do others lie on them, "
        "or are they smaller than a cell?"
    ]
