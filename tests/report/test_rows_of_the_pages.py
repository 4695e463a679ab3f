"""What was wrong with the pages, row by row, and the tests that would fail if it came back."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.report.audit import test_disparity as of_audit
from tests.report.backtest import test_page as of_backtest
from tests.report.city import make_context, make_result
from tests.report.reader import Reader
from tests.report.test_browser import CHROMIUM, browser, opened
from tests.until import wait_until

from patrolcast.report.audit.page import audit_page
from patrolcast.report.backtest.page import backtest_page
from patrolcast.report.run.briefing import briefing_page
from patrolcast.report.run.data_page import data_page

__all__ = ["browser"]
TESTS = Path(__file__).parent.parent


@dataclass(frozen=True)
class Row:
    """A fault as it was seen, and each test that holds it ("file::test", below `tests/`)."""

    seen: str
    held: tuple[str, ...]


ROWS = (
    Row(
        "“mostly assault” where theft is likelier; ranks by weights that no page named",
        (
            "acceptance/test_reasons.py::test_the_likeliest_category_is_the_one_with_the_most_expected_incidents",
            "report/run/test_place_rows.py::test_a_row_says_what_it_is_listed_for_how_often_and_how_long",
        ),
    ),
    Row(
        "reasons that lower the forecast; the level given twice",
        (
            "acceptance/test_reasons.py::test_no_reason_lowers_and_none_speaks_of_the_model",
            "acceptance/test_reasons.py::test_every_printed_count_is_that_of_the_incidents",
            "forecast/test_reasons.py::test_what_is_unusual_comes_first_and_is_not_repeated",
            "forecast/test_reasons.py::test_fewer_than_usual_of_late_is_not_said",
            "forecast/test_reasons.py::test_at_most_two_reasons_and_every_number_is_a_count",
        ),
    ),
    Row(
        "`explain` and the page gave other “times the average” for one cell",
        (
            "acceptance/test_explain.py::test_times_as_often_means_against_the_average_place_of_the_whole_city",
            "acceptance/test_explain.py::test_a_suggested_and_another_cell_are_explained",
        ),
    ),
    Row(
        "no street, no neighborhood, no landmark",
        (
            "report/run/test_briefing.py::test_every_suggestion_is_headed_by_the_name_of_its_place",
            "report/run/test_briefing.py::test_the_map_has_the_name_of_every_cell",
            "report/run/test_briefing.py::test_without_names_the_page_says_who_adds_them",
            "runs/pipeline/test_suggestions.py::test_every_suggestion_has_its_name_and_its_local_time",
        ),
    ),
    Row(
        "the page opened on a shift that was over; no banner when all were",
        (
            "report/test_browser.py::test_the_page_opens_on_the_running_shift",
            "report/test_browser.py::test_the_banner_comes_when_the_last_shift_is_over",
            "domain/settings/test_publish.py::test_a_run_may_be_used_until_its_last_shift_ends_and_never_longer",
        ),
    ),
    Row(
        "“Print what is shown” printed everything; closed details printed as bare headings",
        (
            "report/test_browser.py::test_one_district_prints_its_sheet_and_nothing_else",
            "report/test_browser.py::test_four_suggestions_and_their_map_print_on_one_page",
            "report/rollcall/test_pages.py::test_there_is_one_page_for_each_district_and_shift",
            "report/test_rows_of_the_pages.py::test_what_a_closed_heading_holds_is_on_paper",
        ),
    ),
    Row(
        "phone: sideways scrolling, first suggestion far down, plot text of 5 px",
        (
            "report/test_browser.py::test_no_page_scrolls_sideways",
            "report/test_browser.py::test_the_first_suggestion_is_in_sight_on_a_phone",
            "report/test_plots_on_a_phone.py::"
            "test_every_word_of_a_plot_can_be_read_lies_clear_of_others_and_nothing_lies_to_the_side",
        ),
    ),
    Row(
        "“every row was a citizen's report” said of layers, and their rows in the refused share",
        (
            "report/run/test_briefing.py::test_areas_and_tables_of_residents_are_not_counted_as_incidents",
            "report/run/test_run_facts.py::test_rows_of_layers_are_no_incidents",
            "audit/test_gates.py::"
            "test_the_refused_share_is_of_all_rows_of_incidents_and_every_reason_and_of_no_layers_rows",
        ),
    ),
    Row(
        "“the places where hispanic lives”",
        (
            "report/test_group_names.py::test_a_page_of_a_run_has_names_and_no_key",
            "domain/test_residents.py::test_a_sentence_of_a_check_has_names_where_it_means_a_group_and_nowhere_else",
            "report/audit/test_disparity.py::test_the_finding_says_what_the_gates_say",
        ),
    ),
    Row(
        "the audit's headline said one thing, its picture showed others; a third less patrol read as a pass",
        (
            "report/audit/test_disparity.py::test_the_page_holds_finding_picture_tables_and_limits",
            "report/audit/test_plots.py::test_patrol_per_report_is_a_bar_for_each_group_with_the_limit_shaded",
            "report/audit/test_finding.py::test_a_district_beyond_the_limit_comes_before_a_city_within_it",
            "report/audit/test_disparity.py::test_only_where_every_group_was_measured_no_group_is_beyond_the_limit",
        ),
    ),
    Row(
        "the comparison's headline claimed sameness and left out the effects that were shown",
        (
            "report/comparison/test_finding.py::test_effects_that_an_interval_supports_stand_in_the_first_sentence",
            "report/comparison/test_finding.py::test_an_effect_without_support_is_not_in_the_finding",
            "report/comparison/test_finding.py::test_the_headline_of_nothing_found_says_what_cannot_be_ruled_out",
        ),
    ),
    Row(
        "the back-test said “not better than counting”, the pages of the run “better than every baseline”",
        (
            "report/test_rows_of_the_pages.py::test_back_test_and_run_speak_of_the_fit_and_of_places_apart",
            "report/backtest/test_finding.py::test_a_better_fit_is_said_beside_the_places_and_never_as_more_incidents",
        ),
    ),
    Row(
        "no page linked to another, no index; two cities shared one `current`",
        (
            "report/test_browser.py::test_one_click_leads_from_each_page_to_the_index_and_on",
            "report/index/test_page.py::test_every_link_is_relative_and_of_this_folder_or_this_city",
            "io/store/test_city_folders.py::test_current_of_several_cities_asks_which",
        ),
    ),
)
"""In the order in which they were seen."""


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.seen)
def test_each_row_is_held_by_tests_that_are_there(row: Row) -> None:
    assert row.held
    for test in row.held:
        file, _, name = test.partition("::")
        assert name in names_in(file), test


def test_a_test_that_is_gone_is_found() -> None:
    assert "test_that_nobody_wrote" not in names_in("report/test_rows_of_the_pages.py")


@pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: nothing was printed; install the package chromium")
def test_what_a_closed_heading_holds_is_on_paper(browser: Browser, tmp_path: Path) -> None:
    found = of_audit.audit(of_audit.EVEN)
    result = replace(make_result(), disparity=found, gates=(*make_result().gates, *of_audit.gates(found)))
    file = tmp_path / "audit.html"
    file.write_text(audit_page(result, make_context()), encoding="utf-8")
    page = opened(browser, file)
    drawn = """() => [...document.querySelectorAll("details:not([open]) table")]
        .map((table) => table.checkVisibility({ contentVisibilityAuto: true }))"""
    assert page.evaluate(drawn) == [False], "closed on a screen"
    page.emulate_media(media="print")
    wait_until(page, f"({drawn})().every((is_drawn) => is_drawn)")  # styles of paper come with the next frame
    assert page.evaluate(drawn) == [True]


def test_back_test_and_run_speak_of_the_fit_and_of_places_apart() -> None:
    """Both may hold of one city: rates that fit better, and no more incidents found. Each page says which it means."""
    lost = of_backtest.result("theft", 1.0, 0.9, 1.1)
    lost["methods"] = {
        name: {**lost["methods"][name], "poisson_deviance": deviance}
        for name, deviance in (("forecast", 0.1), ("all_history", 0.2))
    }
    tested = Reader(backtest_page(of_backtest.document(lost))).words
    assert "We could not show that the forecast finds more incidents than counting past reports" in tested
    assert "When a run's page of data says that one method fitted better, it means this fit." in tested
    data = Reader(data_page(make_result(), make_context())).words
    assert "the model fitted better on these shifts" in data or "fitted better and is used" in data
    briefing = Reader(briefing_page(make_result(), make_context())).words
    for words in (data, briefing):
        assert "more incidents than counting" not in words
        assert "better than counting" not in words
