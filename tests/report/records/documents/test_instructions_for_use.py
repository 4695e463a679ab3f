"""Fourteen headings of Article 13, each with a fact; what is not covered is said to be open."""

from __future__ import annotations

from tests.report.records.recorded_run import all_files, make_sources

from patrolcast.report.records.documents.instructions_for_use import instructions_for_use


def test_fourteen_headings() -> None:
    record = instructions_for_use(make_sources())
    assert len({part.title for part in record.parts}) == 14
    assert "open question" in record.shape


def test_every_feature_that_is_used_or_left_out_is_named() -> None:
    (part,) = [part for part in instructions_for_use(make_sources()).parts if part.key == "input"]
    text = " ".join(saying.text for _, saying in part.sayings())
    for one in all_files()["admission.json"]["features"]:
        assert one["name"].replace("_", " ") in text
