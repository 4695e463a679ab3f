"""Numbers that stand for no value are seen, and no number that may be one is."""

from __future__ import annotations

import pandas as pd
import pytest

from patrolcast.runs.load.sentinels import CENSUS_SENTINELS, stands_for_none


@pytest.mark.parametrize("code", CENSUS_SENTINELS)
def test_every_code_of_the_census_stands_for_no_value(code: int) -> None:
    assert stands_for_none(pd.Series([1.0, code, -5.0])).tolist() == [False, True, False]


def test_ordinary_numbers_stand_for_themselves() -> None:
    assert not stands_for_none(pd.Series([0.0, -1.0, 999.0, 9999.0, -666666665.0, float("nan")])).any()
