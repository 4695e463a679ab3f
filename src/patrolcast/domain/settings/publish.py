"""[gates], [publish], [trail], [site], [store]: when a run may be published, for how long, and what is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from patrolcast.domain.settings.base import IN_PROJECT, NotNegative, Positive, Section, Text
from patrolcast.domain.settings.limits import Usual

LEAST_TEXT_DAYS = 183
"""Six months: what a deployer keeps its logs for at least (EU 2024/1689, Article 26(6))."""
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,99}$")]


class Gates(Section):
    """[gates]: thresholds that are fixed before a run; a failed gate stops publication."""

    max_refused_share: Annotated[
        NotNegative, Usual("refused rows, as a share of the incidents' rows", most=0.20, waivable_most=0.5)
    ] = Field(
        0.10,
        le=1.0,
        description="refused rows / rows in, of the incidents' own files; above 0.5 nothing is published, whatever is "
        "waived",
    )
    min_incidents: Annotated[int, Usual("incidents that a run needs", least=500, waivable_least=100)] = Field(
        1000,
        ge=1,
        description="fewer counted incidents refuse the run; below 100 nothing is published, whatever is waived",
    )
    max_report_age_hours: Annotated[Positive, Usual("the age of the newest report, in hours,", most=168.0)] = Field(
        72.0, le=744.0, description="as_of minus the newest report"
    )
    calibration: Annotated[
        list[Annotated[float, Field(ge=0.5, le=2.0, allow_inf_nan=False)]],
        Usual("predicted / observed incidents", least=0.75, most=1.34),
        Field(min_length=2, max_length=2),
    ] = Field(
        [0.8, 1.25], description="allowed predicted / observed incidents on the validation window, each from 0.5 to 2"
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
        Path("runs"),
        description="folder of runs, in the project: in it each city has a folder of its own, by its name; there "
        "`current` points at the last published run",
    )
    expires_hours: Positive | None = Field(
        None,
        le=744.0,
        description="hours after as_of at which the run is withdrawn, never silently reused; left out: when its last "
        "shift ends, which is also the latest",
    )
    keep_days: int = Field(183, ge=1, le=36_500, description="run folders older than this may be removed")
    signed_evidence: bool = Field(
        False, description="refuse evidence unless a signing key is named in the environment and has signed it"
    )
    excel_csv: bool = Field(
        False,
        description="begin the CSV files of a run with a byte order mark, so that Excel reads letters such as ñ; "
        "programs that read them must skip it (utf-8-sig)",
    )
    metrics: Annotated[Path | None, IN_PROJECT] = Field(
        None,
        description="file for Prometheus' textfile collector, in the project, its name ending in .prom; written after "
        "every start of `nightly`, whatever became of it; no part of a run's identity",
    )
    summary_command: Annotated[list[Text], Field(min_length=1, max_length=50)] | None = Field(
        None,
        description='program and arguments, each in quotes, e.g. ["deploy/mail.sh"]; started without a shell after '
        "every start of `nightly`, with its summary as JSON on standard input; no part of a run's identity",
    )
    summary_seconds: Positive = Field(
        30.0, le=300.0, description="the summary command is ended after so many seconds; no part of a run's identity"
    )

    @field_validator("metrics")
    @classmethod
    def _is_a_metrics_file(cls, path: Path | None) -> Path | None:
        if path is not None and (path.suffix != ".prom" or path.name.startswith(".")):
            raise ValueError("must end in .prom; e.g. runs/metrics/mycity.prom")
        return path

    @field_validator("summary_command")
    @classmethod
    def _holds_no_nul(cls, command: list[str] | None) -> list[str] | None:
        if command is not None and any("\x00" in word for word in command):
            raise ValueError("no word of a command may hold a NUL character")
        return command

    def expires_at(self, as_of: datetime, last_shift_end: datetime) -> datetime:
        """Until when a run may be used: its last shift's end, or sooner where the config says so."""
        hours = self.expires_hours
        return last_shift_end if hours is None else min(as_of + timedelta(hours=hours), last_shift_end)


class AuditTrail(Section):
    """[trail]: the record of every run, refusal and decision (docs/trail.md); it cannot be switched off."""

    copies: list[Variable] = Field(
        [],
        description="names of environment variables, each holding the absolute path of a folder on another machine or "
        "disk: every signed checkpoint is copied there, and a run is not published where that fails",
    )
    signed: bool = Field(
        False, description="refuse to publish unless a key for checkpoints is named in the environment"
    )
    text_days: int = Field(
        1826,
        ge=LEAST_TEXT_DAYS,
        le=36_500,
        description="days after which texts that may be personal are removed; the entries themselves stay for good",
    )


class Site(Section):
    """[site]: the public audit site of `patrolcast publish-site` (docs/site.md)."""

    least_count: int = Field(
        5,
        ge=3,
        le=1000,
        description="a count below it is withheld on the public site, 0 too, and so is what would give it away; tables "
        "that were shown before stay as they were",
    )
    months: int = Field(
        12, ge=0, le=60, description="whole months of reports that a first release shows; 0: no counts of reports"
    )


class Store(Section):
    """[store]: the incremental store. It saves time and changes no byte of a run, so no key is part of its identity."""

    enabled: bool = Field(False, description="keep what was read of the export, and read only what is new")
    folder: Annotated[Path | None, IN_PROJECT] = Field(
        None, description="where it is kept, in the project; left out: `store` in the city's folder of runs"
    )
    keep_days: int = Field(183, ge=1, le=36_500, description="days for which the export of a past night can be read")
    check_days: int = Field(
        7, ge=1, le=366, description="after so many days a night reads the whole export again and compares"
    )
