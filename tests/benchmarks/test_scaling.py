"""What a growth table says of nights of different sizes."""

from __future__ import annotations

import pytest
from benchmarks.measured import Measured
from benchmarks.scaling import Night, by_group, exponent, growth_table


def night(size: int, cpu: float, features: float) -> Night:
    parts = [{"name": "features", "cpu_seconds": features}, {"name": "pages", "cpu_seconds": cpu - features}]
    cheap = {group: max(seconds, 0.5) for group, seconds in by_group(parts).items()}
    return Night(size, Measured(cpu, cpu, 100.0, 0, ""), cheap)


def test_twice_as_dear_for_twice_the_size_is_an_exponent_of_one_and_four_times_of_two() -> None:
    assert exponent((10, 3.0), (20, 6.0)) == pytest.approx(1.0)
    assert exponent((10, 3.0), (20, 12.0)) == pytest.approx(2.0)
    assert exponent((10, 3.0), (20, 3.0)) == pytest.approx(0.0)


def test_every_part_of_a_run_counts_once() -> None:
    parts = [{"name": name, "cpu_seconds": 1.0} for name in ("sources", "notes", "grid", "features", "pages", "audit")]
    assert by_group(parts) == {
        "reading": 2.0,
        "grid, panel": 1.0,
        "features": 1.0,
        "training, forecast": 0.0,
        "the rest": 2.0,
    }


def test_the_last_row_of_a_table_has_the_slopes_from_the_smallest_to_the_largest() -> None:
    table = growth_table("rows", [night(10, 4.0, 1.0), night(20, 5.0, 3.0), night(40, 8.0, 4.0)])
    last = [cell.strip() for cell in table.strip().splitlines()[-1].strip("|").split("|")]
    assert last[:2] == ["exponent", "0.50"]
    assert last[4] == "1.00"
