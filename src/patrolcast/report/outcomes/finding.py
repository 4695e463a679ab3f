"""What the outcomes show, in sentences: the finding at the head of the page, and a contrast in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from patrolcast.domain.outcomes.declared import CHANGE, COMPARED, DISPARITY, EVERYONE
from patrolcast.domain.outcomes.verdicts import CHOSEN_AFTER, FELL, NOT_MEASURED, ROSE, TOO_SMALL
from patrolcast.report import words

Row = Mapping[str, Any]
COUNTED = {
    "arrests": "Arrests of",
    "stops": "Stops of",
    "use_of_force": "Use of force against",
    "complaints": "Complaints by",
}
"""An outcome -> how a sentence about people begins."""
NAMES = {"arrests": "Arrests", "stops": "Stops", "use_of_force": "Use of force", "complaints": "Complaints"}
PER = {
    "month": "a month",
    "residents": "per resident",
    "reports": "per reported incident",
    "patrol_minutes": "per patrol minute",
}


def outcomes_finding(document: Row) -> str:
    """The finding: what changed, or what could not be said; then what is known of reported crime."""
    rows = [row for row in document["contrasts"] if row["verdict"] != CHOSEN_AFTER]
    lines = [*_contrast_lines(rows), *_withdrawn(document), reported_crime(document["reported_crime"])]
    return " ".join(lines)


def _contrast_lines(rows: list[Row]) -> list[str]:
    if not rows:
        return ["No question was named before the data was seen.", "So nothing on this page counts as a finding."]
    moved = [row for row in rows if row["verdict"] in (ROSE, FELL)]
    undecided = sum(1 for row in rows if row["verdict"] in (TOO_SMALL, NOT_MEASURED))
    measured = [row for row in rows if row["verdict"] != NOT_MEASURED]
    if moved:
        first = sorted(moved, key=_weight)
        more = [f"{words.small(len(moved) - 1).capitalize()} more of {len(rows)} contrasts moved clearly."]
        drift = ["It moved already in the year before adoption."] if first[0]["earlier_moved"] else []
        others = [f"{words.small(undecided).capitalize()} of {len(rows)} questions stay open."] if undecided else []
        return [finding_sentence(first[0]), *drift, *(more if len(moved) > 1 else []), *others]
    if not measured:
        return ["Nothing could be measured yet.", "That says nothing about whether people were treated otherwise."]
    small = sum(1 for row in measured if row["verdict"] == TOO_SMALL)
    if small == len(measured):
        return ["The data cannot tell whether anything changed.", "A change that would matter could have been missed."]
    if small or len(measured) < len(rows):
        left = words.small(small + len(rows) - len(measured))
        return [f"No clear change was found, but {left} of {len(rows)} questions stay open.", _NOT_NONE]
    return ["No clear change was found.", _NOT_NONE]


def _weight(row: Row) -> tuple[bool, int, bool]:
    """What stands first: a rise before a fall, groups beside each other before one alone, a group before everyone."""
    return row["verdict"] != ROSE, (DISPARITY, COMPARED, CHANGE).index(row["kind"]), row["group"] == EVERYONE


_NOT_NONE = "That is not the same as no change."


def _withdrawn(document: Row) -> list[str]:
    n = len(document["withdrawn"])
    are = "is" if n == 1 else "are"
    return [f"{words.small(n).capitalize()} of the questions once named {are} no longer asked so."] if n else []


def finding_sentence(row: Row) -> str:
    """A contrast that moved clearly, as a sentence.

    >>> groups = {"group": "Black", "versus": "White"}
    >>> finding_sentence({"outcome": "stops", "kind": "disparity", "verdict": "rose", **groups})
    'Stops of Black people rose beside those of White people.'
    """
    begins, group = COUNTED[row["outcome"]], people(row["group"])
    if row["kind"] == DISPARITY:
        that = "that" if row["outcome"] == "use_of_force" else "those"
        link = begins.rpartition(" ")[2]
        return f"{begins} {group} {row['verdict']} beside {that} {link} {people(row['versus'])}."
    where = " where suggestions are used, beside other areas" if row["kind"] == COMPARED else ""
    return f"{begins} {group} {row['verdict']}{where}."


def people(group: str) -> str:
    """A group as a sentence names it."""
    return "people" if group == EVERYONE else f"{group} people"


def contrast_label(row: Row) -> str:
    """A contrast as a row of the table is headed."""
    group = row["group"]
    kinds = {
        CHANGE: f"{group}: since / before",
        COMPARED: f"{group}: where used / elsewhere",
        DISPARITY: f"{group} / {row['versus']}: since / before",
    }
    return f"{NAMES[row['outcome']]}, {kinds[row['kind']]}"


def reported_crime(row: Row) -> str:
    """What is known of reported crime in the places drawn by lot, in one sentence."""
    if row["verdict"] == NOT_MEASURED:
        return f"Whether patrol lowers reported crime was not measured: {row['reason']}."
    if row["verdict"] == FELL:
        return "Fewer crimes were reported where patrol was suggested by lot than where it was withheld."
    if row["verdict"] == ROSE:
        return "More crimes were reported where patrol was suggested by lot than where it was withheld."
    if row["verdict"] == TOO_SMALL:
        return "Too few were drawn by lot to tell whether patrol lowers reported crime."
    return "No clear difference in reported crime was found between places suggested by lot and those withheld."
