"""What a written exception must say: a reason in words, and an office that answers for it; no blanks."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

LEAST_WORDS, LEAST_LETTERS = 4, 15
_OPENS = re.compile(
    r"\W*(?:to ?do|tbd|tba|tbc|fix ?me|x{2,}|n ?/ ?a|placeholder|lorem|fill in|fill me|write here|change ?me|"
    r"asdf|qwert|"
    r"(?:none|nothing|no reasons?|not)(?: \w+)? (?:given|stated|yet|known|decided|named|agreed|provided)\b|"
    r"(?:reasons?|owners?|why)\W+(?:none|pending|open|later)\b)",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\btb[adc]\b|"
    r"\bto be (?:named|determined|decided|confirmed|assigned|announced|advised|agreed|filled|added|written)\b",
    re.IGNORECASE,
)
"""Wherever it stands, somebody has yet to decide."""
_UNSEEN = re.compile("[\u115f\u1160\u3164\uffa0\u2800]")
"""Letters by their class, blank to the eye."""
_NOBODY = frozenset(re.findall(
    "[a-z]+",
    """
    todo tbd tba fixme na none nil null nothing nobody noone anyone anybody someone somebody everyone unknown owner
    office name placeholder me myself us self test testing user admin root foo bar foobar abc xyz asdf qwerty
    to be named determined decided confirmed assigned unassigned announced appointed tbc vacant pending yet no one not
    later soon see above below same as the an of undecided open whoever they team person department agency
    """,
))  # fmt: skip


def words_of(text: str) -> list[str]:
    """Words of at least two letters that are not all the same, in lower case.

    >>> words_of("The board of 2026 saw it: xx")
    ['the', 'board', 'of', 'saw', 'it']
    """
    visible = _UNSEEN.sub(" ", text.casefold())
    return [word for word in re.findall(r"[^\W\d_]{2,}", visible) if len(set(word)) > 1]


def _says_why(text: str) -> str:
    words = words_of(text)
    if _OPENS.match(text) or _OPEN.search(text):
        raise ValueError("a placeholder is no reason; say in words why")
    if len(set(words)) < LEAST_WORDS or sum(map(len, words)) < LEAST_LETTERS:
        raise ValueError(f"says too little; say in words why, at least {LEAST_WORDS} different ones")
    return text


def _names_someone(text: str) -> str:
    words = words_of(text)
    if not words or sum(map(len, words)) < 3 or set(words) <= _NOBODY or _OPENS.match(text) or _OPEN.search(text):
        raise ValueError("names nobody; name the office that answers for it, e.g. Oversight board")
    return text


Reason = Annotated[str, Field(max_length=1000), AfterValidator(_says_why)]
"""Why, in words that a reader of the pages can weigh."""
Owner = Annotated[str, Field(max_length=200), AfterValidator(_names_someone)]
"""The office that answers for it."""
