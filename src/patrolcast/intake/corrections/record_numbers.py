"""Record numbers as they come: numbers, nothing, words that stand where a number was to come, and destroyed numbers.

A placeholder (NULL, 0, PENDING) names no record, and a spreadsheet that wrote 2.02E+11 for 202401234567 has destroyed
the number. Such rows have no number: each counts separately, and how many there are is said.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from patrolcast.numerics.typed_text import typed_as_text

NUMBERED, EMPTY, PLACEHOLDER, DESTROYED = range(4)

_TYPED = """
    NULL NUL NONE NAN NAT NA NIL PENDING UNKNOWN UNKN UNK TBD TBA TBC UNDEFINED UNASSIGNED NOTASSIGNED
    NOTYETASSIGNED NONUMBER NOCASENUMBER NOREPORTNUMBER NOID NOCASE NOREPORT NOTAVAILABLE NOTAPPLICABLE
    NOTPROVIDED NOTKNOWN NOTISSUED NONEGIVEN NONEASSIGNED NOVALUE NODATA MISSING VOID TEMP TEMPORARY TEST
    BLANK EMPTY DEFAULT REF VALUE NAME NUM DIV0 AWAITING AWAITINGNUMBER TOBEASSIGNED TOBEDETERMINED INPROGRESS
    SEENARRATIVE REDACTED CONFIDENTIAL WITHHELD RESTRICTED SEALED NR TRUE FALSE
"""
_WORDS = frozenset(_TYPED.split())
_NO_NUMBER = re.compile(r"[\W_]*|0+|-1|[X?]+|[-.]*0[0.-]*")
"""Signs only, zeros only, -1, X only: what people type where a number is demanded."""
_DESTROYED = re.compile(r"-?\d([.,]\d+)?[eE]\+\d{1,3}|#+")
"""A spreadsheet's way to write a number that is too long for it, or for the column."""
_PLAIN = "^(?:[1-9]|[0A-Za-z][0A-Za-z-]*[1-9])[0-9A-Za-z-]*$"
"""Letters and digits, one of them above 0: nearly every number is so, and a look at each in Python takes seconds."""


@dataclass(frozen=True)
class NumberColumn:
    """Record numbers of some rows: 64 bits each (0 where there is none), and what kind of text stands there."""

    bits: npt.NDArray[np.uint64]
    kind: npt.NDArray[np.int8]


def read_numbers(values: Any) -> NumberColumn:  # noqa: ANN401
    """Record numbers of one arrow array of text or whole numbers; leading zeros and case count.

    >>> read_numbers(pa.array(["007", "", "PENDING", "2.02E+11"])).kind.tolist()
    [0, 1, 2, 3]
    """
    encoded = pc.dictionary_encode(pc.utf8_trim_whitespace(pc.fill_null(_numbers_as_text(values), "")))
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    texts = np.array(encoded.dictionary.to_pylist(), dtype=object)
    distinct = encoded.dictionary
    plain = pc.match_substring_regex(distinct, _PLAIN)
    kinds = np.full(texts.size, NUMBERED, dtype=np.int8)
    for i in np.flatnonzero(~np.asarray(plain, dtype=bool)):
        texts[i] = _bare(texts[i])
        kinds[i] = _kind(texts[i])
    bits = pd.util.hash_array(texts, categorize=False).astype(np.uint64) if texts.size else np.zeros(0, np.uint64)
    bits[bits == 0] = 1
    bits[kinds != NUMBERED] = 0
    codes = np.asarray(encoded.indices).astype(np.int64)
    return NumberColumn(bits[codes], kinds[codes])


def _numbers_as_text(values: Any) -> Any:  # noqa: ANN401
    """Text; whole numbers lose the ".0" that a table of floats gave them before they were written as text."""
    text = typed_as_text(values)
    if not pc.any(pc.match_substring(text, ".0")).as_py():
        return text
    return pc.replace_substring_regex(text, pattern=r"^(\s*\d+)\.0+\s*$", replacement=r"\1")


def _bare(text: str) -> str:
    """A number without what a spreadsheet or a web page puts around it and nobody sees: '007, ="007", a joiner."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf").strip()
    return re.sub(r"""^(?:="(.*)"|'(.*))$""", r"\1\2", plain).strip()


def _kind(text: str) -> int:
    if not text:
        return EMPTY
    if _DESTROYED.fullmatch(text):
        return DESTROYED
    if _NO_NUMBER.fullmatch(text.upper()) or re.sub(r"[\W_]+", "", text.upper()) in _WORDS:
        return PLACEHOLDER
    return NUMBERED
