"""Provenance: who caused a record, or a column, to exist. It decides what may reach the model.

A column of call sources proves who made a record. Without one the offence alone decides, and no page may claim that
citizens reported what is counted: among the records of an offence that citizens mostly report, an officer's own cannot
be found.
"""

from dataclasses import dataclass
from enum import StrEnum


class Provenance(StrEnum):
    """Who caused the record to exist (glossary: *provenance*)."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    SENSOR = "sensor"
    ADMINISTRATIVE = "administrative"
    ENVIRONMENT = "environment"
    CENSUS = "census"
    UNKNOWN = "unknown"


NEVER_IN_MODEL = frozenset({Provenance.OFFICER, Provenance.CENSUS, Provenance.UNKNOWN})
"""No policy can admit these into a model whose run may be published."""

COUNTED = frozenset({Provenance.CITIZEN})
"""Records of these provenances are the incidents that are counted and forecast."""


@dataclass(frozen=True)
class CallSource:
    """What the export says about who started a call.

    Attributes
    ----------
    column : the mapped column; "" where the config maps none.
    reason : why there is none, in the agency's words; "" where it gave none.
    silent : the column marks none of many records as officer-initiated, or next to none, so it proves nothing.
    marked : the records that it marks, in words, where it is silent.
    """

    column: str = ""
    reason: str = ""
    silent: bool = False
    marked: str = "no record"

    @property
    def known(self) -> bool:
        """True where a column says who started each call, officers among them."""
        return bool(self.column) and not self.silent

    @property
    def statement(self) -> str:
        """The sentence that every page, check and manifest carries where there is no call source; else "".

        >>> CallSource("source").statement
        ''
        >>> CallSource(reason="the portal leaves it out").statement.split(". ")[1]
        'Reason given: the portal leaves it out.'
        """
        if self.known:
            return ""
        if self.column:
            return (
                f"The call source '{self.column}' marks {self.marked} as officer-initiated: whether such records are "
                "missing, or labelled as reports by citizens, the export does not show."
            )
        sentence = (
            "No call source: the export does not say who reported an incident, so records that officers initiated "
            "cannot be separated from reports by citizens."
        )
        return f"{sentence} Reason given: {self.reason.rstrip('. ')}." if self.reason else sentence

    def incidents(self, n: str) -> str:
        """Counted incidents in words, ``n`` being how many with their noun.

        >>> CallSource("source").incidents("5 incidents")
        '5 incidents that citizens reported'
        >>> CallSource().incidents("5 incidents")
        '5 incidents; who reported them the export does not show'
        """
        return f"{n} that citizens reported" if self.known else f"{n}; who reported them the export does not show"

    @property
    def counted(self) -> str:
        """What is counted and what is not, in sentences."""
        if self.known:
            return (
                "Only incidents that citizens reported are counted. Officer-initiated and other records are set aside; "
                "they never reach the forecast."
            )
        return (
            "Records of offences that citizens usually report are counted; who reported them the export does not "
            "show. Offences that officers usually initiate are set aside and never reach the forecast."
        )


@dataclass(frozen=True)
class WordedOffence:
    """A counted offence whose own words say that officers initiate it.

    Attributes
    ----------
    offence : the code, as the export writes it.
    words : the text that says so, from the codebook or from the export's own description.
    why : which kind of offence that is, with its NIBRS code.
    incidents : counted incidents of this code.
    share : of all counted incidents, 0 to 1.
    expected_share : of all expected incidents of the run, 0 to 1; None before a run. The code's share of its category's
        incidents is taken for its share of what is expected of the category.
    """

    offence: str
    category: str
    words: str
    why: str
    incidents: int
    share: float
    expected_share: float | None = None
