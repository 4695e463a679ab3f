"""What an ingredient pays: the same hits give 1, half of them a half; a value that no config may hold is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.ingredient import Scored, changed, rows_of
from pydantic import ValidationError

from patrolcast.io.settings.settings_file import read_settings

CONFIG = Path(__file__).parents[2] / "configs" / "sample.toml"


def hits(scale: float) -> dict[str, Scored]:
    """Forty windows of one category, with ``scale`` times the hits and the deviance."""
    whole = np.random.default_rng(1).poisson(40.0, (3, 40)).astype(float)
    return {"vehicle_theft": Scored(scale * whole, scale * 0.2)}


def test_without_an_ingredient_that_does_nothing_every_ratio_is_one() -> None:
    rows = rows_of("week", hits(1.0), hits(1.0))
    assert [row[0] for row in rows] == ["week, all categories", "week, vehicle theft"]
    assert rows[0][1:] == ["1.000 (1.000-1.000)"] * 3 + ["1.00000"]


def test_without_one_that_brings_half_the_hits_the_ratio_is_a_half() -> None:
    assert rows_of("week", hits(0.5), hits(1.0))[1][1:] == ["0.500 (0.500-0.500)"] * 3 + ["0.50000"]


def test_only_what_is_named_is_changed_and_checked_as_in_a_file() -> None:
    config = read_settings(CONFIG)
    other = changed(config, {"rounds": 10})
    assert other.settings.model == config.settings.model.model_copy(update={"rounds": 10})
    assert other.settings.model_copy(update={"model": config.settings.model}) == config.settings
    for wrong in ({"rounds": -1}, {"round": 10}):
        with pytest.raises(ValidationError):
            changed(config, wrong)
