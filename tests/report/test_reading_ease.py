"""The first sentence of a page, and every reason, at US grade 9 or below; and no page prints a word of ours.

The measure is the grade of Kincaid et al. 1975 (Flesch-Kincaid): 0.39 words a sentence + 11.8 syllables a word - 15.59.
Syllables are groups of vowels (a, e, i, o, u, y), less a final e or a final "ed" that is not heard, at least one a
word; a number is a word of one syllable, since it is read at a glance. The measure knows nothing of sense: it only
finds what is too long. It is written here and not in `src/`, because no page depends on it.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.report.audit import test_disparity as of_audit
from tests.report.audit import test_finding as of_finding
from tests.report.backtest import test_page as of_backtest
from tests.report.city import make_context, make_result
from tests.report.comparison import test_finding as of_comparison
from tests.report.comparison.test_page import comparison, pair
from tests.report.feedback import test_page as of_feedback
from tests.report.monitor import test_page as of_monitor
from tests.report.outcomes.test_finding import DRAWN, ROSE, row
from tests.report.outcomes.test_page import page as outcomes
from tests.report.reader import Reader
from tests.test_glossary import banned_in

from patrolcast.domain.measures import DisparityAudit, Interval
from patrolcast.forecast.reasons import PlaceCounts, count_reasons
from patrolcast.report import words
from patrolcast.report.audit.page import audit_page
from patrolcast.report.backtest.page import backtest_page
from patrolcast.report.comparison.page import comparison_page
from patrolcast.report.comparison.words import NULL
from patrolcast.report.feedback.page import feedback_page
from patrolcast.report.feedback.words import FINDINGS
from patrolcast.report.monitor.page import monitor_page
from patrolcast.report.run.briefing import briefing_page

HIGHEST_GRADE = 9.0
SAME_CLAIMED = r"none (?:caught|changed)|no difference\b|\bidentical\b(?! run)|made no difference|changed nothing"
"""Sayings that claim sameness where only "no clear difference" was found."""


def syllables(word: str) -> int:
    """Syllables of a word by the rule above.

    >>> [syllables(word) for word in ("patrol", "places", "more", "showed", "suggested", "table", "28")]
    [2, 2, 1, 1, 3, 2, 1]
    """
    letters = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", letters))
    silent_e = re.search(r"[^aeiouy]e$", letters) and not re.search(r"[^aeiouy]le$", letters)
    silent_ed = re.search(r"[^aeiouydt]ed$", letters)
    silent_es = re.search(r"[^aeiouysxzcgh]es$", letters)
    return max(groups - bool(silent_e or silent_ed or silent_es), 1)


def grade(sentence: str) -> float:
    """US school grade of one sentence (Flesch-Kincaid).

    >>> round(grade("The cat sat on the mat."), 1)
    -1.4
    """
    found = re.findall(r"[\w'’:.,%-]*\w", sentence)
    return 0.39 * len(found) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


def finding_of(page: str) -> str:
    """The finding that a page opens with."""
    (found,) = re.findall(r'<p class="finding">(.*?)</p>', page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", found))


def backtest(*ratios: tuple[float, float | None, float | None]) -> str:
    names = ("assault", "burglary", "theft", "vehicle_theft", "robbery", "criminal_damage")
    return backtest_page(of_backtest.document(*(of_backtest.result(*one) for one in zip_names(names, ratios))))


def zip_names(names: tuple[str, ...], ratios: tuple[tuple[Any, ...], ...]) -> Iterator[tuple[Any, ...]]:
    return ((name, *ratio) for name, ratio in zip(names, ratios, strict=False))


def monitor(verdict: str, *gates: dict[str, Any], found: dict[str, Any] | None) -> str:
    return monitor_page(of_monitor.document(verdict, found, *gates), title="City", timezone="America/Chicago")


def feedback(verdict: str, **changed: Any) -> str:
    return feedback_page(of_feedback.document(verdict, **changed), title="City", scenarios=of_feedback.SCENARIOS)


BETTER, NOT_CLEAR, WORSE, FEW = (1.1, 1.02, 1.2), (1.0, 0.9, 1.1), (0.8, 0.7, 0.9), (1.9, None, None)
PAGES: dict[str, Callable[[], str]] = {
    "comparison: caps": lambda: comparison_page(of_comparison.capped()),
    "comparison: long name": lambda: comparison_page(of_comparison.capped(name="enforcement_counted")),
    "comparison: only fewer places": lambda: comparison_page(of_comparison.capped(run=False)),
    "comparison: incidents and groups": lambda: comparison_page(comparison(pair("capped", hits=True, exposed=True))),
    "comparison: nothing": lambda: comparison_page(comparison(pair("capped"))),
    "comparison: nothing of two": lambda: comparison_page(comparison(pair("capped"), pair("coarse"))),
    "comparison: null": lambda: comparison_page(comparison(pair(NULL))),
    "backtest: not clear": lambda: backtest(*[NOT_CLEAR] * 6),
    "backtest: better for some": lambda: backtest(BETTER, NOT_CLEAR, BETTER, NOT_CLEAR),
    "backtest: worse": lambda: backtest(WORSE, WORSE),
    "backtest: too few": lambda: backtest(FEW, FEW, FEW),
    "backtest: one": lambda: backtest(NOT_CLEAR),
    "monitor: no alarm": lambda: monitor("no alarm", found=of_monitor.findings(40, 26)),
    "monitor: alarm": lambda: monitor(
        "alarm", of_monitor.gate("band_reports", "fail"), found=of_monitor.findings(40, 26)
    ),
    "monitor: not measured": lambda: monitor("not measured", found=None),
    "outcomes: a group": lambda: outcomes(ROSE, row(), reported_crime=DRAWN),
    "outcomes: where used": lambda: outcomes(row("fell", kind="compared", group="Group B")),
    "outcomes: none": lambda: outcomes(row(), row()),
    "outcomes: open": lambda: outcomes(row(), row("too small to tell")),
    "outcomes: too small": lambda: outcomes(row("too small to tell")),
    "outcomes: late": lambda: outcomes(row("chosen after the data was seen")),
    **{f"feedback: {verdict}": lambda verdict=verdict: feedback(verdict) for verdict in FINDINGS},  # type: ignore[misc]
    "feedback: in the city": lambda: feedback("open", fitted=of_feedback.FITTED),
}


def audited(found: DisparityAudit) -> str:
    checks = of_audit.gates(found)
    return audit_page(replace(make_result(), disparity=found, gates=checks), make_context())


DISTRICTS = of_finding.with_districts(of_finding.times(2.22, 0.24), of_finding.times(0.3, 0.3, "hispanic"))
AUDITS: dict[str, Callable[[], str]] = {
    "audit: a district beyond": lambda: audited(of_finding.with_districts(of_finding.times(3.86, 0.34))),
    "audit: not clear": lambda: audited(DISTRICTS),
    "audit: beyond in the city": lambda: audited(of_audit.audit(Interval(1.1, 1.0, 1.2, 28))),
    "audit: within": lambda: audited(of_audit.audit(Interval(0.1, 0.05, 0.15, 28))),
}
OTHERS: dict[str, Callable[[], str]] = {
    "briefing": lambda: briefing_page(make_result(), make_context()),
    "audit": lambda: audit_page(replace(make_result(), disparity=of_audit.audit(of_audit.EVEN)), make_context()),
}


@pytest.mark.parametrize("name", [*PAGES, *AUDITS])
def test_a_page_opens_with_a_sentence_that_is_read_once(name: str) -> None:
    sentence = words.first_sentence(finding_of((PAGES | AUDITS)[name]()))
    assert grade(sentence) <= HIGHEST_GRADE, f"grade {grade(sentence):.1f}: {sentence}"


def test_a_sentence_that_is_too_hard_is_found() -> None:
    """The twin: how pages opened before."""
    for hard in (
        "Compared with citizen only, with enforcement could not be shown to catch more or fewer incidents and could "
        "not "
        "be shown to change how patrol is shared between groups of residents.",
        "In district 4 the places of Group B residents would get 2.22 (95 % interval 1.75 to 2.81) times the patrol "
        "per reported incident that those of everyone else get; whether that is beyond the limit is not clear.",
        "On 2 % of the inhabited land, over the next week, the forecast shows no clear difference from counting for "
        "assault (0.99 times), burglary (1.01 times) and theft (1.02 times).",
    ):
        assert grade(words.first_sentence(hard)) > HIGHEST_GRADE


@pytest.mark.parametrize(
    ("year", "recent", "in_slot", "next_door"), list(itertools.product((0, 1, 3, 30, 343), (0, 3, 9), (0, 20), (0, 80)))
)
def test_a_reason_is_read_once(year: int, recent: int, in_slot: int, next_door: int) -> None:
    counts = PlaceCounts(year + recent, recent, min(in_slot, year + recent), next_door, 365)
    for reason in count_reasons(counts, "theft", hours="14:00 and 22:00", n_slots=3):
        assert grade(reason) <= HIGHEST_GRADE, f"grade {grade(reason):.1f}: {reason}"


def test_a_reason_that_is_too_hard_is_found() -> None:
    """The twin: a reason as it was."""
    assert (
        grade("Assault reports come at a remembered annual rate considerably above comparable residential cells") > 9.0
    )


@pytest.mark.parametrize("name", [*PAGES, *OTHERS])
def test_no_page_prints_a_word_of_a_private_dialect(name: str) -> None:
    assert banned_in(Reader((PAGES | OTHERS)[name]()).words) == []


@pytest.mark.parametrize("word", ["dealt", "told", "remembered", "kept from fitting", "judged", "lesson", "ground"])
def test_a_banned_word_on_a_page_is_found(word: str) -> None:
    page = PAGES["comparison: caps"]().replace("How it was measured", f"How it was {word}")
    assert banned_in(Reader(page).words) == [line for line in banned_in(Reader(page).words) if word in line] != []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_claims_sameness_where_only_no_clear_difference_was_found(name: str) -> None:
    assert re.findall(SAME_CLAIMED, Reader(PAGES[name]()).words) == []


def test_a_claim_of_sameness_is_found() -> None:
    assert re.findall(SAME_CLAIMED, "none caught more of the incidents; the copy shows no difference in 19 measures")


ORDER = ("finding", "picture", "table", "method", "limits")


def order_of(page: str) -> dict[str, int]:
    """Where the parts of a page begin."""
    return {
        "finding": page.index('<p class="finding">'),
        "picture": page.index("<svg"),
        "table": page.index("<table"),
        "method": page.index('id="how-heading"'),
        "limits": page.index('id="limits-heading"'),
    }


@pytest.mark.parametrize("name", [name for name in PAGES if name != "monitor: not measured"])
def test_finding_picture_table_method_and_limits_follow_each_other(name: str) -> None:
    found = order_of(PAGES[name]())
    assert sorted(found, key=found.__getitem__) == list(ORDER)


def test_a_page_that_opens_with_its_method_is_found() -> None:
    page = PAGES["feedback: open"]()
    found = order_of(page.replace("<main>", '<main><h2 id="how-heading">How it was measured</h2>'))
    assert sorted(found, key=found.__getitem__) != list(ORDER)


@pytest.mark.parametrize("name", PAGES)
def test_no_sentence_stands_before_the_finding(name: str) -> None:
    body = PAGES[name]().partition("<header>")[2].partition('<p class="finding">')[0]
    text = Reader(re.sub(r'<div class="banner".*?</div>', "", body, flags=re.DOTALL)).words
    assert not re.search(r"[a-z]\.(\s|$)", text), text
