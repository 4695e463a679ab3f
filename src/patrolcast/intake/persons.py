"""Columns about persons: patrolcast never reads them, and an export that carries them is refused by its header alone.

Only headers are looked at; no value of such a column is ever read, so none can reach a message. Columns of places and
of records (block, description, arrest, domestic, location) are not about a person. A bare "address" passes when it is
not mapped: portals publish the hundred block under that name, and what is not mapped is never read.
"""

import re
from collections.abc import Collection, Sequence

from patrolcast.domain.errors import ProhibitedDataError, shown
from patrolcast.intake.guess_columns import header_words, is_person_level

_MORE = re.compile(
    r"\b(full address|street address|home address|residence address|house (number|no)|apartment|apt|maiden|driver|"
    r"synopsis|remarks|comments?|case notes|free text|nationality|religion|citizenship|immigration|fingerprint|imei)\b"
)
_ADDRESS = re.compile(r"\baddress\b(?! (x|y|lon|lat|longitude|latitude)\b)")
_THING = re.compile(
    r"\b((offen[cs]e|crime|call|case|incident|event|type|category|station|agency|city|county|park|school|month|day|"
    r"weekday|zone|sector|division|ward|community|location|unit|council|borough|bureau|nibrs|ucr|boro|patrol|"
    r"development|region|section|reporting|sub ?division|site) name|sex(ual)? (offen[cs]es?|crimes?|assault))\b"
)


def is_person_column(header: str) -> bool:
    """True when a header is about a person.

    >>> [is_person_column(name) for name in ("Victim Name", "Block", "Beat Name", "officer_race", "Description")]
    [True, False, False, True, False]
    """
    text = _THING.sub(" ", header_words(header))
    return bool(_MORE.search(text)) or is_person_level(text)


def refuse_person_columns(header: Sequence[str], mapped: Collection[str], *, file: str) -> None:
    """Refuse an export whose header names a column about persons, mapped or not.

    Raises ProhibitedDataError, naming the columns, never a value.
    """
    addresses = [name for name in mapped if _ADDRESS.search(header_words(name))]
    columns = [name for name in header if is_person_column(name) or name in addresses]
    if columns:
        named = ", ".join(shown(name) for name in columns[:10]) + (", ..." if len(columns) > 10 else "")
        raise ProhibitedDataError(
            f"{file} header",
            got=f"columns about persons: {named}",
            rule="patrolcast reads places and times, never persons",
            cure="export it without them",
        )


_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+|\b\d{3}-\d{2}-\d{4}\b|(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\b\d{3}[ .-])\d{3}[ .-]\d{4}\b"
)


def masked(text: str) -> str:
    """A text with e-mail addresses, phone and social security numbers replaced by ``[masked]``.

    >>> masked("call 312-555-0100 now")
    'call [masked] now'
    """
    return _PERSONAL.sub("[masked]", text)
