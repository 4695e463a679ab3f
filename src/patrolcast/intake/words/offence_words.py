"""What the words beside an offence code say: a category and a provenance with the reason, or an open question.

Officer-initiated offences are looked for first, and what names them is struck out before anything else is looked for:
a code is proposed as reported by a citizen only if nothing in its words speaks against that. A proposal decides
nothing: it stands in the drafted codebook behind TODO, and a person takes it over or changes it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from patrolcast.domain.provenance import Provenance
from patrolcast.intake.words.letters import latin_letters

CITIZEN = str(Provenance.CITIZEN)
DOUBTFUL = "doubtful"
"""Kind of a rule whose words ask a question and answer none."""
_LONGEST = 200
"""Letters of a text that are looked at; longer ones are no descriptions."""
_ARRESTS = 0.5
_FEWEST = 10


@dataclass(frozen=True)
class WordRule:
    """Patterns that say one thing about an offence; ``sure`` is False where they leave a doubt.

    ``generic`` words are said of many things (a way of reporting, a rank), and give way to words that are not.
    """

    provenance: str
    category: str
    words: re.Pattern[str]
    unless: re.Pattern[str] | None
    why: str
    sure: bool = True
    generic: bool = False


@dataclass(frozen=True)
class WordBook:
    """Abbreviations and rules, in order."""

    abbreviations: Mapping[str, str]
    rules: tuple[WordRule, ...]


@dataclass(frozen=True)
class Proposal:
    """What is proposed for a code, and why; ``settled`` is False where only a question can be asked."""

    category: str
    provenance: str
    why: str
    settled: bool = True


def word_book(table: Mapping[str, Any], rules_of: str = "rules") -> WordBook:
    """The rules from the tables of their file: ``abbreviations``, and ``rules`` or ``sources``."""
    rules = tuple(
        WordRule(
            rule["provenance"], rule.get("category", ""), _any_of(rule["words"]),
            _any_of(rule["unless"]) if "unless" in rule else None, rule["why"], not rule.get("doubt", False),
            rule.get("generic", False),
        )
        for rule in table[rules_of]
    )  # fmt: skip
    return WordBook(dict(table["abbreviations"]), rules)


def propose(text: str, book: WordBook) -> Proposal | None:
    """What the words of one description say; None where they say nothing.

    Officer or administrative words together with words of a reported offence stay open, as do doubtful words.
    """
    plain = plain_words(text, book.abbreviations)
    rest = list(plain)
    why: dict[str, str] = {}
    for rule in book.rules:
        if rule.provenance == CITIZEN or (rule.unless is not None and rule.unless.search(plain)):
            continue
        for match in rule.words.finditer(plain):
            why.setdefault(rule.provenance, rule.why)
            if rule.provenance != DOUBTFUL:
                rest[match.start() : match.end()] = " " * (match.end() - match.start())
    reported = _reported("".join(rest), book)
    # The safest first: what an officer started is never made anything else by what stands beside it.
    apart = next((kind for kind in sorted(why, key=_safest) if kind != DOUBTFUL), None)
    if apart is not None and reported is not None:
        return _open(f"its words say both: {why[apart]}; and {reported.why}")
    if apart is not None:
        return Proposal("", apart, why[apart])
    return _open(why[DOUBTFUL]) if why else reported


def _safest(kind: str) -> bool:
    return kind != Provenance.OFFICER


def officer_words(texts: Iterable[str], book: WordBook) -> tuple[str, str] | None:
    """The first text that says without doubt that an officer made the record, and why; None where none does.

    A text that names a reported offence, or a caller, beside it says nothing: "drug store burglary" is a burglary.
    """
    sure = WordBook(book.abbreviations, tuple(rule for rule in book.rules if rule.sure))
    for text in texts:
        proposal = propose(text, sure)
        if proposal is not None and proposal.settled and proposal.provenance == Provenance.OFFICER:
            return text, proposal.why
    return None


def propose_for_code(descriptions: Mapping[str, int], book: WordBook, *, arrests: int = 0) -> Proposal | None:
    """What all descriptions of a code (text -> records) say together; they stay open where they disagree.

    Parameters
    ----------
    arrests : records of the code with an arrest. A reported offence rarely has one in most of its records.
    """
    n = sum(descriptions.values())
    proposals = {text: propose(text, book) for text in descriptions}
    distinct = {(p.category, p.provenance, p.settled): p for p in proposals.values() if p is not None}
    if not distinct or len(distinct) > 1 or None in proposals.values():
        return _open("it has descriptions that mean different things") if distinct else None
    proposal = next(iter(distinct.values()))
    if proposal.provenance == CITIZEN and n >= _FEWEST and arrests > _ARRESTS * n:
        found_by = f"{100 * arrests / n:.0f} % of its records have an arrest: perhaps found by officers"
        return _open(f"{proposal.why}; but {found_by}")
    return proposal


def plain_words(text: str, abbreviations: Mapping[str, str]) -> str:
    """Lower case, letters and digits only, abbreviations written out.

    >>> plain_words("BURG - F/Résid.", {"burg": "burglary", "resid": "residence"})
    'burglary f residence'
    """
    letters = latin_letters(text[:_LONGEST]).casefold().replace("&", " and ")
    return " ".join(abbreviations.get(word, word) for word in re.sub(r"[^a-z0-9]+", " ", letters).split())


def _reported(rest: str, book: WordBook) -> Proposal | None:
    text = " ".join(rest.split())
    rules = (rule for rule in book.rules if rule.provenance == CITIZEN and rule.words.search(text))
    return next((Proposal(rule.category, CITIZEN, rule.why) for rule in rules), None)


def _open(why: str) -> Proposal:
    return Proposal("", "unknown", why, settled=False)


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{pattern})\b" for pattern in patterns))
