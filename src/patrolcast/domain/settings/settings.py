"""The whole configuration of one city: its sections, each with its defaults, and the moment that a run is made for."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from patrolcast.domain.errors import GateRefusedError
from patrolcast.domain.provenance import CallSource
from patrolcast.domain.settings.base import Name, Section
from patrolcast.domain.settings.deciding import Decisions, Pausing
from patrolcast.domain.settings.evaluation import Audit, Backtest, Loop, Screen
from patrolcast.domain.settings.inputs import Area, CodebookSection, Incidents, PlaceLayer
from patrolcast.domain.settings.model import Features, Model, Policy, Shifts
from patrolcast.domain.settings.monitor import Monitor
from patrolcast.domain.settings.outside import Portal
from patrolcast.domain.settings.patrol import Patrol
from patrolcast.domain.settings.publish import AuditTrail, Gates, Publish, Site, Store
from patrolcast.domain.settings.residents import Residents
from patrolcast.domain.settings.waivers import Waiver, refuse_doubled


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
    portal: Portal | None = None
    codebook: CodebookSection
    residents: Residents | None = None
    objectives: Path | None = Field(
        None, description="TOML of what the tool is for and by what that is measured; without it nothing is published"
    )
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
    trail: AuditTrail = AuditTrail()
    site: Site = Site()
    loop: Loop = Loop()
    monitor: Monitor | None = None
    decisions: Decisions = Decisions()
    pause: Pausing = Pausing()
    waivers: list[Waiver] = Field([])
    backtest: Backtest = Backtest()
    store: Store = Store()

    @field_validator("as_of")
    @classmethod
    def _as_of(cls, text: str) -> str:
        if text not in {"now", "last-report"}:
            parse_as_of(text)
        return text

    @field_validator("waivers")
    @classmethod
    def _of_one_thing_each(cls, waivers: list[Waiver]) -> list[Waiver]:
        return refuse_doubled(waivers)

    def city_runs(self, runs: Path | None = None) -> Path:
        """The city's own folder, in the config's folder of runs or another: cities never share what is published."""
        return (runs or self.publish.runs) / self.name

    @property
    def moment(self) -> datetime | None:
        """``as_of`` as a moment; None where it is known only when the run is made."""
        return None if self.as_of in {"now", "last-report"} else parse_as_of(self.as_of)


def parse_as_of(text: str) -> datetime:
    """An instant with its zone.

    >>> parse_as_of("2026-06-30T05:00:00-05:00").isoformat()
    '2026-06-30T05:00:00-05:00'

    Raises ValueError when the text is no ISO 8601 instant or has no zone.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        rule = "must be 'now', 'last-report' or an ISO time with zone, e.g. 2026-06-30T05:00-05:00"
        raise ValueError(rule) from error
    if moment.tzinfo is None:
        raise ValueError("has no zone; add one, e.g. 2026-06-30T05:00-05:00")
    if not 1990 <= moment.year <= 2100:
        raise ValueError("must lie in the years 1990 to 2100, as records do")
    return moment


def refuse_comparison_only(settings: Settings) -> None:
    """Stops before anything is read: a config with enforcement features is never run, whatever its gates would say.

    Raises GateRefusedError: for a config with ``[policy] comparison_only = true``.
    """
    if settings.policy.comparison_only:
        raise GateRefusedError(
            f"config {settings.name}",
            got="[policy] comparison_only = true",
            rule="features of officer-initiated records are compared, never run or published",
            cure="patrolcast compare",
        )


def call_source_of(settings: Settings) -> CallSource:
    """What a config maps, or the reason that it gives for mapping none."""
    incidents = settings.incidents
    return CallSource(incidents.columns.call_source or "", incidents.no_call_source or "")
