"""What the public site is made of, as frozen records: read elsewhere, put into words here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from patrolcast.domain.governance.responses import Finding
from patrolcast.domain.public.count_table import CountTable
from patrolcast.domain.residents import GroupNames

IN_FORCE, PASSED, STOPPED, UNSOUND, REMOVED = "published", "passed", "stopped", "unsound", "removed"
"""States of a run: the published one, one that no check stopped, one that a check stopped, one whose files are not what
the audit trail states or of which it knows nothing, and one whose folder is gone."""


@dataclass(frozen=True)
class SiteRun:
    """A run as the site shows it.

    Attributes
    ----------
    state : one of the five above.
    was_published : the audit trail says that it was published once.
    stopped_by : names of the checks that stopped it, by its manifest or, where that is not shown, by the audit trail.
    withdrawn : a pause took it back, by the audit trail.
    manifest, audit : empty where the run is unsound or removed: then nothing of it is shown.
    has_page : an earlier release has a page of it.
    """

    run_id: str
    as_of: datetime | None
    state: str
    was_published: bool = False
    stopped_by: tuple[str, ...] = ()
    manifest: Mapping[str, Any] | None = None
    audit: Mapping[str, Any] | None = None
    has_page: bool = False
    withdrawn: bool = False

    @property
    def failed(self) -> bool:
        """True where a check stopped it, also where its folder was removed or edited since."""
        return bool(self.stopped_by)


@dataclass(frozen=True)
class RefusedStart:
    """A start that ended without a publication, by the audit trail; what its message said is not public."""

    seq: int
    at: datetime
    exit_code: int
    run: str | None


@dataclass(frozen=True)
class StoredTest:
    """A stored test: its document, None where there is none; ``fault`` is why it does not count, "" where it does."""

    document: Mapping[str, Any] | None
    fault: str = ""


@dataclass(frozen=True)
class TrailHead:
    """The audit trail without the entries that only say that this site was published.

    Attributes
    ----------
    entries : how many; 0 where there is no trail.
    root : of the Merkle tree over them (RFC 6962), hexadecimal.
    keys : public keys that it names for its checkpoints.
    notes : signed checkpoints, name -> bytes.
    """

    entries: int = 0
    root: str = ""
    last_hash: str = ""
    last_at: str = ""
    keys: tuple[str, ...] = ()
    notes: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True)
class SiteItem:
    """An item of the feedback register; ``disposition`` is empty while it is open."""

    number: int
    day: str
    topic: str
    disposition: str
    reply: str


@dataclass(frozen=True)
class SiteText:
    """A governance text: "own words", "template" or "missing", and its hash."""

    name: str
    state: str
    sha256: str


@dataclass(frozen=True)
class CitySite:
    """All that the site shows of one city.

    Attributes
    ----------
    runs : newest first.
    evidence : kind -> stored test.
    comparison, outcomes : documents, None where there is none.
    outcomes_changed : a report of outcomes lies there that is not the one on the trail.
    counts : tables as they may be shown, newest first, each with the limit that it was made by.
    why_no_counts : why no new month is shown, as a sentence; "" where there is nothing to say.
    findings : what outsiders found and what was answered; None where no register is kept.
    paused_since : None where nothing is paused.
    """

    name: str
    title: str
    timezone: str
    least_count: int
    runs: tuple[SiteRun, ...]
    refused: tuple[RefusedStart, ...] = ()
    group_names: Mapping[str, str] | None = None
    evidence: Mapping[str, StoredTest] | None = None
    comparison: Mapping[str, Any] | None = None
    outcomes: Mapping[str, Any] | None = None
    outcomes_changed: bool = False
    counts: tuple[tuple[CountTable, int], ...] = ()
    why_no_counts: str = ""
    feedback: tuple[SiteItem, ...] = ()
    findings: tuple[Finding, ...] | None = None
    texts: tuple[SiteText, ...] = ()
    trail: TrailHead = TrailHead()
    paused_since: datetime | None = None

    @property
    def called(self) -> GroupNames:
        """What people call its groups of residents."""
        return GroupNames(dict(self.group_names or {}))
