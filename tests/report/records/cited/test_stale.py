"""A figure whose source says something else, or nothing, is named; one that is right is not."""

from __future__ import annotations

from patrolcast.report.records.cited.stale import disagreements

ROW = {"document": "card", "at": "use: 1", "source": "m.json", "pointer": "/n", "form": "count", "text": "1,200"}


def test_what_is_right_is_not_named() -> None:
    assert disagreements([ROW], {"m.json": {"n": 1200}}, "UTC") == []


def test_what_is_wrong_is_named_with_both_values() -> None:
    (found,) = disagreements([ROW], {"m.json": {"n": 1300}}, "UTC")
    assert found.line == "card, use: 1: says 1,200, m.json/n says 1,300"


def test_a_source_that_is_gone_or_a_form_that_nobody_knows_is_wrong() -> None:
    assert [one.now for one in disagreements([ROW], {}, "UTC")] == ["nothing"]
    assert [one.now for one in disagreements([{**ROW, "form": "x"}], {"m.json": {"n": 1}}, "UTC")] == ["nothing"]
