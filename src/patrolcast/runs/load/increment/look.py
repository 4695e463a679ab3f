"""What a night saw in the columns that are not mapped, so far as a past night needs it: their values are never stored.

Of each offence the one description is kept that says that officers initiate it; the audit of that night names it as
well. A night in which another column said who started a call was read in full, so there is no other word to keep.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from patrolcast.domain.settings import Settings
from patrolcast.intake.codebook import parse_codebook
from patrolcast.intake.words.offence_words import officer_words
from patrolcast.io.codebook_files import read_codebook
from patrolcast.io.increment.cuts import NotStoredError
from patrolcast.runs.load.call_source import FirstLook, word_books, worded_offences_of
from patrolcast.runs.load.city import LoadedCity

MOST_DESCRIPTIONS = 40
"""Descriptions of one code that the rules look at (`intake.words.worded_offences`)."""


def look_as_stored(look: FirstLook) -> dict[str, Any]:
    """What is kept of a look."""
    offences, words = word_books()[0], {}
    for code, texts in sorted(look.descriptions.items()):
        said = officer_words((text for text, _ in texts.most_common(MOST_DESCRIPTIONS)), offences)
        if said is not None:
            words[code] = said[0]
    return {"words": words}


def as_looked_at(city: LoadedCity, settings: Settings, stored: Mapping[str, Any] | None) -> LoadedCity:
    """A past city with what that night's descriptions said of its offences.

    Raises NotStoredError: that was not kept.
    """
    if stored is None:
        raise NotStoredError("what its other columns showed that night was not kept")
    look = FirstLook(descriptions={code: Counter([text]) for code, text in stored["words"].items()})
    book = settings.codebook.path
    codebook = parse_codebook(read_codebook(book), file=book.name)
    return replace(city, officer_worded=worded_offences_of(city.tables.incidents.table, codebook, look))
