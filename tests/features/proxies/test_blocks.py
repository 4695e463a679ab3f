"""Places in rows: shares, rates around, places nobody lives in, blocks of a large city."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.features.proxies.blocks import PlaceTable, block_of, in_blocks, inhabited


def table(n: int = 4, **changes: np.ndarray) -> PlaceTable:
    """Places in a row, 100 m apart, with 10 residents each."""
    values = {"total": np.full(n, 10.0), "counts": np.arange(n, dtype=np.float64), "area": np.full(n, 2.0)} | changes
    xy = np.column_stack([100.0 * np.arange(n), np.zeros(n)])
    return PlaceTable(xy, {"trees": np.arange(n, dtype=np.float64)}, {}, {"a": np.linspace(0.0, 10.0, n)}, **values)


def test_shares_and_rates_are_by_place() -> None:
    places = table(3)
    assert places.shares["a"].tolist() == [0.0, 0.5, 1.0]
    assert places.rate.tolist() == [0.0, 0.5, 1.0]


def test_rates_around_are_of_all_reports_over_all_land() -> None:
    around = table(3).rates_around
    assert around[:, 0].tolist() == [0.0, 0.5, 1.0]
    assert around[:, 1] == pytest.approx([3 / 6] * 3)


def test_places_without_residents_are_left_out_and_gaps_stay_gaps() -> None:
    places = table(4, total=np.array([10.0, 0.0, 10.0, 10.0]))
    places.context["trees"][2] = np.nan
    kept = inhabited(places)
    assert kept.total.tolist() == [10.0, 10.0, 10.0]
    assert kept.context["trees"][[0, 2]].tolist() == [0.0, 3.0]
    assert np.isnan(kept.context["trees"][1])


def test_a_block_holds_the_mean_of_the_values_that_are_known_in_it() -> None:
    cells = table(8)
    cells.context["trees"][:2] = [np.nan, 4.0]
    cells.history["by_slot"] = np.column_stack([np.arange(8.0), np.arange(8.0) * 2])
    cells.context["nowhere"] = np.full(8, np.nan)
    code = block_of(cells.xy, most=4)
    blocks = in_blocks(cells, most=4)
    assert blocks.context["trees"][code[0]] == np.nanmean(cells.context["trees"][code == code[0]])
    assert np.isnan(blocks.context["nowhere"]).all()
    assert blocks.history["by_slot"] == pytest.approx(
        np.array([cells.history["by_slot"][code == one].mean(axis=0) for one in range(len(blocks.xy))])
    )
    assert block_of(cells.xy, most=8).tolist() == list(range(8)), "a small city's cells are their own blocks"


def test_a_small_city_stays_as_it_is_and_a_large_one_keeps_its_totals_in_blocks() -> None:
    small = table(4)
    assert in_blocks(small, most=4) is small
    rng = np.random.default_rng(2)
    large = PlaceTable(
        rng.uniform(0, 1_000, (500, 2)), {"trees": rng.random(500)}, {}, {"a": rng.random(500)},
        np.full(500, 3.0), rng.poisson(2.0, 500).astype(np.float64), np.full(500, 0.1),
    )  # fmt: skip
    blocks = in_blocks(large, most=50)
    assert 25 <= len(blocks.xy) <= 50
    assert blocks.total.sum() == pytest.approx(large.total.sum())
    assert blocks.counts.sum() == large.counts.sum()
    assert blocks.residents["a"].sum() == pytest.approx(large.residents["a"].sum())
    assert 0.0 <= blocks.context["trees"].min() <= blocks.context["trees"].max() <= 1.0
