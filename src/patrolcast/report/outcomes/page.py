"""The page of the outcomes (`outcomes.html`): finding, picture, table, what was asked when, method, limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from patrolcast.domain.outcomes.declared import CHANGE
from patrolcast.domain.outcomes.verdicts import CHOSEN_AFTER, NOT_MEASURED
from patrolcast.report import packaged, words
from patrolcast.report.outcomes.finding import NAMES, PER, contrast_label
from patrolcast.report.page import Document, render
from patrolcast.report.plots.intervals import Mark, Row, interval_plot

NAMED, AFTER = "circle blue", "circle quiet hollow"
_ENDS = (0.1, 10.0)
LIMITS = (
    "A change since adoption is no proof that suggestions made it. Other things change in the same months.",
    "Areas in which suggestions are used were chosen, not drawn by lot. They may differ from the others in what they "
    "would have become.",
    "Counts that drift for years look like a change. The column on the months before adoption shows whether they did; "
    "on twelve years of a real city's counts, single intervals missed in 8 to 14 of 100 cases where nothing was "
    "adopted.",
    "A group's share of residents is not its share of those who could have been stopped or arrested. A ratio of rates "
    "says how unequal the outcome is, not why.",
    "What is not recorded is not counted: force that no report names, complaints that nobody made.",
    "The trail shows what was handed in here and when. Whether somebody saw these figures elsewhere, it cannot know.",
    "Only the last places of each budget are drawn by lot. What patrol does where it is always suggested is not "
    "measured, and reports are not crimes.",
)


def outcomes_page(document: Document, *, title: str) -> str:
    """The page of a report.

    Parameters
    ----------
    document : outcomes.json.
    title : the agency's name.
    """
    rows = document["contrasts"]
    return render(
        "outcomes.html",
        title=f"What became of people? {title}",
        style=packaged.packaged("assets/page.css"),
        city=title,
        adopted=words.calendar_month(document["adopted"]),
        finding=document["finding"],
        plot=outcomes_plot(rows),
        rows=[_row(row) for row in rows],
        crime=_crime(document["reported_crime"]),
        crime_reason=str(document["reported_crime"]["reason"]),
        measures=[_measure(measure) for measure in document["measures"]],
        withdrawn=document["withdrawn"],
        facts=_facts(document),
        look=document["look"],
        level=words.share(document["look"]["level"]),
        hidden=any(_has_hidden(row) for row in rows if not row["reason"]),
        version=document["patrolcast"],
        notice=document["notice"],
        call_source=document["call_source"],
        limits=LIMITS,
    )


def _has_hidden(row: Mapping[str, Any]) -> bool:
    return bool(row["is_hidden"] or row["is_earlier_hidden"] or None in (row["before"], row["after"]))


def outcomes_plot(rows: list[dict[str, Any]]) -> Markup | None:
    """Ratios with their 95 % intervals; None where none may be shown."""
    shown = [Row(contrast_label(row), _marks(row)) for row in rows if row["ratio"] is not None]
    if not any(row.marks for row in shown):
        return None
    title = "Ratios with 95 % intervals; the same figures stand in the table below"
    key = ((NAMED, "asked before the data was seen"), (AFTER, "asked afterwards: no finding"))
    return interval_plot(shown, title=title, spanning=(0.8, 1.25), neutral=1.0, is_log=True, key=key)


def _marks(row: Mapping[str, Any]) -> tuple[Mark, ...]:
    ratio = row["ratio"]
    if not ratio["value"]:
        return ()
    value, lower, upper = (
        min(max(end, _ENDS[0]), _ENDS[1]) for end in (ratio["value"], ratio["lower"], ratio["upper"] or _ENDS[1])
    )
    kind = AFTER if row["verdict"] == CHOSEN_AFTER else NAMED
    return (Mark(kind, value, lower, upper, _figure(ratio["value"])),)


def _row(row: Mapping[str, Any]) -> dict[str, str]:
    ratio, interval = _ratio(row["ratio"])
    earlier, earlier_interval = _ratio(row["earlier"])
    smallest = row["smallest_found"]
    return {
        "name": contrast_label(row),
        "per": PER[row["per"]],
        "before": _pair(row, "before"),
        "after": _pair(row, "after"),
        "ratio": "not shown" if row["is_hidden"] else ratio,
        "interval": interval,
        "earlier": (earlier + (", moved already" if row["earlier_moved"] else ""))
        if row["earlier"]
        else "not shown"
        if row["is_earlier_hidden"]
        else "not measured",
        "earlier_interval": earlier_interval,
        "smallest": "not shown"
        if row["is_hidden"]
        else words.MISSING
        if row["reason"]
        else "none"
        if smallest is None
        else f"{_figure(smallest)} times",
        "verdict": row["verdict"].capitalize(),
        "detail": _detail(row),
    }


def _detail(row: Mapping[str, Any]) -> str:
    if row["verdict"] == NOT_MEASURED:
        return str(row["reason"]).capitalize()
    if row["levels"]:
        before, after = (_figure(level["value"]) for level in row["levels"])
        return f"Per resident {before} times that of {row['versus']} before, {after} times since"
    return ""


def _pair(row: Mapping[str, Any], period: str) -> str:
    """A count, and behind "to" that of what it is compared with."""
    if row["reason"]:
        return words.MISSING
    count = _count(row[period])
    return count if row["kind"] == CHANGE else f"{count} to {_count(row[f'other_{period}'])}"


def _count(n: int | None) -> str:
    return "not shown" if n is None else f"{n:,}"


def _ratio(ratio: Mapping[str, Any] | None) -> tuple[str, str]:
    if ratio is None:
        return words.MISSING, ""
    upper = "no limit" if ratio["upper"] is None else _figure(ratio["upper"])
    value = "no limit" if ratio["value"] is None else _figure(ratio["value"])
    return value, f"{_figure(ratio['lower'])} to {upper}"


def _figure(value: float | None) -> str:
    """A ratio as the document holds it, which rounded it: two decimals from 1 on, so that 1.07 is not 1.1."""
    return words.MISSING if value is None else f"{value:,g}"


def _measure(measure: Mapping[str, Any]) -> dict[str, str]:
    return {
        "question": str(measure["question"]),
        "outcome": f"{NAMES[measure['outcome']]}, {PER[measure['per']]}",
        "matters": f"{_figure(measure['matters'])} times",
        "named": str(measure["named_on"]),
        "entry": str(measure["entry"]),
        "when": "before the data was seen" if measure["named_beforehand"] else CHOSEN_AFTER,
    }


def _crime(row: Mapping[str, Any]) -> dict[str, str] | None:
    """Reported incidents in the places drawn by lot as rows of a table; None where they were not measured."""
    if row["verdict"] == NOT_MEASURED:
        return None
    difference, weighted = row["difference"], row["weighted_difference"]
    ratio = row["ratio"]
    few = "not stated: fewer than 50 reported on one side"
    return {
        "Where suggested": words.number(row["where_suggested"]),
        "Where withheld": words.number(row["where_withheld"]),
        "Difference (Hajek), with its 95 % interval": _signed(difference),
        "Difference (Horvitz-Thompson), with its 95 % interval": _signed(weighted),
        "Smallest difference found four times in five": words.number(row["smallest_found"]),
        "Ratio, with its 95 % interval": few if ratio is None else "{} ({} to {})".format(*map(words.number, ratio)),
        "Reported where suggested, where withheld": " and ".join(f"{n:,}" for n in row["incidents"]),
        "Places and shifts drawn, in so many shifts": f"{row['rows']:,} in {row['shifts']:,}",
        "Verdict": str(row["verdict"]).capitalize(),
    }


def _signed(ends: list[float]) -> str:
    value, low, high = (f"{end:+.3g}" for end in ends)
    return f"{value} ({low} to {high})"


def _share(share: float | None) -> str:
    return "not shown: too few to be, or none" if share is None else words.share(share)


def _facts(document: Document) -> list[tuple[str, str]]:
    facts = []
    for outcome, covered in document["covered"].items():
        if covered["first"] is None:
            facts.append((NAMES[outcome], "nothing was handed in"))
            continue
        months = f"{words.calendar_month(covered['first'])} to {words.calendar_month(covered['last'])}"
        gone = (
            f"; {words.count(covered['months_missing'], 'month')} between them missing"
            if covered["months_missing"]
            else ""
        )
        facts.append(
            (
                NAMES[outcome],
                f"{months}: {covered['months_before']} months before, {covered['months_after']} since{gone}",
            )
        )
        facts.append(("Of other groups or none stated", _share(covered["share_of_other_or_no_group"])))
    facts.append(("Answers for the questions", str(document["owner"])))
    if document["residents_source"]:
        facts.append(("Residents", str(document["residents_source"])))
    return facts
