"""[area], [incidents], [codebook], [places]: the files that a run reads, and how they are written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from patrolcast.domain.provenance import Provenance
from patrolcast.domain.settings.base import Day, Name, NotNegative, Positive, Section, Text, TimeFormat
from patrolcast.domain.settings.gaps import IncidentGap, LeftOut
from patrolcast.domain.settings.limits import Usual
from patrolcast.domain.settings.reasons import Reason
from patrolcast.domain.shifts import zone_exists


class NameLayer(Section):
    """[[area.names]]: what places are called, for people to read; nothing is counted or forecast by it."""

    path: Path = Field(
        description="points (intersections, landmarks; CSV too), lines (streets; their crossings are found) or "
        "polygons (neighborhoods)"
    )
    column: Text = Field(description="the column that holds the name")
    within_m: float = Field(
        400.0,
        ge=50.0,
        le=2000.0,
        description="the furthest that a point or a street may lie from the middle of a cell which is named after it",
    )
    longitude: Text = Field("longitude", description="of a CSV: its column of longitudes, or of x")
    latitude: Text = Field("latitude", description="of a CSV: its column of latitudes, or of y")
    crs: str = Field("EPSG:4326", description="of a CSV: the reference system of its coordinates")


class Area(Section):
    """[area]: where the agency patrols, and the size of the cells."""

    boundary: Path = Field(
        description="polygons of the jurisdiction (GeoJSON, GeoPackage, shapefile, zip, KML, GML, FlatGeobuf)"
    )
    districts: Path | None = Field(None, description="polygon layer of patrol districts; absent: one district")
    district_column: str = Field("district", description="column of the districts layer that names the district")
    water: Path | None = Field(None, description="polygon layer no one patrols; cells mostly under it are left out")
    names: list[NameLayer] = Field(
        [], description="layers that say what places are called ([[area.names]]), the preferred one first"
    )
    timezone: str = Field(description="IANA zone of the agency, e.g. America/Chicago")
    resolution: int = Field(9, ge=7, le=11, description="H3 resolution: 9 is 0.11 km2 a cell, 8 is 0.74 km2")

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        if not zone_exists(zone):
            raise ValueError("no such IANA time zone; e.g. America/Chicago")
        return zone


class Columns(Section):
    """[incidents.columns]: which column of the export is which. Columns not named here are looked at once for a call
    source, and otherwise never read.
    """

    occurred_at: str = Field(description="when it happened (date, or date and time)")
    occurred_until: str | None = Field(None, description="end of the occurrence range, where the agency records one")
    reported_at: str | None = Field(None, description="when the agency learned of it; absent: reporting_delay_hours")
    time: str | None = Field(
        None, description="time of day of occurred_at where it stands apart: 1430, 14:30, 2:30 PM, an hour"
    )
    until_time: str | None = Field(None, description="time of day of occurred_until where it stands apart")
    reported_time: str | None = Field(None, description="time of day of reported_at where it stands apart")
    longitude: str = Field(description="longitude, or x when crs is projected")
    latitude: str = Field(description="latitude, or y when crs is projected")
    offence: str = Field(description="the agency's offence code")
    call_source: str | None = Field(
        None, description="who started the call; absent: the offence decides provenance, and every page says so"
    )
    record_id: str | None = Field(None, description="the agency's record number; record_means says what one stands for")
    count: str | None = Field(None, description="incidents a row counts: 1; -1 takes an earlier report back")
    status: str | None = Field(None, description="what became of the report; see cancelled_values")
    updated_at: str | None = Field(None, description="when the row was last changed: the newest version stands")
    supersedes: str | None = Field(None, description="number of the record that this one replaces")

    @model_validator(mode="after")
    def _clock_of_a_date(self) -> Columns:
        for key, of in (("until_time", "occurred_until"), ("reported_time", "reported_at")):
            if getattr(self, key) is not None and getattr(self, of) is None:
                raise ValueError(f"{key} is the time of day of {of}, which is not set")
        return self


class Incidents(Section):
    """[incidents]: the records export."""

    path: Path | Annotated[list[Path], Field(min_length=1)] | None = Field(
        None, description="file or files: CSV (gz, zip), Parquet, GeoJSON, shapefile"
    )
    database: str | None = Field(
        None,
        pattern=r"^[A-Z_][A-Z0-9_]*$",
        description="name of the environment variable that holds a database URL (never the URL itself); with sql or "
        "table",
    )
    sql: Text | None = Field(
        None,
        description="one SELECT; :as_of is bound to the moment of the run, :since to first_day (docs/databases.md)",
    )
    table: str | None = Field(
        None, pattern=r"^[A-Za-z_][A-Za-z0-9_.]*$", description="a table or view to read whole, in place of sql"
    )
    format: Literal["csv", "parquet", "geojson", "shapefile", "layer"] | None = Field(
        None, description="absent: recognised by the file's ending"
    )
    delimiter: str = Field(",", min_length=1, max_length=1, description="of CSV; declared, never guessed")
    encoding: str = Field("utf-8", description="declared, never guessed")
    crs: str = Field(
        "EPSG:4326", description="reference system of the coordinates, any code of PROJ, e.g. EPSG:3435 or ESRI:102671"
    )
    time_format: TimeFormat | None = Field(
        None,
        description="required for text times, e.g. %m/%d/%Y %I:%M:%S %p, of %Y %y %m %b %B %d %j %H %I %p %M %S %f %z "
        "%a %A; 'epoch' or 'epoch_ms': seconds or milliseconds counted since 1970 in UTC",
    )
    time_zone: str = Field("local", description="'local' (the area's zone), 'UTC', or an IANA zone")
    reporting_delay_hours: NotNegative = Field(24.0, le=8760.0, description="assumed delay where reported_at is absent")
    longest_range_days: Annotated[Positive, Usual("the range in which an incident occurred, in days,", most=92.0)] = (
        Field(30.0, le=366.0, description="a longer occurrence range is refused")
    )
    first_day: Day | None = Field(None, description="records that occurred earlier are set aside")
    record_means: Literal["incident", "offence", "versions"] | None = Field(
        None,
        description="what rows of one record_id are: one row an incident, one row an offence, or versions of which the "
        "newest stands; absent: versions, refused where the rows contradict it",
    )
    offence_rule: Literal["most_serious", "each", "first"] | None = Field(
        None, description="which offences of an incident count, where record_means is offence"
    )
    offence_order: list[Name] = Field([], description="categories, the most serious first, for most_serious")
    cancelled_values: list[Text] = Field(
        [], description="values of the column status that cancel a report, e.g. unfounded: it counts zero"
    )
    no_call_source: Reason | None = Field(
        None,
        description="why the records do not say who started a call, in words: printed on every page. Needed where the "
        "export, the codebook or the published run has a call source that [incidents.columns] does not map",
    )
    leave_out: list[LeftOut] = Field(
        ["hole", "event", "late start", "default address"],
        description="what is found in the feed and not learned from: 'hole' (records missing), 'event' (up to a week of"
        " far too many), 'late start' (a category that begins midway), 'default address' (a station that stands for"
        " unknown places)",
    )
    gaps: list[IncidentGap] = Field([], description="days that the department declares ([[incidents.gaps]])")
    columns: Columns

    @model_validator(mode="after")
    def _one_source(self) -> Incidents:
        if self.sql is not None and self.database is None and self.sql.isupper() and self.sql.isidentifier():
            raise ValueError(f'sql is the query itself: write database = "{self.sql}" with sql or table')
        if (self.path is None) == (self.database is None):
            raise ValueError("exactly one of path and database must be set")
        if (self.sql is not None) + (self.table is not None) != (self.database is not None):
            raise ValueError("database needs sql or table, one of them, and neither is allowed without it")
        if self.database is not None and {"format", "delimiter", "encoding"} & self.model_fields_set:
            raise ValueError("format, delimiter and encoding say how a file is written: leave them out with database")
        return self

    @model_validator(mode="after")
    def _mapped_or_missing(self) -> Incidents:
        if self.no_call_source is not None and self.columns.call_source is not None:
            raise ValueError("no_call_source and [incidents.columns] call_source exclude each other: keep one of them")
        return self

    @model_validator(mode="after")
    def _corrections_are_whole(self) -> Incidents:
        columns = self.columns
        if columns.record_id is None and (self.record_means or columns.updated_at or columns.supersedes):
            raise ValueError("record_means, updated_at and supersedes need [incidents.columns] record_id")
        if (columns.status is None) != (not self.cancelled_values):
            raise ValueError("[incidents.columns] status and cancelled_values belong together: set both or neither")
        if (self.record_means == "offence") != (self.offence_rule is not None):
            raise ValueError('record_means = "offence" needs offence_rule, and offence_rule is allowed only with it')
        if (self.offence_rule == "most_serious") != bool(self.offence_order):
            raise ValueError(
                'offence_rule = "most_serious" needs offence_order, and offence_order is allowed only with it'
            )
        return self


class CodebookSection(Section):
    """[codebook]: offence code and call source -> category and provenance, with the reason of each decision."""

    path: Path = Field(description="CSV with the columns offence, call_source, category, provenance, ground")
    max_unknown_share: Annotated[NotNegative, Usual("rows whose offence code is unknown, as a share,", most=0.10)] = (
        Field(0.05, le=0.25, description="more unknown offence codes than this refuses the file")
    )


class PlaceLayer(Section):
    """[places.NAME]: one place feature per layer."""

    path: Path = Field(description="the layer: points, lines or polygons")
    measure: Literal["count", "distance_m", "value"] = Field(
        description="count of points, metres to the nearest, or area-weighted mean of a column"
    )
    column: str | None = Field(None, description="the column that is averaged when measure is 'value'")
    provenance: Provenance = Field(Provenance.ENVIRONMENT, description="who caused these records to exist")
    source: str = Field(description="who made the layer, and when")
    caution: str = Field("", description="what a reader should know before trusting it")

    @field_validator("provenance", mode="before")
    @classmethod
    def _provenance(cls, value: object) -> object:
        return Provenance(value) if isinstance(value, str) and value in set(Provenance) else value
