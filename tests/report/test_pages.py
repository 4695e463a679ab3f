"""The pages: self-contained, closed to what an export may hold, readable without the map, true to the run."""

from __future__ import annotations

import dataclasses
import html
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from patrolcast.domain.records import LIMITS, NOTICE, GateVerdict, RunContext, RunResult, SourceAccount
from patrolcast.intake.persons import is_person_column
from patrolcast.report import words
from patrolcast.report.audit.page import audit_page
from patrolcast.report.page import content_policy
from patrolcast.report.run.briefing import briefing_page
from patrolcast.report.run.map_data import from_letters
from patrolcast.report.run.model_card import card_json
from patrolcast.report.run.model_card_markdown import card_markdown

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reader(HTMLParser):
    """What a browser would make of a page: elements with their attributes, and the text outside script and style."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.scripts: list[str] = []
        self.inside: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.inside and self.inside[-1] in {"script", "style"}:
            self.scripts.append(data)
        else:
            self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def pages(result: RunResult, context: RunContext) -> dict[str, str]:
    return {"briefing": briefing_page(result, context), "audit": audit_page(result, context)}


@pytest.fixture(scope="module", params=["briefing", "audit"])
def page(request: pytest.FixtureRequest, result: RunResult, context: RunContext) -> str:
    return pages(result, context)[request.param]


@pytest.fixture(scope="module")
def briefing(result: RunResult, context: RunContext) -> Reader:
    return Reader(briefing_page(result, context))


def needs_network(page: str) -> list[str]:
    """Everything in a page that a browser would fetch."""
    reader = Reader(page)
    fetched = [value for _, attributes in reader.elements for key, value in attributes.items()
               if key in {"src", "href", "srcset", "poster", "action", "data", "xlink:href"} and value]  # fmt: skip
    style = " ".join(part for part in reader.scripts if "{" in part)
    fetched += re.findall(r"url\(\s*['\"]?(?!data:|#)([^)'\"]+)", style) + re.findall(r"@import[^;]+", style)
    return [one for one in fetched if not one.startswith("#")]


def test_a_page_fetches_nothing(page: str) -> None:
    assert needs_network(page) == []


@pytest.mark.parametrize("more", ['<img src="https://x.org/a.png">', '<link rel=stylesheet href="//x.org/a.css">',
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


def test_headings_are_in_order_and_the_language_is_told(page: str) -> None:
    reader = Reader(page)
    levels = [int(tag[1]) for tag, _ in reader.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert reader.all("html") == [{"lang": "en"}]
    assert reader.all("title")


def test_every_table_says_what_it_is_and_every_head_which_way_it_reads(page: str) -> None:
    reader = Reader(page)
    assert len(reader.all("table")) == page.count("<caption>")
    assert all(one.get("scope") in {"col", "row"} for one in reader.all("th"))
    names = [one["id"] for _, one in reader.elements if "id" in one]
    assert len(names) == len(set(names))
    assert {one["href"][1:] for one in reader.all("a") if one.get("href")} <= set(names)  # type: ignore[index]
    labelled = {one["aria-labelledby"] for _, one in reader.elements if "aria-labelledby" in one}
    assert labelled <= set(names)


def test_every_suggestion_of_the_map_stands_in_a_table_with_its_figures(briefing: Reader, result: RunResult) -> None:
    text = briefing.words
    for row in result.suggestions.to_dict("records"):
        assert row["cell"] in text
        told = f"{words.number(row['expected_incidents'])} ({words.interval(row['lower'], row['upper'])})"
        assert told in text
        assert f"{row['latitude']:.4f}, {row['longitude']:.4f}" in text
    assert len([one for one in briefing.all("tr") if "data-cell" in one]) == len(result.suggestions)


def test_areas_and_tables_of_residents_are_not_counted_as_incidents(result: RunResult, context: RunContext) -> None:
    layer = SourceAccount("tracts.geojson", "ef" * 32, 100, 801, 801, {}, {}, of_incidents=False)
    export = SourceAccount("second.csv", "ef" * 32, 100, 801, 801, {}, {})
    told = [
        briefing_page(result, dataclasses.replace(context, sources=(*context.sources, *more)))
        for more in ((), (layer,), (export,))
    ]
    assert ["84,000 incidents that citizens reported" in page for page in told] == [True, True, False]
    assert "84,801 incidents that citizens reported" in told[2]


def test_the_figures_of_each_row_are_those_of_its_suggestion(result: RunResult, context: RunContext) -> None:
    page = briefing_page(result, context)
    rows = re.findall(r'<tr data-cell="(\d+)">(.*?)</tr>', page, flags=re.DOTALL)
    cells = result.cells["cell"].tolist()
    shifts = result.suggestions.sort_values(["shift_start"], kind="stable")
    ordered = shifts.assign(order=shifts["district"].astype(int)).sort_values(["shift_start", "order", "rank"])
    for (index, markup), row in zip(rows, ordered.to_dict("records"), strict=True):
        text = Reader(markup).words
        assert cells[int(index)] == row["cell"]
        assert text.startswith(f"{row['rank']} {row['area']} ")
        assert f"{words.count(row['visits'], 'visit')} of " in text
        first = str(row["reasons"]).split("; ")[0].replace(" %", "\u00a0%")
        assert words.sentence(first) in html.unescape(markup)


def test_the_map_holds_the_sum_over_categories_of_every_cell_and_shift(result: RunResult, context: RunContext) -> None:
    page = briefing_page(result, context)
    (data,) = re.findall(r'<script type="application/json" id="map-data">(.*?)</script>', page, flags=re.DOTALL)
    told = json.loads(data)
    assert told["ids"] == result.cells["cell"].tolist()
    for shift, (_, part) in zip(told["shifts"], result.forecast.groupby("shift_start"), strict=True):
        total = part.groupby("cell")["expected_incidents"].sum().reindex(told["ids"]).to_numpy()
        np.testing.assert_allclose(from_letters(shift["values"], told["scale"]), total, rtol=2e-3)


def test_every_gate_of_the_run_stands_on_both_pages(result: RunResult, context: RunContext) -> None:
    for page in pages(result, context).values():
        text = Reader(page).words
        for gate in result.gates:
            assert f"{words.sentence(words.plain(gate.name))}" in text
            assert gate.threshold in text


@pytest.mark.parametrize("verdict", [GateVerdict.FAIL, GateVerdict.NOT_MEASURED])
def test_a_stopped_run_says_so_before_anything_else(
    result: RunResult, context: RunContext, verdict: GateVerdict
) -> None:
    gate = dataclasses.replace(result.gates[0], verdict=verdict)
    stopped = dataclasses.replace(result, gates=(gate, *result.gates[1:]))
    page = briefing_page(stopped, context)
    text = Reader(page).words
    assert "Not published. Do not use this briefing." in text
    assert text.index("Not published") < text.index("Advisory only")
    assert page.count("Not published: do not use.") == page.count('<p class="sheet">')


def test_a_baseline_that_won_is_said_where_the_forecast_is_judged(briefing: Reader) -> None:
    assert "For burglary the model did not beat counting: counting (climatology) fitted better" in briefing.words


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


def shape(page: str) -> list[str]:
    """The elements of a page, without those that differ in number for honest reasons."""
    return sorted({f"{tag} {sorted(attributes)}" for tag, attributes in Reader(page).elements})


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


def keys_of(document: Any) -> set[str]:
    """Every key at any depth."""
    if isinstance(document, dict):
        return set(document) | set().union(*(keys_of(one) for one in document.values())) if document else set()
    return set().union(*(keys_of(one) for one in document)) if isinstance(document, list) and document else set()


def test_no_column_or_key_of_any_output_is_about_persons(result: RunResult, context: RunContext) -> None:
    card = card_json(result, context)
    ours = {*result.forecast.columns, *result.suggestions.columns, *result.cells.columns}
    assert [name for name in ours if is_person_column(name)] == []
    assert {"victim", "name", "person", "phone"} & {key.lower() for key in ours} == set()
    assert [key for key in keys_of(card) if is_person_column(key) and key != "name"] == []


def test_the_figures_of_the_card_are_those_of_the_run(result: RunResult, context: RunContext) -> None:
    card = card_json(result, context)["metadata"]["component"]["modelCard"]
    told = card["quantitativeAnalysis"]["performanceMetrics"]
    found = {(one["type"], one.get("slice")): float(one["value"]) for one in told}
    for one in result.skill:
        for method, value in one.deviance.items():
            assert found[("mean Poisson deviance per cell and shift", f"{one.category}, {method}")] == value
    for band in result.intervals:
        assert found[(f"coverage of the {words.share(band.level)} interval", band.category)] == band.coverage
    assert NOTICE in json.dumps(card_json(result, context), ensure_ascii=False)
    assert NOTICE in card_markdown(result, context)


def test_what_was_not_measured_is_left_out_of_the_card_and_named_on_the_page(
    result: RunResult, context: RunContext
) -> None:
    blind = tuple(dataclasses.replace(one, coverage=float("nan")) for one in result.intervals)
    unknown = dataclasses.replace(result, intervals=blind)
    text = json.dumps(card_json(unknown, context), allow_nan=False)
    assert "coverage of the" not in text
    assert "not measured" in Reader(briefing_page(unknown, context)).words


def test_pages_are_the_same_bytes_twice_and_for_any_order_of_rows(result: RunResult, context: RunContext) -> None:
    order = np.random.default_rng(1).permutation(len(result.suggestions))
    shuffled = dataclasses.replace(result, suggestions=result.suggestions.iloc[order].reset_index(drop=True))
    assert briefing_page(result, context) == briefing_page(shuffled, context)
