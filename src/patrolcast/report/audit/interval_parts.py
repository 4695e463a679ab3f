"""What each interval of the audit is made of, as rows of tables: nights, trainings, census, where residents live."""

from dataclasses import asdict
from math import exp, isnan
from typing import Any

from patrolcast.domain.measures import DisparityAudit, ErrorParts
from patrolcast.domain.residents import GroupNames
from patrolcast.report import words

PART_NAMES = {
    "nights": "Nights that differ",
    "trainings": "Other trainings",
    "census": "Margins of error of the census",
    "within_areas": "Where in a census area people live",
    "spreading": "Way of spreading residents over cells",
}
_SHOWN = {"log_exposure_ratio": "Exposure ratio", "excess": "Patrol per reported incident"}


def part_rows(audit: DisparityAudit, called: GroupNames) -> list[dict[str, Any]]:
    """Group and ratio with what each part alone would add to or take from it, "6.2 %"; one row each."""
    return [
        {
            "group": called(group.group) if i == 0 else "",
            "ratio": _SHOWN[measure],
            "parts": [_width(group.parts[measure], part) for part in PART_NAMES],
        }
        for group in audit.groups
        for i, measure in enumerate(measure for measure in _SHOWN if measure in group.parts)
    ]


def spreading_rows(audit: DisparityAudit) -> list[dict[str, Any]]:
    """Way of spreading residents over cells with every group's exposure ratio; none where it was not tried."""
    tried = audit.exposure_by_spreading
    ways = dict.fromkeys(way for by_way in tried.values() for way in by_way)
    return [
        {"way": words.sentence(way), "ratios": [words.number(by_way.get(way), digits=3) for by_way in tried.values()]}
        for way in ways
    ]


def _width(parts: ErrorParts, name: str) -> str:
    half = asdict(parts)[name]
    return words.MISSING if isnan(half) else words.share(exp(half) - 1.0)
