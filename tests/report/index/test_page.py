"""The index is closed like every page, links only what is good, and names what is stopped, edited or gone."""

from __future__ import annotations

import dataclasses
import re

import pytest
from tests.report.city import AS_OF
from tests.report.index.listing import EDITED, FINDING, OLDER, STOPPED, UNREADABLE, make_index, make_published
from tests.report.reader import Reader, needs_network, shape

from patrolcast.domain.records import NOTICE
from patrolcast.report.index.page import index_page
from patrolcast.report.index.values import LastStart, StandingPause
from patrolcast.report.page import content_policy

GOOD_UNTIL = "Good until Wednesday 1 July 2026, 06:00 CDT"
NOTHING = {"published": None, "listed": (), "last_start": None, "tests": {}}


def row_of(page: str, run_id: str) -> str:
    (row,) = [row for row in re.findall(r"<tr>.*?</tr>", page, flags=re.DOTALL) if f">{run_id}<" in row]
    return row


def links_in(markup: str) -> list[str]:
    return [one["href"] or "" for one in Reader(markup).all("a")]


def test_the_page_says_what_is_published_and_until_when_and_carries_the_notice() -> None:
    text = Reader(index_page(make_index())).words
    for part in ("Sample city (synthetic)", GOOD_UNTIL, "Data up to Tuesday 30 June 2026, 05:00 CDT", FINDING, NOTICE):
        assert part in text
    assert "Written by patrolcast on Tuesday 30 June 2026, 05:07 CDT" in text


def test_it_is_closed_as_every_page_is() -> None:
    page = index_page(make_index())
    assert needs_network(page) == []
    (style,) = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    (policy,) = [one["content"] for one in Reader(page).all("meta") if one.get("http-equiv")]
    assert policy == content_policy(style, script)
    assert "unsafe" not in (policy or "")
    assert not [key for _, attributes in Reader(page).elements for key in attributes if key.startswith("on")]


def test_every_link_is_relative_and_of_this_folder_or_this_city() -> None:
    run = make_published().run_id
    links = [link for link in links_in(index_page(make_index())) if not link.startswith("#")]
    assert len(links) > 10
    for link in links:
        assert link.startswith((f"{run}/", f"{STOPPED}/", f"{OLDER}/", "../../simulated/sample/")), link


def test_an_expired_run_is_shown_as_expired_without_any_script() -> None:
    page = index_page(make_index(published=make_published(expired=True)))
    assert "<script" not in page, "a reader's clock that is behind does not bring it back"
    banner = next(attributes for _, attributes in Reader(page).elements if attributes.get("id") == "expired")
    assert "hidden" not in banner
    assert GOOD_UNTIL not in Reader(page).words
    before = index_page(make_index())
    hidden = next(attributes for _, attributes in Reader(before).elements if attributes.get("id") == "expired")
    assert "hidden" in hidden


def test_a_stopped_run_is_named_with_its_checks_and_its_suggestions_are_not_linked() -> None:
    row = row_of(index_page(make_index()), STOPPED)
    assert "Stopped by calibration and loop test" in Reader(row).words
    assert links_in(row) == [f"{STOPPED}/audit.html#checks", f"{STOPPED}/data.html"]


@pytest.mark.parametrize(
    ("run_id", "said"),
    [
        (EDITED, "Do not use: changed since it was made (audit.json)"),
        (UNREADABLE, "Do not use: its manifest cannot be read"),
    ],
)
def test_a_run_that_was_edited_or_cannot_be_read_is_named_and_never_linked(run_id: str, said: str) -> None:
    page = index_page(make_index())
    assert said in Reader(row_of(page, run_id)).words
    assert f'href="{run_id}' not in page


def test_other_runs_are_linked_for_review() -> None:
    page = index_page(make_index())
    assert "Passed its checks" in Reader(row_of(page, OLDER)).words
    assert f"{OLDER}/briefing.html" in links_in(row_of(page, OLDER))
    assert "Published, see above" in Reader(row_of(page, make_published().run_id)).words


@pytest.mark.parametrize(("n_more", "said"), [(1, "1 older run is in"), (12, "12 older runs are in"), (0, None)])
def test_runs_that_are_not_listed_are_counted(n_more: int, said: str | None) -> None:
    text = Reader(index_page(make_index(n_more=n_more))).words
    assert (said in text) if said else ("older run" not in text)


def test_nothing_published_says_why_and_claims_nothing() -> None:
    last = LastStart(AS_OF, 13, "incidents.csv: got nothing; must be there")
    stopped = make_index().listed[1]
    page = index_page(make_index(published=None, listed=(stopped,), last_start=last, fault="audit.json is changed"))
    text = Reader(page).words
    for part in (
        "Nothing is published.", "The newest run was stopped by calibration and loop test.",
        "ended with exit code 13: incidents.csv: got nothing; must be there.",
        "What was published counts no more: audit.json is changed.",
    ):  # fmt: skip
        assert part in text
    assert "Good until" not in text
    assert "is for use" not in text
    assert "<script" not in page
    assert "There is no run yet." in Reader(index_page(make_index(**NOTHING))).words


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (None, "had not ended when this page was written."),
        (0, "05:00 CDT, ended well."),
        (75, "ended with exit code 75:"),
    ],
)
def test_the_last_start_is_said_as_it_ended(code: int | None, said: str) -> None:
    assert said in Reader(index_page(make_index(last_start=LastStart(AS_OF, code, "a message")))).words


def test_tests_are_listed_only_where_their_pages_are() -> None:
    assert "../../simulated/sample/feedback.html" in links_in(index_page(make_index()))
    assert "Tests of this city" not in index_page(make_index(tests={}))


def test_exceptions_and_what_the_export_cannot_show_stand_on_the_index() -> None:
    run = make_published(exceptions=("A waiver holds.",), call_source="No call source: nobody knows.")
    text = Reader(index_page(make_index(published=run))).words
    assert "A waiver holds." in text
    assert "No call source: nobody knows." in text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "</style>"])
def test_hostile_text_is_shown_as_text(text: str) -> None:
    def page(word: str) -> str:
        run = make_published(finding=word, exceptions=(word,), call_source=word)
        listed = tuple(dataclasses.replace(one, fault=word) for one in make_index().listed)
        last = LastStart(AS_OF, 70, word)
        return index_page(make_index(title=word, published=run, listed=listed, last_start=last, fault=word))

    assert shape(page(text)) == shape(page("harmless"))
    assert text in Reader(page(text)).words


def test_tables_say_what_they_are_and_names_are_used_once() -> None:
    page = index_page(make_index())
    reader = Reader(page)
    assert len(reader.all("table")) == page.count("<caption>")
    assert all(one.get("scope") in {"col", "row"} for one in reader.all("th"))
    names = [one["id"] for _, one in reader.elements if "id" in one]
    assert len(names) == len(set(names))
    labelled = {one["aria-labelledby"] for _, one in reader.elements if "aria-labelledby" in one}
    assert labelled <= set(names)


def test_the_same_values_are_the_same_bytes() -> None:
    assert index_page(make_index()) == index_page(make_index())


def test_while_paused_no_suggestion_of_any_run_is_linked() -> None:
    pause = StandingPause(AS_OF, "chief", "the feed counts reports twice")
    page = index_page(make_index(published=None, pause=pause))
    assert "audit.html#checks" in page
    assert not re.search(r'href="[^"]*(briefing.html|rollcall.pdf)', page)
    assert re.search(r'href="[^"]*briefing.html', index_page(make_index(published=None)))
