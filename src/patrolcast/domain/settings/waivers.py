"""[[waivers]]: written exceptions from one gate, one excluded feature, or the usual range of one limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import Field, field_validator, model_validator

from patrolcast.domain.errors import ConfigError, shown
from patrolcast.domain.settings.base import Day, Section
from patrolcast.domain.settings.reasons import Owner, Reason

LONGEST_DAYS = 366
"""A waiver is decided anew at least once a year."""
_LAST_YEAR = 2100


class Waiver(Section):
    """[[waivers]]: one exception each; it states its reason and the office that answers for it, and it ends."""

    gate: str | None = Field(None, description="the gate that is waived; or feature, or limit")
    feature: str | None = Field(None, description="the feature that the screen excluded; or gate, or limit")
    limit: str | None = Field(
        None,
        description="the limit that lies beyond its usual range, e.g. gates.max_refused_share; or gate, or feature",
    )
    reason: Reason = Field(description="why, in words; printed on every page that shows the waived finding")
    owner: Owner = Field(description="the office that answers for it, never a private person")
    expires: Day = Field(description="last day on which it holds, e.g. 2027-01-31; within a year of the day of as_of")

    @model_validator(mode="after")
    def _one_subject(self) -> Waiver:
        if sum(subject is not None for subject in (self.gate, self.feature, self.limit)) != 1:
            raise ValueError("exactly one of gate, feature and limit must be named")
        return self

    @field_validator("expires")
    @classmethod
    def _ends(cls, text: str) -> str:
        if int(text[:4]) > _LAST_YEAR:
            raise ValueError("a waiver ends within a year of the day of as_of")
        return text

    @property
    def subject(self) -> tuple[str, str]:
        """What is waived, as the file writes it: ``("gate", "group_audit")``."""
        kind = "gate" if self.gate is not None else "feature" if self.feature is not None else "limit"
        return kind, str(getattr(self, kind))

    @property
    def terms(self) -> str:
        """Until when, by whom and why, as pages print it."""
        return f"until {self.expires} by {self.owner}: {self.reason}"

    def holds_on(self, day: date) -> bool:
        """True until the end of its last day."""
        return day <= date.fromisoformat(self.expires)


def refuse_doubled(waivers: list[Waiver]) -> list[Waiver]:
    """The waivers, each of something else: two of one thing would let the later reason hide the earlier one.

    Raises ValueError otherwise.
    """
    (kind, name), n = Counter(waiver.subject for waiver in waivers).most_common(1)[0] if waivers else (("", ""), 0)
    if n > 1:
        raise ValueError(f"{n} of them waive the {kind} {shown(name)}; write one, with the reason that holds")
    return waivers


def refuse_long(waivers: Sequence[Waiver], *, day: date, file: str = "") -> None:
    """Stops a waiver that would hold for more than a year.

    Raises ConfigError: one line.

    Parameters
    ----------
    day : of ``as_of``, local.
    file : name of the config file, used in the message only.
    """
    last = day + timedelta(days=LONGEST_DAYS)
    for n, waiver in enumerate(waivers, start=1):
        if date.fromisoformat(waiver.expires) > last:
            rule = f"a waiver ends within a year of the day of as_of, by {last.isoformat()}"
            cure = "name an earlier day, and decide anew when it comes"
            place = f"[[waivers]] no. {n} expires"
            raise ConfigError(f"{file}: {place}" if file else place, got=shown(waiver.expires), rule=rule, cure=cure)
