"""The table of suggestions and what became of them."""

from __future__ import annotations

from tests.runs.reviewed_city import FIRST, published_run

from patrolcast.domain.settings import Settings
from patrolcast.runs.review import open_suggestions, opened_review
from patrolcast.runs.review.state import ReviewState
from patrolcast.runs.review.table import STATE_COLUMNS, suggestions_table


def test_without_a_run_the_table_is_empty_and_has_its_columns() -> None:
    table = suggestions_table(None, ReviewState())
    assert len(table) == 0
    assert {"suggestion_id", "district", "shift_start", *STATE_COLUMNS} <= {*table.columns}
    assert (table["shift_end"] > FIRST).tolist() == []


def test_it_lists_what_gets_a_visit_and_one_district_where_that_is_asked(city: Settings) -> None:
    table = open_suggestions(city, now=FIRST)
    with opened_review(city) as review:
        offered = review.offered(published_run(city))
    assert len(table) == len(offered.offers) == int((offered.table["visits"] > 0).sum())
    one = open_suggestions(city, now=FIRST, district="1")
    assert {*one["district"]} == {"1"}
    assert 0 < len(one) < len(table)
    assert set(table["decision"]) == {"unanswered"}
    assert table["delivered_visits"].isna().all()
