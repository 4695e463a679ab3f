"""The config -> the rules for rows: times, codebook, reference system, land, corrections."""

from datetime import date, time
from functools import partial
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import shapely

from patrolcast.domain.errors import ConfigError, shown
from patrolcast.domain.settings import Settings
from patrolcast.domain.shifts import local_instant, zone_exists
from patrolcast.grid.default_places import find_default_places
from patrolcast.intake.codebook import Codebook, is_pattern, normalised_code, parse_codebook, row_finder
from patrolcast.intake.corrections.declared import CorrectionRules
from patrolcast.intake.guess_columns import CLOCKS, first_known_header
from patrolcast.intake.moments import TimeRules
from patrolcast.intake.rules import IntakeRules
from patrolcast.io.codebook_files import read_codebook
from patrolcast.io.sources.export import Source
from patrolcast.numerics.arrays import BoolArray
from patrolcast.numerics.reference_systems import horizontal
from patrolcast.runs.load.as_of import to_micros


def intake_rules(
    settings: Settings,
    boundary: gpd.GeoDataFrame,
    sources: list[Source],
    columns: dict[str, str],
    *,
    of_past_nights: bool = False,
) -> IntakeRules:
    """What the config, its codebook and its boundary say about rows.

    Raises ConfigError: a reference system, a time zone or an excluded offence that does not exist, a bad
    codebook.

    Parameters
    ----------
    boundary : of the jurisdiction, WGS84.
    columns : role -> column of the export.
    of_past_nights : no incident is set aside for what only later records show.
    """
    incidents = settings.incidents
    area = settings.area.timezone
    first = None
    if incidents.first_day is not None:
        begin = local_instant(date.fromisoformat(incidents.first_day), time(0), ZoneInfo(area))
        first = to_micros(begin)
    unread = [name for name in sources[0].header if name not in columns.values()]
    times = TimeRules(
        zone=area if incidents.time_zone == "local" else incidents.time_zone,
        area_zone=area,
        time_format=incidents.time_format,
        delay_hours=incidents.reporting_delay_hours,
        longest_range_days=incidents.longest_range_days,
        whole_day_shifts=len(settings.shifts.starts) == 1,
        headers=columns,
        clock="" if "time" in columns else first_known_header(unread, CLOCKS) or "",
    )
    _require_names(incidents.crs, times.zone)
    book = settings.codebook.path
    codebook = parse_codebook(read_codebook(book), file=book.name)
    return IntakeRules(
        file=", ".join(source.name for source in sources),
        times=times,
        crs=incidents.crs,
        land=shapely.union_all(boundary.geometry.to_numpy()),
        codebook=codebook,
        codebook_file=book.name,
        max_unknown_share=settings.codebook.max_unknown_share,
        excluded_offences=_excluded(settings.policy.excluded_offences, codebook),
        first_day=first,
        corrections=CorrectionRules(
            incidents.record_means,
            incidents.offence_rule,
            tuple(incidents.offence_order),
            frozenset(incidents.cancelled_values),
        ),
        default_places=partial(
            _default_places, set_apart="default address" in incidents.leave_out and not of_past_nights
        ),
    )


def _default_places(incidents: pd.DataFrame, *, set_apart: bool) -> tuple[BoolArray, tuple[str, ...]]:
    """Which incidents are set aside because they stand at a default address, and each such place in words."""
    defaults = find_default_places(incidents, set_apart=set_apart)
    return defaults.at & set_apart, defaults.sentences


def _excluded(offences: list[str], codebook: Codebook) -> frozenset[str]:
    """Offences that are not counted, as they are looked up; a code that excludes nothing is a mistake."""
    row_of = row_finder(codebook.offences)
    unknown = [code for code in offences if is_pattern(code) or row_of(code) is None]
    if unknown:
        rule, cure = "must be an offence of the codebook", "write it as the codebook does"
        raise ConfigError("[policy] excluded_offences", got=shown(unknown[0]), rule=rule, cure=cure)
    return frozenset(normalised_code(code) for code in offences)


def _require_names(crs: str, zone: str) -> None:
    """Refuse a reference system or a time zone that does not exist."""
    try:
        horizontal(crs)
    except ValueError as error:
        cure = "use a code that PROJ knows, e.g. EPSG:4326 for degrees, EPSG:3435 or ESRI:102671 for feet in Illinois"
        raise ConfigError("[incidents] crs", got=shown(crs), rule=str(error), cure=cure) from None
    if not zone_exists(zone):
        cure = "'local', 'UTC' or an IANA zone, e.g. America/Chicago"
        raise ConfigError("[incidents] time_zone", got=shown(zone), rule="must exist", cure=cure)
