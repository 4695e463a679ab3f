"""A page as files: every table beside it, nothing that a browser would fetch, text escaped."""

from __future__ import annotations

import dataclasses

from tests.report.reader import Reader, needs_network
from tests.report.site.made_up import a_city

from patrolcast.report.site.city_pages import city_pages
from patrolcast.report.site.tables import Link, SiteTable
from patrolcast.report.site.written import data_files, page_html

DOOR, *_ = city_pages(a_city())


def test_every_table_lies_beside_its_page_and_is_linked() -> None:
    names = [path for path, _, _ in data_files(DOOR)]
    assert names == [
        "sample/index-runs.csv", "sample/index-runs.json", "sample/index-refused.csv", "sample/index-refused.json",
    ]  # fmt: skip
    linked = {one["href"] for one in Reader(page_html(DOOR, of="x")).all("a")}
    assert {name.removeprefix("sample/") for name in names} <= linked


def test_nothing_is_fetched_but_what_a_reader_chooses() -> None:
    page = page_html(DOOR, of="x")
    assert [one for one in needs_network(page) if not one.endswith((".html", ".csv", ".json", "feed.xml"))] == []
    assert "<script" not in page


def test_what_people_wrote_is_text() -> None:
    page = page_html(dataclasses.replace(DOOR, title="<b>x</b>", lead=("<script>1</script>",)), of="x")
    assert "<script>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_what_failed_stands_out_and_what_did_not_does_not() -> None:
    table = SiteTable("t", "T", ("Run", "Outcome"), (("1", "FAILED: not published."), ("2", "passed")))
    page = page_html(dataclasses.replace(DOOR, tables=(table,)), of="x")
    assert "<strong>FAILED: not published.</strong>" in page
    assert "<strong>passed" not in page


def test_a_cell_is_text_in_whatever_a_name_holds() -> None:
    """Names of districts, groups and runs come from files: in a cell, in a link, in the picture's words."""
    evil = '"><img src=x onerror=1>'
    table = SiteTable("t", "T", (evil, "B"), ((evil, Link(evil, f"runs/{evil}")),))
    page = page_html(
        dataclasses.replace(DOOR, tables=(table,), links=(Link(evil, evil),), kind=evil, banner=evil), of=evil
    )
    assert "<img" not in page
    assert 'href=""' not in page
