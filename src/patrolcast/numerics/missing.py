"""Texts that say nothing: blanks, and the words that databases and spreadsheets write where there is nothing."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patrolcast.numerics.arrays import BoolArray

MISSING_WORDS = (
    "", "null", "(null)", "<null>", "[null]", "n/a", "#n/a", "na", "none", "nil", "nan", "nat", "-", "--", "\\n",
    "<na>", "0000-00-00", "0000-00-00 00:00:00",
)  # fmt: skip
"""In small letters."""


def is_missing(texts: pa.Array) -> BoolArray:
    """Which of these trimmed texts say nothing, ``[n]``.

    >>> is_missing(pa.array(["NULL", "", None, "0", "nil."])).tolist()
    [True, True, True, False, False]
    """
    is_word = pc.is_in(pc.utf8_lower(texts), value_set=pa.array(MISSING_WORDS))
    return np.asarray(pc.or_(pc.fill_null(pc.is_null(texts), True), pc.fill_null(is_word, False)))
