"""`feed-history.json` beside the runs of a city: what accepted nights read, so that the next one can be compared.

It holds counts and no record. The file carries a hash of its own content: a torn, edited or later form of it counts as
none, and is written anew by the next accepted night.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.feed.accepted import AcceptedFeed
from patrolcast.io.encode import iso_utc, json_bytes
from patrolcast.io.hashing import digest
from patrolcast.io.safe_files import write_file
from patrolcast.io.strict_json import read_json

FILE = "feed-history.json"
VERSION = 1
MOST_NIGHTS = 60
_NUMBERS = ("rows", "bytes")


def read_history(runs: Path) -> tuple[AcceptedFeed, ...] | None:
    """The accepted nights, oldest first; None where there is no history or it is not what was written."""
    if not (runs / FILE).is_file():  # a pipe would be waited for
        return None
    try:
        document = read_json((runs / FILE).read_bytes(), name=FILE)
        nights = document["nights"]
        if document["feed_history_version"] != VERSION or document["sha256"] != digest(nights):
            return None
        return tuple(_night(night) for night in nights)
    except (OSError, DataRefusedError, ValueError, LookupError, TypeError):
        return None


def write_history(runs: Path, nights: tuple[AcceptedFeed, ...]) -> Path:
    """Writes the newest nights; only the newest keeps its months, which are all that is compared.

    Raises CannotWriteError, NotPermittedError: one line.
    """
    newest = nights[-MOST_NIGHTS:]
    stored = [_stored(night, with_months=night is newest[-1]) for night in newest]
    document = {"feed_history_version": VERSION, "nights": stored, "sha256": digest(stored)}
    return write_file(runs / FILE, json_bytes(document))


def accepted_by_manifest(manifest: Mapping[str, Any]) -> AcceptedFeed | None:
    """What a published run says of its sources, for a city whose history is not there; None where it says nothing."""
    of_incidents = [source for source in manifest.get("sources", ()) if source.get("of_incidents", True)]
    try:
        rows, size = (sum(int(source[key]) for source in of_incidents) for key in ("rows_in", "bytes"))
        as_of = datetime.fromisoformat(manifest["as_of"])
        return AcceptedFeed(str(manifest["run_id"]), as_of, rows, size, noted=False) if of_incidents else None
    except (LookupError, TypeError, ValueError):
        return None


def _stored(night: AcceptedFeed, *, with_months: bool) -> dict[str, Any]:
    facts = asdict(night) | {"as_of": iso_utc(night.as_of)}
    del facts["noted"]
    return facts if with_months else facts | {"months": {}, "contents": {}}


def _night(stored: Mapping[str, Any]) -> AcceptedFeed:
    if any(type(stored[key]) is not int or stored[key] < 0 for key in _NUMBERS):
        raise ValueError("a count is no whole number")
    months = {str(name): {str(m): int(n) for m, n in by_month.items()} for name, by_month in stored["months"].items()}
    contents = {str(m): [int(n) for n in groups] for m, groups in stored.get("contents", {}).items()}
    as_of = datetime.fromisoformat(stored["as_of"])
    if as_of.tzinfo is None:
        raise ValueError("a moment has no zone")
    return AcceptedFeed(**{**stored, "as_of": as_of, "months": months, "contents": contents})
