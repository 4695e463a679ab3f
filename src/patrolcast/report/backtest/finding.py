"""What a back-test found, in sentences: where counting is beaten and where not, and which method made the forecast."""

from collections.abc import Mapping, Sequence
from typing import Any

from patrolcast.report import words
from patrolcast.report.audit import skill_words

MAIN_SHARE = 0.02
"""Share of the land that the finding, its picture and its words are about: the flagged one nearest to it."""
_BETTER, _NOT_BETTER = "caught more incidents than counting for {}", "was not better than counting for {}"
_WORSE = "caught fewer incidents than counting for {}"
_TOO_FEW = {
    "windows": "could not be compared with counting for {}: too few windows",
    "incidents": "could not be compared with counting for {}: too few incidents",
}


def backtest_finding(document: Mapping[str, Any], *, share: float = MAIN_SHARE) -> str:
    """Where the forecast beats counting and where it does not, in one sentence that names the share of land."""
    results, categories = main_results(document), dict[str, list[str]]()
    if not results:
        return "Nothing was measured."
    for result in results:
        against = result["against"]["counting"][nearest(result["shares"], share)]
        verdict, name = _verdict(against), words.plain(result["category"])
        times = "" if verdict in _TOO_FEW.values() else f" ({against['ratio']:.2f} times)"
        categories.setdefault(verdict, []).append(name + times)
    flagged = percent_of(results[0]["shares"][nearest(results[0]["shares"], share)])
    lead = f"On {flagged} of the {land_name(document)}, over the next {results[0]['horizon']}, the forecast "
    parts = [
        verdict.format(words.listed(categories[verdict]))
        for verdict in (_BETTER, _NOT_BETTER, _WORSE, *_TOO_FEW.values())
        if verdict in categories
    ]
    return lead + "; it ".join(parts) + "."


def methods_used(document: Mapping[str, Any]) -> str:
    """Which categories were forecast by a baseline instead of the model, and after how many trainings."""
    n, replaced = words.count(len(document["used"]), "training"), []
    for category in document["used"][0]:
        used = [by_training[category] for by_training in document["used"]]
        replaced += [
            f"{words.plain(category)} by {skill_words.method(name)} after {used.count(name)} of {n}"
            for name in sorted(set(used) - {skill_words.MODEL})
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
        return _TOO_FEW[against["too_few"] or "incidents"]
    if against["upper"] < 1.0:
        return _WORSE
    return _BETTER if against["lower"] > 1.0 else _NOT_BETTER


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
