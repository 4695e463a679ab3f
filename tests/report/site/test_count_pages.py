"""Pages of counts: what is withheld is withheld in the list, the picture and the words, too."""

from __future__ import annotations

import re

from tests.report.reader import Reader
from tests.report.site.made_up import a_city

from patrolcast.report.site.count_pages import about_withheld, count_pages, page_of_table
from patrolcast.report.site.written import page_html

PAGES = {page.path: page for page in count_pages(a_city())}


def test_every_table_has_a_page_at_an_address_of_its_own() -> None:
    assert list(PAGES) == [
        "sample/counts/index.html",
        "sample/counts/reports-2026-05.html",
        "sample/counts/reports-2026-04.html",
        "sample/counts/residents-acs-2024.html",
    ]
    assert {f"sample/{page_of_table(table)}" for table, _ in a_city().counts} < set(PAGES)


def test_a_withheld_month_is_withheld_in_list_picture_and_words() -> None:
    page = PAGES["sample/counts/index.html"]
    assert [row[1] for row in page.tables[0].rows] == [388, None]
    assert re.findall(r"<title>([^<]*)</title>", page.picture) == ["April 2026: withheld", "May 2026: 388"]
    assert "April 2026: withheld; May 2026: 388." in page.picture
    assert page.picture.count('class="bar"') == 1


def test_a_page_says_how_much_is_withheld_and_by_which_limit() -> None:
    page = PAGES["sample/counts/reports-2026-05.html"]
    assert page.lead[0] == "5 counts of 9 are shown; 4 are withheld."
    assert page.lead[1] == about_withheld(5)
    words = Reader(page_html(page, of="x")).words
    assert "District 1 withheld withheld 167" in words


def test_a_table_keeps_the_limit_that_it_was_made_by() -> None:
    counts = tuple((table, 7) for table, _ in a_city().counts)
    assert "below 7," in count_pages(a_city(counts=counts, least_count=5))[1].lead[1]


def test_without_counts_the_page_says_why() -> None:
    [page] = count_pages(a_city(counts=(), why_no_counts="No counts are shown: x."))
    assert page.lead[:2] == ("No counts of reports are shown.", "No counts are shown: x.")
    assert page.picture == ""
