"""The newest report of outcomes in the console: what the trail says was shown, and only if it is that still."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from patrolcast.domain.errors import DataRefusedError, UnknownError
from patrolcast.io.store.outcome_store import DOCUMENT, PAGE, outcomes_folder, read_reported
from patrolcast.io.trail.entry import Entry
from patrolcast.io.trail.scan import entries_if_begun
from patrolcast.report.outcomes.finding import contrast_label
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.outcomes.history import OutcomeHistory

NONE, CHANGED, CURRENT, BEHIND = "none", "changed", "current", "behind"


@dataclass(frozen=True)
class ShownOutcomes:
    """The newest report.

    Attributes
    ----------
    state : "none" (nobody made a report), "changed" (its files are not those of the trail), "behind" (counts came in
        or questions were named since), "current".
    finding : as its page opens; "" where there is none to be shown.
    rows : what, verdict of each contrast.
    """

    state: str
    finding: str = ""
    day: str = ""
    look: int = 0
    rows: tuple[dict[str, str], ...] = ()


def latest_outcomes(city: ConsoleCity) -> ShownOutcomes:
    """The newest report of a city. Raises TrailBrokenError: a line of the trail is wrong."""
    history = _history(city)
    if not history.reported:
        return ShownOutcomes(NONE)
    last = history.reported[-1]
    folder = outcomes_folder(city.runs)
    data = read_reported(folder, DOCUMENT, str(last.body["document_sha256"]))
    if data is None or read_reported(folder, PAGE, str(last.body["page_sha256"])) is None:
        return ShownOutcomes(CHANGED, day=last.ts_utc[:10])
    document: dict[str, Any] = json.loads(data)
    rows = tuple({"what": contrast_label(row), "verdict": str(row["verdict"])} for row in document["contrasts"])
    later = any(entry.seq > last.seq for entry in (*history.imported, *history.declared))
    state = BEHIND if later else CURRENT
    return ShownOutcomes(state, str(document["finding"]), last.ts_utc[:10], int(last.body["look"]), rows)


def outcomes_page_bytes(city: ConsoleCity) -> bytes:
    """The page of the newest report.

    Raises UnknownError: there is none. DataRefusedError: it is not what the trail says was shown.
    """
    history = _history(city)
    if not history.reported:
        raise UnknownError("report of outcomes", got="none", rule="must be there")
    page = read_reported(outcomes_folder(city.runs), PAGE, str(history.reported[-1].body["page_sha256"]))
    if page is None:
        cure = "run `patrolcast outcomes report CONFIG` again"
        raise DataRefusedError(PAGE, got="bytes other than the trail says", rule="is shown as it was made", cure=cure)
    return page


def _history(city: ConsoleCity) -> OutcomeHistory:
    history = OutcomeHistory()
    entries: list[Entry] = list(entries_if_begun(city.trail.folder))
    for entry in entries:
        history.learn(entry)
    return history
