"""The report has Seattle's headings, the department's six answers and the figures of the run beside them."""

from __future__ import annotations

from tests.report.records.recorded_run import all_files, make_sources

from patrolcast.report.records.documents.impact_report import TOOLKIT, impact_report
from patrolcast.report.records.shared_facts import group_sentences

PARTS = {part.key: part for part in impact_report(make_sources()).parts}


def test_every_heading_is_there() -> None:
    toolkit = [f"equity_{key}" for key, _ in TOOLKIT]
    before = [
        "abstract",
        "overview",
        "use",
        "collection",
        "retention",
        "sharing",
        "law",
        "monitoring",
        "money",
        "expertise",
    ]
    assert [*PARTS] == [*before, *toolkit, "comments", "liberties", "response", "glossary"]


def test_each_answer_of_the_toolkit_stands_beside_what_was_measured() -> None:
    community = all_files()["governance/community.toml"]
    for key, _ in TOOLKIT:
        stated, *beside = PARTS[f"equity_{key}"].sentences
        assert stated.text == community[key]
        if key in {"outcomes", "burden", "harm"}:
            assert [one.text for one in beside] == [one.text for one in group_sentences(make_sources())]
            assert len(beside) == 2
        else:
            assert [one.text for one in beside] == ["The run beside this answer is 20260630T1000Z-sample-1a2b3c4d."]


def test_comments_and_cost_are_the_departments() -> None:
    assert "Comments received: 14." in PARTS["comments"].sentences[0].text
    assert "21,000 USD" in PARTS["money"].sentences[0].text
