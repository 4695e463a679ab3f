"""The time of year is a reason only where the records, and the training on them, span a year."""

from __future__ import annotations

import numpy as np
import pytest
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.settings import Settings
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.load.city import LoadedCity, load_city
from patrolcast.runs.pipeline import run as pipeline


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, LoadedCity]:
    settings = read_settings(write_city(tmp_path_factory.mktemp("seasons"))).settings
    return settings, load_city(settings, as_of=None, now=NOW)


def spread_of_the_season(city: tuple[Settings, LoadedCity], *, training_days: int) -> float:
    settings, loaded = city
    model = settings.model.model_copy(update={"training_days": training_days})
    settings = settings.model_copy(update={"model": model})
    grid = pipeline.build_grid(loaded.tables, settings)
    panel = pipeline.count_incidents(loaded.tables, grid, settings, as_of=loaded.as_of)
    by_shift = pipeline.panel_inputs(panel, grid, settings, first_day=0).by_shift
    assert np.ptp(by_shift["weekday"]) == 6
    return float(np.ptp(by_shift["season_sin"]) + np.ptp(by_shift["season_cos"]))


def test_in_two_hundred_days_of_records_the_time_of_year_says_nothing(city: tuple[Settings, LoadedCity]) -> None:
    assert spread_of_the_season(city, training_days=730) == 0


@pytest.mark.parametrize(("training_days", "told"), [(730, True), (90, False)])
def test_were_a_year_shorter_it_would_speak_unless_the_training_is_shorter_still(
    city: tuple[Settings, LoadedCity], monkeypatch: pytest.MonkeyPatch, training_days: int, told: bool
) -> None:
    monkeypatch.setattr(pipeline, "_YEAR_DAYS", 150)
    assert (spread_of_the_season(city, training_days=training_days) > 0.5) is told
