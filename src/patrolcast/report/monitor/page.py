"""A look at the dosage log for the analyst and the board (`monitor.html`).

Is the loop open in use, how sure are we, what would we have been able to see, what to do next; then the picture, the
tables, how it was measured and what it cannot show.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from patrolcast.domain.records import NOTICE, GateVerdict
from patrolcast.report import packaged, svg, words
from patrolcast.report.audit.inputs_and_gates import gate_rows, stored_gate
from patrolcast.report.monitor import words as monitor_words
from patrolcast.report.page import render

Document = Mapping[str, Any]
ALARM = 20.0
WEEKS_AHEAD = (8, 26, 52, 104)
DECIDED, DESCRIBED = "circle blue", "circle quiet hollow"
EFFECTS = (
    ("score_band", "difference", DECIDED, "Score 28 days on: same arms"),
    ("citizen_change", "log_ratio", DESCRIBED, "Citizen reports: since / before"),
    ("officer_change", "log_ratio", DESCRIBED, "Officer records: since / before"),
    ("drift", "slope", DESCRIBED, "Officer share: drift in 26 weeks"),
)
"""Findings that are drawn: their key, the key of their value, the mark, the label."""


def monitor_page(document: Document, *, title: str, timezone: str) -> str:
    """The page of one look.

    Parameters
    ----------
    document : monitor.json.
    title : the agency's name.
    """
    findings = document["findings"] or {}
    verdict = str(document["verdict"])
    reports, scores = findings.get("reports") or {}, findings.get("score_e_values") or []
    series = [("reports", reports.get("e_values") or []), ("score 28 days on", scores)]
    return render(
        "monitor.html",
        title=f"Does it feed on itself in use? {title}",
        style=packaged.packaged("assets/page.css"),
        city=title,
        verdict=verdict,
        finding=monitor_words.FINDINGS[verdict],
        first_finding=words.sentence(str(document["finding"])),
        meaning=monitor_words.MEANING[verdict],
        watched=_watched(document, timezone),
        sure=_sure(document, findings),
        seen=_seen(findings),
        ahead=_ahead(findings),
        steps=_steps(document, verdict),
        plot=evidence_plot(series, alarm=ALARM) if any(values for _, values in series) else None,
        is_capped=is_capped(series),
        effects=_effects(findings),
        weeks=_weeks(findings),
        checks=gate_rows(tuple(stored_gate(gate) for gate in document["gates"])),
        persistence=_persistence(findings.get("persistence")),
        oakland=monitor_words.OAKLAND,
        version=document["patrolcast"],
        notice=NOTICE,
        call_source=document.get("call_source", ""),
        limits=monitor_words.LIMITS,
    )


def as_ratio(log: float) -> str:
    """A log ratio as people say it.

    >>> as_ratio(0.262), as_ratio(-0.105), as_ratio(0.0)
    ('30 % more', '10 % fewer', 'neither more nor fewer')
    """
    percent = round(100 * abs(math.expm1(log)))
    return "neither more nor fewer" if percent == 0 else f"{percent} % {'more' if log > 0 else 'fewer'}"


def detectable(per_week: float, weeks: int, dispersion: float) -> float:
    """Smallest rate ratio above 1 shown with 80 % power at .05 by ``per_week`` records per arm over ``weeks``.

    >>> round(detectable(10.0, 8, 1.0), 2), round(detectable(40.0, 26, 1.0), 2)
    (1.56, 1.13)
    """
    return math.exp(math.sqrt(15.7 * max(dispersion, 1.0) / (per_week * weeks)))


def _watched(document: Document, timezone: str) -> list[tuple[str, str]]:
    watched = document["watched"]
    facts = [("Looked at", words.moment(datetime.fromisoformat(document["as_of"]), timezone))]
    if watched["first_shift"] is not None:
        first, last = (
            words.moment(datetime.fromisoformat(watched[key]), timezone) for key in ("first_shift", "last_shift_end")
        )
        facts.append(("Log", f"{first} to {last}: {watched['weeks']} finished weeks"))
        drawn = f"{watched['drawn_rows']:,} decided by a coin"
        facts.append(("Rows", f"{watched['rows']:,} cells and shifts in {watched['cells']:,} cells, {drawn}"))
        facts.append(
            ("A person's decision is recorded for", words.share(watched["decided"] / watched["rows"]) + " of rows")
        )
        facts.append(("Delivery known for", words.share(watched["delivery_known"] / watched["rows"]) + " of rows"))
    return facts


def _sure(document: Document, findings: Mapping[str, Any]) -> list[str]:
    lines = []
    if (reports := findings.get("reports")) and reports["rate_ratio"]:
        n = sum(a + b for a, b in findings["weekly"])
        lines.append(
            f"In {findings['n_weeks']} weeks citizens made {as_ratio(math.log(reports['rate_ratio']))} reports where "
            f"the coin suggested patrol than where it held it back ({n:,} reports). The evidence against chance "
            f"peaked at an e-value of {words.number(max(reports['e_values']))}; {ALARM:g} is the alarm, and chance "
            "alone reaches it in at most 1 city of 20, however often one looks."
        )
    if score := findings.get("score_band"):
        low, high = (100 * math.expm1(score[key]) for key in ("lower", "upper"))
        lines.append(
            f"28 days on, the score of suggested cells stands {100 * math.expm1(score['difference']):+.1f} % against "
            f"held-back ones (95 % interval {low:+.1f} to {high:+.1f} %)."
        )
    if labels := findings.get("labels"):
        lines.append(
            f"{labels['observed']:,} citizen reports were made while an officer was on scene or shortly after; "
            f"{labels['expected']:.0f} would be expected by chance (p = {labels['p_value']:.2g})."
        )
    exact = [gate for gate in document["gates"] if gate["name"].endswith("change_nothing")]
    lines += [f"Exact, not statistical: {gate['detail']}." for gate in exact]
    if not exact:
        lines.append("The runs on changed data were left out of this look.")
    return lines


def _seen(findings: Mapping[str, Any]) -> list[str]:
    reports = findings.get("reports")
    if not reports or not reports["detectable"]:
        return ["Nothing: without a coin, or without reports in both arms, no effect of any size could have been seen."]
    weekly = findings["weekly"]
    per_arm = sum(a + b for a, b in weekly) / 2 / len(weekly)
    limit = reports["detectable"]
    meaning = (
        "no alarm means almost nothing yet"
        if limit > 1.5
        else "a moderate loop could still run unseen"
        if limit > 1.2
        else "a strong loop would have been seen"
    )
    return [
        f"{per_arm:.0f} reports per arm and week over {len(weekly)} weeks: a rise of {100 * (limit - 1):.0f} % would "
        f"be seen four times in five, a smaller one easily not. So {meaning}.",
        "For scale: after 8 weeks of 10 reports per arm only a rise of 56 % would be seen as often. No alarm then "
        "means almost nothing.",
    ]


def _ahead(findings: Mapping[str, Any]) -> list[dict[str, str]]:
    reports = findings.get("reports")
    if not reports or not reports["detectable"]:
        return []
    per_arm = sum(a + b for a, b in findings["weekly"]) / 2 / len(findings["weekly"])
    rows = sorted({*WEEKS_AHEAD, len(findings["weekly"])})
    return [
        {
            "weeks": f"{weeks}" + (" (now)" if weeks == len(findings["weekly"]) else ""),
            "rise": f"{100 * (detectable(per_arm, weeks, reports['dispersion']) - 1):.0f} %",
        }
        for weeks in rows
    ]


def _steps(document: Document, verdict: str) -> tuple[str, ...]:
    if verdict == "alarm":
        failed = [gate["name"] for gate in document["gates"] if gate["stops"] and gate["verdict"] == GateVerdict.FAIL]
        return (*(step for name in failed for step in monitor_words.NEXT.get(name, ())), monitor_words.ALARM_LAST)
    return monitor_words.QUIET_NEXT if verdict == "no alarm" else monitor_words.NOTHING_NEXT


def _effects(findings: Mapping[str, Any]) -> Markup | None:
    """Log ratios with their intervals: those that a coin decided filled, descriptions hollow."""
    rows = []
    if (reports := findings.get("reports")) and reports["rate_ratio"]:
        a, b = reports["records"]
        log_ratio, error = math.log(reports["rate_ratio"]), math.sqrt(reports["dispersion"] * (1 / a + 1 / b))
        ends = (log_ratio - 1.96 * error, log_ratio + 1.96 * error)
        rows.append(_effect("Reports: coin suggested / held back", DECIDED, log_ratio, *ends))
    for name, value, kind, label in EFFECTS:
        if effect := findings.get(name):
            rows.append(_effect(label, kind, effect[value], effect["lower"], effect["upper"]))
    if not rows:
        return None
    title = "Effects with 95 % intervals; the same figures stand in the table of checks"
    key = (
        (DECIDED, "decided by a coin: an effect or chance"),
        (DESCRIBED, "compared with chosen cells: a description"),
    )
    return svg.interval_plot(rows, title=title, spanning=(), neutral=0.0, key=key, label=svg.signed)


def _effect(label: str, kind: str, value: float, lower: float, upper: float) -> svg.Row:
    return svg.Row(label, (svg.Mark(kind, value, lower, upper, f"{value:+.3f}"),))


def _weeks(findings: Mapping[str, Any]) -> list[dict[str, str]]:
    reports, scores = findings.get("reports") or {}, findings.get("score_e_values") or []
    e_values = reports.get("e_values") or []
    return [
        {
            "week": str(i + 1),
            "suggested": f"{a:,}",
            "held_back": f"{b:,}",
            "e": words.number(e_values[i]) if i < len(e_values) else words.MISSING,
            "score_e": words.number(scores[i]) if i < len(scores) else words.MISSING,
        }
        for i, (a, b) in enumerate(findings.get("weekly") or [])
    ]


def _persistence(persistence: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    if persistence is None:
        return []
    cells, distinct = persistence["n_cells"], persistence["distinct"]
    ever = f"{cells:,}, {distinct:,} ({words.share(distinct / cells)})"
    return [
        ("Nights", f"{persistence['n_nights']:,}"),
        ("Cells, of them ever suggested", ever),
        ("Suggested every night", f"{persistence['always']:,}"),
        (f"Share of all cell-nights in the {persistence['top']} most suggested", words.share(persistence["top_share"])),
    ]


LARGEST = 1e6
"""E-values beyond this are drawn at it; the page says so (:func:`is_capped`)."""
_SMALLEST = 1e-3
_KINDS = ("circle blue", "diamond orange")
_MOST_MARKS = 60


def evidence_plot(series: Sequence[tuple[str, Sequence[float]]], *, alarm: float) -> Markup:
    """E-values by week.

    Parameters
    ----------
    series : name and e-values from week 1 on; at most two, the second drawn with diamonds.
    alarm : the e-value from which the monitor raises its alarm.
    """
    shown = [(name, values, kind) for kind, (name, values) in zip(_KINDS, series, strict=False) if values]
    title = "Strength of evidence by week; the same figures stand in the table below"
    return svg.for_every_screen(lambda width: _evidence_parts(shown, width, alarm=alarm), title)


def _evidence_parts(
    series: Sequence[tuple[str, Sequence[float], str]], width: float, *, alarm: float
) -> tuple[list[Markup], float]:
    """The parts of the evidence plot at a width, and its height."""
    n_weeks = max(len(values) for _, values, _ in series)
    within = [min(max(value, _SMALLEST), LARGEST) for _, values, _ in series for value in values]
    keys, top = svg.key_lines([(kind, name) for name, _, kind in series], width)
    left, right, bottom = 64.0, width - 16, top + 234.0
    x = svg.Scale(1, max(n_weeks, 2), left, right)
    y = svg.Scale.over([0.1, alarm * 5, *within], bottom, top, is_log=True)
    parts = [keys, svg.y_axis(y, left, right, "{:,g}".format)]
    step = max(1, round(n_weeks / (8 if width > 500 else 5)))
    parts += [svg.text(x(week), bottom + 20, str(week), "quiet middle") for week in range(1, n_weeks + 1, step)]
    parts += [
        svg.text(left, bottom + 42, "week of the log", "quiet"),
        svg.line(left, y(alarm), right, y(alarm), "alarm"),
    ]
    for _, values, kind in series:
        points = [(x(week), y(value)) for week, value in enumerate(values, start=1)]
        parts += [svg.bar(kind, *start, *end) for start, end in pairwise(points)]
        parts += [svg.symbol(kind, *point) for point in (points if len(points) <= _MOST_MARKS else points[-1:])]
    parts.append(svg.text(left + 6, y(alarm) - 7, f"alarm at {alarm:g}", "alarm over"))
    return parts, bottom + 50


def is_capped(series: Sequence[tuple[str, Sequence[float]]]) -> bool:
    """True when an e-value is drawn lower than it is."""
    return any(value > LARGEST for _, values in series for value in values)
