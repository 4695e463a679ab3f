"""Further clipped words that `init` writes out before it reads what a code means.

They stand here and not in ``io/known/offence_words.toml`` because that list also decides what a run warns of, and
evidence of measured runs is bound to it; they belong there when evidence is renewed next.
"""

from collections.abc import Mapping
from typing import Any

_SPELT_OUT = {
    "aslt": "assault",
    "aslts": "assault",
    "assit": "assault",
    "burgl": "burglary",
    "burgy": "burglary",
    "compl": "complaint",
    "emerg": "emergency",
    "emer": "emergency",
    "emgcy": "emergency",
    "lrcny": "larceny",
    "larcny": "larceny",
    "mtrcycl": "motorcycle",
    "robbry": "robbery",
    "thft": "theft",
    "vandlsm": "vandalism",
}


def spelt_out(table: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of the words' file with these abbreviations beside its own, which stand where both have one."""
    return {**table, "abbreviations": _SPELT_OUT | table["abbreviations"]}
