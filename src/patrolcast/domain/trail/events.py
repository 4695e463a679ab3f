"""The events of the audit trail, one frozen record each.

A field called ``run``, ``cell`` or ``suggestion`` says what the event is about and can be searched for. A field called
``text`` may name or describe a person: it is kept beside the chain, so that it can be redacted later. Every other field
goes into the line as it is, is never redacted, and so must not hold anything personal.
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar

SUBJECT = ("run", "cell", "suggestion")
TEXT = "text"
OPERATOR = "operator"
"""The role of whoever has a shell of the machine that patrolcast runs on."""


@dataclass(frozen=True)
class Actor:
    """Who acts: an account (never a private person's name), the role it acts in, and how it was recognised."""

    id: str
    role: str
    auth: str


@dataclass(frozen=True)
class Subject:
    """What an event is about; what does not apply is None."""

    run: str | None = None
    cell: str | None = None
    suggestion: str | None = None


@dataclass(frozen=True)
class Event:
    """Base of all events.

    >>> RunFinished(run="r1", manifest_sha256="ab", publishable=True, gates={"skill": "pass"}, stopped_by=()).subject
    Subject(run='r1', cell=None, suggestion=None)
    """

    name: ClassVar[str]

    @property
    def subject(self) -> Subject:
        """The run, cell and suggestion that it is about."""
        return Subject(**{key: getattr(self, key, None) for key in SUBJECT})

    @property
    def body(self) -> dict[str, Any]:
        """What stays in the line for good."""
        keys = [column.name for column in fields(self) if column.name not in (*SUBJECT, TEXT)]
        return {key: _plain(getattr(self, key)) for key in keys}

    @property
    def detached(self) -> str:
        """What is kept beside the chain; empty where the event has nothing of the kind."""
        return str(getattr(self, TEXT, ""))


@dataclass(frozen=True)
class RunStarted(Event):
    """A run is about to be computed."""

    name = "run.start"
    city: str
    as_of: str
    config_sha256: str
    inputs_sha256: str


@dataclass(frozen=True)
class RunFinished(Event):
    """A run folder is whole; ``gates`` is the verdict of each, ``stopped_by`` those that stop publication."""

    name = "run.finish"
    run: str
    manifest_sha256: str
    publishable: bool
    gates: dict[str, str]
    stopped_by: tuple[str, ...]


@dataclass(frozen=True)
class RunRefused(Event):
    """A start ended without a publication; ``text`` is the line that the user saw."""

    name = "run.refused"
    exit_code: int
    text: str
    run: str | None = None


@dataclass(frozen=True)
class WaiverUsed(Event):
    """A run stands on a written exception."""

    name = "waiver.used"
    run: str
    kind: str
    of: str
    owner: str
    expires: str
    reason: str


@dataclass(frozen=True)
class PolicyChanged(Event):
    """The config of this run is not that of the run before; ``changes`` is empty where the former is gone."""

    name = "policy.change"
    config_sha256: str
    former_sha256: str
    changes: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class ThresholdsChanged(Event):
    """Limits that decide what may be published are not those of the run before; nobody has to approve that yet."""

    name = "threshold.change"
    config_sha256: str
    former_sha256: str
    changes: tuple[dict[str, Any], ...]
    approver: str | None = None


@dataclass(frozen=True)
class Published(Event):
    """A run is about to become the published one; ``former`` is the run that it replaces."""

    name = "suggestion.published"
    run: str
    manifest_sha256: str
    suggestions_sha256: str | None
    as_of: str
    expires_at: str | None
    former: str | None
    forced: bool


@dataclass(frozen=True)
class RunsRemoved(Event):
    """Retention is about to remove run folders."""

    name = "run.removed"
    runs: tuple[str, ...]
    keep_days: int


@dataclass(frozen=True)
class TextRedacted(Event):
    """The detached text of one entry is removed for good; the entry itself stays."""

    name = "redaction"
    entry: int
    rule: str


@dataclass(frozen=True)
class TailRecovered(Event):
    """A writer was killed within a line: what it left was moved to the quarantine; nobody had been sent an answer."""

    name = "trail.recovered"
    bytes: int
    sha256: str


@dataclass(frozen=True)
class TrailFull(Event):
    """The disk was full: an event could not be written, and its action was refused."""

    name = "trail.full"
    refused: str


@dataclass(frozen=True)
class KeyUsed(Event):
    """Checkpoints are signed with this key from here on; ``former`` is the one before."""

    name = "key.rotation"
    key: str
    former: str | None


@dataclass(frozen=True)
class ClockWentBack(Event):
    """The clock shows an earlier time than the entry before."""

    name = "clock.anomaly"
    latest: str
    now: str


def _plain(value: Any) -> Any:  # noqa: ANN401
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
