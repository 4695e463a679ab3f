"""A forecast corrected by inputs that patrolcast refuses: reads arrays from a file, writes corrected ones to another.

    python benchmarks/peers/with_more_inputs.py exported.npz corrected.npz

It imports nothing of patrolcast, and nothing of patrolcast imports it: census shares and officers' records stay out of
the product even while their worth is measured. A small boosted Poisson regression starts from the published forecast
and may correct it by the inputs of one set. Windows come in order of time; those of each fold are corrected by what all
windows of earlier folds have shown, so the first fold is left out of the scores.
"""

from __future__ import annotations

import sys
from pathlib import Path

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FOLDS = 4
ROUNDS = 60
PARAMETERS = {
    "objective": "poisson", "learning_rate": 0.05, "num_leaves": 6, "min_data_in_leaf": 500, "lambda_l2": 20.0,
    "max_bin": 63, "seed": 7, "num_threads": 1, "deterministic": True, "force_row_wise": True,
    "boost_from_average": False, "verbosity": -1,
}  # fmt: skip


def corrected(expected: Floats, observed: Floats, inputs: Floats, fold: npt.NDArray[np.int64]) -> Floats:
    """Expected incidents ``[n_windows, n_cells]`` after correction; windows of the first fold stay as they are.

    Parameters
    ----------
    expected, observed : the published forecast and what came, ``[n_windows, n_cells]``.
    inputs : ``[n_inputs, n_windows, n_cells]``; the log of the forecast is always one of them.
    fold : fold of each window, rising, ``[n_windows]``.
    """
    found = expected.copy()
    columns = np.concatenate([np.log(expected)[None], inputs])
    for k in range(1, int(fold.max()) + 1):
        earlier, mine = fold < k, fold == k
        data = lgb.Dataset(
            columns[:, earlier].reshape(len(columns), -1).T,
            observed[earlier].ravel(),
            init_score=np.log(expected[earlier]).ravel(),
        )
        trees = lgb.train(PARAMETERS, data, num_boost_round=ROUNDS)
        raw = np.asarray(trees.predict(columns[:, mine].reshape(len(columns), -1).T, raw_score=True))
        found[mine] = expected[mine] * np.exp(np.clip(raw, -3.0, 3.0)).reshape(expected[mine].shape)
    return found


def main(source: Path, target: Path) -> None:
    """Corrects every category by every set of inputs: ``<set>`` ``[n_sets, n_categories, n_windows, n_cells]``."""
    with np.load(source, allow_pickle=False) as given:
        expected, observed = given["expected"], given["observed"]
        sets = {name.removeprefix("set_"): given[name] for name in given.files if name.startswith("set_")}
    n_windows = expected.shape[1]
    fold = np.arange(n_windows) * FOLDS // n_windows
    made = {
        name: np.stack([corrected(e, o, inputs, fold) for e, o in zip(expected, observed, strict=True)])
        for name, inputs in sets.items()
    }
    np.savez_compressed(target, fold=fold, **made)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
