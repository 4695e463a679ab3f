"""Contributions and reasons: the parts of a row sum to its score, the strongest come first, one for a family."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from patrolcast.domain.matrix import AdmittedFeature, AdmittedMatrix, FeatureSpec
from patrolcast.domain.provenance import Provenance
from patrolcast.forecast.explain import Setting, empty_table, long_table, reasons

SETTING = Setting("theft", "Friday", "evenings")


def feature(name: str, family: Any, phrase: str) -> AdmittedFeature:
    spec = FeatureSpec(name, "", Provenance.CITIZEN, family, 28.0, "", "", phrase)
    return AdmittedFeature(spec, "a test")


COLUMNS = (
    feature("reports_28d", "history", "{whole} reports here"),
    feature("reports_7d", "history", "{whole} reports here of late"),
    feature("ring", "neighbours", "{whole} reports next door"),
    feature("weekday", "calendar", "it is a {weekday}"),
)
VALUES = np.array([5.0, 2.0, 3.0, 4.0], dtype=np.float32)


def said(*row: float, most: int = 3, share: float = 0.0) -> list[str]:
    return both(*row, most=most, share=share)[0]


def both(*row: float, most: int = 3, share: float = 0.0) -> tuple[list[str], list[str]]:
    return reasons(COLUMNS, VALUES, np.array([*row, 0.0, share, -3.0]), level="the level", setting=SETTING, most=most)


def test_the_level_comes_first_and_then_the_strongest_and_what_lowers_is_no_reason() -> None:
    raised, lowered = both(0.1, 0.0, -0.5, 0.2)
    assert raised == ["the level", "it is a Friday (raises it by 22 %)", "5 reports here (raises it by 11 %)"]
    assert lowered == ["3 reports next door (lowers it by 39 %)"]


def test_what_lowers_counts_among_those_that_are_named() -> None:
    assert [len(part) for part in both(0.1, 0.0, -0.5, 0.2, most=2)] == [2, 1]


def test_a_family_gives_one_reason_its_strongest() -> None:
    assert said(0.1, 0.3, 0.0, 0.0) == ["the level", "2 reports here of late (raises it by 35 %)"]


def test_an_effect_of_less_than_3_percent_on_the_log_scale_is_no_reason() -> None:
    assert said(0.029, 0.0, 0.0, 0.0) == ["the level"]
    assert len(said(0.031, 0.0, 0.0, 0.0)) == 2


def test_no_more_reasons_than_asked_for() -> None:
    assert len(said(0.1, 0.0, 0.5, 0.2, most=1)) == 2


def test_the_long_table_has_every_part_of_every_row_and_the_score_they_sum_to() -> None:
    matrix = AdmittedMatrix(np.stack([VALUES, VALUES]), COLUMNS, np.log([0.5, 0.25]), np.log([2.0, 1.0]))
    parts = np.arange(14.0).reshape(2, 7)
    table = long_table(["s1", "s2"], "theft", matrix, parts)
    assert table["suggestion_id"].tolist() == ["s1"] * 7 + ["s2"] * 7
    assert table["contribution"].tolist() == list(range(14))
    assert table.groupby("suggestion_id")["raw_score"].unique().map(list).to_dict() == {"s1": [21.0], "s2": [70.0]}
    for name, at in (("share_of_shift", 5), ("starting_rate", 6)):
        assert table[table["feature"] == name]["value"].tolist() == pytest.approx(np.exp(parts[:, at]).tolist())
    assert list(empty_table().columns) == list(table.columns)


def test_the_places_own_share_of_the_shift_is_a_reason_like_any_other() -> None:
    raised, lowered = both(0.1, 0.0, -0.5, 0.0, share=0.336, most=2)
    assert lowered == ["3 reports next door (lowers it by 39 %)"]
    assert raised[1:] == [
        "theft reports here fall at this time of day 1.4 times as often as in the whole city (raises it by 40 %)",
    ]
    assert said(0.0, 0.0, 0.0, 0.0, share=0.029) == ["the level"]
