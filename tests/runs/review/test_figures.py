"""Counts of closed shifts only; what cannot be read is left out."""

from __future__ import annotations

from datetime import timedelta

from tests.runs.reviewed_city import FIRST, accept, first_of, published_run

from patrolcast.domain.settings import Settings
from patrolcast.runs.review import opened_review
from patrolcast.runs.review.figures import figures_by_district, left_out


def test_only_closed_shifts_count_and_a_changed_run_counts_nothing(city: Settings) -> None:
    accept(city, first_of(city))
    with opened_review(city) as review:
        assert figures_by_district(review) == []
        review.close_shifts(now=FIRST + timedelta(hours=8))
        (*districts, whole) = figures_by_district(review)
        assert left_out(review) == []
    assert whole["suggestions"] == sum(row["suggestions"] for row in districts) == 8
    assert (whole["answered_share"], whole["delivered_share"]) == (1 / 8, 0.0)
    path = city.city_runs() / published_run(city) / "manifest.json"
    path.write_text(path.read_text() + " ")
    with opened_review(city) as review:
        assert figures_by_district(review) == []
        assert left_out(review) == [published_run(city)]
