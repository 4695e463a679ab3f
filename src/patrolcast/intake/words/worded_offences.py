"""Counted offences whose own words say that officers initiate them: drugs, weapons, warrants, traffic, trespass, etc.

Such records exist where officers look (bias.md, tier 0). A codebook may count them as reports all the same, for a
reason of its own; then `check` warns, and the audit lists them with their share of the forecast. The words are the
code itself where it is made of words, its reason in the codebook, and the export's own descriptions.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from patrolcast.domain.provenance import WordedOffence
from patrolcast.intake.codebook import normalised_code, row_finder
from patrolcast.intake.words.offence_words import WordBook, officer_words
from patrolcast.numerics.categories import codes_and_names

_MOST_DESCRIPTIONS = 40
"""Descriptions of one code that are looked at, the most frequent first."""


def worded_offences(
    incidents: pd.DataFrame,
    reasons: Mapping[str, str],
    descriptions: Mapping[str, Counter[str]],
    book: WordBook,
    *,
    nibrs: Mapping[str, str],
    counted: Mapping[str, str],
) -> tuple[WordedOffence, ...]:
    """Offences that count and whose words say that officers initiate them, the most frequent first.

    Parameters
    ----------
    incidents : counted incidents with ``offence`` and ``category``.
    reasons : offence of the codebook, or pattern, -> its reason there.
    descriptions : offence of the export -> its descriptions -> rows of a sample.
    nibrs : NIBRS code that officers initiate -> what it is, for codes that are written as only NIBRS writes them.
    counted : offence of the codebook, or pattern, that counts -> its category; one without an incident is listed too.
    """
    row_of, worded = row_finder(reasons), list[WordedOffence]()
    counts = _sizes(incidents)
    rows = {row_of(code) for code, _ in counts}
    unseen = [((code, category), 0) for code, category in counted.items() if code not in rows]
    for (code, category), n in [*counts.items(), *unseen]:
        texts = _texts(code, reasons.get(row_of(code) or "", ""), descriptions.get(normalised_code(code), Counter()))
        written = re.match(r"(\d\d[A-Z])(?![0-9A-Za-z])", code)
        words = officer_words(texts, book)
        if words is None and written is not None and written[1] in nibrs:
            words = (nibrs[written[1]], "found by enforcement (NIBRS)")
        if words is not None:
            worded.append(WordedOffence(code, category, words[0], words[1], n, n / max(len(incidents), 1)))
    return tuple(sorted(worded, key=lambda offence: (-offence.incidents, offence.offence)))


def _sizes(incidents: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Incidents of each offence and category that occur together, in order of their first one."""
    (offence, offences), (category, categories) = (codes_and_names(incidents[name]) for name in ("offence", "category"))
    named = (offence >= 0) & (category >= 0)
    pair = offence[named].astype(np.int64) * len(categories) + category[named]
    n = np.bincount(pair, minlength=len(offences) * len(categories))
    first = np.full(n.size, pair.size)
    first[pair[::-1]] = np.arange(pair.size - 1, -1, -1)
    occurs = np.flatnonzero(n)
    in_order = occurs[np.argsort(first[occurs])].tolist()
    return {(offences[at // len(categories)], categories[at % len(categories)]): int(n[at]) for at in in_order}


def with_expected(
    offences: tuple[WordedOffence, ...], incidents: pd.DataFrame, forecast: pd.DataFrame
) -> tuple[WordedOffence, ...]:
    """Those that have incidents, with their share of what is expected.

    Parameters
    ----------
    forecast : ``category`` and ``expected_incidents``, a row per cell, category and shift.
    """
    expected = forecast.groupby("category", observed=True)["expected_incidents"].sum()
    counted = incidents.groupby("category", observed=True).size()
    total = float(expected.sum())
    return tuple(
        replace(
            offence,
            expected_share=float(expected.get(offence.category, 0.0))
            * offence.incidents
            / counted[offence.category]
            / total
            if total
            else 0.0,
        )
        for offence in offences
        if offence.incidents
    )


def _texts(code: str, reason: str, described: Counter[str]) -> Iterator[str]:
    if re.search(r"[^\W\d_]{2}", code):
        yield code
    yield from filter(None, (reason, *(text for text, _ in described.most_common(_MOST_DESCRIPTIONS))))
