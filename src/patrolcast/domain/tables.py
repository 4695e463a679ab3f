"""The tables that stages exchange, and the two types that keep citizen reports and all other records apart."""

from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.domain.provenance import COUNTED
from patrolcast.domain.residents import CensusCoverage

WGS84 = "EPSG:4326"

INCIDENT_COLUMNS = ("occurred_at", "reported_at", "longitude", "latitude", "offence", "category", "provenance")
"""Columns of a table of incidents: instants in UTC, WGS84 degrees, categories of text. Nothing about persons."""


@dataclass(frozen=True)
class CitizenIncidents:
    """Incidents that citizens reported: the only records that are counted and forecast.

    ``table`` has :data:`INCIDENT_COLUMNS`, one row per incident. Construction refuses any other provenance, so a
    function that takes this type cannot be handed officer-initiated records.
    """

    table: pd.DataFrame

    def __post_init__(self) -> None:
        _require_columns(self.table)
        wrong = set(map(str, self.table["provenance"].unique())) - set(COUNTED)
        if wrong:
            raise ProhibitedDataError(
                "incidents",
                got=f"records of provenance {', '.join(sorted(wrong))}",
                rule="only citizen-reported records are counted",
                cure="mark them in the codebook so that they are set aside",
            )


@dataclass(frozen=True)
class SetAsideRecords:
    """Records that are kept for the audit and never counted: officer-initiated, administrative, unknown."""

    table: pd.DataFrame

    def __post_init__(self) -> None:
        _require_columns(self.table)
        if COUNTED & set(map(str, self.table["provenance"].unique())):
            rule = "those are counted, not set aside"
            raise ProhibitedDataError("set-aside records", got="citizen reports", rule=rule)


@dataclass(frozen=True)
class NamedShapes:
    """One layer of names for people to read: points, lines or polygons (WGS84) with the column ``name``.

    ``within_m`` is the furthest that a point or a line may lie from the middle of a cell that is named after it.
    """

    table: gpd.GeoDataFrame
    within_m: float


@dataclass(frozen=True)
class CityTables:
    """Everything one run reads, as tables: files are already closed.

    Attributes
    ----------
    incidents : citizen reports known by ``as_of``.
    set_aside : all other records known by ``as_of``; only `audit` may look.
    boundary : polygons of the jurisdiction, WGS84.
    districts : polygons with the column ``district``, WGS84; None means one district.
    water : polygons without residents or patrol, WGS84, or None.
    places : place-layer name -> its geometries (WGS84) with the column ``value`` where it is averaged.
    residents : census polygons with one column per group, ``total``, and ``moe_<group>`` where margins of error are
        given; only `audit` and the screen may look.
    settled : polygons where people live, for spreading residents over cells, or None.
    coverage : how much of the city the counts of ``residents`` cover; None where it was not measured.
    uncounted : census polygons without a count, which the audit's intervals allow for, or None.
    past_suggestions : ``cell`` and ``shift_start`` (UTC) of what was suggested before, for caps; or None.
    names : layers that say what places are called, the preferred one first; nothing is counted or forecast by them.
    """

    incidents: CitizenIncidents
    set_aside: SetAsideRecords
    boundary: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame | None
    water: gpd.GeoDataFrame | None
    places: dict[str, gpd.GeoDataFrame]
    residents: gpd.GeoDataFrame | None
    settled: gpd.GeoDataFrame | None = None
    past_suggestions: pd.DataFrame | None = None
    names: tuple[NamedShapes, ...] = ()
    coverage: CensusCoverage | None = None
    uncounted: gpd.GeoDataFrame | None = None

    def without_records(self) -> "CityTables":
        """The layers alone: millions of rows need not be held once they are counted."""
        none = empty_incidents()
        return replace(self, incidents=CitizenIncidents(none), set_aside=SetAsideRecords(none))


def empty_incidents() -> pd.DataFrame:
    """A table of incidents with no row."""
    moments = pd.DatetimeIndex([], tz="UTC").as_unit("us")
    numbers = pd.Series(dtype="float64")
    typed = {"occurred_at": moments, "reported_at": moments, "longitude": numbers, "latitude": numbers}
    return pd.DataFrame({name: typed.get(name, pd.Categorical([])) for name in INCIDENT_COLUMNS})


def _require_columns(table: pd.DataFrame) -> None:
    if tuple(table.columns) != INCIDENT_COLUMNS:
        raise ValueError(f"incidents need the columns {INCIDENT_COLUMNS}, got {tuple(table.columns)}")
