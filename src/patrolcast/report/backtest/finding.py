"""What a back-test found, in sentences: where counting is beaten and where not, and which method made the forecast."""

from collections.abc import Mapping, Sequence
from typing import Any

from patrolcast.domain.comparison import MODEL
from patrolcast.report import words
from patrolcast.report.audit import skill_words

MAIN_SHARE = 0.02
"""Share of the land that the finding, its picture and its words are about: the flagged one nearest to it."""
_COUNTING = "all_history"
"""The peer that is called counting: all past reports of a place, counted."""
_LEAST_WINDOWS = 8
"""Windows that an interval takes at least, as `forecast/paired.py` has it."""
_BETTER, _SAME, _WORSE, _TOO_FEW = "better", "no clear difference", "worse", "too few"


def backtest_finding(document: Mapping[str, Any], *, share: float = MAIN_SHARE) -> str:
    """How many crime types the forecast finds more incidents of than counting does, and of which it does not."""
    results = main_results(document)
    if not results:
        return "Nothing was measured."
    by_verdict: dict[str, list[str]] = {verdict: [] for verdict in (_BETTER, _SAME, _WORSE, _TOO_FEW)}
    for result in results:
        against = result["against"]["counting"][nearest(result["shares"], share)]
        by_verdict[_verdict(against)].append(words.plain(result["category"]))
    n, measured = len(results), len(results) - len(by_verdict[_TOO_FEW])
    if not measured:
        return "There was too little to compare the forecast with counting past reports."
    lines = []
    if by_verdict[_BETTER]:
        lines += _leading("The forecast found more incidents than counting past reports", by_verdict[_BETTER], n)
    if by_verdict[_WORSE]:
        start = "It" if lines else "The forecast"
        lines += _leading(f"{start} found fewer incidents than counting past reports", by_verdict[_WORSE], n)
    if by_verdict[_SAME] and not lines:
        types = f" for any of {words.small(measured)} crime types" if measured > 1 else f" for {by_verdict[_SAME][0]}"
        lines.append(f"We could not show that the forecast finds more incidents than counting past reports{types}.")
    elif by_verdict[_SAME]:
        lines.append(f"For {_named(by_verdict[_SAME], n)} there was no clear difference.")
    if by_verdict[_TOO_FEW]:
        lines.append(f"For {_named(by_verdict[_TOO_FEW], n)} there was too little to compare.")
    return " ".join(lines)


def where_measured(document: Mapping[str, Any], *, share: float = MAIN_SHARE) -> str:
    """The land and the horizon that the finding is about; empty where nothing was measured."""
    results = main_results(document)
    if not results:
        return ""
    flagged = percent_of(results[0]["shares"][nearest(results[0]["shares"], share)])
    return (
        f"Measured on the {flagged} of the {land_name(document)} that each method ranks first, over the next "
        f"{results[0]['horizon']}."
    )


def fit_beside_hits(document: Mapping[str, Any]) -> str:
    """How the rates fit, and why that is another question than where incidents are found; empty if not measured."""
    results = [result for result in main_results(document) if _COUNTING in result["methods"]]
    pairs = [
        (result["category"], *(result["methods"][name]["poisson_deviance"] for name in ("forecast", _COUNTING)))
        for result in results
    ]
    closer = [
        words.plain(category)
        for category, of_forecast, of_counting in pairs
        if None not in (of_forecast, of_counting) and of_forecast < of_counting
    ]
    if not pairs:
        return ""
    fitted = (
        f"On these nights its expected numbers came closer to the reports than those of counting for "
        f"{_named(closer, len(pairs))} (lower deviance; no interval was taken)."
        if closer
        else "On these nights its expected numbers came no closer to the reports than those of counting."
    )
    return (
        f"That is about places. How well the expected numbers fit the reports is another question. {fitted} When a "
        "run's page of data says that one method fitted better, it means this fit. Numbers can fit better while the "
        "same places come first."
    )


def compared_words(against: Mapping[str, Any], *, than: str, windows: int) -> str:
    """One comparison of incidents found in words, with its interval.

    Parameters
    ----------
    against : ``ratio``, ``lower``, ``upper``, ``their_hits``, ``too_few``; as a back-test stores it.
    than : the other method.
    windows : past windows that it rests on.
    """
    ratio, size = against["ratio"], words.count(windows, "window")
    if ratio is None:
        return f"not measured against {than}, which found nothing in {size}"
    times = f"{ratio:.2f} times as many"
    verdict = _verdict(against)
    if verdict == _TOO_FEW:
        why = (
            f"{size}; it takes {_LEAST_WINDOWS}"
            if against["too_few"] == "windows"
            else f"{than} found {against['their_hits']:.1f}"
        )
        return f"too few {against['too_few'] or 'incidents'} to compare with {than} ({times}; {why})"
    lead = {
        _BETTER: f"found more incidents than {than}",
        _WORSE: f"found fewer incidents than {than}",
        _SAME: f"no clear difference from {than}",
    }[verdict]
    return f"{lead} ({times}, 95 % interval {against['lower']:.2f} to {against['upper']:.2f}; {size})"


def _named(categories: Sequence[str], of: int) -> str:
    """Categories by name, and how many of how many they are."""
    if of == 1:
        return words.listed(categories)
    return f"{words.small(len(categories))} of {words.small(of)} crime types ({words.listed(categories)})"


def _leading(lead: str, categories: Sequence[str], of: int) -> list[str]:
    """A short sentence of how many crime types, and one that names them."""
    if of == 1:
        return [f"{lead} for {categories[0]}."]
    n = len(categories)
    many = "both" if n == of == 2 else f"all {words.small(of)}" if n == of else f"{words.small(n)} of {words.small(of)}"
    return [f"{lead} for {many} crime types.", f"{'That is' if n == 1 else 'They are'} {words.listed(categories)}."]


def methods_used(document: Mapping[str, Any]) -> str:
    """Which categories were forecast by a baseline instead of the model, and after how many trainings."""
    n, replaced = words.count(len(document["used"]), "training"), []
    for category in document["used"][0]:
        methods = [by_training[category] for by_training in document["used"]]
        replaced += [
            f"{words.plain(category)} by {skill_words.method(name)} after {methods.count(name)} of {n}"
            for name in sorted(set(methods) - {MODEL})
        ]
    if not replaced:
        return "The boosted model made every forecast that is scored here."
    return (
        "Where a baseline did better in the weeks before a training, it was used instead of the model, as in a nightly "
        f"run: {words.listed(replaced)}."
    )


def _verdict(against: Mapping[str, Any]) -> str:
    """What may be said of a comparison; without an interval only that there was too little to compare."""
    if against["lower"] is None:
        return _TOO_FEW
    if against["upper"] < 1.0:
        return _WORSE
    return _BETTER if against["lower"] > 1.0 else _SAME


def main_results(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The results that the page leads with: weekly where there are any, else the longest horizon."""
    shifts = document["horizons"]
    horizon = "week" if "week" in shifts else max(shifts, key=shifts.__getitem__)
    return [result for result in document["results"] if result["horizon"] == horizon]


def land_name(document: Mapping[str, Any]) -> str:
    """The land that is flagged and scored: all of it where the config names no residents."""
    return "land" if document["area"]["rule"].startswith("all land") else "inhabited land"


def nearest(shares: Sequence[float], wanted: float) -> int:
    """Position of the share nearest to the one wanted."""
    return min(range(len(shares)), key=lambda k: abs(shares[k] - wanted))


def percent_of(share: float) -> str:
    """A share of land as the page writes it.

    >>> percent_of(0.005)
    '0.5 %'
    """
    return f"{100.0 * share:g} %"
