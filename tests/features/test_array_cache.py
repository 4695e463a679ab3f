"""Shared arrays: made once while they fit, made anew when they do not, and never another value."""

from __future__ import annotations

import numpy as np
import pytest
from tests.runs.tiny_city import NOW, write_city

from patrolcast.features import array_cache
from patrolcast.features.array_cache import ArrayCache, HistoryKey
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.load.city import load_city
from patrolcast.runs.pipeline.run import run_pipeline


def key(days: int) -> HistoryKey:
    return HistoryKey("own", days)


def made(times: list[int], value: float, n: int = 50) -> np.ndarray:
    times.append(1)
    return np.full(n, value, dtype=np.float32)


def test_what_fits_is_made_once_and_what_does_not_at_each_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_cache, "MOST_BYTES", 800)
    arrays, times = ArrayCache(), [[] for _ in range(5)]
    for _ in range(3):
        for i in range(5):
            assert arrays.get_or_make(key(i), lambda i=i: made(times[i], float(i)))[0] == i
    assert [len(one) for one in times] == [1, 1, 1, 1, 3]
    assert arrays.n_bytes == 800


def test_an_array_that_fills_more_than_a_quarter_is_never_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_cache, "MOST_BYTES", 800)
    arrays, times = ArrayCache(), []
    for _ in range(2):
        assert arrays.get_or_make(key(1), lambda: made(times, 7.0, n=51))[0] == 7.0
    assert (len(times), arrays.n_bytes) == (2, 0)


def test_what_is_forgotten_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_cache, "MOST_BYTES", 800)
    arrays, times = ArrayCache(), []
    for i in range(4):
        arrays.get_or_make(key(i), lambda: made([], 0.0))
    arrays.keep_only({key(1), key(2), key(3)})
    for _ in range(2):
        arrays.get_or_make(key(4), lambda: made(times, 0.0))
    assert len(times) == 1
    assert arrays.n_bytes == 800


def test_one_value_repeated_fills_no_room() -> None:
    arrays = ArrayCache()
    ones = np.broadcast_to(np.ones((5, 1), dtype=np.float32), (5, 10_000))
    arrays.get_or_make(HistoryKey("city", 28), lambda: ones)
    assert arrays.n_bytes == 0


def test_a_run_without_room_has_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read_settings(write_city(tmp_path_factory.mktemp("kept"))).settings
    city = load_city(settings, as_of=None, now=NOW)
    roomy = run_pipeline(city.tables, settings, as_of=city.as_of)
    monkeypatch.setattr(array_cache, "MOST_BYTES", 0)
    narrow = run_pipeline(city.tables, settings, as_of=city.as_of)
    assert narrow.model_text == roomy.model_text
    expected = [one.forecast["expected_incidents"].to_numpy().tobytes() for one in (roomy, narrow)]
    assert expected[0] == expected[1]
