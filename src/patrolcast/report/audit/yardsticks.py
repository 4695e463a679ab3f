"""How others would read the audit: the four-fifths rule, disparate impact, the EU's AI Act, the UK's standard."""

from collections.abc import Sequence
from math import exp, isfinite
from typing import Any

from patrolcast.domain.measures import DisparityAudit, GroupComparison
from patrolcast.domain.records import GateResult
from patrolcast.domain.residents import GroupNames
from patrolcast.report import words

FOUR_FIFTHS = 0.8

_EMPLOYMENT = "https://www.ecfr.gov/current/title-29/section-1607.4"
_TITLE_VI = "https://www.law.cornell.edu/uscode/text/42/2000d"
_WITHDRAWN = "https://www.govinfo.gov/content/pkg/FR-2025-12-10/html/2025-22448.htm"
_AI_ACT = "https://eur-lex.europa.eu/eli/reg/2024/1689/oj"
_ATRS = "https://www.gov.uk/government/collections/algorithmic-transparency-recording-standard-hub"


def four_fifths(groups: Sequence[GroupComparison]) -> dict[str, Any]:
    """Groups whose ratio lies below four fifths or above its inverse, by what the ratio is of."""
    return {
        "limit": FOUR_FIFTHS,
        "exposure": [group.group for group in groups if _outside(group.log_exposure_ratio.estimate)],
        "per_report": [group.group for group in groups if _outside(group.excess.estimate)],
        "per_report_and_resident": [group.group for group in groups if _outside(group.excess_per_resident.estimate)],
    }


def yardsticks(audit: DisparityAudit, gates: Sequence[GateResult], called: GroupNames) -> list[dict[str, str]]:
    """Name, text and address of each; addresses are for the reader, nothing is fetched."""
    outside_by = four_fifths(audit.groups)
    limit = next((gate.threshold for gate in gates if gate.name.startswith("group_excess_")), "")
    outside = "; ".join(
        f"{words.listed([called(name) for name in outside_by[key]]) if outside_by[key] else 'no group'} by {yardstick}"
        for key, yardstick in (
            ("exposure", "patrol alone"),
            ("per_report", "patrol per reported incident"),
            ("per_report_and_resident", "patrol per reported incident for each resident"),
        )
    )
    return [
        {
            "name": "Four fifths",
            "text": "US rules on hiring call for a closer look when one group's rate is below four fifths of another's "
            "(29 CFR 1607.4). They do not govern patrol, but reviewers borrow the yardstick. Below 0.80 or above 1.25 "
            f"times that of others: {outside}. This agency's own limit: {limit}.",
            "address": _EMPLOYMENT,
        },
        {
            "name": "Disparate impact",
            "text": "Under Title VI of the Civil Rights Act (42 U.S.C. 2000d), who takes US federal funds may not "
            "discriminate by race, colour or national origin. An argument of disparate impact takes three steps: does "
            "a neutral practice fall more heavily on one group, is there a substantial reason for it, and would "
            "another practice serve that reason with less harm? This page has figures for the first step and the "
            "price of one other practice, caps, for the third.",
            "address": _TITLE_VI,
        },
        {
            "name": "Who may still argue so",
            "text": "Private suits under Title VI need intent (Alexander v. Sandoval, 2001), and the Justice "
            "Department withdrew its own rule on disparate impact on 10 December 2025. Laws of states and cities "
            "may go further. Ask counsel which apply here.",
            "address": _WITHDRAWN,
        },
        {
            "name": "EU AI Act, article 10",
            "text": "For high-risk systems, some uses by law enforcement among them (annex III, point 6), data must be "
            "examined for likely biases, and measures taken against them. This page, the screen of features and the "
            "table of assumed reporting are such an examination. Whether a forecast of places is high-risk is a "
            "question for counsel.",
            "address": _AI_ACT,
        },
        {
            "name": "UK Algorithmic Transparency Recording Standard",
            "text": "A public record of what a tool does, on which data, with which risks and how they are reduced. "
            "The figures on bias that it asks for are in audit.json.",
            "address": _ATRS,
        },
    ]


def _outside(log_ratio: float) -> bool:
    return isfinite(log_ratio) and not FOUR_FIFTHS <= exp(log_ratio) <= 1.0 / FOUR_FIFTHS
