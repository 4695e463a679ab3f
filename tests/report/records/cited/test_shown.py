"""A figure on a page or in a tree that no list has is found; the same figure listed is not."""

from __future__ import annotations

import pytest

from patrolcast.report.records.cited.shown import absent_from_tree, unlisted_on_page

ROW = {"source": "a.json", "pointer": "/n", "text": "1 < 2"}


def test_a_listed_figure_is_read_as_it_is_shown() -> None:
    assert unlisted_on_page('<p>It is <data value="a.json#/n">1 &lt; 2</data>.</p>', [ROW]) == []


@pytest.mark.parametrize(
    "page",
    ['<data value="a.json#/n">3</data>', '<data value="b.json#/n">1 &lt; 2</data>', "<data>1 &lt; 2</data>"],
)
def test_another_text_another_source_and_none_are_found(page: str) -> None:
    assert len(unlisted_on_page(page + page, [ROW])) == 1


@pytest.mark.parametrize(
    ("at", "n_faults"),
    [("/deep/0/a~1b", 0), ("part: key", 0), ("head", 0), ("part: other", 0), ("/deep/1/a~1b", 1), ("/gone/x", 1)],
)
def test_a_place_of_a_tree_must_hold_its_figure(at: str, n_faults: int) -> None:
    tree = {"deep": [{"a/b": "there are 7"}, {"a/b": "there are 8"}], "part": {"key": "7 rows"}}
    assert len(absent_from_tree(tree, [{"at": at, "text": "7"}])) == n_faults
