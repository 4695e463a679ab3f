"""Rows of a training: in proportion to the incidents, between a least and the config's most; and the room it takes."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cities import as_of
from tests.runs.audited_city import city_settings
from tests.runs.trained_halves import DAYS, tables

from patrolcast.domain.records import Progress
from patrolcast.features.array_cache import ArrayCache
from patrolcast.runs.pipeline import training
from patrolcast.runs.pipeline.counted import build_grid, count_incidents
from patrolcast.runs.pipeline.inputs import category_inputs
from patrolcast.runs.pipeline.run import admit_features, panel_inputs
from patrolcast.runs.pipeline.training import row_budget
from patrolcast.runs.pipeline.windows import plan_windows


@given(st.integers(0, 10**6), st.integers(1_000, 10**6))
@settings(max_examples=30)
def test_a_category_gets_five_rows_an_incident_within_its_bounds(incidents: int, most: int) -> None:
    rows = row_budget(incidents, most)
    assert rows <= most
    assert rows in {most, 10_000, 5 * incidents}
    assert rows >= min(5 * incidents, most)
    assert rows >= min(10_000, most)


def test_the_arrays_of_a_category_do_not_outlive_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the collector: on a large city they are a quarter of the memory, and it comes seldom."""
    city, alive = city_settings(), list[weakref.ref[ArrayCache]]()
    grid, admission = build_grid(tables(), city), admit_features(city)
    panel = count_incidents(tables(), grid, city, as_of=as_of(DAYS))
    panel = replace(panel, categories=("a", "b"), category=np.sort(panel.cell % 2).astype(np.int8))
    windows = plan_windows(panel, city.model, as_of=as_of(DAYS), n_slots=3)
    shared = panel_inputs(panel, grid, city, first_day=windows.first_day)

    def watched(*given: Any, **more: Any) -> Any:
        assert not any(cache() for cache in alive)
        inputs, start = category_inputs(*given, **more)
        alive.append(weakref.ref(inputs.cache))
        return inputs, start

    monkeypatch.setattr(training, "category_inputs", watched)
    gc.disable()
    try:
        parts = training.fit_categories(
            panel, shared, windows, admission, grid.kernels, settings=city.model, progress=Progress()
        )
        assert len(alive) == len(parts) == 2
        assert not any(cache() for cache in alive)
    finally:
        gc.enable()
