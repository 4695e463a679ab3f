"""The price of the policy: what enforcement records and census shares would have added to the weekly forecast.

    patrolcast backtest configs/chicago.toml && python -m benchmarks.policy_price chicago --write

The back-test's own weekly windows (its parts are used again) are written to a file together with what patrolcast
refuses; `benchmarks/peers/with_more_inputs.py`, a program of its own, corrects the forecast by it; the hits of both are
compared here on the same windows. "Nothing more" is the same correction without any refused input: what is left to gain
from recalibration alone.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.page import markdown_table, say, write_section
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.records import Progress
from patrolcast.forecast import paired, skill
from patrolcast.grid.cells import locate
from patrolcast.grid.panel import set_aside_counts
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.numerics.arrays import FloatArray
from patrolcast.runs.backtest.backtest import BacktestForecasts, forecast_origins, windows_of
from patrolcast.runs.backtest.scoring import FORECAST
from patrolcast.runs.backtest.windows import outcomes
from patrolcast.runs.load.city import load_city

SHARES = (0.01, 0.02, 0.05)
PEER = Path(__file__).parent / "peers" / "with_more_inputs.py"
LOOKBACK_DAYS = (28, 365)
NAMES = {
    "nothing": "nothing more",
    "enforcement": "officer-initiated records, 28 and 365 days",
    "groups": "shares of residents by group",
    "both": "both",
}


def enforcement(tested: BacktestForecasts) -> FloatArray:
    """Officer-initiated records a day known at each weekly origin, ``[n_lookbacks, n_windows, n_cells]``."""
    aside = load_city(tested.settings, as_of=None, now=datetime.now(UTC)).tables.set_aside
    where = aside.table["longitude"].to_numpy(), aside.table["latitude"].to_numpy()
    resolution = tested.settings.area.resolution
    position = locate(*where, tested.grid.cells["cell"], resolution=resolution)
    known = set_aside_counts(aside, position, tested.rolling.panel, provenance=Provenance.OFFICER)
    if not known.any():
        raise SystemExit(f"{tested.settings.name}: the records name no officer-initiated ones")
    origins = tested.rolling.origins[tested.rolling.scored("week")]
    return np.array([[known[max(o + 1 - d, 0) : o + 1].sum(axis=0) / d for o in origins] for d in LOOKBACK_DAYS])


def groups(tested: BacktestForecasts, n_windows: int) -> FloatArray:
    """Each group's share of residents, the same in every window, ``[n_groups, n_windows, n_cells]``."""
    shares = np.array([tested.residents[name] for name in sorted(tested.residents)])
    return np.repeat(shares[:, None], n_windows, axis=1)


def export(tested: BacktestForecasts, path: Path) -> None:
    """Forecast, outcome and refused inputs of every weekly window, inhabited cells only."""
    expected, observed = [], []
    for code in range(len(tested.rolling.panel.categories)):
        after, before = outcomes(tested.rolling, code)
        windows = windows_of(tested, code, "week", after["week"], before["week"])
        expected.append(windows.expected[FORECAST])
        observed.append(windows.observed)
    by_officers = enforcement(tested)[:, :, tested.inhabited]
    by_group = groups(tested, len(observed[0]))[:, :, tested.inhabited]
    sets = {
        "nothing": by_group[:0],
        "enforcement": by_officers,
        "groups": by_group,
        "both": np.concatenate([by_officers, by_group]),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path, expected=np.array(expected), observed=np.array(observed, dtype=np.float64),
        **{f"set_{name}": values for name, values in sets.items()},
    )  # fmt: skip


def summary(tested: BacktestForecasts, source: Path, target: Path) -> str:
    """Hits after correction / hits of the published forecast, windows after the first fold, all categories and each."""
    with np.load(source) as given, np.load(target) as made:
        expected, observed = given["expected"], given["observed"].astype(np.int64)
        corrected = {name: made[name] for name in NAMES}
        scored = made["fold"] > 0
    area = tested.grid.cells["area_km2"].to_numpy()[tested.inhabited]
    ties = skill.tie_orders(int(scored.sum()), len(area), rng=np.random.default_rng(31))
    draws = paired.window_draws(int(scored.sum()), rng=np.random.default_rng(32))

    def hits(values: FloatArray) -> FloatArray:
        parts = zip(values[:, scored], observed[:, scored], strict=True)
        return np.array([skill.caught(e, o, area, ties=ties, shares=SHARES).hits for e, o in parts])

    mine = hits(expected)
    rows = []
    for name, words in NAMES.items():
        theirs = hits(corrected[name])
        of_all = [paired.hits_ratio(theirs.sum(axis=0)[k], mine.sum(axis=0)[k], draws) for k in range(len(SHARES))]
        by_category = [
            f"{category.replace('_', ' ')} {paired.hits_ratio(theirs[code, 1], mine[code, 1], draws).estimate:.3f}"
            for code, category in enumerate(tested.rolling.panel.categories)
        ]
        ratios = [f"{r.estimate:.3f} ({r.lower:.3f}-{r.upper:.3f})" for r in of_all]
        rows.append([words, *ratios, ", ".join(by_category)])
    note = (
        f"{tested.settings.title}: {int(scored.sum())} weekly windows, all categories; hits with the input / hits of "
        "the published forecast on the same land (95 % intervals). An interval that holds 1 has not shown a price."
    )
    return note + "\n\n" + markdown_table(["what is added", "1 %", "2 %", "5 %", "by category, 2 %"], rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("city", nargs="?", default="chicago")
    parser.add_argument("--folder", type=Path, default=Path("backtests"))
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    given = parser.parse_args()
    config = read_settings(Path("configs") / f"{given.city}.toml")
    tested = forecast_origins(config, out=given.folder / given.city, now=datetime.now(UTC), progress=Progress())
    source, target = (given.folder / given.city / name for name in ("price_exported.npz", "price_corrected.npz"))
    export(tested, source)
    subprocess.run([sys.executable, str(PEER), str(source), str(target)], check=True)
    text = summary(tested, source, target)
    say(text)
    if given.write:
        write_section(f"policy-price-{given.city}", text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
