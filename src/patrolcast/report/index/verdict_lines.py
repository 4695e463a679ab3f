"""What each page of the published run says, in one line with its link; and what the stored tests say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from patrolcast.domain.records import GateVerdict
from patrolcast.domain.residents import GroupNames
from patrolcast.report import words
from patrolcast.report.audit.inputs_and_gates import gate_title
from patrolcast.report.audit.objectives import objectives_sentence
from patrolcast.report.index.values import PublishedRun

NO_GROUPS = "How patrol falls on groups of residents was not measured. That is not a pass."
NO_COUNTS = "The suggestions, with map, reasons and limits."
_TESTS = (
    ("proxy_screen", "Does a feature stand in for a group of residents?", "", "What did is left out"),
    (
        "loop_test",
        "Does the forecast feed on itself? Tested in simulated cities, before use",
        "feedback.html",
        "No sign that it does",
    ),
    ("feedback_monitor", "Does patrol steer the forecast? Watched in use", "monitor.html", "No sign that it does"),
)
"""Gate, the question of its stored test, the page of that test where there is one, and what a pass answers."""
_BEFORE = "open; "
"""What the detail of a passed loop test begins with; the answer has said it."""

_OUTCOMES = {
    GateVerdict.PASS: "Passed",
    GateVerdict.WARN: "Warning",
    GateVerdict.FAIL: "Failed",
    GateVerdict.WAIVED: "Did not pass, waived in writing",
    GateVerdict.NOT_MEASURED: "Not measured, which is not a pass",
}


@dataclass(frozen=True)
class VerdictLine:
    """A page or a test, where it stands ("" where there is no page), and what it says."""

    name: str
    href: str
    verdict: str


def page_lines(run: PublishedRun) -> list[VerdictLine]:
    """One line for each page that the run has, in the order in which people read them."""
    pages = {
        "briefing.html": ("Briefing", "", _suggestions(run)),
        "rollcall.pdf": ("Roll-call sheets", "", "A sheet of paper for each district and shift, with boxes to tick."),
        "data.html": ("Data and forecast", "", _rows(run)),
        "audit.html": ("Audit", "#groups", run.finding or NO_GROUPS),
    }
    lines = [
        VerdictLine(name, f"{run.run_id}/{file}{at}", verdict)
        for file, (name, at, verdict) in pages.items()
        if file in run.files
    ]
    checks = VerdictLine("Checks", _checks(run), _checked(run))
    if not run.objectives or "audit.html" not in run.files:
        return [*lines, checks]
    objectives = VerdictLine("Objectives", f"{run.run_id}/audit.html#objectives", objectives_sentence(run.objectives))
    return [*lines, checks, objectives]


def evidence_lines(run: PublishedRun, tests: Mapping[str, str]) -> list[VerdictLine]:
    """One line for each stored test: the question, and the verdict of its gate in plain words.

    Parameters
    ----------
    tests : file name of a test's own page -> its link; where it is missing, the line links to the run's checks.
    """
    gates = {str(gate.get("name")): gate for gate in run.gates}
    return [
        VerdictLine(question, tests.get(page) or _checks(run), _outcome(gates.get(name), answer))
        for name, question, page, answer in _TESTS
    ]


def check_name(gate: str, called: GroupNames) -> str:
    """A gate by the name that the audit page prints, within a sentence.

    >>> check_name("loop_test", GroupNames()), check_name("group_excess_black", GroupNames())
    ('loop test', 'group excess: Black')
    """
    title = gate_title(gate, called)
    return title[:1].lower() + title[1:]


def _suggestions(run: PublishedRun) -> str:
    if run.suggestions is None:
        return NO_COUNTS
    n, districts, shifts = run.suggestions
    if not n:
        return "No suggestions."
    return f"{words.count(n, 'suggestion')} in {words.count(districts, 'district')}, {words.count(shifts, 'shift')}."


def _rows(run: PublishedRun) -> str:
    contents = "How good the forecast is, what each row became, and which features were used."
    if run.rows is None or not run.rows[0]:
        return contents
    rows, refused = run.rows
    return f"{refused:,} of {rows:,} rows of incidents were refused ({words.share(refused / rows)}). {contents}"


def _checks(run: PublishedRun) -> str:
    return f"{run.run_id}/audit.html#checks" if "audit.html" in run.files else ""


def _checked(run: PublishedRun) -> str:
    verdicts = [_verdict(gate) for gate in run.gates]
    endings = (
        (GateVerdict.PASS, "passed"),
        (GateVerdict.WARN, "warned"),
        (GateVerdict.WAIVED, "waived in writing"),
        (GateVerdict.NOT_MEASURED, "not measured"),
        (GateVerdict.FAIL, "failed without stopping it"),
    )
    parts = [f"{n} {ending}" for verdict, ending in endings if (n := verdicts.count(verdict))]
    return f"Of {words.count(len(verdicts), 'check')}: {', '.join(parts)}." if parts else "No check was made."


def _outcome(gate: Mapping[str, Any] | None, answer: str) -> str:
    verdict = GateVerdict.NOT_MEASURED if gate is None else _verdict(gate)
    detail = "" if gate is None else str(gate.get("detail") or "").replace("`", "").strip().rstrip(".")
    detail = words.features(detail)
    sentences = [_OUTCOMES[verdict]]
    if verdict is GateVerdict.PASS:
        sentences.append(answer)
        detail = detail.removeprefix(_BEFORE)
    return " ".join(f"{words.sentence(part)}." for part in [*sentences, detail] if part)


def _verdict(gate: Mapping[str, Any]) -> GateVerdict:
    return GateVerdict(str(gate.get("verdict")))
