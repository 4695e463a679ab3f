"""Which values of the status column cancel a report, and what is said where a value of the config cancels nothing."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher

import numpy as np

from patrolcast.domain.errors import shown
from patrolcast.intake.corrections.declared import normalised_status, says_cancelled
from patrolcast.intake.persons import code_as_shown, quoted
from patrolcast.numerics.arrays import BoolArray, IntArray

_MOST_LISTED = 6
_SHORTEST, _SHORTEST_PART = 3, 4
_ALIKE = 0.85
_TYPED = """
    open opened closed close pending active inactive cleared clear arrest exception exceptional exceptionally admin
    administrative administratively unfounded founded unf unfd false baseless report reported reports cancelled canceled
    cancel void voided duplicate error in by of no not crime true yes case cases status under investigation suspended
    referred filed review approved draft final complete completed inactivated reopened withdrawn expunged rejected
    juvenile adult other unknown none prosecution declined warrant
"""
_WORDS = frozenset(_TYPED.split())
"""Words that outputs may carry; a status of other words may be a name or a narrative."""
_NEGATED = re.compile(r"\b(not|non|no longer|never)\b")


def status_key(text: str) -> str:
    """A status as it is compared: letters and digits in lower case; a number without its ``.0``.

    >>> {status_key(text) for text in ("Unfounded", "UN-FOUNDED ", "un founded.")}
    {'unfounded'}
    >>> status_key("0.0"), status_key("-1"), status_key("-"), status_key("")
    ('0', '-1', '-', '')
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    if number := re.fullmatch(r"\+?(-?\d+)([.,]0+)?", plain):
        return number[1]
    return re.sub(r"[\W_]+", "", plain) or plain


def cancelling(texts: Sequence[str], cancelled_values: Collection[str]) -> BoolArray:
    """Which of ``texts`` cancel a report, ``[n_texts]``; an empty one never does."""
    keys = {status_key(value) for value in cancelled_values} - {""}
    return np.array([status_key(text) in keys for text in texts], dtype=bool)


def status_notes(texts: Sequence[str], rows: IntArray, cancelled_values: Collection[str]) -> list[str]:
    """Notes on values of the config that no row has, and on statuses that look like one and cancel nothing.

    Parameters
    ----------
    rows : rows of each of ``texts`` that were known.

    >>> status_notes(["Open", "UNF"], np.array([9, 2]), ["Unfounded"])
    ["cancelled_values 'Unfounded': no row has it; statuses like it, which count: 'UNF' (2)"]
    """
    there = {status_key(text) for text, n in zip(texts, rows, strict=True) if n}
    counted = [
        (text, int(n)) for text, n, gone in zip(texts, rows, cancelling(texts, cancelled_values), strict=True)
        if n and text and not gone
    ]  # fmt: skip
    nothing_matches = not any(status_key(value) in there for value in cancelled_values)
    notes: list[str] = []
    listed: set[str] = set()
    for value in sorted(cancelled_values):
        alike = [(text, n) for text, n in counted if _looks_like(text, value)]
        listed |= {text for text, _ in alike}
        absent = status_key(value) not in there
        if not absent and not alike:
            continue
        says = f"cancelled_values {shown(value)}: " + ("no row has it" if absent else "rows have it")
        if alike:
            says += f"; statuses like it, which count: {_listed(alike, value)}"
        elif nothing_matches and counted:
            says += f"; the statuses are {_listed(counted, value)}"
        notes.append(says)
    if others := [(text, n) for text, n in counted if text not in listed and says_cancelled(text)]:
        says = f"statuses that read as if they cancelled, which count: {_listed(others, '')}"
        notes.append(f"{says}; where they do, add them to cancelled_values")
    return notes


def _looks_like(text: str, value: str) -> bool:
    key, wanted = status_key(text), status_key(value)
    words, of = normalised_status(text), normalised_status(value)
    if not wanted or _NEGATED.search(words) or not any(letter.isalpha() for letter in key):
        return False
    begins = len(key) >= _SHORTEST and " " not in of and wanted.startswith(key)
    holds = len(wanted) >= _SHORTEST_PART and f" {of} " in f" {words} "
    return begins or holds or _is_misspelt(key, wanted)


def _is_misspelt(word: str, wanted: str) -> bool:
    return word[:1] == wanted[:1] and SequenceMatcher(None, word, wanted).ratio() >= _ALIKE


def status_as_shown(text: str, value: str = "") -> str:
    """A status as outputs may carry it: its words where they are known or of ``value``, else as a code is shown."""
    of = {*_WORDS, *normalised_status(value).split()}
    words = normalised_status(text).split()
    plain = all(word in of or any(_is_misspelt(word, known) for known in of) for word in words)
    return text if words and plain else code_as_shown(text)


def _listed(statuses: list[tuple[str, int]], value: str) -> str:
    ranked = sorted(statuses, key=lambda status: (-status[1], status[0]))
    more = f" and {len(ranked) - _MOST_LISTED} more" if len(ranked) > _MOST_LISTED else ""
    return ", ".join(f"{quoted(status_as_shown(text, value))} ({n:,})" for text, n in ranked[:_MOST_LISTED]) + more
