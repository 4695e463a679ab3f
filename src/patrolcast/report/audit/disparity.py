"""Who receives the patrol, for readers: the findings, a picture, tables, how it was measured, what it cannot show."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import exp, isfinite
from typing import Any

from patrolcast.domain.findings import CapsPrice
from patrolcast.domain.measures import Composition, DisparityAudit, GroupComparison, Interval, ReportingAssumption
from patrolcast.domain.records import GateResult
from patrolcast.domain.residents import GroupNames
from patrolcast.report import words
from patrolcast.report.audit.compared_words import is_answered, weights_words
from patrolcast.report.audit.finding import audit_findings, disparities_found
from patrolcast.report.audit.interval_parts import part_rows, spreading_rows
from patrolcast.report.audit.plots import excess_plot, ratio_plot
from patrolcast.report.audit.yardsticks import four_fifths, yardsticks

CANNOT_SHOW = (
    "Whether reported incidents are the true need. Where people report less, both the forecast and the need counted "
    "here are too low; the table of assumed reporting shows how much would have to go unreported to reverse the "
    "finding.",
    "What patrol does to the people who live there: a visit may protect or may burden, and minutes do not show which.",
    "Whether the suggestions were followed: these are suggested minutes, not delivered ones.",
    "Anything about a person. Residents are counted by census area and spread over cells; who was met is unknown.",
    "Where in a census area its residents live. Intervals allow for it by what neighbouring areas show; those by "
    "census area, and those of comparisons of variants, do not, and are too narrow by that much.",
    "Fairness. A ratio near 1 satisfies one measure; others can still fail, and a wide interval shows nothing.",
)


def disparity_document(
    audit: DisparityAudit | None,
    gates: Sequence[GateResult],
    called: GroupNames,
    weights: Mapping[str, float] | None = None,
) -> dict[str, Any] | None:
    """The audit of groups as JSON can hold it; NaN becomes None."""
    if audit is None:
        return None
    fields = plain_json(asdict(audit))
    if audit.caps is not None:
        fields["caps"]["lost"] = plain_json(audit.caps.lost)
    for group, as_json in zip(audit.ascertainment, fields["ascertainment"], strict=True):
        for row, stored in zip(group.rows, as_json["rows"], strict=True):
            stored["assumption"] = _assumption(row, called(group.group))
    fields["concentration"]["turnover"] = plain_json(audit.concentration.turnover)
    return {
        **{"dose" if name == "dosage" else name: value for name, value in fields.items()},  # the key readers know
        "parity_excluded": [group.group for group in audit.groups if group.parity_excluded],
        "disparity_found": list(disparities_found(audit, gates)),
        "findings": list(audit_findings(audit, gates, called, weights)),
        "four_fifths": four_fifths(audit.groups),
    }


def disparity_view(
    audit: DisparityAudit | None,
    gates: Sequence[GateResult],
    called: GroupNames,
    weights: Mapping[str, float] | None = None,
) -> dict[str, Any] | None:
    """What the page shows; None when no group was measured, and none is without patrol where others have it."""
    if audit is None or not any(is_answered(group) for group in audit.groups):
        return None
    if (plot := ratio_plot(audit.groups, called)) is None:
        return None  # reports so rare that not even the need has an interval: the gates say so
    verdicts = {gate.name: str(gate.verdict) for gate in gates}
    few, disparities = audit.concentration, disparities_found(audit, gates)
    first, *more = audit_findings(audit, gates, called, weights)
    headline = words.first_sentence(first)
    against = called(audit.groups[0].against)
    return {
        "finding": headline,
        "finding_more": first.removeprefix(headline),
        "more_findings": more,
        "parts": part_rows(audit, called),
        "part_words": audit.interval_parts,
        "spreadings": spreading_rows(audit),
        "yardsticks": yardsticks(audit, gates, called),
        "weights": weights_words(weights or {}),
        "excess_plot": excess_plot(audit, called),
        "plot": plot,
        "against": against,
        "against_head": words.sentence(against),
        "rows": [_group_row(group, verdicts, called, is_found=group.group in disparities) for group in audit.groups],
        "levels": [
            *(_level_rows("The whole city", audit.groups, called)),
            *(row for name, groups in audit.levels.items() for row in _level_rows(f"By {name}", groups, called)),
            *(
                row
                for name, groups in audit.districts.items()
                for row in _level_rows(words.district(name), groups, called)
            ),
        ],
        "calibration": [
            {
                "group": called(group.group),
                "value": words.number(group.ratio),
                "other": words.number(group.ratio_against),
                "ratio": format_ratio(group.log_ratio_of_ratios),
            }
            for group in audit.calibration
        ],
        "opportunity": [
            {
                "value": words.share(group.share),
                "other": words.share(group.share_against),
                "difference": _points(group.difference),
            }
            for group in audit.opportunity
        ],
        "composition": [_window(window, called) for window in audit.composition],
        "reporting": [
            {
                "group": called(group.group),
                "tipping": _tipping(group.tipping_ratio, called(group.group), called(group.against)),
                "rows": [
                    {
                        "assumption": words.sentence(_assumption(row, called(group.group))),
                        "overlap": words.share(row.overlap),
                        "exposure": words.number(row.exposure_ratio, digits=3),
                        "excess": words.number(exp(row.excess), digits=3) if isfinite(row.excess) else "",
                    }
                    for row in group.rows
                ],
            }
            for group in audit.ascertainment
        ],
        "few": {
            "ever": f"{few.ever_suggested:,}",
            "nightly": words.number(few.nightly_cells, digits=3),
            "caps": _caps(audit.caps),
            "gini": words.number(few.gini),
            "distinct": words.number(few.distinct_cells),
            "cells": f"{few.n_cells:,}",
            "longest": few.longest_run,
            "top": few.top,
            "share": words.share(few.top_share),
        },
        "nights": audit.n_nights,
        "first": audit.first_night,
        "last": audit.last_night,
        "dosage": audit.dosage,
        "vintage": audit.vintage,
        "note": next((g.excess.note for g in audit.groups if g.excess.measured and g.excess.note), ""),
        "cannot": CANNOT_SHOW,
    }


def format_ratio(log_ratio: Interval) -> str:
    """A log ratio written as a ratio with its interval.

    >>> format_ratio(Interval(0.0, -0.6931, 0.6931, 60))
    '1.00 (0.50 to 2.00)'
    """
    if not log_ratio.measured:
        return f"{words.MISSING}: {log_ratio.note}" if log_ratio.note else words.MISSING
    return f"{exp(log_ratio.estimate):.2f} ({exp(log_ratio.lower):.2f} to {exp(log_ratio.upper):.2f})"


def _caps(caps: CapsPrice | None) -> str:
    """What caps cost or would cost, as a sentence; "" where it was not computed."""
    if caps is None:
        return ""
    verb, have = ("cost", "are") if caps.in_use else ("would cost", "would be")
    loss = f"{verb} {words.share(caps.lost)}" if caps.lost >= 0 else f"{verb} nothing"
    return (
        f"Caps ({caps.rule}) {loss} of the incidents expected in suggested cells; {caps.ever_with:,} cells {have} "
        f"suggested at least once, and the longest run {'is' if caps.in_use else 'would be'} {caps.longest_run_with} "
        "nights."
    )


def _group_row(
    group: GroupComparison, verdicts: dict[str, str], called: GroupNames, *, is_found: bool
) -> dict[str, str]:
    per_resident = group.log_need_ratio_per_resident
    return {
        "group": called(group.group),
        "residents": f"{group.residents:,.0f}",
        "value": words.number(group.exposure, digits=3),
        "other": words.number(group.exposure_against, digits=3),
        "exposure": format_ratio(group.log_exposure_ratio),
        "need": format_ratio(group.log_need_ratio),
        "per_resident": format_ratio(per_resident) if group.excess.measured else words.MISSING,
        "parity": _parity(group, is_found=is_found),
        "excess": format_ratio(group.excess),
        "counted": format_ratio(group.counted),
        "excess_per_resident": format_ratio(group.excess_per_resident) if group.excess.measured else words.MISSING,
        "verdict": verdicts.get(f"group_excess_{group.group}", words.MISSING),
    }


def _parity(group: GroupComparison, *, is_found: bool) -> str:
    if not is_answered(group):
        return words.MISSING
    if group.without_patrol is not None:
        return "found"
    if not group.parity_excluded:
        return "no clear difference"
    return "found" if is_found else "differs, within limit"


def _level_rows(name: str, groups: tuple[GroupComparison, ...], called: GroupNames) -> list[dict[str, str]]:
    return [
        {
            "level": name if i == 0 else "",
            "group": called(group.group),
            "exposure": format_ratio(group.log_exposure_ratio),
            "excess": format_ratio(group.excess),
            "counted": format_ratio(group.counted),
            "excess_per_resident": format_ratio(group.excess_per_resident),
        }
        for i, group in enumerate(groups)
    ]


def _window(window: Composition, called: GroupNames) -> dict[str, Any]:
    return {
        "window": window.window,
        "areas": words.count(window.n_areas, "area") if window.n_areas else "no single area: several tie",
        "shares": [words.share(value) if window.n_areas else "" for value in window.shares.values()],
        "whole": [words.share(value) for value in window.whole.values()],
        "groups": [called(name) for name in window.shares],
    }


def _assumption(row: ReportingAssumption, group: str) -> str:
    if not isfinite(row.ratio):
        return words.plain(row.assumption)
    return "all report alike" if row.ratio == 1.0 else f"{group} residents report {row.ratio:g} times as often"


def _points(share: Interval) -> str:
    if not share.measured:
        return words.MISSING
    return f"{100 * share.estimate:+.1f} ({100 * share.lower:+.1f} to {100 * share.upper:+.1f}) points"


def _tipping(ratio: float | None, group: str, against: str) -> str:
    if ratio is None:
        return f"No difference in reporting within a factor of five would make patrol of {group} residents match need."
    return f"Patrol would match need if {group} residents reported crime {ratio:.2f} times as often as {against}."


def plain_json(value: Any) -> Any:  # noqa: ANN401
    """A value as JSON can hold it: tuples as lists, and None for what is not finite."""
    if isinstance(value, dict):
        return {str(key): plain_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_json(item) for item in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value
