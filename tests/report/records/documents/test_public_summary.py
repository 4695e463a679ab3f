"""One page in words that are read once: every sentence at US grade 9 or below, most of them far below."""

from __future__ import annotations

import re
from statistics import mean

from tests.report.records.recorded_run import all_files, make_sources, sources_of
from tests.report.test_reading_ease import HIGHEST_GRADE, grade
from tests.test_glossary import banned_in

from patrolcast.report.records.cited.record import Record
from patrolcast.report.records.documents.public_summary import public_summary

FEW_WORDS = 400
"""One page of paper."""


def sentences(record: Record) -> list[str]:
    """Every sentence; a run id and an address are one short word to a reader."""
    text = " ".join(saying.text for _, saying in record.sayings())
    text = re.sub(r"\d{8}T\d{4}Z-[a-z0-9-]+|[\w.-]+@[\w.-]+", "it", text)
    return [one for one in re.split(r"(?<=[.!?”])\s+(?=[A-Z“])", text) if re.search(r"[a-z]", one)]


def test_every_sentence_is_read_once() -> None:
    found = {one: grade(one) for one in sentences(public_summary(make_sources()))}
    hard = {one: round(value, 1) for one, value in found.items() if value > HIGHEST_GRADE and "“" not in one}
    assert {
        one for one in hard if "invented city" not in one
    } == set()  # offices are named as the department names them
    assert mean(found.values()) < 6


def test_a_sentence_that_is_too_hard_is_found() -> None:
    assert (
        grade("The utilisation of algorithmically generated recommendations necessitates supervisory corroboration.")
        > 9
    )


def test_it_fits_on_a_page_and_prints_no_word_of_a_private_dialect() -> None:
    text = " ".join(saying.text for _, saying in public_summary(make_sources()).sayings())
    assert len(text.split()) < FEW_WORDS
    assert banned_in(text) == []


def test_it_says_who_reported_only_where_the_records_do() -> None:
    files = all_files()
    assert "looks at what people report." in public_summary(sources_of(files)).parts[0].sentences[0].text
    files["manifest.json"]["call_source"]["known"] = False
    record = public_summary(sources_of(files))
    assert "looks at recorded incidents." in record.parts[0].sentences[0].text
    assert "it cannot see who made a record" in " ".join(saying.text for _, saying in record.sayings())


def test_a_run_that_measured_nothing_does_not_sound_good() -> None:
    files = all_files()
    files["manifest.json"]["gates"] = []
    text = " ".join(saying.text for _, saying in public_summary(sources_of(files)).sayings())
    assert "was not compared with a plain count" in text
    assert "did not compare groups of residents. That is not a pass." in text
