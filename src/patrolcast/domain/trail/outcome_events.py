"""Events of the outcomes: measures named, counts taken in, a report made."""

from dataclasses import dataclass
from typing import Any

from patrolcast.domain.trail.events import Event


@dataclass(frozen=True)
class OutcomesDeclared(Event):
    """Measures were named; ``measures`` holds the hash of each with all it hangs on, ``file_sha256`` is of the file."""

    name = "outcomes.declared"
    file_sha256: str
    adopted: str
    measures: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class OutcomesImported(Event):
    """Counts are about to be taken in; ``counts_sha256`` is of them as stored, ``file_sha256`` of the file."""

    name = "outcomes.imported"
    counts_sha256: str
    file_sha256: str
    declared_sha256: str
    rows: int
    months: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class OutcomesReported(Event):
    """A report is about to be shown; ``data_sha256`` is of all counts that it stands on, and says which look it is."""

    name = "outcomes.reported"
    data_sha256: str
    declared_sha256: str
    look: int
    through: str
    document_sha256: str
    page_sha256: str
    findings: tuple[str, ...]
