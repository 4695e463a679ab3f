"""Cases that are right, and must stay so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cases.conftest import check, incidents

pytestmark = pytest.mark.shared


def test_the_plain_city_counts_every_row(case: Callable[[str], Path]) -> None:
    answer = check(case("00-base") / "configs" / "city.toml")
    source = incidents(answer)
    assert (source["rows_in"], source["kept"], source["set_aside"], source["refused"]) == (
        4000,
        3999,
        {"not yet known": 1},
        {},
    )
    assert answer["categories"] == {
        "assault": 589, "burglary": 821, "criminal_damage": 634, "robbery": 429, "theft": 1526
    }  # fmt: skip
