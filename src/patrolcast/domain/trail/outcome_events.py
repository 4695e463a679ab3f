"""Events of the outcomes: measures named, counts taken in, a report made."""

from dataclasses import dataclass
from typing import Any

from patrolcast.domain.trail.events import Event


@dataclass(frozen=True)
class OutcomesDeclared(Event):
    """Measures were named, all that the file holds; ``file_sha256`` is of the file.

    ``measures`` : of each the id, the hash with all it hangs on, its outcome, and the number of its contrasts.
    """

    name = "outcomes.declared"
    file_sha256: str
    adopted: str
    measures: tuple[dict[str, Any], ...]


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
    """A report is about to be shown; ``data_sha256`` is of all counts that it stands on, and says which look it is.

    ``drawn_sha256``, ``drawn_look`` : the same of reported crime in the drawn places; "" and 0 where there is none.
    """

    name = "outcomes.reported"
    data_sha256: str
    declared_sha256: str
    look: int
    through: str
    document_sha256: str
    page_sha256: str
    findings: tuple[str, ...]
    drawn_sha256: str = ""
    drawn_look: int = 0
