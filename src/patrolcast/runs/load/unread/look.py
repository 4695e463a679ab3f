"""One look at the columns that a config does not map: who started a call, what an offence is in words, what counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from patrolcast.intake.codebook import normalised_code
from patrolcast.intake.guess_columns import next_description
from patrolcast.intake.persons import is_person_column
from patrolcast.intake.words.call_sources import call_source_columns
from patrolcast.intake.words.offence_words import WordBook, word_book
from patrolcast.io.codebook_files import offence_words
from patrolcast.io.sources.export import Source
from patrolcast.io.sources.first_look import first_look
from patrolcast.runs.load.unread.columns import unread_notes


@dataclass(frozen=True)
class FirstLook:
    """What a sample of the columns that are not mapped shows.

    Attributes
    ----------
    hints : file -> its columns that say, or seem to say, who started a call.
    descriptions : offence -> the words beside it -> rows of the sample.
    unread : what they say of the counts, one sentence each (`columns`).
    """

    hints: Mapping[str, list[str]] = field(default_factory=dict)
    descriptions: Mapping[str, Counter[str]] = field(default_factory=dict)
    unread: tuple[str, ...] = ()


def look_at_columns(sources: Sequence[Source], columns: Mapping[str, str]) -> FirstLook:
    """Looks at the columns that are not mapped; those about persons are passed over.

    Parameters
    ----------
    columns : role -> column that the config maps.
    """
    offences, callers = word_books()
    hints: dict[str, list[str]] = {}
    described: dict[str, Counter[str]] = {}
    mapped, unread = set(columns.values()), list[pd.DataFrame]()
    for source in sources:
        free = [name for name in source.header if name not in mapped and not is_person_column(name)]
        rows = first_look(source, [*free, columns["offence"]])
        free = [name for name in free if name in rows]
        values = {name: Counter(rows[name].tolist()) for name in free}
        hinted = call_source_columns(
            [name for name in source.header if name not in mapped], values, offences=offences, sources=callers
        )
        # Files of two folders may have one name: what one of them says is not taken back by the other.
        hints[source.name] = list(dict.fromkeys([*hints.get(source.name, []), *hinted]))
        _describe(rows, columns["offence"], free, described)
        unread.append(rows[free])
    notes = unread_notes(sources, unread, columns)
    return FirstLook({name: hinted for name, hinted in hints.items() if hinted}, described, notes)


def _describe(rows: pd.DataFrame, codes: str, free: list[str], described: dict[str, Counter[str]]) -> None:
    described_by: list[str] = []
    while (name := next_description([name for name in free if name not in described_by])) is not None:
        described_by.append(name)
    if codes not in rows or not described_by:
        return
    pairs = Counter(zip(*(rows[name].tolist() for name in (codes, *described_by)), strict=True))
    for (code, *texts), n in pairs.items():
        text = ": ".join(dict.fromkeys(filter(None, texts)))
        if text:
            described.setdefault(normalised_code(code), Counter())[text] += n


@cache
def word_books() -> tuple[WordBook, WordBook]:
    """The rules for the words of offences, and those for call sources."""
    words = offence_words()
    return word_book(words), word_book(words, "sources")
