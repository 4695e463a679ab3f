"""Who reads an explanation of a cell."""

from enum import StrEnum


class Audience(StrEnum):
    """Whoever patrols there, whoever lives there, and a court or a defence."""

    OFFICER = "officer"
    COMMUNITY = "community"
    COURT = "court"
