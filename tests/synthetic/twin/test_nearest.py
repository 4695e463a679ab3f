"""Two independent draws pass; copies, copies that were moved a little, and a few copies among many do not."""

from __future__ import annotations

import numpy as np
import pandas as pd
from tests.synthetic.twin.city import drawn

from patrolcast.synthetic.twin.nearest import Nearness, measure_nearness

REAL = drawn(0, n=2000.0)
DRAWS = [drawn(draw, n=2000.0) for draw in range(101, 111)]


def found(twin: pd.DataFrame) -> Nearness:
    return measure_nearness(twin, DRAWS, REAL, cell_km=0.9)


def moved(table: pd.DataFrame, *, metres: float, minutes: float) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    degrees = rng.normal(0, metres / 111_000, (2, len(table)))
    later = pd.to_timedelta(rng.normal(0, minutes, len(table)), unit="min")
    return table.assign(
        longitude=table["longitude"] + degrees[0],
        latitude=table["latitude"] + degrees[1],
        occurred_at=table["occurred_at"] + later,
    )


def test_no_independent_draw_of_thirty_is_nearer_than_chance() -> None:
    near = [found(drawn(draw, n=2000.0)) for draw in range(1, 31)]
    assert [one.equal for one in near] == [0] * 30
    assert all(one.passes for one in near)


def test_a_copied_record_of_a_category_that_no_draw_has_is_found() -> None:
    rare = REAL.iloc[[7]].assign(category="rare")
    near = measure_nearness(pd.concat([drawn(3), rare]), DRAWS, pd.concat([REAL, rare]), cell_km=0.9)
    assert near.equal == 1


def test_copied_records_are_found() -> None:
    near = found(REAL)
    assert not near.passes
    assert (near.equal, near.share) == (len(REAL), 1.0)


def test_one_copied_record_among_all_is_found() -> None:
    assert found(pd.concat([drawn(3, n=2000.0), REAL.iloc[[7]]])).equal == 1


def test_copies_that_were_moved_a_little_are_found() -> None:
    near = found(moved(REAL, metres=15, minutes=10))
    assert near.equal == 0
    assert not near.passes


def test_a_twentieth_of_moved_copies_among_new_records_is_found() -> None:
    few = moved(REAL.sample(frac=0.05, random_state=1), metres=15, minutes=10)
    assert not found(pd.concat([drawn(3, n=2000.0), few])).passes
