"""Pages, documents and cards call a group as the config does, and print whatever it is called as text."""

from __future__ import annotations

import re
from dataclasses import replace
from math import log

import pytest
from tests.report.audit.test_disparity import audit, gates
from tests.report.backtest import test_page as of_backtest
from tests.report.comparison import test_page as of_comparison
from tests.report.feedback import test_page as of_feedback
from tests.report.reader import Reader

from patrolcast.domain.comparison import Comparison
from patrolcast.domain.measures import Interval
from patrolcast.domain.records import RunContext, RunResult
from patrolcast.domain.residents import GroupNames
from patrolcast.report.audit.page import audit_document, audit_page
from patrolcast.report.backtest.page import backtest_page
from patrolcast.report.comparison.data import comparison_document
from patrolcast.report.comparison.page import comparison_page
from patrolcast.report.feedback.page import feedback_page
from patrolcast.report.rollcall.sheets import standing_of
from patrolcast.report.run.briefing import briefing_page
from patrolcast.report.run.model_card_markdown import card_markdown

HOSTILE = """O'Brien's "1 < 2" & <b>more</b>"""
CALLED = GroupNames({"group_a": "Group Alpha", "group_b": HOSTILE, "group_c": "Group Gamma"})
BEYOND = Interval(log(3.0), log(2.7), log(3.3), 28)


@pytest.fixture(scope="module")
def uneven(result: RunResult) -> RunResult:
    """A run in which patrol of one group is beyond the limit."""
    found = audit(BEYOND)
    return replace(result, disparity=found, gates=(*result.gates, *gates(found)))


@pytest.fixture(scope="module")
def named(context: RunContext) -> RunContext:
    return replace(context, group_names=CALLED)


def keys_in(words: str) -> list[str]:
    """Keys of groups, or what a key would be called, that stand in a text."""
    return re.findall(r".{0,40}\bgroup[_ ][abc]\b.{0,40}", words)


@pytest.mark.parametrize("page", [audit_page, briefing_page])
def test_a_page_of_a_run_has_names_and_no_key(page, uneven: RunResult, named: RunContext) -> None:
    made = page(uneven, named)
    assert HOSTILE in Reader(made).words
    assert "<b>more</b>" not in made
    assert keys_in(Reader(made).words) == []


def test_without_names_a_key_is_read_as_words(uneven: RunResult, context: RunContext) -> None:
    assert "Places of group b residents" in Reader(audit_page(uneven, context)).words


def test_the_stored_audit_says_names_and_keeps_keys_as_keys(uneven: RunResult, named: RunContext) -> None:
    document = audit_document(uneven, named)
    assert document["group_names"] == CALLED.document
    assert HOSTILE in document["disparity"]["findings"][0]
    assert {one["group"] for one in document["disparity"]["groups"]} >= {"group_a", "group_b"}
    assert "group_excess_group_b" in {gate["name"] for gate in document["gates"]}


def test_a_banner_on_paper_and_the_card_name_the_check_of_a_group(uneven: RunResult, named: RunContext) -> None:
    assert f"Group excess: {HOSTILE}" in standing_of(uneven, named).banner
    card = card_markdown(uneven, named)
    assert "Group excess: Group Alpha" in card
    assert "<b>more</b>" not in card


@pytest.fixture
def compared() -> Comparison:
    made = of_comparison.comparison(of_comparison.pair("other", exposed=0.4))
    return replace(made, group_names=GroupNames({"b": HOSTILE}))


def test_a_comparison_has_names_on_its_page_and_in_its_document(compared: Comparison) -> None:
    page = comparison_page(compared)
    assert f"patrol where {HOSTILE} residents live" in Reader(page).words
    assert "<b>more</b>" not in page
    document = comparison_document(compared)
    assert document["group_names"] == {"b": HOSTILE}
    assert any(HOSTILE in measure["text"] for measure in document["measures"])
    assert "log_exposure_ratio_b" in {measure["name"] for measure in document["measures"]}


def test_a_back_test_is_told_from_its_document_alone() -> None:
    part = {"incidents": 12.0, "hit_rate": [0.1, 0.2, 0.3], "calibration": {"ratio": 1.0, "lower": 0.9, "upper": 1.1}}
    tested = of_backtest.document(of_backtest.result("theft", 1.1, 1.05, 1.2) | {"groups": {"group_b": part}})
    assert "group b" in Reader(backtest_page(tested)).words
    assert HOSTILE in Reader(backtest_page(tested | {"group_names": CALLED.document})).words


def test_a_loop_test_in_a_city_names_its_group_from_its_document_alone() -> None:
    fitted = of_feedback.document("open", fitted=of_feedback.FITTED | {"group": "group_b"})

    def shown(document) -> str:
        return Reader(feedback_page(document, title="T", scenarios=of_feedback.SCENARIOS)).words

    assert "group b is group b residents" in shown(fitted)
    assert f"group b is {HOSTILE} residents" in shown(fitted | {"group_names": CALLED.document})
