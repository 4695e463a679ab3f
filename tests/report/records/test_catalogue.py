"""What holds for every document: each figure equals its source, none is typed, no part is boilerplate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.report.records.recorded_run import RUN_SOURCES, ZONE, all_files, make_sources, sources_of

from patrolcast.report.records.catalogue import DOCUMENTS, PROFILES, reading_order
from patrolcast.report.records.cited.record import Part, Record
from patrolcast.report.records.cited.sources import Saying, printed_at
from patrolcast.report.records.cited.stale import disagreements

RECORDS = {name: listed.build(make_sources()) for name, listed in DOCUMENTS.items()}


def rows_of(record: Record) -> list[dict[str, str]]:
    return [
        {"document": record.key, "at": at, "source": f.source, "pointer": f.pointer, "form": f.form, "text": f.text}
        for at, f in record.figures()
    ]


def without_run_facts(record: Record) -> list[str]:
    """Parts that would read the same for every run."""
    return [part.key for part in record.parts if not any(one in RUN_SOURCES for one in cited(part))]


def cited(part: Part) -> Iterator[str]:
    return (figure.source for _, saying in part.sayings() for figure in saying.figures)


def typed(record: Record) -> list[str]:
    """Sentences whose own words hold a digit."""
    return [f"{at}: {saying.words}" for at, saying in record.sayings() if re.search(r"\d", saying.words)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_figure_equals_its_source(name: str) -> None:
    files = all_files()
    figures = list(RECORDS[name].figures())
    assert len(figures) > 5
    for at, one in figures:
        assert printed_at(files[one.source], one.pointer, one.form, ZONE, file=one.source) == one.text, at


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_figure_is_typed(name: str) -> None:
    assert typed(RECORDS[name]) == []


def test_a_typed_figure_is_found() -> None:
    part = Part("a", "A", (Saying(("It is right in 95 % of cases.",)),))
    assert len(typed(Record("x", "X", "", (part,)))) == 1


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_part_holds_a_fact_of_the_run(name: str) -> None:
    assert without_run_facts(RECORDS[name]) == []


def test_a_part_of_boilerplate_is_found() -> None:
    said = make_sources().say("We take fairness seriously. <legal:/sharing>")
    assert without_run_facts(Record("x", "X", "", (Part("fair", "Fair", (said,)),))) == ["fair"]


CHANGES: list[tuple[str, str, Any]] = [
    ("manifest.json", "/sources/0/rows_in", 7),
    ("manifest.json", "/gates/0/verdict", "fail"),
    ("manifest.json", "/seed", 99),
    ("audit.json", "/concentration/cells_suggested", 3),
    ("governance/year.toml", "/complaints", 41),
    ("governance/risks.toml", "/risks/0/severity", 1),
]


def put(content: Any, pointer: str, value: Any) -> None:
    *path, last = pointer.split("/")[1:]
    for key in path:
        content = content[int(key)] if isinstance(content, list) else content[key]
    content[int(last) if isinstance(content, list) else last] = value


@pytest.mark.parametrize(("file", "pointer", "value"), CHANGES)
def test_one_changed_figure_makes_exactly_the_documents_stale_that_cite_it(file: str, pointer: str, value: Any) -> None:
    files = all_files()
    put(files[file], pointer, value)
    wrong = {one.document for name in DOCUMENTS for one in disagreements(rows_of(RECORDS[name]), files, ZONE)}
    citing = {
        name for name in DOCUMENTS for _, one in RECORDS[name].figures() if (one.source, one.pointer) == (file, pointer)
    }
    assert wrong == citing
    assert citing
    assert len(citing) < len(DOCUMENTS)


def test_a_figure_that_no_document_cites_makes_none_stale() -> None:
    files = all_files()
    files["manifest.json"]["nobody_cites_it"] = 1
    assert [one for name in DOCUMENTS for one in disagreements(rows_of(RECORDS[name]), files, ZONE)] == []


def test_every_document_can_be_made_without_a_run_before_and_without_groups() -> None:
    files = all_files(former=False)
    files["manifest.json"]["gates"] = [g for g in files["manifest.json"]["gates"] if not g["name"].startswith("group_")]
    files["trail/trail.jsonl"] = {}
    for listed in DOCUMENTS.values():
        record = listed.build(sources_of(files))
        assert typed(record) == []
        assert without_run_facts(record) == []


def test_without_a_call_source_no_document_says_that_people_reported() -> None:
    files = all_files()
    files["manifest.json"]["call_source"] = {"column": None, "known": False, "statement": "The portal leaves it out."}
    files = {name: content for name, content in files.items() if name != "former/manifest.json"}
    for name, listed in DOCUMENTS.items():
        text = " ".join(saying.words for _, saying in listed.build(sources_of(files)).sayings())
        assert "what people report" not in text, name
        assert "officers' own are set aside" not in text, name
        assert " reports are likely" not in text, name
        assert "patrol per report " not in text, name


def test_every_profile_names_documents_in_reading_order() -> None:
    assert all(reading_order(names) == [name for name in DOCUMENTS if name in names] for names in PROFILES.values())
    assert reading_order(("data_sheet", "model_card", "data_sheet")) == ["model_card", "data_sheet"]
    assert DOCUMENTS["atrs"].needs == ("organisation", "legal", "purpose", "oversight", "risks")
