"""One thing is one thing, and several are several."""

from __future__ import annotations

import pytest

from patrolcast.domain.counted import counted


@pytest.mark.parametrize(
    ("n", "one", "several", "said"),
    [
        (0, "row", None, "0 rows"),
        (1, "row", None, "1 row"),
        (1200, "row", None, "1,200 rows"),
        (1, "outline crosses itself", "outlines cross themselves", "1 outline crosses itself"),
        (2, "outline crosses itself", "outlines cross themselves", "2 outlines cross themselves"),
    ],
)
def test_a_count_agrees_with_its_noun_and_verb(n: int, one: str, several: str | None, said: str) -> None:
    assert counted(n, one, several) == said
