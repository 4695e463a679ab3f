"""What the outcomes show, in sentences: the finding at the head of the page, and a contrast in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from patrolcast.report import words

Row = Mapping[str, Any]
ROSE, FELL, SMALL, NOTHING, LATE = (
    "rose", "fell", "too small to tell", "not measured", "chosen after the data was seen",
)  # fmt: skip
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
    rows = [row for row in document["contrasts"] if row["verdict"] != LATE]
    lines = [*_found(rows), *_withdrawn(document), reported_crime(document["reported_crime"])]
    return " ".join(lines)


def _found(rows: list[Row]) -> list[str]:
    if not rows:
        return ["No question was named before the data was seen.", "So nothing on this page counts as a finding."]
    found = [row for row in rows if row["verdict"] in (ROSE, FELL)]
    undecided = sum(1 for row in rows if row["verdict"] in (SMALL, NOTHING))
    measured = [row for row in rows if row["verdict"] != NOTHING]
    if found:
        first = sorted(found, key=_weight)
        more = [f"{words.small(len(found) - 1).capitalize()} more of {len(rows)} contrasts moved clearly."]
        drift = ["It moved already in the year before adoption."] if first[0]["earlier_moved"] else []
        others = [f"{words.small(undecided).capitalize()} of {len(rows)} questions stay open."] if undecided else []
        return [finding_sentence(first[0]), *drift, *(more if len(found) > 1 else []), *others]
    if not measured:
        return ["Nothing could be measured yet.", "That says nothing about whether people were treated otherwise."]
    small = sum(1 for row in measured if row["verdict"] == SMALL)
    if small == len(measured):
        return ["The data cannot tell whether anything changed.", "A change that would matter could have been missed."]
    if small or len(measured) < len(rows):
        left = words.small(small + len(rows) - len(measured))
        return [f"No clear change was found, but {left} of {len(rows)} questions stay open.", _NOT_NONE]
    return ["No clear change was found.", _NOT_NONE]


def _weight(row: Row) -> tuple[bool, int, bool]:
    """What stands first: a rise before a fall, groups beside each other before one alone, a group before everyone."""
    return row["verdict"] != ROSE, ("disparity", "compared", "change").index(row["kind"]), row["group"] == "everyone"


_NOT_NONE = "That is not the same as no change."


def _withdrawn(document: Row) -> list[str]:
    gone = document["withdrawn"]
    return (
        [f"{words.small(len(gone)).capitalize()} of the questions once named {_are(len(gone))} no longer asked so."]
        if gone
        else []
    )


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def finding_sentence(row: Row) -> str:
    """A contrast that moved clearly, as a sentence.

    >>> groups = {"group": "Black", "versus": "White"}
    >>> finding_sentence({"outcome": "stops", "kind": "disparity", "verdict": "rose", **groups})
    'Stops of Black people rose beside those of White people.'
    """
    begins, group = COUNTED[row["outcome"]], people(row["group"])
    if row["kind"] == "disparity":
        that = "that" if row["outcome"] == "use_of_force" else "those"
        link = begins.rpartition(" ")[2]
        return f"{begins} {group} {row['verdict']} beside {that} {link} {people(row['versus'])}."
    where = " where suggestions are used, beside other areas" if row["kind"] == "compared" else ""
    return f"{begins} {group} {row['verdict']}{where}."


def people(group: str) -> str:
    """A group as a sentence names it."""
    return "people" if group == "everyone" else f"{group} people"


def contrast_label(row: Row) -> str:
    """A contrast as a row of the table is headed."""
    group = "everyone" if row["group"] == "everyone" else row["group"]
    kinds = {
        "change": f"{group}: since / before",
        "compared": f"{group}: where used / elsewhere",
        "disparity": f"{group} / {row['versus']}: since / before",
    }
    return f"{NAMES[row['outcome']]}, {kinds[row['kind']]}"


def reported_crime(row: Row) -> str:
    """What is known of reported crime in the places drawn by lot, in one sentence."""
    if row["verdict"] == NOTHING:
        return f"Whether patrol lowers reported crime was not measured: {row['reason']}."
    if row["verdict"] == FELL:
        return "Fewer crimes were reported where patrol was suggested by lot than where it was withheld."
    if row["verdict"] == ROSE:
        return "More crimes were reported where patrol was suggested by lot than where it was withheld."
    if row["verdict"] == SMALL:
        return "Too few were drawn by lot to tell whether patrol lowers reported crime."
    return "No clear difference in reported crime was found between places suggested by lot and those withheld."
