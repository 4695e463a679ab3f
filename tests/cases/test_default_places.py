"""The station as a default address: named with its place, exact, jittered, or five of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cases.conftest import check, incidents

pytestmark = pytest.mark.shared


@pytest.mark.parametrize(("name", "n_places"), [("hq", 1), ("hq_jitter", 1), ("five_stations", 5), ("plane", 0)])
def test_default_addresses_are_named(name: str, n_places: int, case: Callable[[str], Path]) -> None:
    notes = [
        note
        for note in check(case("09-default-address") / "configs" / f"{name}.toml")["notes"]
        if "default address? They are set aside" in note
    ]
    assert len(notes) == n_places
    assert any("34.0655, -118.2905" in note for note in notes) == (n_places > 0)


def test_incidents_at_a_default_address_are_set_aside_and_accounted_for(case: Callable[[str], Path]) -> None:
    answer = check(case("09-default-address") / "configs" / "hq_jitter.toml")
    source = incidents(answer)
    aside = source["set_aside"]["default address"]
    assert 300 <= aside <= 330  # 8 % of 4,000
    assert source["rows_in"] == source["kept"] + sum(source["set_aside"].values()) + sum(source["refused"].values())
