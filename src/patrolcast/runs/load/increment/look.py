"""What a night saw in the columns that are not mapped, so far as a past night needs it: their values are never stored.

Of each offence the one description is kept that says that officers initiate it; the audit of that night names it as
well. So are the notes on columns that change what counts (`runs.load.unread`), which that night printed. A night in
which another column said who started a call was read in full, so there is no other word to keep. Looking takes a
seventh of a usual night of a million rows, and only the first 40 MiB of a file are looked at: while these stay, and no
value in them is noted, what was kept of them is the look of the next night, too.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from patrolcast.domain.settings import Settings
from patrolcast.intake.codebook import parse_codebook
from patrolcast.intake.corrections.likely import unmapped_hints
from patrolcast.intake.words.offence_words import officer_words
from patrolcast.io.codebook_files import read_codebook
from patrolcast.io.increment.folder import Snapshot, StoredSource, StoreFolder
from patrolcast.io.increment.stretch import LOOKED_AT
from patrolcast.io.sources.export import Source, mapped_columns
from patrolcast.runs.load.call_source import worded_offences_of
from patrolcast.runs.load.city import LoadedCity
from patrolcast.runs.load.unread.look import FirstLook, word_books

MOST_DESCRIPTIONS = 40
"""Descriptions of one code that the rules look at (`intake.words.worded_offences`)."""


def look_as_stored(look: FirstLook, sources: Sequence[Source], columns: Mapping[str, str]) -> dict[str, Any]:
    """What is kept of a look; of its notes on unread columns, where their values say more than their names do.

    Parameters
    ----------
    columns : role -> column that the config maps.
    """
    unread = look.unread if look.unread and look.unread != _notes_of_names(sources, columns) else ()
    offences, words = word_books()[0], {}
    for code, texts in sorted(look.descriptions.items()):
        worded = officer_words((text for text, _ in texts.most_common(MOST_DESCRIPTIONS)), offences)
        if worded is not None:
            words[code] = worded[0]
    return {"words": words, "asks": bool(look.hints), "unread": list(unread)}


def _notes_of_names(sources: Sequence[Source], columns: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(unmapped_hints(sources[0].header, columns))


def look_still_held(store: StoreFolder, before: Snapshot | None, now: Snapshot) -> Mapping[str, Any] | None:
    """What was seen when files last began with the bytes with which they begin now; None where they did not.

    Also where a column seemed to say who started a call: what that means hangs on more of the config. And where the
    values of a column are noted: the note says how many they are.
    """
    if before is None or before.made_by != now.made_by or before.mapping != now.mapping:
        return None
    if not all(_same_head(a, b) for a, b in zip(before.sources, now.sources, strict=True)):
        return None
    stored = store.look(before.number)
    return None if stored is None or stored["asks"] or stored.get("unread") else stored


def _same_head(before: StoredSource, now: StoredSource) -> bool:
    n = 0
    for a, b in zip(before.parts, now.parts, strict=False):
        if a.content != b.content:  # which is of the header, too
            return False
        n += a.bytes
        if n >= LOOKED_AT:
            return True
    return len(before.parts) == len(now.parts)


def as_looked_at(
    city: LoadedCity, settings: Settings, sources: Sequence[Source], stored: Mapping[str, Any]
) -> LoadedCity:
    """The city with what the columns that are not mapped said on another night.

    Its notes on such columns stand where those on their names do, or last: elsewhere a full reading has them earlier.

    Parameters
    ----------
    sources : as they were read, without a look at them.
    """
    look = FirstLook(descriptions={code: Counter([text]) for code, text in stored["words"].items()})
    book = settings.codebook.path
    codebook = parse_codebook(read_codebook(book), file=book.name)
    worded = worded_offences_of(city.tables.incidents.table, codebook, look)
    return replace(
        city, officer_worded=worded, notes=_with_values(city.notes, settings, sources, stored.get("unread", ()))
    )


def _with_values(
    notes: tuple[str, ...], settings: Settings, sources: Sequence[Source], unread: Sequence[str]
) -> tuple[str, ...]:
    if not unread:
        return notes
    named = _notes_of_names(sources, mapped_columns(settings.incidents))
    at = notes.index(named[0]) if named else len(notes)
    return (*notes[:at], *unread, *notes[at + len(named) :])
