"""What the words of one call source say of who started the call: an officer, perhaps an officer, or nothing of it.

A word that names a way of reporting ("call", "phone") does not undo an officer's word beside it; a person who is no
officer ("caller") leaves a doubt. Letters are read as they look, so a look-alike letter or an unseen one hides nothing.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum

from patrolcast.domain.provenance import Provenance
from patrolcast.intake.words.letters import with_digits_as_letters
from patrolcast.intake.words.offence_words import WordBook, WordRule, officer_words, plain_words

_NEGATED = re.compile(r"\b(?:not|non|no|never|without)(?: (?:by|an?|the|from))*$")
_NEGATION = re.compile(r"\b(?:not|non|no|never|without|neither|nor|except\w*|other than|rather than|instead)\b")
_IN_PIECES = re.compile(r"officer|selfinit|policeinit|unitinit|trafficstop|fieldinterview|fieldcontact")
"""Words that are found although spaces or marks part their letters: "Off-icer"."""
_LONGEST_IN_PIECES = 40
_YES, _NO = frozenset({"y", "yes", "t", "true", "1", "x", "1.0"}), frozenset({"n", "no", "f", "false", "0", "0.0", ""})
_FLAG = re.compile(
    r"\b(?:officers?|ofc|ofcr|police|self|unit|patrol|oi|si|ov|on ?view(?:ed)?|pro ?active|initiated)\b|"
    r"selfinit\w*|officerinit\w*|onview\w*"
)


class Starter(StrEnum):
    """Who started a call, as far as words say it."""

    OFFICER = "officer"
    PERHAPS = "perhaps an officer"
    NOBODY_NAMED = ""


def starter_of(value: str, sources: WordBook) -> Starter:
    """What a value of a column of call sources says itself.

    >>> from patrolcast.io.codebook_files import offence_words
    >>> from patrolcast.intake.words.offence_words import word_book
    >>> book = word_book(offence_words(), "sources")
    >>> [str(starter_of(text, book)) for text in ("Traffic stop call", "OFF", "caller asks for officer", "911")]
    ['officer', 'perhaps an officer', 'perhaps an officer', '']
    """
    starters = [_read(text, sources) for text in _readings(value, sources)]
    return next(
        (starter for starter in (Starter.OFFICER, Starter.PERHAPS) if starter in starters), Starter.NOBODY_NAMED
    )


def starter_in_reason(reason: str, sources: WordBook) -> Starter:
    """What the reason of a decision says: a rank beside a way of reporting says nothing ("call taken by an officer").

    A reason that denies anything is read as a whole: it says officer only where nothing else is said.
    """
    if officer_words(filter(None, [reason]), sources):
        return Starter.OFFICER
    if _NEGATION.search(plain_words(reason, sources.abbreviations)):
        return Starter.NOBODY_NAMED
    rules = tuple(r for r in sources.rules if not (r.provenance == Provenance.OFFICER and (r.generic or not r.sure)))
    return starter_of(reason, WordBook(sources.abbreviations, rules))


def officers_values(header: str, values: Collection[str], sources: WordBook) -> frozenset[str]:
    """Those values of a column that say an officer started the call: by their words, or as the yes of such a header.

    Parameters
    ----------
    values : the different values, without spaces around them.
    """
    officers = frozenset(text for text in values if text and starter_of(text, sources) == Starter.OFFICER)
    yes = frozenset(text for text in values if text.casefold() in _YES)
    is_flag = bool(yes) and all(text.casefold() in _YES | _NO for text in values)
    return officers | yes if is_flag and is_officers_flag(header) else officers


def is_officers_flag(words: str) -> bool:
    """True for the words of a header whose yes means an officer; "citizen or officer" may mean either."""
    return bool(_FLAG.search(words)) and not re.search(r"\b(?:citizen|caller|public)\b", words)


def rows_of_both(pairs: Mapping[tuple[str, str], int], citizens: Collection[str], officers: Collection[str]) -> int:
    """Rows that one column calls a citizen's and another one an officer's.

    Parameters
    ----------
    pairs : value of the one and of the other -> rows.
    """
    return sum(n for (mapped, other), n in pairs.items() if mapped in citizens and other in officers)


def _readings(value: str, sources: WordBook) -> Iterator[str]:
    plain = plain_words(value, sources.abbreviations)
    yield plain
    yield from with_digits_as_letters(plain)
    squeezed = plain.replace(" ", "")
    parted = len(value) <= _LONGEST_IN_PIECES and _IN_PIECES.search(squeezed) and not _IN_PIECES.search(plain)
    if parted and not _NEGATION.search(plain):
        yield plain_words(_IN_PIECES.sub(lambda match: f" {match[0]} ", squeezed), sources.abbreviations)


def _read(plain: str, sources: WordBook) -> Starter:
    officers = [rule for rule in sources.rules if rule.provenance == Provenance.OFFICER]
    rest = plain
    for rule in officers:
        rest = rule.words.sub(" ", rest)
    others = any(r.words.search(rest) for r in sources.rules if r.provenance == Provenance.CITIZEN and not r.generic)
    if any(_says(rule, plain) for rule in officers if rule.sure):
        return Starter.PERHAPS if others else Starter.OFFICER
    doubt = any(_says(rule, plain) for rule in officers)
    return Starter.PERHAPS if doubt and not others else Starter.NOBODY_NAMED


def _says(rule: WordRule, plain: str) -> bool:
    return any(not _NEGATED.search(plain[: match.start()].rstrip()) for match in rule.words.finditer(plain))
