"""A look at the dosage log for the analyst and the board (`monitor.html`).

Is the loop open in use, how sure are we, what would we have been able to see, what to do next; then the picture, the
tables, how it was measured and what it cannot show.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from patrolcast.domain.dosage_log import ALARM_E_VALUE
from patrolcast.domain.records import NOTICE, GateVerdict
from patrolcast.report import packaged, words
from patrolcast.report.audit.inputs_and_gates import stored_gate
from patrolcast.report.monitor import words as monitor_words
from patrolcast.report.monitor.finding import (
    exact_line,
    labels_line,
    monitor_check_rows,
    monitor_finding,
    reports_by_lot,
    score_line,
)
from patrolcast.report.page import Document, render
from patrolcast.report.plots import layers as parts
from patrolcast.report.plots.intervals import Mark, Row, interval_plot
from patrolcast.report.plots.scale import PLAIN, SIGNED, Scale

WEEKS_AHEAD = (8, 26, 52, 104)
DECIDED, DESCRIBED = "circle blue", "circle quiet hollow"
EFFECTS = (
    ("score_band", "difference", DECIDED, "Score four weeks on: suggested / withheld by lot"),
    ("citizen_change", "log_ratio", DESCRIBED, "Citizen reports: since / before"),
    ("officer_change", "log_ratio", DESCRIBED, "Officer records: since / before"),
    ("drift", "slope", DESCRIBED, "Officers' share of records: drift in 26 weeks"),
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
    series = [("reports", reports.get("e_values") or []), ("score four weeks on", scores)]
    return render(
        "monitor.html",
        title=f"Does it feed on itself in use? {title}",
        style=packaged.packaged("assets/page.css"),
        city=title,
        verdict=verdict,
        finding=monitor_finding(document),
        meaning=monitor_words.MEANING[verdict],
        watched=_watched(document, timezone),
        sure=_sure(document, findings),
        seen=_detectable_effect(findings),
        ahead=_ahead(findings),
        steps=_steps(document, verdict),
        plot=evidence_plot(series, alarm=ALARM_E_VALUE) if any(values for _, values in series) else None,
        is_capped=is_capped(series),
        effects=_effects(findings),
        weeks=_weeks(findings),
        checks=monitor_check_rows(document),
        persistence=_persistence(findings.get("persistence")),
        oakland=monitor_words.OAKLAND,
        version=document["patrolcast"],
        notice=NOTICE,
        call_source=document.get("call_source", ""),
        limits=monitor_words.LIMITS,
    )


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
        facts.append(("Log", f"{first} to {last}: {words.count(watched['weeks'], 'finished week')}"))
        drawn = f"{watched['drawn_rows']:,} of them drawn by lot"
        facts.append(
            (
                "Rows of the log",
                f"{watched['rows']:,} (a place in a shift each) for {watched['cells']:,} places, {drawn}",
            )
        )
        facts.append(
            ("An officer's decision was recorded for", words.share(watched["decided"] / watched["rows"]) + " of rows")
        )
        facts.append(("Delivery is known for", words.share(watched["delivery_known"] / watched["rows"]) + " of rows"))
    return facts


def _sure(document: Document, findings: Mapping[str, Any]) -> list[str]:
    lines = []
    if (reports := findings.get("reports")) and reports["rate_ratio"]:
        n = sum(a + b for a, b in findings["weekly"])
        lines += [
            f"{reports_by_lot(document)} That is {n:,} reports in {words.count(findings['n_weeks'], 'week')}.",
            f"The evidence against chance was at most {words.number(max(reports['e_values']))} in any week. The alarm "
            f"is {ALARM_E_VALUE:g}; chance alone reaches it in at most 1 city of 20, however often one looks.",
        ]
    lines += [line for line in (score_line(document), labels_line(document)) if line]
    exact = [stored_gate(gate) for gate in document["gates"] if gate["name"] in monitor_words.EXACT]
    lines += [f"{exact_line(gate)} That is exact, not statistical." for gate in exact if gate.value is not None]
    lines += [exact_line(gate) for gate in exact if gate.value is None]
    if not exact:
        lines.append("The forecast was not run on changed data in this look.")
    return lines


def _detectable_effect(findings: Mapping[str, Any]) -> list[str]:
    reports = findings.get("reports")
    if not reports or not reports["detectable"]:
        return [
            "Nothing. Where no place is drawn by lot, or no reports come from both kinds of places, no effect of any "
            "size "
            "can be seen."
        ]
    weekly = findings["weekly"]
    per_arm = sum(a + b for a, b in weekly) / 2 / len(weekly)
    limit = reports["detectable"]
    meaning = (
        "no alarm means almost nothing yet"
        if limit > 1.5
        else "a moderate effect could still go unseen"
        if limit > 1.2
        else "a strong effect would probably have been seen"
    )
    return [
        f"With {per_arm:.0f} reports a week on each side over {words.count(len(weekly), 'week')}, a rise of "
        f"{100 * (limit - 1):.0f} % would be seen four times in five; a smaller one could be missed. So {meaning}.",
        "For scale: after 8 weeks of 10 reports on each side, only a rise of 56 % would be seen as often.",
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
        rows.append(_effect("Reports: suggested / withheld by lot", DECIDED, log_ratio, *ends))
    for name, value, kind, label in EFFECTS:
        if effect := findings.get(name):
            rows.append(_effect(label, kind, effect[value], effect["lower"], effect["upper"]))
    if not rows:
        return None
    title = "Effects with 95 % intervals; the same figures stand in the table of checks"
    key = (
        (DECIDED, "drawn by lot: an effect, or chance"),
        (DESCRIBED, "compared with chosen places: a description only"),
    )
    return interval_plot(rows, title=title, spanning=(), neutral=0.0, key=key, label=SIGNED)


def _effect(label: str, kind: str, value: float, lower: float, upper: float) -> Row:
    return Row(label, (Mark(kind, value, lower, upper, f"{value:+.3f}"),))


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
        ("Places, and how many were ever suggested", ever),
        ("Suggested every night", f"{persistence['always']:,}"),
        (
            f"Share of all suggestions in the {persistence['top']} most suggested places",
            words.share(persistence["top_share"]),
        ),
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
    return parts.for_every_screen(lambda width: _evidence(shown, width, alarm=alarm), title)


def _evidence(series: Sequence[tuple[str, Sequence[float], str]], width: float, *, alarm: float) -> parts.Drawing:
    """The evidence plot at a width."""
    n_weeks, left, right = max(len(values) for _, values, _ in series), 64.0, 16.0
    within = [[min(max(value, _SMALLEST), LARGEST) for value in values] for _, values, _ in series]
    keys, top = parts.key_layers([(kind, name) for name, _, kind in series], width, left)
    weeks = Scale(1, max(n_weeks, 2), width - left - right)
    y = Scale.over([0.1, alarm * 5, *(value for values in within for value in values)], 234.0, is_log=True)
    step = max(1, round(n_weeks / (8 if width > 500 else 5)))
    across, down = weeks.channel(PLAIN, ticks=range(1, n_weeks + 1, step)), y.channel(PLAIN, across=False)
    layers = [parts.layer("alarm", "rule", y={**down, "datum": alarm})]
    for (_, _, kind), values in zip(series, within, strict=True):
        points = [{"x": week, "y": value, **parts.kind(kind)} for week, value in enumerate(values, start=1)]
        x_at, y_at = {**across, "field": "x"}, {**down, "field": "y"}
        layers.append(parts.layer("interval", "line", points, x=x_at, y=y_at, stroke=parts.raw("stroke", "nominal")))
        layers.append(parts.symbols(points if len(points) <= _MOST_MARKS else points[-1:], x=x_at, y=y_at))
    layers += [
        parts.text([(0.0, y.pixels + 42, "week of the log")], "quiet"),
        parts.text([(6.0, y.pixels - y(alarm) - 7, f"alarm at {alarm:g}")], "alarm"),
        *keys,
    ]
    return parts.Drawing(layers, weeks.pixels, y.pixels, left, right, top, bottom=50.0)


def is_capped(series: Sequence[tuple[str, Sequence[float]]]) -> bool:
    """True when an e-value is drawn lower than it is."""
    return any(value > LARGEST for _, values in series for value in values)
