"""What a look at the dosage log found, in sentences: of the page's head, of its table of checks and of the terminal."""

import math
from dataclasses import replace
from typing import Any

from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.residents import GroupNames
from patrolcast.report import words
from patrolcast.report.audit.inputs_and_gates import gate_rows, stored_gate
from patrolcast.report.monitor.words import CAUSES, CHECKS, EXACT, FINDINGS
from patrolcast.report.page import Document


def monitor_finding(document: Document) -> str:
    """The finding: whether there is a sign that patrol drives the forecast, why, and what would have shown."""
    verdict = str(document["verdict"])
    lines = [FINDINGS[verdict]]
    if verdict == "alarm":
        lines += [CAUSES[name] for name in _failed(document) if name in CAUSES]
    elif verdict == "no alarm" and (limit := detectable_rise(document)):
        lines.append(f"A rise of {limit} in reports where patrol was suggested would probably have shown.")
    return " ".join(lines)


def _failed(document: Document) -> list[str]:
    return [gate["name"] for gate in document["gates"] if gate["stops"] and gate["verdict"] == GateVerdict.FAIL]


def detectable_rise(document: Document) -> str:
    """The smallest rise that would be seen four times in five, in per cent; empty where there is none."""
    reports = (document["findings"] or {}).get("reports") or {}
    return f"{100 * (reports['detectable'] - 1):.0f} % or more" if reports.get("detectable") else ""


def as_ratio(log: float) -> str:
    """A log ratio as people say it.

    >>> as_ratio(0.262), as_ratio(-0.105), as_ratio(0.0)
    ('30 % more', '10 % fewer', 'about as many')
    """
    percent = round(100 * abs(math.expm1(log)))
    return "about as many" if percent == 0 else f"{percent} % {'more' if log > 0 else 'fewer'}"


def reports_by_lot(document: Document) -> str:
    """Reports where patrol was suggested by lot beside those where it was withheld; empty where not measured."""
    reports = (document["findings"] or {}).get("reports") or {}
    if not reports.get("rate_ratio"):
        return ""
    size = as_ratio(math.log(reports["rate_ratio"]))
    than = " as" if size.startswith("about") else " than"
    missed = (
        f"; a rise of less than {100 * (reports['detectable'] - 1):.0f} % could be missed"
        if reports["detectable"]
        else ""
    )
    return f"Citizens made {size} reports where patrol was suggested by lot{than} where it was withheld by lot{missed}."


def monitor_check_rows(document: Document) -> list[dict[str, Any]]:
    """The checks as the page's table shows them: plain names and rules, and details in the words of this page."""
    rows = []
    for gate in map(stored_gate, document["gates"]):
        name, rule = CHECKS.get(gate.name, ("", ""))
        shown = replace(gate, threshold=rule or gate.threshold, detail=_detail(gate, document))
        (row,) = gate_rows((shown,), GroupNames())
        rows.append({**row, "name": name or row["name"]})
    return rows


def exact_line(gate: GateResult) -> str:
    """What became of the scores on changed data, in a sentence."""
    changed = EXACT[gate.name]
    if gate.value is None:
        return f"{changed} was not tried: {gate.detail}."
    if gate.value == 0.0:
        return f"{changed} changed no score."
    return f"{changed} moved a score by up to {words.number(gate.value)}."


def _detail(gate: GateResult, document: Document) -> str:
    if gate.name in EXACT:
        return exact_line(gate).removesuffix(".")
    text = _DETAILS[gate.name](document) if gate.name in _DETAILS and gate.value is not None else ""
    return text.removesuffix(".") or gate.detail


def labels_line(document: Document) -> str:
    """Citizen reports made during a visit beside what chance would bring; empty where not measured."""
    labels = (document["findings"] or {}).get("labels")
    if not labels:
        return ""
    return (
        f"{labels['observed']:,} citizen reports were made while an officer was on scene or shortly after; "
        f"{labels['expected']:.0f} would be expected by chance (p = {labels['p_value']:.2g})."
    )


def score_line(document: Document) -> str:
    """The score four weeks on; empty where not measured."""
    score = (document["findings"] or {}).get("score_band")
    if not score:
        return ""
    now, low, high = (100 * math.expm1(score[key]) for key in ("difference", "lower", "upper"))
    return (
        f"Four weeks on, scores are {abs(now):.1f} % {'higher' if now > 0 else 'lower'} where patrol was suggested by "
        f"lot "
        f"than where it was withheld (95 % interval {low:+.1f} to {high:+.1f} %)."
    )


_DETAILS = {"band_reports": reports_by_lot, "band_score_later": score_line, "call_source_labels": labels_line}
