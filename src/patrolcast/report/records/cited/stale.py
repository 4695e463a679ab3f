"""Does every figure of the stored documents still equal its source? A document with one that does not is stale."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from patrolcast.domain.errors import GovernanceError
from patrolcast.report.records.cited.sources import printed_at


@dataclass(frozen=True)
class Disagreement:
    """A figure that is not what its source says now."""

    document: str
    at: str
    source: str
    pointer: str
    stated: str
    now: str

    @property
    def line(self) -> str:
        """In words."""
        return f"{self.document}, {self.at}: says {self.stated}, {self.source}{self.pointer} says {self.now}"


def disagreements(figures: Iterable[Mapping[str, str]], files: Mapping[str, Any], zone: str) -> list[Disagreement]:
    """Every figure whose source is gone or says something else.

    Parameters
    ----------
    figures : rows with ``document``, ``at``, ``source``, ``pointer``, ``form``, ``text``, as `records.json` holds them.
    files : name of a source file -> its content now.
    zone : of the agency's clock.
    """
    disagreeing = []
    for row in figures:
        try:
            source = row["source"]
            now = printed_at(files.get(source), row["pointer"], row["form"], zone, file=source)
        except (GovernanceError, KeyError):
            now = "nothing"
        if now != row["text"]:
            disagreeing.append(
                Disagreement(row["document"], row["at"], row["source"], row["pointer"], row["text"], now)
            )
    return disagreeing
