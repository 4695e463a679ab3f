"""What the index of a city shows, as frozen records: read elsewhere, put into words here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from patrolcast.domain.residents import GroupNames


@dataclass(frozen=True)
class PublishedRun:
    """The run that `current` points at, untouched since it was made.

    Attributes
    ----------
    run_id : also the name of its folder, beside the index.
    expired : its time was over when the index was written.
    files : names of its outputs, e.g. "briefing.html".
    suggestions : how many suggestions with a visit, in how many districts and shifts; None where that was not read.
    rows : rows of incidents that came in, and how many of them were refused; None where that was not read.
    finding : the first finding of its audit of groups; "" where groups were not measured.
    gates : the gates of its manifest, each with ``name``, ``verdict``, ``stops`` and ``detail``.
    exceptions : what is not as it comes, a sentence each.
    call_source : what its export cannot show of who reported; "" where it can.
    objectives : the state of each: "met", "not met" or "not measured".
    """

    run_id: str
    as_of: datetime
    expires_at: datetime
    expired: bool
    files: frozenset[str] = frozenset()
    suggestions: tuple[int, int, int] | None = None
    rows: tuple[int, int] | None = None
    finding: str = ""
    gates: tuple[Mapping[str, Any], ...] = ()
    exceptions: tuple[str, ...] = ()
    call_source: str = ""
    objectives: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListedRun:
    """One run folder of the city.

    Attributes
    ----------
    as_of : None where its manifest cannot be read.
    stopped_by : names of the gates that stopped it.
    fault : why it counts as no good run: its manifest cannot be read, or somebody changed it; "" for a whole one.
    files : names of its outputs that may be linked.
    called : what it calls the groups of residents.
    """

    run_id: str
    as_of: datetime | None
    stopped_by: tuple[str, ...] = ()
    fault: str = ""
    files: frozenset[str] = frozenset()
    called: GroupNames = field(default_factory=GroupNames)


@dataclass(frozen=True)
class LastStart:
    """How the last start of the nightly or of `forecast` ended; ``exit_code`` is None while it has not."""

    at: datetime
    exit_code: int | None
    message: str


@dataclass(frozen=True)
class StandingPause:
    """Publication is paused: since when, by whom (an account, a check or the monitor), and why."""

    since: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class CityIndex:
    """Everything on the page.

    Attributes
    ----------
    timezone : IANA name; every time on the page is in it.
    written_at : when the run folders were looked at.
    fault : why what `current` points at counts as nothing: somebody changed it, or a check stopped it; else "".
    listed : newest first, the published one among them.
    n_more : older runs that are not listed.
    tests : pages of comparisons, back-tests, simulations and monitors of this city: file name -> relative link.
    """

    title: str
    timezone: str
    written_at: datetime
    published: PublishedRun | None = None
    fault: str = ""
    pause: StandingPause | None = None
    last_start: LastStart | None = None
    listed: tuple[ListedRun, ...] = ()
    n_more: int = 0
    tests: Mapping[str, str] = field(default_factory=dict)
