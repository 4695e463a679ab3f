"""Counts in a table of their own need the column that joins them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from patrolcast.domain.settings import Residents

LAYER: dict[str, Any] = {"path": Path("t"), "area_id": "tract", "groups": {"group_b": "b"}, "total": "all",
                         "vintage": "census 2020"}  # fmt: skip


@pytest.mark.parametrize("more", [{}, {"counts": Path("c"), "counts_area": "area", "same_area": {"A": "B"}}])
def test_counts_stand_in_the_layer_or_in_a_table_with_its_key(more: dict[str, Any]) -> None:
    assert Residents(**LAYER, **more).total == "all"


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"counts": Path("c")}, "counts and counts_area belong together"),
        ({"counts_area": "area"}, "counts and counts_area belong together"),
        ({"same_area": {"A": "B"}}, "same_area belongs to counts"),
    ],
)
def test_a_table_without_its_key_and_a_key_without_its_table_are_refused(more: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValidationError, match=rule):
        Residents(**LAYER, **more)


@pytest.mark.parametrize(
    ("not_measured", "rule"),
    [
        ({"group_c": "a dozen people live in one home"}, "not_measured names group_c, which is none of groups"),
        ({"group_b": "a dozen people live in one home"}, "not_measured names every group"),
        ({"group_b": "    "}, "says too little"),
        ({"group_b": "TODO"}, "a placeholder is no reason"),
    ],
)
def test_a_group_is_left_out_by_name_with_a_reason_and_never_all_of_them(
    not_measured: dict[str, str], rule: str
) -> None:
    with pytest.raises(ValidationError, match=rule):
        Residents(**LAYER, not_measured=not_measured)


def test_a_tiny_group_can_be_declared_as_not_measured() -> None:
    two = LAYER | {"groups": {"group_b": "b", "group_c": "c"}}
    assert set(Residents(**two, not_measured={"group_c": "a dozen people live in one home"}).not_measured) == {
        "group_c"
    }


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"groups": {"a": "n", "b": "n"}}, "groups: b counts the same column as a"),
        ({"groups": {"everyone": "all", "b": "n"}}, "groups: everyone counts the same column as total"),
        ({"names": {"group_c": "C"}}, "names names group_c, which is none of groups"),
        ({"names": {"group_b": "  "}}, "names: group_b needs a word"),
        ({"names": {"group_b": "Everyone  else"}}, "names: group_b would be called as everyone else is"),
        ({"groups": {"a": "x", "b": "y"}, "names": {"a": "Black", "b": " black "}}, "names: b would be called as a is"),
        ({"groups": {"a": "x", "b": "y"}, "names": {"a": "b", "b": "a"}}, "names: a would be called like the key of b"),
    ],
)
def test_each_group_has_a_column_and_a_name_of_its_own(more: dict[str, Any], rule: str) -> None:
    """Two that share a column are compared with themselves; two that exchange names are read as each other."""
    with pytest.raises(ValidationError, match=rule):
        Residents(**LAYER | more)


def test_groups_may_be_called_what_people_call_them() -> None:
    assert Residents(**LAYER, names={"group_b": "Black"}).names == {"group_b": "Black"}


@pytest.mark.parametrize("name", ["", 7])
def test_a_name_is_text(name: object) -> None:
    with pytest.raises(ValidationError):
        Residents(**LAYER, names={"group_b": name})
