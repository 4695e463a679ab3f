"""Every sentence of a record is found with its place, in parts and in trees."""

from __future__ import annotations

from patrolcast.report.records.cited.record import Answer, Listing, Part, Record, leaves, plain_tree
from patrolcast.report.records.cited.sources import Figure, Saying


def said(text: str) -> Saying:
    return Saying((Figure("a.json", f"/{text}", "text", text),))


def test_every_sentence_is_found_with_its_place() -> None:
    part = Part(
        "p",
        "P",
        (said("one"),),
        (Answer("key", "Label", said("two")),),
        (said("three"),),
        (Listing("T", ("A", "B"), ((said("four"), said("five")),)),),
    )
    record = Record("r", "R", "", (part,), tree={"x/y": [said("six"), "plain"]})
    assert [(at, figure.text) for at, figure in record.figures()] == [
        ("p: sentence 1", "one"),
        ("p: key", "two"),
        ("p: point 1", "three"),
        ("p: table, row 1, A", "four"),
        ("p: table, row 1, B", "five"),
        ("/x~1y/0", "six"),
    ]


def test_a_tree_becomes_plain_values() -> None:
    tree = {"a": said("1"), "b": [said("2"), 3], "c": True}
    assert plain_tree(tree) == {"a": "1", "b": ["2", 3], "c": True}
    assert [at for at, _ in leaves(tree)] == ["/a", "/b/0"]
