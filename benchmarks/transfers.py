"""Do settings transfer? Each city's forecast with the settings that did best on the other cities.

    python -m benchmarks.transfers [--origins 40] [--write]

The settings are the rows of `benchmarks.ablation` that change `[model]`. The rule was fixed before the first run: the
first half of each city's weekly windows chooses, by hits summed over the shifts (the geometric mean of the ratios to
the shipped settings at 1, 2 and 5 % of the land); the second half scores. "The others" never saw the city that is
scored, "its own earlier weeks" lie before those that score. A ratio above 1 catches more than the shipped settings do.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.ablation import FULL, VARIANTS, Scored, measured, ratio_cells
from benchmarks.page import markdown_table, say, write_section
from patrolcast.forecast import paired
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.numerics.arrays import FloatArray

CITIES = ("sample", "chicago", "portland")
SETTINGS = tuple(name for name, variant in VARIANTS.items() if name == FULL or set(variant.model or {}) - {"seed"})


def gain(hits: Mapping[str, FloatArray], name: str) -> float:
    """Mean log ratio of hits to the shipped settings over the shares of land, from hits ``[n_shares, n_windows]``."""
    return float(np.log(hits[name].sum(axis=1) / hits[FULL].sum(axis=1)).mean())


def chosen(earlier: Iterable[Mapping[str, FloatArray]]) -> str:
    """The setting with the largest gain over some cities together; of equals the first."""
    cities = list(earlier)
    return max(SETTINGS, key=lambda name: sum(gain(hits, name) for hits in cities))


def transfer_rows(cities: Mapping[str, Mapping[str, FloatArray]]) -> list[list[str]]:
    """A row for each city: the setting that others choose and the one it chooses, each on its later windows.

    Parameters
    ----------
    cities : of each city the hits of each setting, ``[n_shares, n_windows]``.
    """
    half = {city: next(iter(hits.values())).shape[1] // 2 for city, hits in cities.items()}
    earlier = {city: {name: h[:, : half[city]] for name, h in hits.items()} for city, hits in cities.items()}
    rows = []
    for city, hits in cities.items():
        later = {name: h[:, half[city] :] for name, h in hits.items()}
        draws = paired.window_draws(later[FULL].shape[1], rng=np.random.default_rng(9))
        choices = {
            "the others": chosen(earlier[other] for other in cities if other != city),
            "its own earlier weeks": chosen([earlier[city]]),
        }
        rows += [[city, by, name, *ratio_cells(later[name], later[FULL], draws)] for by, name in choices.items()]
    return rows


def hits_by_shift(scored: Mapping[str, Scored]) -> dict[str, FloatArray]:
    return {name: scored[name].shifts for name in SETTINGS}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--origins", type=int, default=40, help="weekly windows of each city")
    parser.add_argument("--rows", type=int, default=120_000)
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    given = parser.parse_args()
    cities, titles = {}, {}
    with threadpool_limits(limits=1, user_api="blas"):
        for city in CITIES:
            settings = read_settings(Path(f"configs/{city}.toml")).settings
            titles[city] = settings.title
            now = datetime.now(UTC)
            cities[city] = hits_by_shift(
                measured(settings, SETTINGS, origins=given.origins, max_rows=given.rows, now=now)
            )
    rows = [[titles[row[0]], *row[1:]] for row in transfer_rows(cities)]
    text = "\n\n".join(
        [
            f"{given.origins} weekly windows of each city: the first half chooses among {len(SETTINGS)} settings, the "
            f"second scores; one training of {given.rows:,} rows; hits by the shift / the shipped settings'.",
            markdown_table(["city", "chosen on", "setting", "1 %", "2 %", "5 %"], rows),
        ]
    )
    say(text)
    if given.write:
        write_section("transfers", text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
