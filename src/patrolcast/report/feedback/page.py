"""The closed-loop test for the analyst and the board (`feedback.html`).

Is the loop open, how sure are we, what would we have been able to see, what to do next; then the picture, the tables,
how it was measured and what it cannot show.
"""

import math
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from patrolcast.domain.records import NOTICE, GateVerdict
from patrolcast.domain.residents import GroupNames
from patrolcast.report import packaged, words
from patrolcast.report.audit.inputs_and_gates import stored_gate
from patrolcast.report.feedback.checks import loop_check_rows
from patrolcast.report.feedback.words import CITY_LIMITS, IN_THE_CITY, LIMITS, NEXT, loop_finding
from patrolcast.report.page import Document, render
from patrolcast.report.plots.intervals import Mark, Row, interval_plot
from patrolcast.report.plots.scale import SIGNED

Scenarios = Mapping[str, tuple[str, str, str]]
MARKS = {
    "silent": "circle blue",
    "leak": "diamond orange",
    "reporting": "square ink hollow",
    "shown": "circle quiet hollow",
}
KINDS = {
    "silent": "should match",
    "leak": "should differ",
    "reporting": "biased, without drift",
    "shown": "shown for information",
}
"""What is expected of the closed and the open run, by the role of a scenario."""


def feedback_page(document: Document, *, title: str, scenarios: Scenarios) -> str:
    """The page.

    Parameters
    ----------
    document : the stored loop test (docs/closed-loop.md).
    title : the agency's name.
    scenarios : scenario -> its title, its sentence and its role.
    """
    verdict = str(document["verdict"])
    fitted = document.get("fitted")
    finding, meaning = loop_finding(verdict, in_the_city=bool(fitted))
    band = None if fitted else (-0.15, 0.15)
    return render(
        "feedback.html",
        title=f"Does it feed on itself? {title}",
        style=packaged.packaged("assets/page.css"),
        city=title,
        verdict=verdict,
        is_open=verdict == "open",
        finding=finding,
        meaning=meaning,
        size=document["size"],
        version=document["patrolcast"],
        sections=document["sections_sha256"],
        unstored=_unstored(document),
        fitted=fitted and _fitted(fitted, GroupNames.stored(document)),
        sure=_sure(document),
        seen=_detectable_leaks(document),
        steps=NEXT[verdict],
        gain_plot=_plot(document, scenarios, "gain", "Change in the forecast by scenario"),
        excess_plot=_plot(document, scenarios, "excess_closed", "Patrol beyond the true rates by scenario", band=band),
        rows=_table(document, scenarios),
        checks=loop_check_rows([stored_gate(check) for check in document["checks"]]),
        notice=NOTICE,
        call_source=document.get("call_source", ""),
        limits=(*CITY_LIMITS, *LIMITS[:2], LIMITS[-1]) if fitted else LIMITS,
    )


def more(log: float) -> str:
    """A log ratio as people say it.

    >>> more(0.0463), more(-0.05), more(0.0), more(0.7)
    ('4.7 % more', '4.9 % less', 'no change', '2.0 times as much')
    """
    if abs(log) < 5e-4:
        return "no change"
    ratio = math.exp(log)
    if ratio >= 1.5:
        return f"{ratio:.1f} times as much"
    return f"{100 * abs(ratio - 1):.1f} % {'more' if log > 0 else 'less'}"


def _change(log: float) -> str:
    """A change of expected incidents after "the forecast would show".

    >>> _change(0.0463), _change(0.7), _change(0.0)
    ('4.7 % more incidents', '2.0 times as many incidents', 'no change')
    """
    text = more(log).replace("less", "fewer").replace("as much", "as many")
    return text if text == "no change" else f"{text} incidents"


def _size(log: float) -> str:
    return f"{100 * math.expm1(abs(log)):.1f} %"


def smallest_seen(figures: Mapping[str, Any]) -> float | None:
    """Smallest log gain that as many cities would separate from 0 four times in five: 2.8 standard errors."""
    return None if figures.get("se") is None else 2.8 * float(figures["se"])


def _plot(
    document: Document, scenarios: Scenarios, outcome: str, title: str, *, band: tuple[float, float] | None = None
) -> Markup:
    rows, roles = [], set()
    for name, figures in _in_order(document, scenarios):
        mean, lower, upper = (figures[outcome][key] for key in ("mean", "lower", "upper"))
        label, _, role = scenarios[name]
        if mean is not None:
            roles.add(role)
            rows.append(Row(label, (Mark(MARKS[role], mean, lower, upper, f"{mean:+.3f}"),)))
    key = [(MARKS[role], KINDS[role]) for role in MARKS if role in roles]
    title = f"{title}; the same figures stand in the table below"
    return interval_plot(rows, title=title, spanning=(), neutral=0.0, band=band, key=key, label=SIGNED)


def _in_order(document: Document, scenarios: Scenarios) -> list[tuple[str, Mapping[str, Any]]]:
    return [(name, document["scenarios"][name]) for name in scenarios if name in document["scenarios"]]


def _table(document: Document, scenarios: Scenarios) -> list[dict[str, str]]:
    return [
        {
            "name": scenarios[name][0],
            "description": scenarios[name][1],
            "kind": KINDS[scenarios[name][2]],
            "cities": str(figures["gain"]["n"]),
            "gain": _signed(figures["gain"]),
            "effect": more(figures["gain"]["mean"]),
            "excess": _signed(figures["excess_closed"]),
            "excess_open": _signed(figures["excess_open"]),
            "distinct": f"{words.number(figures['distinct_closed']['mean'])} / "
            f"{words.number(figures['distinct_open']['mean'])}",
            "kept": f"{words.share(figures['kept_closed']['mean'])} / {words.share(figures['kept_open']['mean'])}",
        }
        for name, figures in _in_order(document, scenarios)
    ]


def _signed(figures: Mapping[str, Any]) -> str:
    if figures["mean"] is None:
        return words.MISSING
    if figures["mean"] == 0 and not figures["se"]:
        return "0 exactly"
    return f"{figures['mean']:+.3f}" + ("" if figures["se"] is None else f" ({figures['se']:.3f})")


def _unstored(document: Document) -> str:
    if document.get("fitted"):
        return IN_THE_CITY
    return "" if document["enough"] else "This test was smaller than a run requires."


def _fitted(fitted: Mapping[str, Any], called: GroupNames) -> str:
    categories = ", ".join(words.plain(category) for category in fitted["categories"])
    return (
        f"{fitted['reports']:,} reports of {fitted['nights']} nights ({categories}) on {fitted['cells']:,} cells of H3 "
        f"resolution {fitted['resolution']}; group b is {called(fitted['group'])} residents "
        f"({words.share(fitted['group_share'])}), group a is everybody else"
    )


def _sure(document: Document) -> list[str]:
    checks = {check["name"]: check for check in document["checks"]}
    exact, neutral = checks["loop_open"], checks.get("loop_neutral")
    lines = []
    if exact["value"] is not None:
        lines.append(
            f"The two forecasts were compared number by number. The largest difference was "
            f"{words.number(exact['value'])}. For the features, policy and model of this config that is exact, not "
            "statistical."
        )
    if neutral is None:
        lines.append(
            "Whether patrol leans towards a group beyond the fitted rates is shown above, without a verdict: in no "
            "real "
            "city is crime unrelated to where groups live."
        )
    elif neutral["lower"] is not None:
        lines.append(f"In cities where crime does not follow groups, {_lean(neutral)}.")
    else:
        lines.append(f"Whether patrol leans towards a group without cause was not measured: {neutral['detail']}.")
    lines.append(planted_leaks(document))
    than = "when all report alike" if document.get("fitted") else "the true rates give"
    return lines + _unequal(checks, than=than)


def _lean(neutral: Mapping[str, Any]) -> str:
    ends = f"{100 * math.expm1(neutral['lower']):+.0f} to {100 * math.expm1(neutral['upper']):+.0f} %"
    if neutral["lower"] <= 0.0 <= neutral["upper"]:
        return f"patrol did not clearly lean towards a group beyond what the true rates give (95 % interval {ends})"
    size = more(neutral["value"])
    return f"group b got {size} patrol relative to group a than the true rates give (95 % interval {ends})"


def planted_leaks(document: Document) -> str:
    """How many of the leaks that were put there on purpose were seen, and what became of the others."""
    planted = [check for check in document["checks"] if check["name"].startswith("loop_control")]
    outcomes = [_outcome(check) for check in planted]
    counts = [(outcomes.count(words_for), words_for) for words_for in _OUTCOMES]
    n_seen, n = outcomes.count(_SEEN), len(planted)
    first = f"{n_seen} of {n} planted leaks {'was' if n_seen == 1 else 'were'} clearly seen"
    rest = [f"{k} {outcome if k == 1 else outcome.replace('was ', 'were ')}" for k, outcome in counts if k]
    return "; ".join([first, *rest]) + "."


def _outcome(check: Mapping[str, Any]) -> str:
    """What became of a planted leak; the leak that deters lowers what is expected, the others raise it."""
    if check["value"] is None or check["verdict"] == GateVerdict.NOT_MEASURED:
        return "was not tested"
    if check["verdict"] == GateVerdict.PASS:
        return _SEEN
    is_right = check["value"] < 0 if check["name"].endswith("deterrence") else check["value"] > 0
    return "pointed the right way but could be chance" if is_right else "was missed"


_SEEN = "was clearly seen"
_OUTCOMES = ("pointed the right way but could be chance", "was missed", "was not tested")


def _unequal(checks: Mapping[str, Any], *, than: str) -> list[str]:
    """What unequal reporting does, said as a finding: it is a bias that the verdict "open" does not rule out."""
    checked = [(which, checks.get(f"loop_reporting_reporting_{which}_more")) for which in ("a", "b")]
    lean = [
        f"where group {which} reports 60 of 100 incidents and the other 40, group b gets {more(check['value'])} "
        f"patrol than "
        f"{than}"
        for which, check in checked
        if check is not None and check["value"] is not None
    ]
    if not lean:
        return []
    return [
        "A forecast that does not feed on itself is not yet a fair forecast. Unequal reporting biases it from the "
        "first "
        f"night on: {'; '.join(lean)}."
    ]


def _detectable_leaks(document: Document) -> list[str]:
    scenarios = document["scenarios"]
    lines = ["In the code: any path from patrol to the forecast, however thin. One changed bit is enough to show it."]
    limits = [smallest_seen(figures["gain"]) for figures in scenarios.values() if figures["gain"]["se"]]
    if limits and (worst := max(limit for limit in limits if limit is not None)):
        lines.append(
            f"In the records: a leak that moves expected incidents by {_size(worst)} or more would be seen four times "
            f"in "
            "five with as many cities and nights."
        )
    if "mislabelled_5" in scenarios:
        gain = scenarios["mislabelled_5"]["gain"]["mean"]
        lines.append(
            f"If 5 % of officers' records were labelled as citizens' calls, the forecast would show {_change(gain)} "
            f"where "
            "patrol was sent. Only a check of call sources can say how many are."
        )
    if "lift_20" in scenarios:
        gain = scenarios["lift_20"]["gain"]["mean"]
        lines.append(
            f"If patrol made citizens report 20 % more, the forecast would show {_change(gain)} where patrol was sent. "
            "Only the monitor in use can see that."
        )
    return lines
