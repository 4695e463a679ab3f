"""Columns of offence codes and of words that no header gives away: found by what stands in them.

Headers come first (`intake.guess_columns`); here are exports that call them ``OffCd`` and ``Off_Desc``. A column is
taken for words only if many of its texts name offences of several kinds, and for codes only if each of its values goes
with one such text: a column of persons, places or dates does neither. Columns whose header is about persons are not
looked at.
"""

from collections.abc import Iterable

import pandas as pd

from patrolcast.intake.persons import is_person_column
from patrolcast.intake.words.offence_words import WordBook, propose

_MOST_TEXTS = 3000
_FEWEST_TEXTS = 4
_NAME_OFFENCES = 0.5
"""Share of the different texts that must say something of an offence."""
_KINDS = 3
"""So many kinds (categories, or who made the record) at least: a column of weapons or of places names one or two."""
_REPEATED = 0.5
"""At most so many different values to a filled row: record numbers and free text have one each."""
_TEXTS_OF_A_CODE, _CODES_OF_A_TEXT = 1.5, 5.0


def columns_of_words(rows: pd.DataFrame, names: Iterable[str], book: WordBook) -> list[str]:
    """Those of ``names`` whose texts describe offences, in the given order.

    Parameters
    ----------
    rows : a sample of the export.
    book : rules for offences.
    """
    return [name for name in names if not is_person_column(name) and _describes(_plain(rows[name]), book)]


def column_of_codes(rows: pd.DataFrame, names: Iterable[str], words: str) -> str | None:
    """That column whose values go with the texts of ``words`` most nearly one to one; None where none does."""
    texts = _plain(rows[words])
    fits: list[tuple[float, str]] = []
    for name in names:
        if name == words or is_person_column(name):
            continue
        codes = _plain(rows[name])
        both = pd.DataFrame({"code": codes, "text": texts}).dropna()
        pairs = both.drop_duplicates()
        if not len(pairs) or not _repeats(codes):
            continue
        of_a_code, of_a_text = len(pairs) / pairs["code"].nunique(), len(pairs) / pairs["text"].nunique()
        if of_a_code <= _TEXTS_OF_A_CODE and of_a_text <= _CODES_OF_A_TEXT:
            fits.append((of_a_code * of_a_text, name))
    return min(fits, default=(0.0, None), key=lambda fit: fit[0])[1]


def _describes(texts: pd.Series, book: WordBook) -> bool:
    different = texts.dropna().unique()
    if not _FEWEST_TEXTS <= len(different) <= _MOST_TEXTS or not _repeats(texts):
        return False
    proposals = [proposal for text in different if (proposal := propose(str(text), book)) is not None]
    kinds = {(proposal.category, proposal.provenance) for proposal in proposals if proposal.settled}
    reported = any(category for category, _ in kinds)
    return len(proposals) >= _NAME_OFFENCES * len(different) and len(kinds) >= _KINDS and reported


def _plain(values: pd.Series) -> pd.Series:
    """Texts without case and outer blanks, empty ones missing: "THEFT" and "Theft " are one."""
    texts = values.astype("string").str.strip().str.casefold()
    return texts.mask(texts == "")


def _repeats(texts: pd.Series) -> bool:
    return bool(texts.nunique() > 1 and texts.nunique() <= _REPEATED * texts.notna().sum())
