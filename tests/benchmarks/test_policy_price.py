"""The price of the policy is found where an input was planted to matter, and not where it was not."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
from benchmarks.peers.with_more_inputs import corrected, main

PEERS = Path(__file__).parents[2] / "benchmarks" / "peers"
N_WINDOWS, N_CELLS = 24, 900


def planted(effect: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A forecast that is right but for an input that it was not given; the true rates last."""
    rng = np.random.default_rng(11)
    expected = np.repeat(rng.gamma(1.0, 0.5, N_CELLS)[None] + 0.01, N_WINDOWS, axis=0)
    unseen = np.repeat(rng.random(N_CELLS)[None], N_WINDOWS, axis=0)
    truth = expected * np.exp(effect * (unseen - 0.5))
    return expected, rng.poisson(truth).astype(float), unseen[None], truth


def top_rate(values: np.ndarray, truth: np.ndarray) -> float:
    return float(np.take_along_axis(truth, np.argsort(-values, axis=1)[:, :45], axis=1)[-6:].sum())


def test_an_input_that_matters_is_seen_to_pay() -> None:
    expected, observed, unseen, truth = planted(2.0)
    fold = np.arange(N_WINDOWS) * 4 // N_WINDOWS
    better = corrected(expected, observed, unseen, fold)
    assert np.array_equal(better[fold == 0], expected[fold == 0])
    assert top_rate(better, truth) > 1.1 * top_rate(expected, truth)


def test_an_input_that_does_not_matter_is_not() -> None:
    expected, observed, unseen, truth = planted(0.0)
    better = corrected(expected, observed, unseen, np.arange(N_WINDOWS) * 4 // N_WINDOWS)
    assert 0.97 < top_rate(better, truth) / top_rate(expected, truth) < 1.01


def test_no_window_is_corrected_by_what_came_in_it_or_later() -> None:
    expected, observed, unseen, _ = planted(2.0)
    fold = np.arange(N_WINDOWS) * 4 // N_WINDOWS
    other = observed.copy()
    other[fold >= 2] = other[fold >= 2][:, ::-1]
    one, two = (corrected(expected, came, unseen, fold) for came in (observed, other))
    assert np.array_equal(one[fold <= 2], two[fold <= 2])
    assert not np.array_equal(one[fold == 3], two[fold == 3])


def test_it_works_through_files_and_knows_nothing_of_patrolcast(tmp_path: Path) -> None:
    expected, observed, unseen, _ = planted(1.0)
    np.savez(
        tmp_path / "in.npz", expected=expected[None], observed=observed[None], set_nothing=unseen[:0], set_more=unseen
    )
    main(tmp_path / "in.npz", tmp_path / "out.npz")
    with np.load(tmp_path / "out.npz") as made:
        assert made["more"].shape == made["nothing"].shape == (1, N_WINDOWS, N_CELLS)
    for path in PEERS.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {getattr(node, "module", None) or node.names[0].name
                 for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)}  # fmt: skip
        assert not any("patrolcast" in name for name in names), path
