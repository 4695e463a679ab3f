"""Where two documents first differ: rounding is no difference, a type is one."""

from __future__ import annotations

import pytest

from patrolcast.io.store.same_values import difference


@pytest.mark.parametrize(
    ("stored", "made", "words"),
    [
        ({"a": 1.0}, {"a": 1.0 + 1e-9}, ""),
        ({"a": 1.0}, {"a": 1}, ""),
        ({"a": (1, 2)}, {"a": [1, 2]}, ""),
        ({"a": 1.0}, {"a": 1.1}, "a: 1, now 1.1"),
        ({"a": 1}, {"a": True}, "a: 1, now True"),
        ({"a": None}, {"a": 0.0}, "a: None, now 0"),
        ({"a": 1}, {}, "a: there, now missing"),
        ({}, {"a": 1}, "a: missing, now there"),
        ({"a": [1]}, {"a": [1, 2]}, "a: 1 entries, now 2"),
        ({"a": [{"b": "x"}]}, {"a": [{"b": "y"}]}, "a[0].b: 'x', now 'y'"),
        ({"a": "1"}, {"a": 1}, "a: '1', now 1"),
    ],
)
def test_the_first_difference_is_named(stored: object, made: object, words: str) -> None:
    assert difference(stored, made) == words
