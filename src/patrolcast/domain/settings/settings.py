"""The configuration as strict types: every key that exists, its unit, its range and its default.

`io/settings/settings_file` reads TOML and resolves ``extends``; `domain/settings/keys` turns the mapping into
:class:`Settings` or says, in one line, which section and key is wrong and what the nearest valid key is.
Paths arrive resolved.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from patrolcast.domain.provenance import NEVER_IN_MODEL, Provenance
from patrolcast.domain.settings.audit import Audit
from patrolcast.domain.settings.backtest import Backtest
from patrolcast.domain.settings.base import (
    IN_PROJECT,
    Day,
    LocalTime,
    Name,
    NotNegative,
    Positive,
    Section,
    Share,
    Text,
)
from patrolcast.domain.settings.loop import Loop
from patrolcast.domain.settings.monitor import Monitor
from patrolcast.domain.settings.patrol import Patrol as Patrol
from patrolcast.domain.settings.residents import Residents as Residents
from patrolcast.domain.settings.screen import Screen
from patrolcast.domain.settings.waivers import Waiver


class Area(Section):
    """[area]: where the agency patrols, and the grid laid over it."""

    boundary: Path = Field(description="polygon layer of the jurisdiction (any layer GeoPandas reads)")
    districts: Path | None = Field(None, description="polygon layer of patrol districts; absent: one district")
    district_column: str = Field("district", description="column of the districts layer that names the district")
    water: Path | None = Field(None, description="polygon layer no one patrols; cells mostly under it are left out")
    timezone: str = Field(description="IANA zone of the agency, e.g. America/Chicago")
    resolution: int = Field(9, ge=7, le=11, description="H3 resolution: 9 is 0.11 km2 a cell, 8 is 0.74 km2")

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("no such IANA time zone; e.g. America/Chicago") from error
        return zone


class Columns(Section):
    """[incidents.columns]: which column of the export is which. Columns not named here are never read."""

    occurred_at: str = Field(description="when it happened (date, or date and time)")
    occurred_until: str | None = Field(None, description="end of the occurrence range, where the agency records one")
    reported_at: str | None = Field(None, description="when the agency learned of it; absent: reporting_delay_hours")
    longitude: str = Field(description="longitude, or x when crs is projected")
    latitude: str = Field(description="latitude, or y when crs is projected")
    offence: str = Field(description="the agency's offence code")
    call_source: str | None = Field(None, description="who started the call; absent: the offence decides provenance")
    record_id: str | None = Field(None, description="the agency's record number, used only to find duplicates")


class Incidents(Section):
    """[incidents]: the records export."""

    path: Path | Annotated[list[Path], Field(min_length=1)] | None = Field(
        None, description="file or files: CSV (gz, zip), Parquet, GeoJSON, shapefile"
    )
    sql: str | None = Field(
        None,
        pattern=r"^[A-Z_][A-Z0-9_]*$",
        description="name of the environment variable that holds a database URL (never the URL itself); with table",
    )
    table: str | None = Field(None, pattern=r"^[A-Za-z_][A-Za-z0-9_.]*$", description="table to read when sql is set")
    format: Literal["csv", "parquet", "geojson", "shapefile", "layer"] | None = Field(
        None, description="absent: told by the file's ending"
    )
    delimiter: str = Field(",", min_length=1, max_length=1, description="of CSV; declared, never guessed")
    encoding: str = Field("utf-8", description="declared, never guessed")
    crs: str = Field(
        "EPSG:4326", description="reference system of the coordinates, e.g. EPSG:3435 for feet in Illinois"
    )
    time_format: Text | None = Field(
        None, description="strptime format; required for text times, e.g. %m/%d/%Y %I:%M:%S %p"
    )
    time_zone: str = Field("local", description="'local' (the area's zone), 'UTC', or an IANA zone")
    reporting_delay_hours: NotNegative = Field(24.0, le=8760.0, description="assumed delay where reported_at is absent")
    longest_range_days: Positive = Field(30.0, description="a longer occurrence range is refused")
    first_day: Day | None = Field(None, description="records that occurred earlier are set aside")
    columns: Columns

    @model_validator(mode="after")
    def _one_source(self) -> Incidents:
        if (self.path is None) == (self.sql is None):
            raise ValueError("exactly one of path and sql must be set")
        return self


class Codebook(Section):
    """[codebook]: offence code and call source -> category and provenance, with the ground for each decision."""

    path: Path = Field(description="CSV with the columns offence, call_source, category, provenance, ground")
    max_unknown_share: Share = Field(0.05, description="more unknown offence codes than this refuses the file")


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


class Shifts(Section):
    """[shifts]: operational periods in local time; a shift ends where the next begins and may cross midnight."""

    starts: list[LocalTime] = Field(
        ["06:00", "14:00", "22:00"], min_length=1, max_length=24, description="local start times, rising"
    )

    @field_validator("starts")
    @classmethod
    def _ordered(cls, starts: list[str]) -> list[str]:
        if starts != sorted(set(starts)):
            raise ValueError("local start times must rise and not repeat, e.g. ['06:00', '14:00', '22:00']")
        return starts


class Features(Section):
    """[features]: which optional inputs are computed. The catalogue itself is in `features/catalogue`."""

    holidays: Text | None = Field(None, description="region of public holidays, e.g. US or US-IL; absent: none")
    paydays: list[Annotated[int, Field(ge=1, le=31)]] = Field([], description="days of the month on which pay arrives")
    darkness: bool = Field(True, description="share of the shift after sunset and before sunrise")


class Policy(Section):
    """[policy]: what may not reach the model, whatever it would add to accuracy."""

    excluded_provenance: list[Provenance] = Field(
        [Provenance.OFFICER, Provenance.CENSUS, Provenance.UNKNOWN, Provenance.ADMINISTRATIVE],
        description="officer, census and unknown can never be taken out of this list",
    )
    excluded_features: list[str] = Field([], description="feature names, or patterns with *")
    excluded_offences: list[str] = Field([], description="offence codes that are not counted, beside the codebook's")
    reason: str = Field("declared by the agency", description="printed with every exclusion by name")
    comparison_only: bool = Field(
        False, description="counts of officer-initiated records become features: `compare` may, no other verb runs it"
    )
    comparison_counted: bool = Field(
        False, description="they are also counted and forecast, as one more category; needs comparison_only"
    )

    @model_validator(mode="after")
    def _counted_only_in_comparison(self) -> Policy:
        if self.comparison_counted and not self.comparison_only:
            raise ValueError("comparison_counted needs comparison_only = true: no run counts officer-initiated records")
        return self

    @field_validator("excluded_provenance", mode="before")
    @classmethod
    def _provenances(cls, values: object) -> object:
        if isinstance(values, list):
            return [Provenance(v) if isinstance(v, str) and v in set(Provenance) else v for v in values]
        return values

    @field_validator("excluded_provenance")
    @classmethod
    def _never(cls, values: list[Provenance]) -> list[Provenance]:
        missing = sorted(NEVER_IN_MODEL - set(values))
        if missing:
            raise ValueError(f"must name {', '.join(missing)}: these can never reach a model that is published")
        return values


class Model(Section):
    """[model]: how the forecast is trained."""

    horizon_days: int = Field(1, ge=1, le=31, description="days of shifts that one run forecasts")
    training_days: int = Field(730, ge=28, description="how far back training targets reach; history features see all")
    validation_days: int = Field(28, ge=7, le=180, description="latest days kept for early stopping and calibration")
    maturity_days: int = Field(
        7, ge=0, le=90, description="targets younger than this may still be unreported: not used"
    )
    max_rows: int = Field(400_000, ge=10_000, description="training rows; beyond them rows are drawn, with weights")
    rounds: int = Field(200, ge=10, le=5000, description="trees at most; early stopping uses fewer")
    learning_rate: Positive = Field(0.05, description="weight of one tree")
    leaves: int = Field(8, ge=4, le=255, description="leaves of one tree")
    weekly_rounds: int = Field(150, ge=0, le=5000, description="trees of the lesson on whole weeks, before; 0: none")
    weekly_leaves: int = Field(31, ge=4, le=255, description="leaves of one of those")
    seed: int = Field(7, ge=0, description="the same seed gives the same bytes")
    threads: int = Field(2, ge=1, le=64, description="never changes a byte of the result")


class Gates(Section):
    """[gates]: thresholds that are fixed before a run; a failed gate stops publication."""

    max_refused_share: Share = Field(0.10, description="refused rows / rows in")
    min_incidents: int = Field(1000, ge=0, description="fewer counted incidents refuse the run")
    max_report_age_hours: Positive = Field(72.0, description="as_of minus the newest report")
    calibration: Annotated[list[Positive], Field(min_length=2, max_length=2)] = Field(
        [0.8, 1.25], description="allowed predicted / observed incidents on the validation window"
    )

    @field_validator("calibration")
    @classmethod
    def _rises(cls, limits: list[float]) -> list[float]:
        if not limits[0] < 1.0 < limits[1]:
            raise ValueError("needs [low, high] with low < 1 < high")
        return limits


class Publish(Section):
    """[publish]: where runs go and how long one may be used."""

    runs: Annotated[Path, IN_PROJECT] = Field(
        Path("runs"), description="folder of run folders, in the project; `current` points at the last published one"
    )
    expires_hours: Positive = Field(
        36.0, le=8760.0, description="after this the last good run is withdrawn, never silently reused"
    )
    keep_days: int = Field(183, ge=1, le=36_500, description="run folders older than this may be removed")


class Settings(Section):
    """The whole configuration of one city."""

    config_version: Literal[1] = Field(description="the form of this file")
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)] = Field(
        description="short name for files and log lines: a-z, digits, - and _"
    )
    title: str = Field(description="the city's name as people read it")
    as_of: str = Field("now", description="'now', 'last-report', or a time with zone, e.g. 2026-06-30T05:00:00-05:00")
    area: Area
    incidents: Incidents
    codebook: Codebook
    residents: Residents | None = None
    places: dict[Name, PlaceLayer] = Field({})
    shifts: Shifts = Shifts()
    features: Features = Features()
    policy: Policy = Policy()
    screen: Screen = Screen()
    model: Model = Model()
    patrol: Patrol = Patrol()
    gates: Gates = Gates()
    audit: Audit = Audit()
    publish: Publish = Publish()
    loop: Loop = Loop()
    monitor: Monitor | None = None
    waivers: list[Waiver] = Field([])
    backtest: Backtest = Backtest()

    @field_validator("as_of")
    @classmethod
    def _as_of(cls, text: str) -> str:
        if text not in {"now", "last-report"}:
            parse_as_of(text)
        return text


def parse_as_of(text: str) -> datetime:
    """An instant with its zone.

    >>> parse_as_of("2026-06-30T05:00:00-05:00").isoformat()
    '2026-06-30T05:00:00-05:00'

    Raises
    ------
    ValueError
        when the text is no ISO 8601 instant or has no zone.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(
            "must be 'now', 'last-report' or an ISO time with zone, e.g. 2026-06-30T05:00-05:00"
        ) from error
    if moment.tzinfo is None:
        raise ValueError("has no zone; add one, e.g. 2026-06-30T05:00-05:00")
    if not 1990 <= moment.year <= 2100:
        raise ValueError("must lie in the years 1990 to 2100, as records do")
    return moment
