"""A page is self-contained and closed to what an export may hold; briefing, data page and audit are its examples."""

from __future__ import annotations

import dataclasses
import re
from itertools import pairwise

import pytest
from tests.report.reader import Reader, needs_network, shape

from patrolcast.domain.records import LIMITS, NOTICE, RunContext, RunResult
from patrolcast.report import words
from patrolcast.report.audit.page import audit_page
from patrolcast.report.page import content_policy
from patrolcast.report.run.briefing import briefing_page
from patrolcast.report.run.data_page import DATA_CHECKS, data_page


def pages(result: RunResult, context: RunContext) -> dict[str, str]:
    made = {"briefing": briefing_page, "data": data_page, "audit": audit_page}
    return {name: page(result, context) for name, page in made.items()}


@pytest.fixture(scope="module", params=["briefing", "data", "audit"])
def page(request: pytest.FixtureRequest, result: RunResult, context: RunContext) -> str:
    return pages(result, context)[request.param]


def test_a_page_fetches_nothing(page: str) -> None:
    assert needs_network(page) == []


@pytest.mark.parametrize("more", ['<img src="https://x.org/a.png">', '<link rel=stylesheet href="//x.org/a.css">',
                                  '<a href="https://x.org/a.pdf">a</a>', '<img src="rollcall.pdf">',
                                  "<style>@import 'https://x.org/a.css';p {}</style>",
                                  "<style>p { background: url(https://x.org/a.png) }</style>"])  # fmt: skip
def test_a_page_that_would_fetch_something_is_caught(page: str, more: str) -> None:
    assert len(needs_network(page.replace("</main>", more + "</main>"))) == 1


def test_a_page_lets_nothing_run_or_load_but_its_own_style_and_script(page: str) -> None:
    (policy,) = [
        one["content"] for one in Reader(page).all("meta") if one.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    style = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    script = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    assert len(style) == 1
    assert len(script) <= 1
    assert policy == content_policy(style[0], script[0] if script else "")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    handlers = [key for _, attributes in Reader(page).elements for key in attributes if key.startswith("on")]
    styled = [attributes for _, attributes in Reader(page).elements if "style" in attributes]
    assert (handlers, styled) == ([], []), "the policy would silence these"


def test_a_page_carries_the_notice_and_the_limits(page: str) -> None:
    text = Reader(page).words
    assert NOTICE in text
    for limit in LIMITS:
        assert limit in text


def test_headings_are_in_order_and_the_language_is_said(page: str) -> None:
    reader = Reader(page)
    levels = [int(tag[1]) for tag, _ in reader.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert reader.all("html") == [{"lang": "en"}]
    assert reader.all("title")


BESIDE_A_PAGE = {
    "../index.html", "briefing.html", "data.html", "audit.html", "rollcall.pdf", "quarantine/refused.csv",
}  # fmt: skip


def test_every_table_says_what_it_is_and_every_head_which_way_it_reads(page: str) -> None:
    reader = Reader(page)
    assert len(reader.all("table")) == page.count("<caption>")
    assert all(one.get("scope") in {"col", "row"} for one in reader.all("th"))
    names = [one["id"] for _, one in reader.elements if "id" in one]
    assert len(names) == len(set(names))
    links = [one["href"] or "" for one in reader.all("a") if one.get("href")]
    assert {link.partition("#")[0] for link in links if link not in {f"#{name}" for name in names}} <= BESIDE_A_PAGE
    labelled = {one["aria-labelledby"] for _, one in reader.elements if "aria-labelledby" in one}
    assert labelled <= set(names)


def test_every_gate_of_the_run_stands_on_the_audit_page_and_those_of_the_data_on_the_data_page(
    result: RunResult, context: RunContext
) -> None:
    made = {name: Reader(page).words for name, page in pages(result, context).items()}
    assert {gate.name for gate in result.gates} <= set(DATA_CHECKS)
    for gate in result.gates:
        for name in ("audit", "data"):
            assert words.sentence(words.plain(gate.name)) in made[name]
            assert gate.threshold in made[name]
    other = dataclasses.replace(result, gates=(dataclasses.replace(result.gates[0], name="loop_test"),))
    assert "Loop test" in Reader(audit_page(other, context)).words
    assert "Loop test" not in Reader(data_page(other, context)).words


def test_the_pages_of_a_run_lead_to_each_other_and_to_the_index(result: RunResult, context: RunContext) -> None:
    names = {"briefing.html": "Briefing", "data.html": "Data", "audit.html": "Audit"}
    for name, page in pages(result, context).items():
        nav = page[page.index('<nav class="pages"') : page.index("</nav>")]
        links = {one["href"] for one in Reader(nav).all("a")}
        assert links == {"../index.html", *names} - {f"{name}.html"}
        assert Reader(nav).all("b") == [{"aria-current": "page"}]
        assert f'<b aria-current="page">{names[f"{name}.html"]}</b>' in nav


def test_each_page_links_only_to_parts_of_the_others_that_are_there(result: RunResult, context: RunContext) -> None:
    made = pages(result, context)
    ids = {
        f"{name}.html": {one["id"] for _, one in Reader(page).elements if "id" in one} for name, page in made.items()
    }
    for page in made.values():
        for link in Reader(page).all("a"):
            file, _, part = (link["href"] or "").partition("#")
            assert not part or file not in ids or part in ids[file], link


HOSTILE = {
    "markup": "<script>alert(1)</script>",
    "an attribute": '"><img src=x onerror=alert(1)>',
    "a template": "{{7*7}}{% set x = 1 %}",
    "a closing tag": "</title></style></script><h1>gone</h1>",
    "an address": "javascript:alert(1)",
    "an entity": "&lt;b&gt;&#60;i&#62;",
    "a format": "{0.__class__} %s %(x)s",
}


def spoiled(result: RunResult, context: RunContext, text: str) -> tuple[RunResult, RunContext]:
    """The run with hostile text wherever an export, a config or a layer can put text."""
    cells = result.cells.assign(district=result.cells["district"].where(result.cells["district"] != "1", text))
    rows = result.suggestions
    rows = rows.assign(district=rows["district"].where(rows["district"] != "1", text), category=text, area=text,
                       reasons=f"{text}; {text}")  # fmt: skip
    forecast = result.forecast.assign(district=text)
    account = dataclasses.replace(context.sources[0], name=text, set_aside={text: 15_000, "other": 500},
                                  refused={text: 1500}, notes=(text,))  # fmt: skip
    result = dataclasses.replace(result, cells=cells, suggestions=rows, forecast=forecast, notes=(text,))
    return result, dataclasses.replace(context, title=text, sources=(account,), notes=(text,), versions={text: text})


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_shown_as_text(text: str, result: RunResult, context: RunContext) -> None:
    plain = pages(*spoiled(result, context, "harmless"))
    for name, page in pages(*spoiled(result, context, text)).items():
        assert shape(page) == shape(plain[name]), "no element came of it"
        assert " ".join(text.split()) in Reader(page).words
        assert "49" not in re.sub(r"[^{}*\d]", "", text) or "{{7*7}}" in Reader(page).words


def test_text_that_did_become_markup_would_be_seen(result: RunResult, context: RunContext) -> None:
    page = briefing_page(result, context)
    assert shape(page.replace("</h1>", "<img src=x onerror=alert(1)></h1>", 1)) != shape(page)


def test_directions_controls_and_invisible_characters_are_shown_as_codes(
    result: RunResult, context: RunContext
) -> None:
    """A right-to-left override could make one street look like another."""
    text = "Main\u202eteertS\u2066\u200b\x1b[31m\ufeff"
    for page in pages(*spoiled(result, context, text)).values():
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\ufeff\x1b]", page)
        assert "Main\\u202eteertS\\u2066\\u200b\\x1b[31m\\ufeff" in Reader(page).words


def test_a_lone_surrogate_does_not_stop_the_page(result: RunResult, context: RunContext) -> None:
    """No table can hold one, but a title in a config can."""
    for page in pages(result, dataclasses.replace(context, title="a\ud800b")).values():
        assert b"a\\ud800b" in page.encode("utf-8")
