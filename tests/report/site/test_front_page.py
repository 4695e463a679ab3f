"""The first page of the site."""

from __future__ import annotations

from tests.report.site.made_up import a_city

from patrolcast.report.site.front_page import front_page
from patrolcast.report.site.tables import Link


def test_it_opens_with_what_is_published_and_refused_and_lists_former_cities() -> None:
    page = front_page([a_city()], former=["oldtown"])
    assert page.lead[0].startswith("Sample city: published is the run of")
    assert [row[0] for row in page.tables[0].rows] == [
        Link("Sample city", "sample/index.html"), Link("oldtown", "oldtown/index.html"),
    ]  # fmt: skip
