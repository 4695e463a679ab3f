"""What the last accepted night read: what tonight's files and earlier records are compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class FileFacts:
    """One file of records as it lies there; a database has none.

    Attributes
    ----------
    changed_seconds : since when nothing was written to it, when it was read; None where nobody can say.
    line_end : whether its last line is ended; None of an archive, a Parquet file, a layer: their own form shows a cut.
    trailer : the last line, where it is one that counts the rows ("Total 1,234"); "" where there is none.
    trailer_rows : the number in it, or None.
    """

    name: str
    changed_seconds: float | None
    line_end: bool | None = None
    trailer: str = ""
    trailer_rows: int | None = None


@dataclass(frozen=True)
class AcceptedFeed:
    """What a published night read.

    Attributes
    ----------
    as_of : nothing later was known.
    rows, bytes : of all files of incidents together: names of files may hold a date.
    line_end, trailer : whether every file ended its last line, and whether each had a trailer; None: not known.
    bound : hash of how records are read; under another one the months are not comparable.
    months : category -> month ("2026-02") -> incidents that were counted; empty where nobody noted them.
    contents : month -> incidents in each of 64 groups by a hash of category, place and moment: enough to say how many
        of a month are others now, and of none which it was.
    noted : False where this was read from the manifest of the published run because the history was not there.
    """

    run_id: str
    as_of: datetime
    rows: int
    bytes: int
    line_end: bool | None = None
    trailer: bool | None = None
    bound: str = ""
    months: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    contents: Mapping[str, Sequence[int]] = field(default_factory=dict)
    noted: bool = True
