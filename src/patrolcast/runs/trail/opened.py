"""The trail of a city's runs, opened for writing; one shorter than a publication or a pause says is not written to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from patrolcast.domain.errors import TrailTruncatedError
from patrolcast.domain.trail import Actor
from patrolcast.io.store.publications import trail_entries
from patrolcast.io.trail import Trail
from patrolcast.io.trail.checkpoints import copy_folders
from patrolcast.io.trail.entry import Entry
from patrolcast.io.trail.file import trail_folder
from patrolcast.io.trail.keys import trail_key


@contextmanager
def opened_trail(
    runs: Path,
    city: str | None,
    copies: Sequence[str],
    actor: Actor,
    *,
    on_entry: Callable[[Entry], None] = lambda entry: None,
) -> Iterator[Trail]:
    """The trail of a folder of runs; where the city is not known nothing is signed.

    Raises TrailBrokenError, TrailTruncatedError, CannotWriteError and the like: then what was to be recorded must not
    happen.
    """
    key = None if city is None else trail_key(runs)
    where, least = copy_folders(copies), trail_entries(runs)  # before: somebody may publish while the trail is read
    with Trail(
        trail_folder(runs), city=city or "unknown", actor=actor, key=key, copies=where, on_entry=on_entry
    ) as trail:
        require_entries(trail.size, least, when="when a run was published or the tool paused")
        yield trail


def require_entries(n_entries: int, least: int, *, when: str) -> None:
    """Raises TrailTruncatedError: a trail has fewer entries than were written down elsewhere."""
    if n_entries < least:
        got, cure = f"{n_entries} entries, and {least} {when}", "put the trail back from its backup"
        cure = f"{cure}; `patrolcast trail verify` says what is there"
        raise TrailTruncatedError("the audit trail", got=got, rule="entries are never removed", cure=cure)
