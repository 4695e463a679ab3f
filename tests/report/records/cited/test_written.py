"""A page names the source of each figure in its markup; text from files stays text; a stopped run carries a banner."""

from __future__ import annotations

import re

from tests.report.reader import Reader, needs_network
from tests.report.records.recorded_run import make_sources

from patrolcast.report.records import shared_facts
from patrolcast.report.records.cited.record import FormField, Listing, Part, Record
from patrolcast.report.records.cited.sources import Figure, Saying
from patrolcast.report.records.cited.written import (
    index_page_of_records,
    marked,
    record_markdown,
    record_page,
    record_tree,
)

HOSTILE = Saying(("It is ", Figure("a.json", '/x"y', "text", "<b>*bold*</b>")))
RECORD = Record(
    "r",
    "A record",
    "Its shape.",
    (
        Part(
            "p",
            "P",
            (HOSTILE,),
            (FormField("key", "Label", HOSTILE),),
            (HOSTILE,),
            (Listing("T", ("A",), ((HOSTILE,),)),),
        ),
    ),
)


def page(*, published: bool = True) -> str:
    sources = make_sources()
    return record_page(
        RECORD,
        status=shared_facts.run_status(sources),
        published=published,
        facts=shared_facts.head_facts(sources),
        notice=sources.say("<manifest:/notice>"),
    )


def test_each_figure_names_its_source_and_text_stays_text() -> None:
    assert marked(HOSTILE) == ('It is <data value="a.json#/x&#34;y">&lt;b&gt;*bold*&lt;/b&gt;</data>')
    assert page().count('<data value="a.json#') == 4
    assert "<b>*bold*" not in page()
    assert needs_network(page()) == []


def test_a_run_that_was_stopped_carries_a_banner() -> None:
    assert 'class="banner"' in page(published=False)
    assert 'class="banner"' not in page()


def test_markdown_escapes_what_files_say() -> None:
    text = record_markdown(RECORD, status=HOSTILE, notice=HOSTILE)
    assert r"\<b\>\*bold\*\</b\>" in text
    assert "<b>" not in text
    assert text.count("\n## ") == 1
    assert r"- **Label**: It is" in text


def test_the_json_has_the_answers_by_part_or_the_tree() -> None:
    assert record_tree(RECORD, status=HOSTILE)["p"] == {"key": "It is <b>*bold*</b>"}
    own = Record("r", "R", "", (), tree={"a": HOSTILE})
    assert record_tree(own, status=HOSTILE) == {"a": "It is <b>*bold*</b>"}


def test_the_index_links_every_file() -> None:
    sources = make_sources()
    text = index_page_of_records(
        [("r", "A record", "what it says", ["r.html", "r.json"])],
        title="Records",
        status=shared_facts.run_status(sources),
        published=True,
        facts=[],
        notice=HOSTILE,
    )
    assert re.findall(r'href="(r[^"]*)"', text) == ["r.html", "r.html", "r.json"]
    assert "What it says." in Reader(text).words


def test_a_table_without_rows_is_left_out() -> None:
    empty = Record("r", "A record", "", (Part("p", "P", (HOSTILE,), grids=(Listing("Nothing here", ("A",), ()),)),))
    assert "Nothing here" not in record_markdown(empty, status=HOSTILE, notice=HOSTILE)
    shown = record_page(empty, status=HOSTILE, published=True, facts=[], notice=HOSTILE)
    assert "Nothing here" not in shown
    assert "<table>" in page()
