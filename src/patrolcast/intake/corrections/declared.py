"""What the config says about corrections."""

import re
from dataclasses import dataclass
from typing import Literal

Meaning = Literal["incident", "offence", "versions"]
OffenceRule = Literal["most_serious", "each", "first"]
_CANCELS = re.compile(
    r"(?<!not )(?<!non )\b(un ?founded|unfd?|cancel\w*|void(ed)?|admin\w* clos\w*|expunged|rescinded|baseless|no crime|"
    r"(entered|created|reported|made) in error|false report|duplicate( report)?|reversed|withdrawn by agency|deleted?|"
    r"infundad[ao]s?|sin fundamento|anulad[ao]|unbegründet|storniert|non fondée?|annulée?)\b"
)


@dataclass(frozen=True)
class CorrectionRules:
    """What a record number means, and which values cancel a report.

    Attributes
    ----------
    record_means : None where the config does not say: versions, as long as the rows do not contradict it.
    offence_rule : which offence of a number counts; None unless a row is an offence.
    offence_order : categories, the most serious first.
    cancelled_values : values of the status column that cancel a report, as the config writes them.
    """

    record_means: Meaning | None = None
    offence_rule: OffenceRule | None = None
    offence_order: tuple[str, ...] = ()
    cancelled_values: frozenset[str] = frozenset()


def normalised_status(text: str) -> str:
    """A status as it is compared: words in lower case, however they are parted.

    >>> normalised_status(" Admin.  CLOSE ") == normalised_status("admin_close")
    True
    """
    return " ".join(re.sub(r"[\W_]+", " ", text.lower()).split())


def says_cancelled(text: str) -> bool:
    """True for a status whose words say that the report does not count.

    >>> says_cancelled("Closed (UNFOUNDED)"), says_cancelled("not unfounded")
    (True, False)
    """
    return _CANCELS.search(normalised_status(text)) is not None
